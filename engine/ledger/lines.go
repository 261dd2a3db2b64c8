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
		m := moved(c)
		asked := l.ask(&m, i == 0)
		if asked {
			lines = append(lines, l)
		}
		if m.over {
			lines = append(lines, l.beside(Expired, m.expired))
		}
		if rest := m.money.Sub(l.Amount); asked && !rest.IsZero() {
			lines = append(lines, l.beside(Acted, rest))
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
}

func moved(c *engine.AccountChange) (m moves) {
	for i := range c.Postings {
		switch p := &c.Postings[i]; {
		case p.Delta.IsZero():
		case p.Expired:
			m.over = true
			if p.ToR == engine.Monetary {
				m.expired = m.expired.Add(p.Delta)
			}
		case p.ToR == engine.Monetary:
			m.any, m.inMoney = true, true
			m.money = m.money.Add(p.Delta)
		default:
			m.any = true
			m.units = m.units.Add(p.Delta)
			if m.tor == "" {
				m.tor = p.ToR
			}
		}
	}
	return m
}

// ask fills in what the command asked for, and tells whether that is a line:
// it moves balances, or it is usage that cost nothing.
func (l *Line) ask(m *moves, first bool) bool {
	e, f := l.Entry, &l.Entry.Facts
	l.Amount = m.money
	switch e.Op {
	case engine.OpCharge:
		l.charge(m, first)
		if first && f.Usage > 0 {
			m.any = true
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
	if (e.Op == engine.OpDebit || e.Op == engine.OpTopUp) && !f.Cost.IsZero() {
		l.Amount = f.Cost.Neg() // without what actions gave meanwhile
	}
	l.say(f)
	return m.any || f.UsageQuantity != nil
}

// charge is ask for a charge: what it cost, and not what the actions of
// triggers gave meanwhile. Which of several payers got that nobody can tell.
func (l *Line) charge(m *moves, first bool) {
	f := &l.Entry.Facts
	l.Kind = usageKind(f.ToR)
	if first {
		l.Quantity = quantity(f.ToR, amount.FromInt(f.Usage))
	}
	if !f.Cost.IsZero() && len(l.Entry.Accounts) == 1 {
		l.Amount = f.Cost.Neg()
	} else if m.money.Sign() > 0 {
		l.Amount = amount.Amount{} // a charge adds nothing
	}
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
