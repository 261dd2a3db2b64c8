package engine

import (
	"slices"

	"github.com/google/uuid"

	"purser/engine/amount"
)

// Firing is a trigger that fired: why, and what its actions did. A command
// that makes one is journaled with it. Either all actions are done or, where
// Failed says why, none; a trigger whose actions failed stays as it was.
type Firing struct {
	Account   AccountID     `cbor:"1,keyasint"`
	GroupID   string        `cbor:"2,keyasint,omitempty"`
	UniqueID  string        `cbor:"3,keyasint,omitempty"`
	Type      string        `cbor:"4,keyasint"` // one of TriggerTypes
	ActionsID string        `cbor:"5,keyasint"`
	Balance   uuid.UUID     `cbor:"6,keyasint,omitzero"`  // that was looked at; zero for a counter
	BalanceID string        `cbor:"7,keyasint,omitempty"` // its name
	ToR       string        `cbor:"8,keyasint,omitempty"` // of the balance, or of what is counted
	Value     amount.Amount `cbor:"9,keyasint,omitzero"`  // of balance or counter, before the actions
	Threshold amount.Amount `cbor:"10,keyasint,omitzero"`
	Done      []ActionDone  `cbor:"11,keyasint,omitempty"`
	Failed    string        `cbor:"12,keyasint,omitempty"` // for people
}

// ActionDone is one action that was run.
type ActionDone struct {
	Type       string  `cbor:"1,keyasint"`           // one of ActionTypes
	Parameters string  `cbor:"2,keyasint,omitempty"` // the action's
	Moved      []Moved `cbor:"3,keyasint,omitempty"` // the balances that it changed, in the order of postings
}

// Moved is by how much an action changed a balance. It is a part of the
// entry's posting of that balance, which holds all that the command did to it.
type Moved struct {
	Balance uuid.UUID     `cbor:"1,keyasint"`
	Delta   amount.Amount `cbor:"2,keyasint,omitzero"`
}

// Acted returns how much of what the entry did to a balance was done by the
// actions of triggers. Actions that an operator ran are what was asked for.
func (e *Entry) Acted(account AccountID, balance uuid.UUID) (sum amount.Amount) {
	if e.Op == OpExecute {
		return sum
	}
	for i := range e.Fired {
		if e.Fired[i].Account != account {
			continue
		}
		for j := range e.Fired[i].Done {
			for _, m := range e.Fired[i].Done[j].Moved {
				if m.Balance == balance {
					sum = sum.Add(m.Delta)
				}
			}
		}
	}
	return sum
}

// firings counts the entries that triggers fired in, or an operator ran actions
// in, and the actions of them that ask for a notification.
func firings(entries []*Entry) (fired, notices int) {
	for _, e := range entries {
		if len(e.Fired) > 0 {
			fired++
		}
		for i := range e.Fired {
			for j := range e.Fired[i].Done {
				if e.Fired[i].Done[j].Notifies() {
					notices++
				}
			}
		}
	}
	return fired, notices
}

// cause is what a trigger looked at when it tripped.
type cause struct {
	balance *Balance // nil for a counter
	value   amount.Amount
}

// fire runs the actions of the triggers that the command has tripped so far.
// Actions may trip others; each trigger fires at most once in a command, the
// heaviest first. close calls it; what answers with the state after the actions
// calls it before. Source: cgrates-charging, sections 7 and 9 (10 and 11).
func (d *decision) fire() {
	for _, a := range d.drafts {
		if a.acc.Triggers == nil {
			continue
		}
		for _, t := range a.acc.Triggers.List {
			if t.Trigger.Type == BalanceExpired {
				a.dropExpired()
				break
			}
		}
		for more := true; more; {
			more = a.fireNext()
		}
	}
}

