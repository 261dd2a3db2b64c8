package engine

import (
	"slices"

	"purser/engine/amount"
)

// PostLedger credits (OpTopUp) or debits (OpDebit) an account of the tree in
// money, as clients of the REST face do: on its balance Rules.LedgerBalance,
// which is made on first use and may go below zero. Refusals: CodeNotFound
// (account), CodeInvalid (amount below zero), CodeExists (Facts.Unique, see
// Error.Entry), CodeInsufficientCredit (Rules.LedgerDenyNegative).
// Source: ledgers-and-services, 4.7 and 5.6.
type PostLedger struct {
	Op      Op // OpTopUp or OpDebit
	Account HexID
	Amount  amount.Amount // >= 0; 0 makes a line all the same
	Facts   Facts         // all but About

	// Reseller does the same to the account's nearest reseller, in the same
	// entry: a line in its ledger that is about the account.
	Reseller bool
}

func (c *PostLedger) decide(d *decision) error {
	d.entry.Op = c.Op
	if c.Amount.Sign() < 0 {
		return &Error{Code: CodeInvalid, Fields: []string{"amount"}, Text: "negative"}
	}
	m, err := d.member(c.Account)
	if err != nil {
		return err
	}
	if err := d.facts(c.Facts); err != nil {
		return err
	}
	delta := c.Amount
	if c.Op == OpDebit {
		delta = delta.Neg()
	}
	if err := d.postMoney(m.Account.ID, delta); err != nil || !c.Reseller {
		return err
	}
	seller, err := Tree{d.state}.Reseller(m)
	if err != nil || seller.ID == m.ID {
		return err
	}
	d.entry.Facts.About = &AccountName{ID: m.ID.String(), Name: m.Name}
	return d.postMoney(seller.Account.ID, delta)
}

// postMoney adds delta to the ledger balance of an account, and the account to
// the entry also where that is nothing.
func (d *decision) postMoney(id AccountID, delta amount.Amount) error {
	a, err := d.open(id)
	if err != nil {
		return err
	}
	a.kept = true
	before := amount.Amount{}
	if a.existed {
		before = a.was.money()
	}
	d.result.Before = append(d.result.Before, before)
	if delta.IsZero() {
		return nil
	}
	i := slices.IndexFunc(a.acc.Balances, func(b Balance) bool {
		return b.ToR == Monetary && b.ID == d.rules.LedgerBalance && !b.expired(d.cmd.At)
	})
	if i < 0 {
		if i, err = a.make(Monetary, d.rules.LedgerBalance, nil); err != nil {
			return err
		}
	}
	a.add(i, delta)
	a.dropExpired()
	if left := a.acc.money(); d.rules.LedgerDenyNegative && delta.Sign() < 0 && left.Sign() < 0 {
		d.tooLittle = refuse(CodeInsufficientCredit, "account %s would have %s", id, left)
	}
	return nil
}

// money returns the sum of the account's money balances.
func (a *Account) money() (sum amount.Amount) {
	for i := range a.Balances {
		if a.Balances[i].ToR == Monetary {
			sum = sum.Add(a.Balances[i].Value)
		}
	}
	return sum
}
