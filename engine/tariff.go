package engine

import (
	"fmt"
	"maps"
	"slices"
)

// TariffChange sets or removes definitions. Each is whole: there is no change
// of a part of one.
type TariffChange struct {
	Actions         []Actions        `cbor:"1,keyasint,omitempty"`
	Triggers        []ActionTriggers `cbor:"2,keyasint,omitempty"`
	RemovedActions  []string         `cbor:"3,keyasint,omitempty"`
	RemovedTriggers []string         `cbor:"4,keyasint,omitempty"`
}

// Tariffs is the folded state of all definitions. It is immutable: a fold
// makes a new one.
type Tariffs struct {
	actions  map[string][]Action
	triggers map[string][]ActionTrigger
}

// Fold returns the definitions after c.
func (t Tariffs) Fold(c *TariffChange) (Tariffs, error) {
	next := Tariffs{map[string][]Action{}, map[string][]ActionTrigger{}}
	maps.Copy(next.actions, t.actions)
	maps.Copy(next.triggers, t.triggers)
	for _, id := range c.RemovedActions {
		if _, ok := next.actions[id]; !ok {
			return t, fmt.Errorf("fold: actions %q are removed and not there", id)
		}
		delete(next.actions, id)
	}
	for _, id := range c.RemovedTriggers {
		if _, ok := next.triggers[id]; !ok {
			return t, fmt.Errorf("fold: triggers %q are removed and not there", id)
		}
		delete(next.triggers, id)
	}
	for _, a := range c.Actions {
		next.actions[a.ID] = a.List
	}
	for _, g := range c.Triggers {
		next.triggers[g.ID] = g.List
	}
	return next, nil
}

// All returns the change that makes these definitions of none.
func (t Tariffs) All() *TariffChange {
	all := &TariffChange{}
	for _, id := range t.ActionsIDs() {
		all.Actions = append(all.Actions, Actions{ID: id, List: t.actions[id]})
	}
	for _, id := range t.ActionTriggersIDs() {
		all.Triggers = append(all.Triggers, ActionTriggers{ID: id, List: t.triggers[id]})
	}
	return all
}

// Actions returns the actions of an ID and whether there are any.
func (t Tariffs) Actions(id string) ([]Action, bool) {
	list, ok := t.actions[id]
	return list, ok
}

// ActionTriggers returns the triggers of a group and whether it is there.
func (t Tariffs) ActionTriggers(id string) ([]ActionTrigger, bool) {
	list, ok := t.triggers[id]
	return list, ok
}

// ActionsIDs returns the IDs of all actions, sorted.
func (t Tariffs) ActionsIDs() []string { return slices.Sorted(maps.Keys(t.actions)) }

// ActionTriggersIDs returns the IDs of all groups of triggers, sorted.
func (t Tariffs) ActionTriggersIDs() []string { return slices.Sorted(maps.Keys(t.triggers)) }
