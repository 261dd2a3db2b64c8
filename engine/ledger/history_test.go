package ledger

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
)

// history is a journal by chance, of a customer and its reseller.
type history struct {
	*rand.Rand
	at      time.Time
	late    bool // some entries carry a time before that of the one before
	entries []*engine.Entry
}

var (
	customer = engine.AccountID{Tenant: "cgrates.org", Account: "1003"}
	reseller = engine.AccountID{Tenant: "cgrates.org", Account: "reseller"}
)

// selves are the ids of owners, between those of the accounts that lines are about.
var selves = map[engine.AccountID]engine.AccountName{
	customer: {ID: "m-customer", Name: "1003"}, reseller: {ID: "m-reseller", Name: "Reseller"},
}

// anyHistory draws one. It is made from a seed: drawing each part of some
// hundred entries by itself would leave no time to compare.
func anyHistory(rt *rapid.T) *history {
	seed := rapid.Uint64().Draw(rt, "seed")
	h := &history{Rand: rand.New(rand.NewPCG(seed, 0)), at: time.Date(2025, 11, 20, 0, 0, 0, 0, time.UTC)}
	h.late = rapid.Bool().Draw(rt, "late")
	pace := rapid.SampledFrom([]time.Duration{time.Second / 3, time.Minute, 7 * time.Hour, 40 * 24 * time.Hour}).Draw(rt, "pace")
	for range rapid.IntRange(0, 5*PageLines).Draw(rt, "entries") {
		h.at = h.at.Add(time.Duration(h.Int64N(int64(pace))))
		e := h.entry()
		e.Seq, e.At = uint64(len(h.entries)+1), engine.At(h.at)
		if h.late && h.IntN(9) == 0 {
			e.Facts.Created = engine.At(h.at.Add(-time.Duration(h.Int64N(int64(50 * pace)))))
		}
		h.entries = append(h.entries, e)
	}
	return h
}

func (h *history) entry() *engine.Entry {
	ops := []engine.Op{engine.OpTopUp, engine.OpDebit, engine.OpSet, engine.OpRemove, engine.OpTransfer, engine.OpCharge}
	e := &engine.Entry{Op: ops[h.IntN(len(ops))]}
	e.Accounts = []engine.AccountChange{{ID: customer, Postings: h.postings()}}
	if e.Op == engine.OpCharge {
		e.Facts.ToR, e.Facts.Usage = h.word(engine.Voice, engine.Data, "", "*foo"), int64(h.IntN(3))*1_500_000_000
		if h.IntN(2) == 0 {
			e.Facts.Cost = amount.FromInt(int64(h.IntN(5)))
		}
	}
	switch h.IntN(4) {
	case 0: // as the REST face does
		if h.IntN(2) == 0 {
			e.Facts.Source, e.Facts.SourceID = h.word("payments", "tower/support", Adjustments), "id"
			e.Facts.UsageQuantity = new(int64(h.IntN(100)))
			e.Facts.UsageType, e.Facts.UsageUnit = h.word("", "credit", "debit", "data"), h.word("", "MB", UnitCurrency)
		}
		if h.IntN(2) == 0 {
			e.Facts.About = &engine.AccountName{ID: h.word("a", "b", "z"), Name: h.word("A", "B", "C")}
			e.Accounts = append(e.Accounts, engine.AccountChange{ID: reseller, Postings: h.postings()})
		}
	case 1: // a payer of a shared group, or the other leg
		e.Accounts = append(e.Accounts, engine.AccountChange{ID: reseller, Postings: h.postings()})
	}
	return e
}

func (h *history) word(of ...string) string { return of[h.IntN(len(of))] }

func (h *history) postings() (all []engine.Posting) {
	for range h.IntN(4) {
		p := engine.Posting{UUID: uuid.UUID{byte(h.IntN(3))}, ToR: h.word(engine.Monetary, engine.Monetary, engine.Voice)}
		p.Delta = amount.FromInt(h.Int64N(2000) - 1000).Mul(tenth)
		if h.IntN(40) == 0 {
			p.Delta = p.Delta.Mul(amount.FromInt(1 << 50)) // sums leave the 64 bits
		}
		p.Expired = h.IntN(5) == 0
		all = append(all, p)
	}
	return all
}