// fireNext fires the first trigger that has tripped and has not fired in this
// command, and tells whether there was one.
func (a *draft) fireNext() bool {
	list := a.acc.Triggers.List
	for _, i := range byWeight(list, func(t *AccountTrigger) amount.Amount { return t.Trigger.Weight }) {
		t := &list[i]
		if slices.Contains(a.fired, i) || !t.armed(a.d.cmd.At) {
			continue
		}
		if c, ok := a.tripped(i); ok {
			a.fired = append(a.fired, i)
			a.d.entry.Fired = append(a.d.entry.Fired, a.run(i, c))
			return true
		}
	}
	return false
}

// byWeight returns the positions of list, heaviest first, else in its order.
func byWeight[T any](list []T, weight func(*T) amount.Amount) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return weight(&list[y]).Cmp(weight(&list[x])) })
	return order
}

// armed tells whether the trigger may fire at that time.
func (t *AccountTrigger) armed(at Instant) bool {
	g := t.Trigger
	switch {
	case t.State.Executed:
		return false
	case !g.Activates.IsZero() && g.Activates.After(at.Time), !g.Expires.IsZero() && !g.Expires.After(at.Time):
		return false
	}
	return t.State.Last.IsZero() || at.Sub(t.State.Last.Time) >= g.MinSleep
}

// tripped tells whether the command has brought trigger i to its threshold,
// and by what.
func (a *draft) tripped(i int) (cause, bool) {
	t := &a.acc.Triggers.List[i]
	if counts, _ := t.Trigger.Counts(); counts {
		now := t.State.Count
		moved := a.change.Triggers == nil && now.Cmp(a.was.Triggers.List[i].State.Count) != 0
		return cause{value: now}, moved && t.Trigger.reached(now)
	}
	for j := range a.change.Postings {
		p := &a.change.Postings[j]
		if t.Trigger.Type == BalanceExpired {
			if b := a.expired(p); b != nil && t.Trigger.Balance.selects(b) {
				return cause{b, b.Value}, true
			}
			continue
		}
		k := a.acc.find(p.UUID)
		if k < 0 || p.Delta.IsZero() && !p.Made {
			continue
		}
		if b := &a.acc.Balances[k]; t.Trigger.Balance.selects(b) && t.Trigger.reached(b.Value) {
			return cause{b, b.Value}, true
		}
	}
	return cause{}, false
}

// expired returns the balance that a posting took away because it was over, as
// it was before the command; nil for any other posting.
func (a *draft) expired(p *Posting) *Balance {
	if !p.Expired || p.Made {
		return nil
	}
	return &a.was.Balances[a.was.find(p.UUID)]
}

// reached tells whether the value of a balance or counter is at the threshold.
func (t *ActionTrigger) reached(value amount.Amount) bool {
	switch t.Type {
	case MinBalance, MinEventCounter, MinBalanceCounter:
		return value.Cmp(t.Threshold) <= 0
	case MaxBalance, MaxEventCounter, MaxBalanceCounter:
		return value.Cmp(t.Threshold) >= 0
	}
	return false
}

// run runs the actions of trigger i, all or none, and returns what is to be
// journaled of it.
func (a *draft) run(i int, c cause) Firing {
	t := a.acc.Triggers.List[i]
	f := Firing{Account: a.acc.ID, GroupID: t.GroupID, UniqueID: t.Trigger.UniqueID, Type: t.Trigger.Type,
		ActionsID: t.Trigger.ActionsID, ToR: t.Trigger.Balance.ToR, Value: c.value, Threshold: t.Trigger.Threshold}
	if b := c.balance; b != nil {
		f.Balance, f.BalanceID, f.ToR = b.UUID, b.ID, b.ToR
	}
	was := a.snapshot()
	state := &a.editTriggers()[i].State // before the actions: one of them may reset it
	state.Executed, state.Last = !t.Trigger.Recurrent, a.d.cmd.At
	var err error
	if f.Done, err = a.act(t.Trigger.ActionsID); err != nil {
		a.restore(was)
		f.Failed = err.Error()
	}
	return f
}
