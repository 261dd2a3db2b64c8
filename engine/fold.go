package engine

import (
	"fmt"
	"slices"
)

// Fold returns the account after c, which an entry of the given time makes to
// it, and nil when c removes it. a is the account before, nil when there was
// none, and is not changed. An error means that a is not the account that c
// was decided on: postings that do not chain, a balance that is not there.
func (c *AccountChange) Fold(a *Account, at Instant) (*Account, error) {
	if (a == nil) != c.Made {
		return nil, fmt.Errorf("fold: account %s: made %t, was there %t", c.ID, c.Made, a != nil)
	}
	next := &Account{ID: c.ID, Updated: at}
	if a != nil {
		next.AllowNegative, next.Disabled = a.AllowNegative, a.Disabled
		next.Profile, next.Triggers = a.Profile, a.Triggers
		next.Balances = make([]Balance, len(a.Balances), len(a.Balances)+c.made())
		copy(next.Balances, a.Balances)
	}
	for i := range c.Postings {
		if err := c.Postings[i].fold(next); err != nil {
			return nil, fmt.Errorf("fold: account %s: %w", c.ID, err)
		}
	}
	var err error
	if next.Triggers, err = c.foldTriggers(next.Triggers); err != nil {
		return nil, fmt.Errorf("fold: account %s: %w", c.ID, err)
	}
	if c.AllowNegative != nil {
		next.AllowNegative = *c.AllowNegative
	}
	if c.Disabled != nil {
		next.Disabled = *c.Disabled
	}
	if c.Profile != nil {
		next.Profile = c.Profile
	}
	if c.Removed {
		if len(next.Balances) > 0 {
			return nil, fmt.Errorf("fold: account %s is removed and has balances", c.ID)
		}
		return nil, nil
	}
	return next, nil
}

// made returns how many balances c makes. Accounts live long in memory: room
// for more than these would be kept for nothing.
func (c *AccountChange) made() int {
	n := 0
	for i := range c.Postings {
		if c.Postings[i].Made {
			n++
		}
	}
	return n
}

// fold makes the posting's change to an account that nobody else sees yet.
func (p *Posting) fold(a *Account) error {
	i := a.find(p.UUID)
	if p.Made {
		if i >= 0 {
			return fmt.Errorf("balance %s is made and is there", p.UUID)
		}
		a.Balances = append(a.Balances, Balance{UUID: p.UUID, ToR: p.ToR})
		i = len(a.Balances) - 1
	}
	if i < 0 {
		return fmt.Errorf("balance %s is not there", p.UUID)
	}
	b := &a.Balances[i]
	if b.Value.Add(p.Delta).Cmp(p.After) != 0 || b.ToR != p.ToR {
		return fmt.Errorf("balance %s: %s %s + %s is not %s %s", p.UUID, b.Value, b.ToR, p.Delta, p.After, p.ToR)
	}
	if p.Removed {
		if !p.After.IsZero() {
			return fmt.Errorf("balance %s is removed with %s in it", p.UUID, p.After)
		}
		a.Balances = slices.Delete(a.Balances, i, i+1)
		return nil
	}
	b.ID, b.Value, b.Charged = p.ID, p.After, b.Charged.Add(p.Charged)
	if p.Attributes != nil {
		b.Attributes = p.Attributes
	}
	return nil
}
