package crossbar

import (
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// checkReversals refuses a line that undoes another which is of another ledger, of the same direction, or less; whether
// it is undone already the engine knows. A line without an amount undoes all of the other.
// Source: ledgers-and-services, section 13.
func (rq *request) checkReversals(lines []*engine.PostLedger, in []form) error {
	if !slices.ContainsFunc(lines, func(c *engine.PostLedger) bool { return c.Facts.Reverses != "" }) {
		return nil
	}
	return rq.readLedger(rq.account, func(v *ledger.View) error {
		for i, c := range lines {
			if c.Facts.Reverses == "" {
				continue
			}
			undone, err := v.Get(c.Facts.Reverses)
			if err != nil {
				return err
			}
			in[i].reverse(c, undone)
		}
		return nil
	})
}

// reverse notes why c does not undo a line, nil for one that is not in the ledger.
func (f form) reverse(c *engine.PostLedger, undone *ledger.Listed) {
	wrong := fault{code: codeInvalid, value: c.Facts.Reverses}
	var most amount.Amount
	switch {
	case undone == nil:
		wrong.message = "There is no such line in this ledger"
	case isCredit(undone) == (c.Op == engine.OpTopUp):
		wrong.message = "A line is reversed by one of the opposite direction"
	default:
		most = undone.Amount.Abs()
	}
	switch {
	case wrong.message != "":
		f.reject("reverses", wrong)
	case !f.has("amount"):
		c.Amount = most
	case c.Amount.Cmp(most) > 0:
		f.reject("amount", fault{code: codeMaximum, message: "Value is more than what it reverses", target: most,
			value: c.Amount})
	}
}

// isCredit tells the direction of a line.
func isCredit(l *ledger.Listed) bool {
	return l.Amount.Sign() > 0 || l.Amount.IsZero() && l.Entry.Op == engine.OpTopUp
}
