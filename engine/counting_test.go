package engine

import "purser/engine/amount"

// Counting takes units from a balance and counts them, as a charge does.
type Counting struct {
	Account               AccountID
	ToR                   string
	Category, Destination string
	Used                  amount.Amount
	BalanceID             string // that pays; "" for none
}

func (c *Counting) decide(d *decision) error {
	d.entry.Op = OpCharge
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	var payer *Balance
	for i := range a.acc.Balances {
		if b := &a.acc.Balances[i]; b.ID == c.BalanceID && c.BalanceID != "" {
			a.add(i, c.Used.Neg())
			payer = b
		}
	}
	a.count(c.ToR, c.Category, c.Destination, c.Used, payer)
	return nil
}
