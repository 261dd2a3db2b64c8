package tariffplan

import (
	"fmt"
	"time"

	"purser/engine"
)

// Columns of ActionTriggers.
const (
	triggerUniqueID = iota + 1
	triggerType
	triggerThreshold
	triggerRecurrent
	triggerMinSleep
	triggerExpiryTime
	triggerActivationTime
	triggerBalanceID
	triggerBalanceType
	triggerCategories
	triggerDestinationIDs
	triggerRatingSubject
	triggerSharedGroup
	triggerBalanceExpiry
	triggerTimingIDs
	triggerBalanceWeight
	triggerBalanceBlocker
	triggerBalanceDisabled
	triggerActionsID
	triggerWeight
)

// thresholdTypes are when a trigger fires. Source: cgrates-charging, section 7.
var thresholdTypes = []string{"*min_balance", "*max_balance", "*min_event_counter", "*max_event_counter",
	"*min_balance_counter", "*max_balance_counter", "*balance_expired"}

// triggers compiles ActionTriggers: a row for each trigger.
func (c *compiler) triggers() []engine.ActionTriggers {
	type pair struct{ id, unique string }
	triggers := map[string][]engine.ActionTrigger{}
	seen := map[pair]*Row{}
	for r := range c.rows(ActionTriggers) {
		id, ok := c.cell(ActionTriggers, r, columnID).name()
		if !ok {
			continue
		}
		trigger := c.trigger(r)
		if trigger.UniqueID == "" { // CGRateS takes a random one
			trigger.UniqueID = fmt.Sprintf("%s_%d", id, len(triggers[id])+1)
		}
		if unseen(c, seen, pair{id, trigger.UniqueID}, ActionTriggers, r, triggerUniqueID, "the trigger") {
			triggers[id] = append(triggers[id], trigger)
		}
	}
	return sorted(triggers, func(id string, list []engine.ActionTrigger) engine.ActionTriggers {
		return engine.ActionTriggers{ID: id, List: list}
	})
}

// trigger compiles one row; what is wrong with it is reported.
func (c *compiler) trigger(r *Row) engine.ActionTrigger {
	at := func(column int) cell { return c.cell(ActionTriggers, r, column) }
	g := engine.ActionTrigger{Recurrent: at(triggerRecurrent).is(), ActionsID: at(triggerActionsID).text,
		Activates: at(triggerActivationTime).optionalInstant(), Expires: at(triggerExpiryTime).optionalInstant()}
	g.UniqueID, _ = at(triggerUniqueID).optionalName()
	g.Type, _ = at(triggerType).oneOf(thresholdTypes...)
	g.Threshold, _ = at(triggerThreshold).value()
	sleep, _ := at(triggerMinSleep).units()
	g.MinSleep = time.Duration(sleep)
	g.Weight, _ = at(triggerWeight).positive()
	if !c.named[Actions][g.ActionsID] && !c.known.Actions(g.ActionsID) || g.ActionsID == "" {
		at(triggerActionsID).fail("could not get actions for tag %q", g.ActionsID)
	}
	f := &g.Balance
	f.ID, _ = at(triggerBalanceID).optionalName()
	f.ToR, _ = at(triggerBalanceType).tor(false)
	f.Categories = at(triggerCategories).names(nil)
	f.DestinationIDs = at(triggerDestinationIDs).names(c.isDestination)
	f.SharedGroups = at(triggerSharedGroup).names(c.isGroup)
	f.TimingIDs = at(triggerTimingIDs).names(c.isTiming)
	f.RatingSubject, _ = at(triggerRatingSubject).optionalName()
	f.Expires = at(triggerBalanceExpiry).optionalInstant()
	if w, ok := at(triggerBalanceWeight).positive(); ok && at(triggerBalanceWeight).text != "" {
		f.Weight = &w
	}
	f.Blocker, f.Disabled = at(triggerBalanceBlocker).flag(), at(triggerBalanceDisabled).flag()
	return g
}

// optionalInstant reads a time; empty and *unlimited are the zero Instant.
func (x cell) optionalInstant() engine.Instant {
	if x.text == "" || x.text == "*unlimited" {
		return engine.Instant{}
	}
	t, _ := x.instant()
	return engine.At(t)
}