var tenth = func() amount.Amount {
	a, err := amount.Parse("0.1")
	if err != nil {
		panic(err)
	}
	return a
}()

// fold returns all ledgers.
func (h *history) fold(t interface{ Fatal(...any) }) *Memory {
	m := NewMemory()
	for _, e := range h.entries {
		if err := m.Fold(e); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// view shows the ledger of one account.
func (h *history) view(m *Memory, owner engine.AccountID) *View {
	v := &View{Owner: owner, Self: selves[owner], Pages: m, Units: Units{Currency: "EUR", Data: "MB"}}
	if b := m.Books[owner]; b != nil {
		v.Book = *b
	}
	v.Entries = func(seqs []uint64) (all []*engine.Entry, err error) {
		for _, seq := range seqs {
			if seq >= 1 && seq <= uint64(len(h.entries)) {
				all = append(all, h.entries[seq-1])
			}
		}
		return all, nil
	}
	return v
}

// window draws one that begins or ends near lines, mostly.
func (h *history) window(rt *rapid.T) Window {
	at := func(label string) int64 {
		if len(h.entries) == 0 || rapid.IntRange(0, 5).Draw(rt, label+" far") == 0 {
			return rapid.Int64().Draw(rt, label)
		}
		e := h.entries[rapid.IntRange(0, len(h.entries)-1).Draw(rt, label)]
		return Second(e.At) + rapid.Int64Range(-1, 1).Draw(rt, label+" off")
	}
	if rapid.IntRange(0, 3).Draw(rt, "ever") == 0 {
		return Ever()
	}
	return Window{at("from"), at("to")}
}

// naive is the ledger of one account as the specification has it: a list.
type naive struct {
	lines []Line
	view  *View // only for the names of units and the owner
}

func (h *history) naive(v *View) *naive {
	n := &naive{view: v}
	for _, e := range h.entries {
		for _, l := range AppendLines(nil, e) {
			if l.Owner != v.Owner {
				continue
			}
			l.Unit = v.Units.Name(l.Unit)
			if l.About.ID == "" {
				l.About = v.Self
			}
			n.lines = append(n.lines, l)
		}
	}
	slices.SortFunc(n.lines, func(a, b Line) int { return a.Compare(b.Place) })
	return n
}

// in returns the lines that keep says.
func (n *naive) in(keep func(*Line) bool) (some []Line) {
	for i := range n.lines {
		if keep(&n.lines[i]) {
			some = append(some, n.lines[i])
		}
	}
	return some
}

func (n *naive) window(w Window) []Line {
	return n.in(func(l *Line) bool { return l.Created >= w.From && l.Created <= w.To })
}

// sums is fold 4.5.
func sums(lines []Line) []Sum {
	by := map[string]*Sum{}
	for i := range lines {
		l := &lines[i]
		s := by[l.Source]
		if s == nil {
			s = &Sum{Source: l.Source}
			by[l.Source] = s
		}
		s.Lines++
		s.Amount = s.Amount.Add(l.Amount)
		s.Quantity = s.Quantity.Add(amount.FromInt(l.Quantity))
		if s.Type == "" {
			s.Type = l.Type
		}
		if s.Unit == "" {
			s.Unit = l.Unit
		}
	}
	var all []Sum
	for _, s := range by {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Sum) int { return compareText(a.Source, b.Source) })
	return all
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// accounts is fold 4.5 by account.
func accounts(lines []Line) []Group {
	by := map[string][]Line{}
	for _, l := range lines {
		by[l.About.ID] = append(by[l.About.ID], l)
	}
	var all []Group
	for _, some := range by {
		all = append(all, Group{some[len(some)-1].About, sums(some), total(some)})
	}
	slices.SortFunc(all, func(a, b Group) int { return compareText(a.About.ID, b.About.ID) })
	return all
}

func total(lines []Line) (sum amount.Amount) {
	for i := range lines {
		sum = sum.Add(lines[i].Amount)
	}
	return sum
}

// pages is the list cut into pages.
func (n *naive) list(q *Query) []Line {
	some := n.in(func(l *Line) bool {
		return (q.Source == "" || l.Source == q.Source) && l.Created >= q.Window.From && l.Created <= q.Window.To
	})
	if !q.Ascending {
		slices.Reverse(some)
	}
	return some
}
