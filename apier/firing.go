package apier

import (
	"time"

	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
)

// firing is a trigger that fired, as the journal shows it.
type firing struct {
	Tenant    string        `json:"tenant"`
	Account   string        `json:"account"`
	Group     string        `json:"group,omitzero"`
	Trigger   string        `json:"trigger,omitzero"`
	Type      string        `json:"type,omitzero"`
	Balance   *uuid.UUID    `json:"balance,omitzero"` // none for a counter
	BalanceID string        `json:"balance_id,omitzero"`
	ToR       string        `json:"tor,omitzero"`
	Value     amount.Amount `json:"value"`
	Threshold amount.Amount `json:"threshold"`
	Actions   string        `json:"actions"` // their ID
	Done      []actionDone  `json:"done,omitzero"`
	Failed    string        `json:"failed,omitzero"`
}

type actionDone struct {
	Type       string  `json:"type"`
	Parameters string  `json:"parameters,omitzero"`
	Moved      []moved `json:"moved,omitzero"`
}

type moved struct {
	Balance uuid.UUID     `json:"balance"`
	Delta   amount.Amount `json:"delta"`
}

func shapeFiring(f *engine.Firing) firing {
	shown := firing{
		Tenant: f.Account.Tenant, Account: f.Account.Account, Group: f.GroupID, Trigger: f.UniqueID, Type: f.Type,
		Balance: unlessZero(f.Balance), BalanceID: f.BalanceID, ToR: f.ToR, Value: f.Value, Threshold: f.Threshold,
		Actions: f.ActionsID, Failed: f.Failed,
	}
	for i := range f.Done {
		x := &f.Done[i]
		done := actionDone{Type: x.Type, Parameters: x.Parameters}
		for _, m := range x.Moved {
			done.Moved = append(done.Moved, moved(m))
		}
		shown.Done = append(shown.Done, done)
	}
	return shown
}

// entryTrigger is a trigger of an account, as the journal shows it.
type entryTrigger struct {
	Group     string        `json:"group,omitzero"`
	Trigger   string        `json:"trigger"`
	Type      string        `json:"type"`
	Threshold amount.Amount `json:"threshold"`
	Actions   string        `json:"actions"`
	triggerState
}

// triggerUpdate is the new state of the account's trigger at a position, counted from 0.
type triggerUpdate struct {
	Position int `json:"position"`
	triggerState
}

type triggerState struct {
	Executed bool          `json:"executed,omitzero"`
	Last     time.Time     `json:"last,omitzero"`
	Count    amount.Amount `json:"count,omitzero"`
}

func shapeTriggerState(s *engine.TriggerState) triggerState {
	return triggerState{Executed: s.Executed, Last: s.Last.Time, Count: s.Count}
}

// shapeTriggers shows what c does to the account's triggers.
func (shown *accountChange) shapeTriggers(c *engine.AccountChange) {
	if c.Triggers != nil {
		list := make([]entryTrigger, len(c.Triggers.List))
		for i := range c.Triggers.List {
			t := &c.Triggers.List[i]
			list[i] = entryTrigger{Group: t.GroupID, Trigger: t.Trigger.UniqueID, Type: t.Trigger.Type,
				Threshold: t.Trigger.Threshold, Actions: t.Trigger.ActionsID, triggerState: shapeTriggerState(&t.State)}
		}
		shown.Triggers = &list
	}
	for i := range c.TriggerUpdates {
		u := &c.TriggerUpdates[i]
		shown.TriggerUpdates = append(shown.TriggerUpdates,
			triggerUpdate{Position: u.Position, triggerState: shapeTriggerState(&u.State)})
	}
}
