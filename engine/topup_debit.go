package engine

import "purser/engine/amount"

// Adjust raises (OpTopUp) or lowers (OpDebit) the balances of a ToR that
// Wanted selects, each by the full Value, and makes one when there is none.
// It never refuses for lack of funds. Source: cgrates-apier, section 8.1.
type Adjust struct {
	Op        Op // OpTopUp or OpDebit
	Account   AccountID
	ToR       string
	Wanted    Wanted
	Value     amount.Amount // >= 0
	Overwrite bool          // the balances count as 0 before
	Facts     Facts
}

func (c *Adjust) decide(d *decision) error {
	d.entry.Op = c.Op
	if c.Value.Sign() < 0 {
		return &Error{Code: CodeInvalid, Fields: []string{"Value"}, Text: "negative"}
	}
	if err := c.Wanted.check(d); err != nil {
		return err
	}
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	if err := c.apply(a); err != nil {
		return err
	}
	a.keep()
	a.kept = a.kept || c.Facts.UsageQuantity != nil // usage that costs nothing is a line too
	a.dropExpired()
	return d.facts(c.Facts)
}

// apply changes the balances of a, or makes one.
func (c *Adjust) apply(a *draft) error {
	hit := false
	for i := range a.acc.Balances {
		b := &a.acc.Balances[i]
		if b.ToR == c.ToR && !b.expired(a.d.cmd.At) && c.Wanted.selects(b) {
			c.adjust(a, i)
			hit = true
		}
	}
	if !hit {
		i, err := a.make(c.ToR, c.Wanted.name(), c.attributes())
		if err != nil {
			return err
		}
		c.adjust(a, i)
	}
	return nil
}

func (c *Adjust) adjust(a *draft, i int) {
	delta := c.Value
	if c.Op == OpDebit {
		delta = delta.Neg()
	}
	if c.Overwrite {
		delta = delta.Sub(a.acc.Balances[i].Value)
	}
	a.add(i, delta)
}

// attributes returns those of a balance that is made; a *default has none.
func (c *Adjust) attributes() *Attributes {
	if c.Wanted.name() == DefaultBalance {
		return nil
	}
	return c.Wanted.over(noAttributes)
}
