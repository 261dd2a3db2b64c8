package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// history makes entries that follow from one another, and keeps the state
// that they give.
type history struct {
	state *enginetest.State
	ids   enginetest.UUIDs
	at    time.Time
	seq   uint64
	rand  *rand.Rand
	names int // accounts per tenant

	audited audited
}

func newHistory(seed uint64) *history {
	return &history{state: enginetest.NewState(), at: time.Unix(1_700_000_000, 0), names: 12,
		audited: newAudited(),
		rand:    rand.New(rand.NewPCG(seed, 0))}
}

var historyTenants = []string{"t", "t2", "t2x", ""}

// next returns another entry.
func (h *history) next(t testing.TB) *engine.Entry {
	h.seq++
	h.at = h.at.Add(time.Duration(h.rand.IntN(3)) * time.Second)
	e := &engine.Entry{Seq: h.seq, At: engine.At(h.at), Origin: engine.Origin{Face: "tcp", Method: "M", Peer: "127.0.0.1"}}
	switch n := h.rand.IntN(20); {
	case n == 0:
		h.destination(e)
	case n == 1:
		h.timing(e)
	case n == 2:
		h.services(e)
	default:
		h.accounts(t, e)
	}
	if h.rand.IntN(3) == 0 {
		e.Tenant, e.Key = historyTenants[h.rand.IntN(4)], fmt.Sprint("k", h.rand.IntN(40))
		e.Digest, e.Result = []byte{byte(h.seq)}, &engine.Result{Charge: &engine.Charged{Usage: int64(h.seq)}}
	}
	require.NoError(t, h.state.Apply(e))
	h.audited.fold(e)
	return e
}

func (h *history) destination(e *engine.Entry) {
	e.Op = engine.OpSetDestination
	e.Destination = &engine.DestinationChange{ID: fmt.Sprint("D", h.rand.IntN(5))}
	if _, there := h.state.Destination(e.Destination.ID); there && h.rand.IntN(2) == 0 {
		e.Op, e.Destination.Removed = engine.OpRemoveDestination, true
		return
	}
	for i := range 1 + h.rand.IntN(3) {
		e.Destination.Prefixes = append(e.Destination.Prefixes, fmt.Sprint("4", i, h.rand.IntN(3)))
	}
}

func (h *history) timing(e *engine.Entry) {
	e.Op = engine.OpSetTiming
	e.Timing = &engine.TimingChange{Timing: rating.Timing{ID: fmt.Sprint("T", h.rand.IntN(5))}}
	if _, there := h.state.Timing(e.Timing.Timing.ID); there && h.rand.IntN(2) == 0 {
		e.Op, e.Timing.Removed = engine.OpRemoveTiming, true
		return
	}
	e.Timing.Timing.Years = []int{2000 + h.rand.IntN(50)}
}

func (h *history) accounts(t testing.TB, e *engine.Entry) {
	e.Op = engine.OpSet
	for range 1 + h.rand.IntN(2) {
		id := engine.AccountID{Tenant: historyTenants[h.rand.IntN(4)], Account: fmt.Sprint(100 + h.rand.IntN(h.names))}
		if h.rand.IntN(3) == 0 {
			id = engine.AccountID{Tenant: "t", Account: "100"} // its ledger fills pages
		}
		if slices.ContainsFunc(e.Accounts, func(c engine.AccountChange) bool { return c.ID == id }) {
			continue
		}
		a, err := h.state.Account(id)
		require.NoError(t, err)
		e.Accounts = append(e.Accounts, h.change(id, a))
	}
	if h.rand.IntN(3) == 0 {
		h.line(e)
	}
}

// line says what the REST face does of lines of ledgers.
func (h *history) line(e *engine.Entry) {
	f := &e.Facts
	f.Source, f.UsageQuantity = fmt.Sprint("source", h.rand.IntN(3)), new(int64(h.rand.IntN(100)))
	f.SourceID, f.Unique = fmt.Sprint("id", h.rand.IntN(1000)), h.rand.IntN(2) == 0
	if h.rand.IntN(2) == 0 {
		f.About = &engine.AccountName{ID: fmt.Sprint("about", h.rand.IntN(3)), Name: fmt.Sprint(h.rand.IntN(9))}
	}
	if h.rand.IntN(4) == 0 { // a test clock
		f.Created = engine.At(h.at.Add(-time.Duration(h.rand.IntN(5000)) * time.Hour))
	}
}

