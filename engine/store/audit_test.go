package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
	"purser/engine/services"
)

// audited is what a history's entries mean for the service audit.
type audited struct {
	days map[engine.AccountID]*audit.History
	logs map[engine.AccountID][]audit.Place
}

func newAudited() audited {
	return audited{map[engine.AccountID]*audit.History{}, map[engine.AccountID][]audit.Place{}}
}

func (a *audited) of(owner engine.AccountID) *audit.History {
	if a.days[owner] == nil {
		a.days[owner] = &audit.History{}
	}
	return a.days[owner]
}

func (a *audited) fold(e *engine.Entry) {
	for _, l := range ledger.AppendLines(nil, e) {
		if l.Quantity > 0 {
			a.of(l.Owner).AddUsage(l.Created, l.Source, amount.FromInt(l.Quantity), l.Unit)
		}
	}
	if e.Services == nil {
		return
	}
	for _, c := range e.Services.Accounts {
		for _, q := range c.Quantities {
			a.of(c.Account).AddChange(e.Created().Gregorian(), q)
		}
		for _, l := range audit.Logs(e, c.Account) {
			a.logs[c.Account] = append(a.logs[c.Account], l.Place)
		}
	}
}

// services makes an entry that changes services of an account and a plan.
func (h *history) services(e *engine.Entry) {
	e.Op = engine.OpServices
	id := engine.AccountID{Tenant: historyTenants[h.rand.IntN(4)], Account: fmt.Sprint(100 + h.rand.IntN(h.names))}
	c := engine.AccountServices{Account: id, Owner: engine.Named{ID: id.Derived(), Name: id.Account}}
	var reseller engine.HexID
	reseller[0] = byte(h.rand.IntN(3))
	plan := engine.PlanKey{Reseller: reseller, ID: fmt.Sprint("p", h.rand.IntN(3))}
	item := fmt.Sprint("item", h.rand.IntN(3))
	n := int64(h.rand.IntN(5))
	if h.rand.IntN(3) == 0 {
		e.Facts.Created = engine.At(h.at.AddDate(0, 0, -h.rand.IntN(4))) // as by a test clock
	}
	switch {
	case h.state.ServiceRecord(id) != nil && h.rand.IntN(5) == 0:
		c.Removed = true
	case h.rand.IntN(2) == 0:
		c.Kinds = []engine.ServiceKind{engine.ServiceManual}
		c.Record.Quantities.Manual = services.Counts(nil).With("category", item, n)
		c.Quantities = []services.Change{{Category: fmt.Sprint("c", n), Item: item, Scope: services.ScopeManual,
			Difference: n - 2, Quantity: n}}
		c.Invoices = make([]services.Invoice, h.rand.IntN(3))
	default:
		c.Kinds = []engine.ServiceKind{engine.ServicePlans}
		c.Record.Plans = services.Assignments{{Plan: plan.ID, Vendor: reseller.String()}}
	}
	e.Services = &engine.ServiceChange{Accounts: []engine.AccountServices{c}}
	_, there := h.state.ServicePlan(plan)
	change := engine.PlanChange{PlanKey: plan, Removed: there && h.rand.IntN(2) == 0}
	if !change.Removed {
		change.Document = services.Document(nil).With("id", services.Text(plan.ID)).With("n", services.Whole(n))
	}
	e.Services.Plans = []engine.PlanChange{change}
}

// requireSameServices compares all that is known of services.
func requireSameServices(t testing.TB, want *history, got *Store) {
	t.Helper()
	require.Equal(t, want.state.Services.Keys(), got.Services.Keys())
	for _, k := range want.state.Services.Keys() {
		a, err := got.coder.encode(nil, want.state.Services.Value(k))
		require.NoError(t, err)
		b, err := got.coder.encode(nil, got.Services.Value(k))
		require.NoError(t, err)
		require.Equal(t, a, b, "%v", k)
	}
	for n := range 3 {
		reseller := engine.HexID{byte(n)}
		require.Equal(t, want.state.ServicePlanIDs(reseller), got.ServicePlanIDs(reseller))
		for i := range 3 {
			k := engine.PlanKey{Reseller: reseller, ID: fmt.Sprint("p", i)}
			require.Equal(t, want.state.PlanAssigned(k), got.PlanAssigned(k))
		}
	}
	for owner, h := range want.audited.days {
		changes := []services.Change{{Category: "c1", Item: "item1"}, {Category: "c1", Item: "never"}}
		wantSeen, wantUnseen := h.Names.Items(changes)
		seen, unseen, err := got.AuditItems(owner, changes)
		require.NoError(t, err)
		require.Equal(t, []int{wantSeen, wantUnseen}, []int{seen, unseen}, "%s", owner)
		all := AuditUsage{Sources: usedSources(h)}
		rows, err := got.AuditDays(owner, 0, 1<<30, all)
		require.NoError(t, err)
		require.Equal(t, shown(h.Rows(0, 1<<30)), rows, "%s", owner)
		middle := h.Cells[len(h.Cells)/2:]
		if len(middle) > 0 {
			rows, err = got.AuditDays(owner, middle[0].Day, middle[0].Day, all)
			require.NoError(t, err)
			require.Equal(t, shown(h.Rows(middle[0].Day, middle[0].Day)), rows)
		}
	}
	for owner, places := range want.audited.logs {
		requireLogs(t, got, owner, places)
	}
}

// usedSources returns the sources of all usage.
func usedSources(h *audit.History) []string {
	var sources []string
	for _, n := range h.Names {
		if n.Series.IsUsage {
			sources = append(sources, n.Series.Item)
		}
	}
	return sources
}

