package crossbar

import (
	"time"

	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
)

// accountTriggerDoc is a trigger of the account.
type accountTriggerDoc struct {
	Group     string        `json:"group,omitzero"`
	Trigger   string        `json:"trigger"`
	Type      string        `json:"type"`
	Threshold amount.Amount `json:"threshold"`
	Actions   string        `json:"actions"` // their ID
	triggerStateDoc
}

// triggerUpdateDoc is the new state of the account's trigger at a position, counted from 0.
type triggerUpdateDoc struct {
	Position int `json:"position"`
	triggerStateDoc
}

type triggerStateDoc struct {
	Executed bool          `json:"executed"`
	Last     time.Time     `json:"last,omitzero"` // when it fired
	Count    amount.Amount `json:"count"`
}

func newTriggerStateDoc(s engine.TriggerState) triggerStateDoc {
	return triggerStateDoc{s.Executed, s.Last.Time, s.Count}
}

func newTriggerDocs(triggers *engine.AccountTriggers) *[]accountTriggerDoc {
	docs := []accountTriggerDoc{}
	for _, t := range triggers.List {
		docs = append(docs, accountTriggerDoc{t.GroupID, t.Trigger.UniqueID, t.Trigger.Type, t.Trigger.Threshold,
			t.Trigger.ActionsID, newTriggerStateDoc(t.State)})
	}
	return &docs
}

// firingDoc is a trigger that fired, or actions that an operator ran. The parameters of actions are not shown: the
// address of a notification may have a key in it.
type firingDoc struct {
	Group     string        `json:"group,omitzero"`
	Trigger   string        `json:"trigger,omitzero"`
	Type      string        `json:"type,omitzero"`
	ToR       string        `json:"balance_type,omitzero"`
	Balance   uuid.UUID     `json:"balance_uuid,omitzero"` // none for a counter
	Value     amount.Amount `json:"value"`                 // of balance or counter, before the actions
	Threshold amount.Amount `json:"threshold"`
	Actions   string        `json:"actions"`         // their ID
	Failed    string        `json:"failed,omitzero"` // why none of them was done
	Moved     []movedDoc    `json:"moved"`           // by all actions; part of the postings
}

type movedDoc struct {
	Balance uuid.UUID     `json:"balance_uuid"`
	Delta   amount.Amount `json:"delta"`
}

func newFiringDoc(f *engine.Firing) firingDoc {
	doc := firingDoc{Group: f.GroupID, Trigger: f.UniqueID, Type: f.Type, ToR: f.ToR, Balance: f.Balance,
		Value: f.Value, Threshold: f.Threshold, Actions: f.ActionsID, Failed: f.Failed, Moved: []movedDoc{}}
	for i := range f.Done {
		for _, m := range f.Done[i].Moved {
			doc.Moved = append(doc.Moved, movedDoc(m))
		}
	}
	return doc
}
