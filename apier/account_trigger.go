package apier

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// accountScope names an account whose triggers are meant.
type accountScope struct {
	scope
	Account string
}

// check trims the name and refuses a request without it.
func (a *accountScope) check() error {
	a.Account = strings.TrimSpace(a.Account)
	return missing("Account", a.Account)
}

// addTriggers attaches groups of triggers to an account. Source: cgrates-charging, section 7.
type addTriggers struct {
	accountScope
	ActionTriggerIDs       []string
	ActionTriggerOverwrite bool
	ActivationDate         *string
	Executed               bool
}

func (a *addTriggers) change(s *service) (engine.Change, error) {
	given := ""
	if len(a.ActionTriggerIDs) > 0 {
		given = "given"
	}
	a.Account = strings.TrimSpace(a.Account)
	if err := missing("ActionTriggerIDs", given, "Account", a.Account); err != nil {
		return nil, err
	}
	add := &engine.AddAccountTriggers{Account: a.account(a.Account), GroupIDs: a.ActionTriggerIDs,
		Overwrite: a.ActionTriggerOverwrite, Executed: a.Executed}
	if a.ActivationDate != nil && *a.ActivationDate != "" {
		at, err := parseExpiry(*a.ActivationDate, s.Engine.Now())
		if err != nil {
			return nil, err
		}
		add.Activates = &at
	}
	return add, nil
}

// removeTriggers detaches triggers; an empty ID is any.
type removeTriggers struct {
	accountScope
	GroupID, UniqueID string
}

func (a *removeTriggers) change(*service) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return &engine.RemoveAccountTriggers{Account: a.account(a.Account), GroupID: a.GroupID, UniqueID: a.UniqueID}, nil
}

// resetTriggers arms triggers again, or with Executed disarms them; an empty ID is any.
type resetTriggers struct {
	removeTriggers
	Executed bool
}

func (a *resetTriggers) change(*service) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return &engine.ResetAccountTriggers{Account: a.account(a.Account), GroupID: a.GroupID, UniqueID: a.UniqueID,
		Executed: a.Executed}, nil
}

// setTriggers changes triggers of one account; an empty ID is any.
type setTriggers struct {
	accountScope
	oneTrigger
}

func (a *setTriggers) change(s *service) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	wish, err := a.wish(s.Engine.Now())
	if err != nil {
		return nil, err
	}
	return &engine.SetAccountTriggers{Account: a.account(a.Account), GroupID: a.GroupID, UniqueID: a.UniqueID,
		Wish: wish}, nil
}

// getAccountActionTriggers answers the triggers of an account. Source: cgrates-apier, section 9.13.
func (s *service) getAccountActionTriggers(c *rpcjson.Call, args *accountArgs) {
	s.defaultTenant(&args.scope)
	id := args.account(strings.TrimSpace(args.Account))
	s.view(c, triggersExceptions, func(st engine.State) (any, error) {
		a, err := accountOf(st, id)
		if err != nil {
			return nil, err
		}
		return showTriggers(a), nil
	})
}

// shownTrigger is a trigger on the wire. Source: cgrates-apier, section 9.13.
type shownTrigger struct {
	ID                string // of the group
	UniqueID          string
	ThresholdType     string
	ThresholdValue    amount.Amount
	Recurrent         bool
	MinSleep          int64 // nanoseconds
	ExpirationDate    time.Time
	ActivationDate    time.Time
	Balance           shownFilter
	Weight            amount.Amount
	ActionsID         string
	MinQueuedItems    int // always 0
	Executed          bool
	LastExecutionTime time.Time
}

// shownFilter is what a trigger looks at; what it does not look at is null.
type shownFilter struct {
	UUID           *uuid.UUID `json:"Uuid"` // always null
	ID             *string
	Type           *string
	Value          *amount.Amount // always null
	ExpirationDate *time.Time
	Weight         *amount.Amount
	DestinationIDs *set
	RatingSubject  *string
	Categories     *set
	SharedGroups   *set
	TimingIDs      *set
	Timings        []string // always null
	Disabled       *bool
	Factors        *factorMap // always null
	Blocker        *bool
}

func showTriggers(a *engine.Account) []shownTrigger {
	shown := make([]shownTrigger, len(a.Watches()))
	for i := range a.Watches() {
		shown[i] = showTrigger(&a.Watches()[i])
	}
	return shown
}

func showTrigger(t *engine.AccountTrigger) shownTrigger {
	g := t.Trigger
	return shownTrigger{
		ID: t.GroupID, UniqueID: g.UniqueID, ThresholdType: g.Type, ThresholdValue: g.Threshold, Recurrent: g.Recurrent,
		MinSleep: int64(g.MinSleep), ExpirationDate: g.Expires.Time, ActivationDate: g.Activates.Time,
		Balance: showFilter(&g.Balance), Weight: g.Weight, ActionsID: g.ActionsID, Executed: t.State.Executed,
		LastExecutionTime: t.State.Last.Time,
	}
}

func showFilter(f *engine.TriggerFilter) shownFilter {
	shown := shownFilter{
		ID: unlessZero(f.ID), Type: unlessZero(f.ToR), Weight: f.Weight, RatingSubject: unlessZero(f.RatingSubject),
		DestinationIDs: unlessNone(f.DestinationIDs), Categories: unlessNone(f.Categories),
		SharedGroups: unlessNone(f.SharedGroups), TimingIDs: unlessNone(f.TimingIDs),
		Disabled: f.Disabled, Blocker: f.Blocker,
	}
	if !f.Expires.IsZero() {
		shown.ExpirationDate = &f.Expires.Time
	}
	return shown
}

func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func unlessNone(n engine.Names) *set {
	if len(n) == 0 {
		return nil
	}
	return (*set)(&n)
}

// shownCounter is what was counted for the triggers of one kind.
type shownCounter struct {
	CounterType string // *event or *balance
	Counters    []counterValue
}

type counterValue struct {
	Value  amount.Amount
	Filter shownFilter // with the trigger's UniqueID as ID
}

// showCounters returns the account's counters by type of record, nil when there are none.
func showCounters(a *engine.Account) map[string][]shownCounter {
	var shown map[string][]shownCounter
	for _, t := range a.Watches() {
		counts, events := t.Trigger.Counts()
		if !counts {
			continue
		}
		kind := "*balance"
		if events {
			kind = "*event"
		}
		value := counterValue{Value: t.State.Count, Filter: showFilter(&t.Trigger.Balance)}
		value.Filter.ID = &t.Trigger.UniqueID
		if shown == nil {
			shown = map[string][]shownCounter{}
		}
		list := shown[t.Trigger.Balance.ToR]
		i := slices.IndexFunc(list, func(c shownCounter) bool { return c.CounterType == kind })
		if i < 0 {
			i, list = len(list), append(list, shownCounter{CounterType: kind})
		}
		list[i].Counters = append(list[i].Counters, value)
		shown[t.Trigger.Balance.ToR] = list
	}
	return shown
}

// triggers writes the account's triggers; none is what the version of the API shows where there are none.
func (w *writer) triggers(before string, a *engine.Account, none string) {
	w.raw(before)
	if a.Triggers == nil {
		w.raw(none)
		return
	}
	w.json(showTriggers(a))
}

// counters writes what was counted for the account's triggers, by type of record, and null where nothing is counted.
func (w *writer) counters(before string, a *engine.Account) {
	w.raw(before)
	if a.Triggers == nil {
		w.raw("null")
		return
	}
	w.json(showCounters(a))
}
