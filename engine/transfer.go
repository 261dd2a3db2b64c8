package engine

import (
	"slices"

	"purser/engine/amount"
)

// Transfer moves units between two balances of one tenant, in one entry with
// two legs of opposite sign. Source: cgrates-apier, section 9.5.
type Transfer struct {
	Source, Destination                   AccountID
	SourceBalanceID, DestinationBalanceID string
	Units                                 amount.Amount // negative moves back
	// Reference, where given, is the value that the destination is brought
	// to; Units is ignored then.
	Reference *amount.Amount
	Facts     Facts
}

func (c *Transfer) decide(d *decision) error {
	d.entry.Op = OpTransfer
	from, err := d.open(c.Source)
	if err != nil {
		return err
	}
	to, err := d.open(c.Destination)
	if err != nil {
		return err
	}
	if !from.existed || !to.existed {
		return refuse(CodeNothingDone, "transfer from %s to %s: no such account", c.Source, c.Destination)
	}
	source := slices.IndexFunc(from.acc.Balances, func(b Balance) bool {
		return b.ID == c.SourceBalanceID && !b.expired(d.cmd.At)
	})
	if source < 0 {
		return refuse(CodeNothingDone, "no balance %q in account %s", c.SourceBalanceID, c.Source)
	}
	tor := from.acc.Balances[source].ToR
	if err := d.rules.checkName("DestinationBalanceID", c.DestinationBalanceID); err != nil {
		return err
	}
	target := slices.IndexFunc(to.acc.Balances, func(b Balance) bool {
		return b.ToR == tor && b.ID == c.DestinationBalanceID
	})
	switch {
	case target < 0:
		if target, err = to.make(tor, c.DestinationBalanceID, nil); err != nil {
			return err
		}
	case to.acc.Balances[target].expired(d.cmd.At):
		return refuse(CodeNothingDone, "balance %q of %s is over", c.DestinationBalanceID, c.Destination)
	}
	units := c.Units
	if c.Reference != nil {
		units = c.Reference.Sub(to.acc.Balances[target].Value)
	}
	if units.IsZero() {
		return refuse(CodeNothingDone, "nothing to transfer")
	}
	from.add(source, units.Neg())
	to.add(target, units)
	payer := &from.acc.Balances[source]
	if units.Sign() < 0 {
		payer = &to.acc.Balances[target]
	}
	if payer.Value.Sign() < 0 && payer.ID != DefaultBalance {
		return refuse(CodeNothingDone, "balance %q holds less than %s", payer.ID, units.Abs())
	}
	from.dropExpired()
	to.dropExpired()
	return d.facts(c.Facts)
}
