package engine

import (
	"github.com/google/uuid"

	"purser/engine/amount"
)

// Refund gives back what charges took, to the balances that they took it from,
// and never more than charges have taken from a balance and not given back.
// With Rounding it charges instead: what rounding a cost added.
// Source: cgrates-charging, section 2.5 (RefundIncrements, RefundRounding);
// section 9 item 14.
type Refund struct {
	Account  AccountID // whose account is the answer
	Items    []RefundItem
	Rounding bool
	Facts    Facts
}

// RefundItem is what one balance gets back. What is not there any more, the
// account or the balance, is left out.
type RefundItem struct {
	Account AccountID
	Balance uuid.UUID
	Money   bool // a money balance, else one of units
	Value   amount.Amount
}

func (c *Refund) decide(d *decision) error {
	d.entry.Op = OpRefund
	if len(c.Items) > d.rules.RefundItemsMax {
		return refuse(CodeLimit, "%d increments, at most %d", len(c.Items), d.rules.RefundItemsMax)
	}
	var answer *draft
	for i := range c.Items {
		item := &c.Items[i]
		if item.Value.Sign() < 0 && !c.Rounding {
			return &Error{Code: CodeInvalid, Fields: []string{"Increments"}, Text: "a refund below 0"}
		}
		a, err := d.open(item.Account)
		if err != nil {
			return err
		}
		if !a.existed {
			continue
		}
		if item.Account == c.Account {
			answer = a
		}
		if err := c.give(a, item); err != nil {
			return err
		}
	}
	if answer != nil {
		after := answer.acc
		d.result.Account = &after
	}
	return d.facts(c.Facts)
}

// give makes one item's refund, or charges its rounding.
func (c *Refund) give(a *draft, item *RefundItem) error {
	k := a.acc.find(item.Balance)
	if k < 0 || (a.acc.Balances[k].ToR == Monetary) != item.Money {
		return nil
	}
	taken := item.Value
	if !c.Rounding {
		taken = taken.Neg()
	}
	b := &a.acc.Balances[k]
	if b.Charged.Add(taken).Sign() < 0 {
		return refuse(CodeRefund, "balance %q of %s: %s, charges took %s from it", b.ID, a.acc.ID, item.Value, b.Charged)
	}
	a.charge(k, taken)
	return nil
}
