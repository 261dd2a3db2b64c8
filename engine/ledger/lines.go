package ledger

import (
	"purser/engine"
	"purser/engine/amount"
)

// AppendLines appends the lines that e makes to lines: for each account whose
// balances it moves what was asked for, what was left in balances that were
// over, and what actions gave. A call of a shared group has a line for each
// account that paid; its usage is that of the first, so that it counts once.
//
// All amounts of an account's lines add up to what the entry's monetary
// postings add to it.
func AppendLines(lines []Line, e *engine.Entry) []Line {
	second := Second(e.Created())
	for i := range e.Accounts {
		c := &e.Accounts[i]
		l := Line{Entry: e, Owner: c.ID, Place: Place{second, e.Seq * partCount}}
		if i > 0 && e.Facts.About != nil {
			l.About = *e.Facts.About
		}
		m := moved(e, c)
		if l.ask(&m, i == 0) {
			lines = append(lines, l)
		}
		if m.over {
			lines = append(lines, l.beside(Expired, m.expired))
		}
		if !m.acted.IsZero() {
			lines = append(lines, l.beside(Acted, m.acted))
		}
	}
	return lines
}

// moves is what an entry does to the balances of one account.
type moves struct {
	any     bool          // of what was asked for
	inMoney bool          // some of it
	money   amount.Amount // added up
	units   amount.Amount // likewise, all types together
	tor     string        // of the first of these

	over    bool // something was left in balances that are over
	expired amount.Amount
	acted   amount.Amount // money that actions moved
}

func moved(e *engine.Entry, c *engine.AccountChange) (m moves) {
	for i := range c.Postings {
		if p := &c.Postings[i]; p.Expired {
			m.drop(p)
		} else {
			m.add(p, e.Acted(c.ID, p.UUID))
		}
	}
	return m
}

// drop adds what was left in a balance that is over.
func (m *moves) drop(p *engine.Posting) {
	if p.Delta.IsZero() {
		return
	}
	m.over = true
	if p.ToR == engine.Monetary {
		m.expired = m.expired.Add(p.Delta)
	}
}

// add adds a posting that actions had that part in.
func (m *moves) add(p *engine.Posting, acted amount.Amount) {
	asked := p.Delta.Sub(acted)
	some := !asked.IsZero()
	m.any = m.any || some
	switch {
	case p.ToR == engine.Monetary:
		m.inMoney = m.inMoney || some
		m.money, m.acted = m.money.Add(asked), m.acted.Add(acted)
	case some:
		m.units = m.units.Add(asked)
		if m.tor == "" {
			m.tor = p.ToR
		}
	}
}

// ask fills in what the command asked for, and tells whether that is a line:
// it moves balances, or it is usage that cost nothing.
func (l *Line) ask(m *moves, first bool) bool {
	e, f := l.Entry, &l.Entry.Facts
	l.Amount = m.money
	switch e.Op {
	case engine.OpCharge:
		l.Kind = usageKind(f.ToR)
		if first && f.Usage > 0 {
			l.Quantity, m.any = quantity(f.ToR, amount.FromInt(f.Usage)), true
		}
	case engine.OpDebit:
		if m.units.Sign() < 0 && !m.inMoney {
			l.Kind, l.Quantity = usageKind(m.tor), quantity(m.tor, m.units.Neg())
		} else {
			l.Kind = adjusted("debit")
		}
	case engine.OpTopUp:
		l.Kind = adjusted("credit")
	case engine.OpSet:
		l.Kind = adjusted("set")
	default:
		l.Kind = direction(m.money, m.units)
	}
	l.say(f)
	return m.any || f.UsageQuantity != nil
}

// say lets what the caller said count instead. Where a module made the line,
// all of its usage is what it said.
func (l *Line) say(f *engine.Facts) {
	if f.Source != "" {
		l.Source = f.Source
	}
	if f.UsageQuantity != nil {
		l.Quantity = *f.UsageQuantity
	}
	if f.UsageType != "" || f.Module != "" {
		l.Type = f.UsageType
	}
	if f.UsageUnit != "" || f.Module != "" {
		l.Unit = f.UsageUnit
	}
}

// beside returns another line of the same entry in the same ledger.
func (l *Line) beside(p Part, by amount.Amount) Line {
	other := Line{Entry: l.Entry, Owner: l.Owner, Place: l.Place, Kind: direction(by, amount.Amount{}), Amount: by}
	other.Number += uint64(p)
	if p == Expired {
		other.Kind = adjusted("debit")
	}
	return other
}