// change makes, charges or removes an account.
func (h *history) change(id engine.AccountID, a *engine.Account) engine.AccountChange {
	c := engine.AccountChange{ID: id, Made: a == nil}
	if a != nil && h.rand.IntN(4) == 0 {
		c.Removed = true
		for _, b := range a.Balances {
			c.Postings = append(c.Postings, engine.Posting{UUID: b.UUID, ID: b.ID, ToR: b.ToR, Delta: b.Value.Neg(), Removed: true})
		}
		return c
	}
	if a == nil || h.rand.IntN(5) == 0 {
		v := amount.FromInt(int64(h.rand.IntN(1000)))
		c.Postings = append(c.Postings, engine.Posting{UUID: h.ids.New(), ID: "b", ToR: engine.Monetary, Delta: v, After: v,
			Made: true, Attributes: &engine.Attributes{Weight: amount.FromInt(10), Blocker: h.rand.IntN(2) == 0,
				SharedGroups: engine.NewNames(engine.Name{ID: fmt.Sprint("G", h.rand.IntN(5)), Excluded: h.rand.IntN(3) == 0})}})
	}
	if a != nil {
		for _, b := range a.Balances {
			v := amount.FromInt(int64(h.rand.IntN(1000) - 500))
			c.Postings = append(c.Postings, engine.Posting{UUID: b.UUID, ID: b.ID, ToR: b.ToR, Delta: v, After: b.Value.Add(v)})
		}
		c.Disabled = new(bool)
		*c.Disabled = h.rand.IntN(2) == 0
	}
	if h.rand.IntN(4) == 0 {
		c.Profile = h.profile()
	}
	return c
}

// profile makes one that may share anything with that of another account.
func (h *history) profile() *engine.Profile {
	id := func(level int) engine.HexID { return engine.HexID{byte(level), byte(h.rand.IntN(5)), 0, 0xff} }
	p := &engine.Profile{ID: id(3), Name: fmt.Sprint("Name ", h.rand.IntN(5)), IsReseller: h.rand.IntN(2) == 0,
		Created: engine.At(h.at)}
	for level := range h.rand.IntN(3) {
		p.Tree = append(p.Tree, id(level))
	}
	if h.rand.IntN(2) == 0 {
		p.Realm = fmt.Sprint(h.rand.IntN(5), ".Example")
		p.APIKey[0] = byte(h.rand.IntN(5))
	}
	return p
}

// group returns the group of n more entries behind end.
func (h *history) group(t testing.TB, end engine.End, epoch uint64, n int) ([]*engine.Entry, engine.Group) {
	entries := make([]*engine.Entry, n)
	for i := range entries {
		entries[i] = h.next(t)
	}
	return entries, enginetest.NewGroup(t, end, epoch, entries...)
}

// house is a journal and a store as an engine has them.
type house struct {
	dir     string
	opts    Options
	journal *Journal
	store   *Store
	epoch   uint64
	end     engine.End
}

// openHouse opens both and folds what the store has not seen.
func openHouse(t testing.TB, dir string, o Options) *house {
	t.Helper()
	j, err := OpenJournal(dir)
	require.NoError(t, err)
	s, err := Open(dir, j, o)
	require.NoError(t, err)
	h := &house{dir: dir, opts: o, journal: j, store: s}
	h.epoch, h.end, err = j.Own(context.Background())
	require.NoError(t, err)
	at, _ := s.Position()
	require.NoError(t, j.Read(context.Background(), at.Seq+1, func(g engine.Group) error {
		require.NoError(t, g.Follows(at))
		at = g.End()
		entries, err := g.Entries()
		require.NoError(t, err)
		for _, e := range entries {
			require.NoError(t, s.Apply(e))
		}
		s.Sealed(at)
		return s.Release()
	}))
	require.Equal(t, h.end, at)
	return h
}

