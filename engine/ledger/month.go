package ledger

import (
	"slices"
	"strings"

	"purser/engine"
	"purser/engine/amount"
)

// Summary is a month of a ledger: its lines, and what was carried over from
// the months before. Source: ledgers-and-services 4.6, 5.7.
type Summary struct {
	Sums     []Sum   // by source, the rollover among them
	Accounts []Group // likewise, by the account that lines are about, last id first

	Opening, Closing amount.Amount // the balance before the month and behind it
}

// Month returns the summary of a month.
func (v *View) Month(m Month) (*Summary, error) {
	sums, err := v.Sums(m.Window())
	if err != nil {
		return nil, err
	}
	groups, err := v.Accounts(m.Window())
	if err != nil {
		return nil, err
	}
	s := &Summary{Sums: sums, Accounts: groups}
	rolled, ok, err := v.Rollover(m)
	if err != nil {
		return nil, err
	}
	if ok {
		s.Opening = rolled.Amount
		s.carry(v.Self)
	}
	s.Closing = s.Opening
	for i := range sums {
		s.Closing = s.Closing.Add(sums[i].Amount)
	}
	slices.Reverse(s.Accounts)
	return s, nil
}

// carry puts the rollover into the sums and into the owner's group.
func (s *Summary) carry(self engine.AccountName) {
	s.Sums = withRollover(s.Sums, s.Opening)
	at, ok := slices.BinarySearchFunc(s.Accounts, self.ID, compareAbout)
	if !ok {
		s.Accounts = slices.Insert(s.Accounts, at, Group{About: self})
	}
	g := &s.Accounts[at]
	g.Sums, g.Total = withRollover(g.Sums, s.Opening), g.Total.Add(s.Opening)
}

func compareAbout(g Group, id string) int { return strings.Compare(g.About.ID, id) }

// withRollover returns the sums with that of the rollover at its place.
func withRollover(sums []Sum, opening amount.Amount) []Sum {
	at, _ := slices.BinarySearchFunc(sums, RolloverName, func(s Sum, name string) int {
		return strings.Compare(s.Source, name)
	})
	return slices.Insert(slices.Clone(sums), at, Sum{Source: RolloverName, Amount: opening})
}

// Rollover is the balance that a month began with. No line is written for it:
// it is shown as one, created in the month's first second.
// Source: ledgers-and-services 4.6.
type Rollover struct {
	Month  Month
	Amount amount.Amount
}

// ID returns the rollover's id as a line.
func (r Rollover) ID() string { return r.Month.String() + "-ledgers_monthly_rollover" }

// Rollover returns that of a month; there is none before a month with lines.
func (v *View) Rollover(m Month) (r Rollover, ok bool, err error) {
	sums, err := v.before(Place{Created: m.First()})
	return Rollover{m, sums.total()}, sums.count() > 0, err
}

// Rollovers returns up to limit rollovers of the months that began within a
// window, the newest first. The window must end at or before now: months to
// come have none yet.
func (v *View) Rollovers(w Window, limit int) ([]Rollover, error) {
	var all []Rollover
	if v.Book.Empty() {
		return nil, nil
	}
	for m := MonthOf(min(w.To, lastSecond)); m.First() >= w.From && len(all) < limit; m-- {
		r, ok, err := v.Rollover(m)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		all = append(all, r)
	}
	return all, nil
}
