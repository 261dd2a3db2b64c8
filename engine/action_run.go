package engine

import (
	"fmt"
	"slices"

	"purser/engine/amount"
)

// act runs the actions of that ID on the account, the heaviest first, and
// returns what each did. After an error the caller takes the draft back to
// where it was: actions are done all or not at all.
func (a *draft) act(actionsID string) ([]ActionDone, error) {
	list, ok := a.d.state.Actions(actionsID)
	if !ok {
		return nil, refuse(CodeNotFound, "actions %q", actionsID)
	}
	done := make([]ActionDone, 0, len(list))
	for _, i := range byWeight(list, (*Action).weight) {
		before := slices.Clone(a.change.Postings)
		if err := list[i].run(a); err != nil {
			return nil, fmt.Errorf("action %d, %s: %w", i+1, list[i].Type, err)
		}
		moved, err := a.movedSince(before)
		if err != nil {
			return nil, fmt.Errorf("action %d, %s: %w", i+1, list[i].Type, err)
		}
		done = append(done, ActionDone{Type: list[i].Type, Parameters: list[i].Parameters, Moved: moved})
	}
	return done, nil
}

// movedSince returns by how much the account's balances have changed since the
// postings were those before. An amount out of range is an error here, so that
// it undoes the actions and not the command.
func (a *draft) movedSince(before []Posting) ([]Moved, error) {
	var moved []Moved
	for i := range a.change.Postings { // postings are only ever added behind the others
		p := &a.change.Postings[i]
		delta := p.Delta
		if i < len(before) {
			delta = delta.Sub(before[i].Delta)
		}
		if delta.IsZero() {
			continue
		}
		if err := p.check(a.change.ID); err != nil {
			return nil, err
		}
		moved = append(moved, Moved{Balance: p.UUID, Delta: delta})
	}
	return moved, nil
}

// run does x to the account.
func (x *Action) run(a *draft) error {
	switch x.Type {
	case ActionTopUp:
		return x.adjust(a, OpTopUp, false)
	case ActionTopUpReset:
		return x.adjust(a, OpTopUp, true)
	case ActionDebit:
		return x.adjust(a, OpDebit, false)
	case ActionDebitReset:
		return x.adjust(a, OpDebit, true)
	case ActionSetBalance:
		w, err := x.Balance.wanted(a.d)
		if err != nil {
			return err
		}
		return (&SetItem{ToR: x.Balance.ToR, Wanted: w, Value: &x.Balance.Units}).apply(a)
	case ActionRemoveBalance: // none to remove is as good as removed
		w, err := x.Balance.wanted(a.d)
		if err != nil {
			return err
		}
		(&RemoveBalances{ToR: x.Balance.ToR, Wanted: w}).apply(a)
	case ActionDisableAccount:
		a.setDisabled(true)
	case ActionEnableAccount:
		a.setDisabled(false)
	case ActionAllowNegative:
		a.setNegative(true)
	case ActionDenyNegative:
		a.setNegative(false)
	case ActionResetTriggers:
		a.resetTriggers(func(s *TriggerState) { s.Executed = false })
	case ActionResetCounters:
		a.resetTriggers(func(s *TriggerState) { s.Count = amount.Amount{} })
	}
	return nil // the others say something to somebody: the entry does, or who follows the journal
}

func (x *Action) adjust(a *draft, op Op, overwrite bool) error {
	w, err := x.Balance.wanted(a.d)
	if err != nil {
		return err
	}
	c := Adjust{Op: op, ToR: x.Balance.ToR, Wanted: w, Value: x.Balance.Units, Overwrite: overwrite}
	return c.apply(a)
}

// wanted returns the balance that is described; its expiry counts from the
// time of the command.
func (b *ActionBalance) wanted(d *decision) (Wanted, error) {
	w := b.Attributes.wanted()
	if b.ID != "" {
		w.ID = &b.ID
	}
	if b.Expires != "" {
		expires, ok := ParseExpiry(b.Expires, d.cmd.At)
		if !ok {
			return w, &Error{Code: CodeInvalid, Fields: []string{"ExpiryTime"}, Text: b.Expires}
		}
		w.Expires = &expires
	}
	return w, w.check(d)
}

// wanted returns a wish for the attributes that are not zero.
func (a *Attributes) wanted() Wanted {
	var w Wanted
	wish(&w.Expires, &a.Expires, a.Expires.IsZero())
	wish(&w.Weight, &a.Weight, a.Weight.IsZero())
	wish(&w.DestinationIDs, &a.DestinationIDs, len(a.DestinationIDs) == 0)
	wish(&w.Categories, &a.Categories, len(a.Categories) == 0)
	wish(&w.SharedGroups, &a.SharedGroups, len(a.SharedGroups) == 0)
	wish(&w.TimingIDs, &a.TimingIDs, len(a.TimingIDs) == 0)
	wish(&w.RatingSubject, &a.RatingSubject, a.RatingSubject == "")
	wish(&w.Disabled, &a.Disabled, !a.Disabled)
	wish(&w.Blocker, &a.Blocker, !a.Blocker)
	wish(&w.Factors, &a.Factors, len(a.Factors) == 0)
	return w
}

func wish[T any](field **T, value *T, none bool) {
	if !none {
		*field = value
	}
}

func (a *draft) setDisabled(v bool) {
	if a.acc.Disabled != v {
		a.acc.Disabled, a.change.Disabled, a.kept = v, &v, true
	}
}

func (a *draft) setNegative(v bool) {
	if a.acc.AllowNegative != v {
		a.acc.AllowNegative, a.change.AllowNegative, a.kept = v, &v, true
	}
}

// resetTriggers changes the state of all of the account's triggers.
func (a *draft) resetTriggers(change func(*TriggerState)) {
	list := a.editTriggers()
	for i := range list {
		change(&list[i].State)
	}
}

// ExecuteActions runs actions on an account at once, without a trigger. The
// first that fails undoes all.
type ExecuteActions struct {
	Account   AccountID
	ActionsID string
}

func (c *ExecuteActions) decide(d *decision) error {
	d.entry.Op = OpExecute
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	if !a.existed {
		return refuse(CodeNotFound, "account %s", c.Account)
	}
	done, err := a.act(c.ActionsID)
	if err != nil {
		return err
	}
	a.dropExpired()
	a.kept = true
	d.entry.Fired = append(d.entry.Fired, Firing{Account: c.Account, ActionsID: c.ActionsID, Done: done})
	return nil
}