// put folds and commits n more entries.
func (h *house) put(t testing.TB, from *history, n int) {
	t.Helper()
	entries, g := from.group(t, h.end, h.epoch, n)
	for _, e := range entries {
		require.NoError(t, h.store.Apply(e))
	}
	require.NoError(t, h.store.Release())
	require.NoError(t, h.journal.Commit(context.Background(), g))
	h.end = g.End()
	h.store.Sealed(h.end)
}

func (h *house) close(t testing.TB) {
	t.Helper()
	require.NoError(t, h.store.Close())
	require.NoError(t, h.journal.Close())
}

// crash ends both without a last checkpoint.
func (h *house) crash(t testing.TB) {
	t.Helper()
	if c := h.store.running; c != nil {
		require.NoError(t, <-c.done)
	}
	require.NoError(t, h.store.endRead())
	require.NoError(t, h.store.db.Close())
	require.NoError(t, h.journal.Close())
}

// requireSame asks both for everything.
func requireSame(t testing.TB, want *enginetest.State, got *Store) {
	t.Helper()
	for _, tenant := range append(historyTenants, "t3") {
		n, err := want.AccountsCount(tenant)
		require.NoError(t, err)
		m, err := got.AccountsCount(tenant)
		require.NoError(t, err)
		require.Equal(t, n, m, "accounts of %q", tenant)
		for after, more := "", true; more; {
			a, err := want.Accounts(tenant, after, 3)
			require.NoError(t, err)
			b, err := got.Accounts(tenant, after, 3)
			require.NoError(t, err)
			requireEqualAccounts(t, a, b)
			if more = len(a) > 0; more {
				after = a[len(a)-1].ID.Account
			}
		}
		for i := range 40 {
			a, err := want.Remembered(tenant, fmt.Sprint("k", i))
			require.NoError(t, err)
			b, err := got.Remembered(tenant, fmt.Sprint("k", i))
			require.NoError(t, err)
			require.Equal(t, a, b)
		}
		for i := range 14 {
			id := engine.AccountID{Tenant: tenant, Account: fmt.Sprint(100 + i)}
			a, err := want.Account(id)
			require.NoError(t, err)
			b, err := got.Account(id)
			require.NoError(t, err)
			requireEqualAccounts(t, []*engine.Account{a}, []*engine.Account{b})
			l, err := got.Ledger(id)
			require.NoError(t, err)
			require.NoError(t, want.Ledgers().Compare(id, &l.Book, l.Pages))
			require.NoError(t, l.Close())
		}
		for key, seq := range want.Ledgers().Uniques {
			have, err := got.shelf().Unique(key)
			require.NoError(t, err)
			require.Equal(t, seq, have)
		}
	}
	requireSameIndex(t, want, got)
	for i := range 6 {
		id := fmt.Sprint("D", i)
		a, ok := want.Destination(id)
		b, there := got.Destination(id)
		require.Equal(t, ok, there)
		require.Equal(t, a, b)
		x, ok := want.Timing(fmt.Sprint("T", i))
		y, there := got.Timing(fmt.Sprint("T", i))
		require.Equal(t, ok, there)
		require.Equal(t, x, y)
		require.ElementsMatch(t, want.DestinationsOf(fmt.Sprint("40", i)), got.DestinationsOf(fmt.Sprint("40", i)))
	}
	a, at := want.Position()
	b, bt := got.Position()
	require.Equal(t, a.Seq, b.Seq)
	require.Equal(t, at, bt)
}

func requireEqualAccounts(t testing.TB, want, got []*engine.Account) {
	t.Helper()
	require.Equal(t, len(want), len(got))
	c, err := newCoder()
	require.NoError(t, err)
	for i := range want {
		if want[i] == nil || got[i] == nil {
			require.Nil(t, want[i])
			require.Nil(t, got[i])
			continue
		}
		a, err := c.encode(nil, want[i])
		require.NoError(t, err)
		b, err := c.encode(nil, got[i])
		require.NoError(t, err)
		require.Equal(t, a, b, "%s", want[i].ID)
	}
}
