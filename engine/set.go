package engine

import (
	"slices"

	"purser/engine/amount"
)

// SetBalances replaces values and attributes of balances of one account, one
// after the other. The first that is refused ends the list; what stood before
// it is done. Source: cgrates-apier, sections 8.2 and 9.3.
type SetBalances struct {
	Account AccountID
	Items   []SetItem
}

// SetItem is one balance to be set.
type SetItem struct {
	ToR    string
	Wanted Wanted
	Value  *amount.Amount // nil leaves the value
	Facts  Facts
}

func (c *SetBalances) decide(d *decision) error {
	d.entry.Op = OpSet
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	for i := range c.Items {
		before := a.snapshot()
		if err := c.Items[i].decide(a); err != nil {
			if i == 0 || CodeOf(err) == CodeInternal {
				return err
			}
			a.restore(before)
			d.result.Refused = asRefusal(err)
			break
		}
		a.keep()
	}
	a.dropExpired()
	return nil
}

func (c *SetItem) decide(a *draft) error {
	if err := c.apply(a); err != nil {
		return err
	}
	return a.d.facts(c.Facts)
}

// apply sets one balance: that of the UUID in any ToR, else the first of that
// ID in its ToR, else a new one.
func (c *SetItem) apply(a *draft) error {
	w := &c.Wanted
	if w.UUID == "" && w.name() == "" {
		return Missing("BalanceID or BalanceUUID")
	}
	if err := w.check(a.d); err != nil {
		return err
	}
	i := slices.IndexFunc(a.acc.Balances, func(b Balance) bool {
		if b.expired(a.d.cmd.At) {
			return false
		}
		if w.UUID != "" {
			return b.UUID.String() == w.UUID
		}
		return b.ToR == c.ToR && b.ID == w.name()
	})
	isDefault := w.name() == DefaultBalance || i >= 0 && w.ID == nil && a.acc.Balances[i].ID == DefaultBalance
	switch {
	case i < 0 && w.UUID != "":
		return refuse(CodeNothingDone, "no balance %s in account %s", w.UUID, a.acc.ID)
	case i < 0 && isDefault && c.Value == nil:
		return nil // a *default without value is nothing to make
	case i < 0:
		var err error
		if i, err = a.make(c.ToR, w.name(), nil); err != nil {
			return err
		}
	}
	if isDefault {
		a.describe(i, w.ID, nil)
	} else {
		a.describe(i, w.ID, w.over(a.acc.Balances[i].With()))
	}
	if c.Value != nil {
		a.add(i, c.Value.Sub(a.acc.Balances[i].Value))
	}
	return nil
}

// asRefusal returns err as an Error that an entry can carry.
func asRefusal(err error) *Error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // refusals of decide are never wrapped
		return e
	}
	return refuse(CodeInternal, "%v", err)
}

// check refuses wishes that could not be stored or name what is not there.
func (w *Wanted) check(d *decision) error {
	if err := d.rules.checkName("ID", w.name()); err != nil {
		return err
	}
	if w.RatingSubject != nil {
		if err := d.rules.checkName("RatingSubject", *w.RatingSubject); err != nil {
			return err
		}
	}
	for _, set := range []*Names{w.DestinationIDs, w.Categories, w.SharedGroups, w.TimingIDs} {
		if set == nil {
			continue
		}
		if err := d.rules.checkNames(*set); err != nil {
			return err
		}
	}
	if w.SharedGroups != nil {
		for _, n := range *w.SharedGroups {
			if len(d.state.GroupMembers(n.ID)) >= d.rules.MembersMax {
				return refuse(CodeLimit, "shared group %q has %d members, the most allowed", n.ID, d.rules.MembersMax)
			}
		}
	}
	if w.Factors != nil {
		if err := d.rules.checkFactors(*w.Factors); err != nil {
			return err
		}
	}
	if w.TimingIDs != nil {
		for _, n := range *w.TimingIDs {
			if _, ok := d.state.Timing(n.ID); !ok && n.ID != anyTiming {
				return refuse(CodeNotFound, "timing %q", n.ID)
			}
		}
	}
	return nil
}

// checkNames refuses a set that could not be stored.
func (r *Rules) checkNames(set Names) error {
	if len(set) > namesMax {
		return refuse(CodeLimit, "a set of %d names, at most %d", len(set), namesMax)
	}
	for _, n := range set {
		if err := r.checkName("ID in a list", n.ID); err != nil {
			return err
		}
	}
	return nil
}

// checkFactors refuses factors that would make usage add units.
func (r *Rules) checkFactors(factors []Factor) error {
	if len(factors) > namesMax {
		return refuse(CodeLimit, "%d factors, at most %d", len(factors), namesMax)
	}
	for _, f := range factors {
		if err := r.checkName("Factors", f.Name); err != nil {
			return err
		}
		if f.Value.Sign() < 0 {
			return &Error{Code: CodeInvalid, Fields: []string{"Factors"}, Text: f.Name + " is negative"}
		}
	}
	return nil
}

// namesMax bounds each set of a balance: destinations, categories, shared
// groups, timings, factors.
const namesMax = 256
