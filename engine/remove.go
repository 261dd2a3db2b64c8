package engine

// RemoveBalances takes the balances of a ToR away that Wanted selects,
// expired ones included. Source: cgrates-apier, section 8.5.
type RemoveBalances struct {
	Account AccountID
	ToR     string
	Wanted  Wanted
	Facts   Facts
}

func (c *RemoveBalances) decide(d *decision) error {
	d.entry.Op = OpRemove
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	if !a.existed {
		return refuse(CodeNotFound, "account %s", c.Account)
	}
	if err := c.Wanted.check(d); err != nil {
		return err
	}
	if !c.apply(a) {
		return refuse(CodeNothingDone, "account %s has no such %s balance", c.Account, c.ToR)
	}
	return d.facts(c.Facts)
}

// apply takes the balances away and tells whether there were any.
func (c *RemoveBalances) apply(a *draft) (removed bool) {
	for i := len(a.acc.Balances) - 1; i >= 0; i-- {
		if b := &a.acc.Balances[i]; b.ToR == c.ToR && c.Wanted.selects(b) {
			a.remove(i, false)
			removed = true
		}
	}
	return removed
}