// shown calls units as they are called by default.
func shown(rows []audit.NamedRow) []audit.NamedRow {
	for i := range rows {
		rows[i].Row.Unit = ledger.Units{}.Name(rows[i].Row.Unit)
	}
	return rows
}

// requireLogs reads an account's logs in pages, both ways.
func requireLogs(t testing.TB, got *Store, owner engine.AccountID, want []audit.Place) {
	t.Helper()
	want = slices.Clone(want)
	slices.SortFunc(want, audit.Place.Compare)
	last := audit.Place{Created: 1 << 40, Seq: 1 << 60}
	for _, ascending := range []bool{true, false} {
		var all []audit.Place
		from, to := audit.Place{}, last
		for {
			page, err := got.AuditLogs(owner, from, to, ascending, 4)
			require.NoError(t, err)
			all = append(all, page[:min(3, len(page))]...)
			if len(page) < 4 {
				break
			}
			if from = page[3]; !ascending {
				from, to = audit.Place{}, page[3]
			}
		}
		if !ascending {
			slices.Reverse(all)
		}
		require.Equal(t, want, all, "%s ascending %t", owner, ascending)
	}
	none, err := got.AuditLogs(owner, last, audit.Place{}, true, 4)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestUsageGoesToTheDayWhereverItIs(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	past := newHistory(3)
	owner, other := engine.AccountID{Tenant: "t", Account: "used"}, engine.AccountID{Tenant: "t", Account: "other"}
	want := map[engine.AccountID]*audit.History{owner: {}, other: {}}
	use := func(of engine.AccountID, source string, day, n int64) {
		created := day*86_400 + n
		require.NoError(t, h.store.usage(used(of, source, created, n)))
		want[of].AddUsage(created, source, amount.FromInt(n), "sec")
	}
	compare := func() {
		for of, w := range want {
			rows, err := h.store.AuditDays(of, 0, 1<<30, AuditUsage{Sources: []string{"voip", "data"}})
			require.NoError(t, err)
			require.Equal(t, w.Rows(0, 1<<30), rows)
		}
	}
	for round := range int64(3) { // in what changed, over what is being written, over the file
		use(owner, "voip", 737_000, 10+round)
		use(owner, "voip", 737_000, 20)
		use(owner, "voip", 737_001, 30) // the day changes
		use(owner, "voip", 737_000, 5)  // and back
		use(other, "voip", 737_000, 7)
		use(owner, "data", 737_000, 8)
		compare()
		h.put(t, past, 1)
		if round == 1 {
			c, err := h.store.newCheckpoint()
			require.NoError(t, err)
			h.store.writing, h.store.dirty = h.store.dirty, newChanges(h.store.dirty.end, h.store.dirty.at)
			h.store.usedBefore = h.store.writing.audit.running
			compare()
			use(owner, "voip", 737_000, 40)
			compare()
			require.NoError(t, c.write(h.end))
			require.NoError(t, h.store.endRead())
			h.store.rows.thaw()
			h.store.writing = nil
		}
	}
	rows, err := h.store.AuditDays(owner, 0, 1<<30, AuditUsage{Sources: []string{"data"}})
	require.NoError(t, err)
	require.Equal(t, []string{"data"}, []string{rows[0].Name})
	require.Len(t, rows, 1, "usage of a source that is not metered is not shown")
	require.NoError(t, h.store.endRead())
	h.crash(t)
}

// used returns a ledger's line of usage.
func used(owner engine.AccountID, source string, created, quantity int64) *ledger.Line {
	return &ledger.Line{Owner: owner, Place: ledger.Place{Created: created}, Kind: ledger.Kind{Source: source, Unit: "sec"},
		Quantity: quantity}
}

func TestADamagedRowOfTheAuditIsFound(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	rewrite(t, filepath.Join(dir, "checkpoint.db"), func(tx *bolt.Tx) error {
		b := tx.Bucket(auditBucket)
		key, value := b.Cursor().Seek([]byte{auditLogRow})
		return b.Put(key, append([]byte{value[0] ^ 1}, value[1:]...))
	})
	found, err := firstBroken(t, dir)
	require.Error(t, err)
	require.Equal(t, checkViews, found.Name)
}

// BenchmarkUsage adds usage of many accounts to their days: the first of a day,
// with what is on the disk, and any other.
func BenchmarkUsage(b *testing.B) {
	const accounts, day = 100_000, 86_400
	skipBig(b, 2*accounts) // twice as many rows
	h := openHouse(b, b.TempDir(), Options{})
	c := &crowd{paid: make([]int64, accounts)}
	lines := make([]*ledger.Line, accounts)
	for n := range lines {
		lines[n] = used(crowdAccount(n), "per-minute-voip", 737_000*day, 1)
		require.NoError(b, h.store.usage(lines[n]))
	}
	h.fill(b, c)
	add := func(b *testing.B, n int, days int64) {
		l := *lines[n*7919%accounts]
		l.Created += days * day
		if err := h.store.usage(&l); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for n := range b.N {
			add(b, n, int64(n/accounts))
		}
	})
	b.Run("first again", func(b *testing.B) { // a checkpoint later
		for n := range accounts {
			add(b, n, 8)
		}
		h.apply(b, c.next(0))
		h.checkpoint(b)
		b.ReportAllocs()
		b.ResetTimer()
		for n := range b.N {
			add(b, n, 8)
		}
	})
	b.Run("again", func(b *testing.B) {
		for n := range accounts {
			add(b, n, 9)
		}
		b.ReportAllocs()
		b.ResetTimer()
		for n := range b.N {
			add(b, n, 9)
		}
	})
	require.NoError(b, h.store.endRead())
	h.crash(b)
}
