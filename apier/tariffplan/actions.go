package tariffplan

import (
	"slices"
	"strings"

	"purser/engine"
	"purser/engine/amount"
)

// Columns of Actions.
const (
	actionType = iota + 1
	actionParameters
	actionFilter
	actionBalanceID
	actionBalanceType
	actionCategories
	actionDestinationIDs
	actionRatingSubject
	actionSharedGroup
	actionExpiryTime
	actionTimingIDs
	actionUnits
	actionBalanceWeight
	actionBalanceBlocker
	actionBalanceDisabled
	actionWeight
)

// balanceActions work on a balance, of which they must name the type.
var balanceActions = []string{"*topup", "*topup_reset", "*debit", "*debit_reset", "*set_balance", "*remove_balance"}

// otherActions are those that do not. Source: cgrates-charging, section 7.
var otherActions = []string{"*disable_account", "*enable_account", "*allow_negative", "*deny_negative",
	"*reset_triggers", "*reset_counters", "*log", "*cdrlog", "*publish_account", "*http_post", "*http_post_async",
	"*export"}

// addressedActions send something somewhere, which ExtraParameters says.
var addressedActions = []string{"*http_post", "*http_post_async", "*export"}

// actions compiles Actions: a row for each thing to do.
func (c *compiler) actions() []engine.Actions {
	actions := map[string][]engine.Action{}
	seen := map[string]*Row{}
	for r := range c.rows(Actions) {
		id, ok := c.cell(Actions, r, columnID).name()
		if ok && unseen(c, seen, strings.Join(r.Cells, keySeparator), Actions, r, columnID, "the same action") {
			actions[id] = append(actions[id], c.action(r))
		}
	}
	return sorted(actions, func(id string, list []engine.Action) engine.Actions {
		return engine.Actions{ID: id, List: list}
	})
}

// action compiles one row; what is wrong with it is reported.
func (c *compiler) action(r *Row) engine.Action {
	at := func(column int) cell { return c.cell(Actions, r, column) }
	a := engine.Action{Parameters: at(actionParameters).text}
	a.Type, _ = at(actionType).oneOf(slices.Concat(balanceActions, otherActions)...)
	if slices.Contains(addressedActions, a.Type) && a.Parameters == "" {
		at(actionParameters).fail("missing: %s needs an address", a.Type)
	}
	if at(actionFilter).text != "" {
		at(actionFilter).fail("filters are not supported: leave it empty")
	}
	a.Weight, _ = at(actionWeight).positive()
	b := &a.Balance
	b.ID, _ = at(actionBalanceID).optionalName()
	b.ToR, _ = at(actionBalanceType).tor(slices.Contains(balanceActions, a.Type))
	b.Expires, _ = at(actionExpiryTime).expiry()
	b.Units = at(actionUnits).unitsFor(a.Type)
	b.Attributes = engine.Attributes{
		Categories:     at(actionCategories).names(nil),
		DestinationIDs: at(actionDestinationIDs).names(c.isDestination),
		SharedGroups:   at(actionSharedGroup).names(c.isGroup),
		TimingIDs:      at(actionTimingIDs).names(c.isTiming),
		Blocker:        at(actionBalanceBlocker).is(),
		Disabled:       at(actionBalanceDisabled).is(),
	}
	b.Attributes.RatingSubject, _ = at(actionRatingSubject).optionalName()
	b.Attributes.Weight, _ = at(actionBalanceWeight).positive()
	return a
}

// unitsFor reads by how much an action changes a balance. Only a balance that is
// set may be set below zero: the sign of a top-up or debit is in its name.
func (x cell) unitsFor(action string) amount.Amount {
	v, ok := x.value()
	if ok && v.Sign() < 0 && action != "*set_balance" {
		x.fail("%s is negative", v)
	}
	return v
}

// tor reads what a balance counts. Types that begin with a star are known; any
// other text is a type of its own.
func (x cell) tor(mandatory bool) (string, bool) {
	if x.text == "" && !mandatory {
		return "", true
	}
	if strings.HasPrefix(x.text, "*") {
		return x.oneOf(engine.Monetary, engine.Voice, engine.Data, engine.SMS, engine.MMS, engine.Generic)
	}
	return x.name()
}
