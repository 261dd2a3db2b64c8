package engine

import (
	"fmt"
	"slices"

	"purser/engine/amount"
)

// AccountTriggers are the triggers of one account, in the order in which they
// were attached. They are immutable and shared by all states of the account.
type AccountTriggers struct {
	List []AccountTrigger `cbor:"1,keyasint,omitempty"`
}

// AccountTrigger is a trigger as it was when the account was given it, and how
// it stands: changing the definition later changes no account. Source:
// cgrates-charging, section 7.
type AccountTrigger struct {
	GroupID string         `cbor:"1,keyasint,omitempty"` // of the ActionTriggers that it came from
	Trigger *ActionTrigger `cbor:"2,keyasint"`           // shared, never changed
	State   TriggerState   `cbor:"3,keyasint"`
}

// TriggerState is what changes of an attached trigger.
type TriggerState struct {
	Executed bool          `cbor:"1,keyasint,omitempty"` // it fires no more until it is reset
	Last     Instant       `cbor:"2,keyasint,omitzero"`  // when it fired last; zero: never
	Count    amount.Amount `cbor:"3,keyasint,omitzero"`  // of a counter: units or money counted so far
}

// TriggerUpdate is the new state of one of an account's triggers. It is apart
// from the list because a counter moves with every charge.
type TriggerUpdate struct {
	Position int          `cbor:"1,keyasint"` // in the account's list, from 0
	State    TriggerState `cbor:"2,keyasint"`
}

// Watches returns the account's triggers; they must not be changed.
func (a *Account) Watches() []AccountTrigger {
	if a.Triggers == nil {
		return nil
	}
	return a.Triggers.List
}

// named tells whether t is of that group and of that ID; "" is any.
func (t *AccountTrigger) named(groupID, uniqueID string) bool {
	return (groupID == "" || t.GroupID == groupID) && (uniqueID == "" || t.Trigger.UniqueID == uniqueID)
}

// is tells whether t is the trigger of that ID of that group.
func (t *AccountTrigger) is(groupID, uniqueID string) bool {
	return t.GroupID == groupID && t.Trigger.UniqueID == uniqueID
}

// equal tells whether s and o say the same.
func (s *TriggerState) equal(o *TriggerState) bool {
	return s.Executed == o.Executed && s.Last.Equal(o.Last.Time) && s.Count.Cmp(o.Count) == 0
}

// foldTriggers returns the triggers after c of an account that had before.
func (c *AccountChange) foldTriggers(before *AccountTriggers) (*AccountTriggers, error) {
	next := before
	if c.Triggers != nil {
		if next = c.Triggers; len(next.List) == 0 {
			next = nil
		}
	}
	if len(c.TriggerUpdates) == 0 {
		return next, nil
	}
	updated := &AccountTriggers{}
	if next != nil {
		updated.List = slices.Clone(next.List)
	}
	for _, u := range c.TriggerUpdates {
		if u.Position < 0 || u.Position >= len(updated.List) {
			return nil, fmt.Errorf("trigger %d is updated, there are %d", u.Position, len(updated.List))
		}
		updated.List[u.Position].State = u.State
	}
	return updated, nil
}

// editTriggers makes the draft's list of triggers its own, to be changed in
// place. What was read before is not changed.
func (a *draft) editTriggers() []AccountTrigger {
	own := &AccountTriggers{List: slices.Clone(a.acc.Watches())}
	a.acc.Triggers = own
	return own.List
}

// setTriggers replaces the account's triggers.
func (a *draft) setTriggers(list []AccountTrigger) error {
	if most := a.d.rules.TriggersMax; len(list) > most {
		return refuse(CodeLimit, "account %s with %d triggers, at most %d", a.acc.ID, len(list), most)
	}
	a.acc.Triggers, a.change.Triggers, a.kept = &AccountTriggers{List: list}, &AccountTriggers{}, true
	return nil
}

// closeTriggers writes into the change what has become of the triggers.
func (a *draft) closeTriggers() {
	if a.change.Triggers != nil {
		a.change.Triggers = a.acc.Triggers
		return
	}
	if a.was == nil || a.acc.Triggers == a.was.Triggers {
		return
	}
	for i := range a.acc.Triggers.List {
		if now := &a.acc.Triggers.List[i].State; !now.equal(&a.was.Triggers.List[i].State) {
			a.change.TriggerUpdates = append(a.change.TriggerUpdates, TriggerUpdate{Position: i, State: *now})
			a.kept = true
		}
	}
}
