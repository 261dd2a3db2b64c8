package apier

import (
	"strings"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// action is one of a list of actions on the wire. Source: cgrates-charging, section 7; the columns of Actions.csv.
type action struct {
	Identifier      string // the action's type
	BalanceID       string `json:"BalanceId"`
	BalanceUUID     string `json:"BalanceUuid"`
	BalanceType     string
	Units           *looseAmount
	ExpiryTime      string
	Filter          string
	TimingTags      *names
	DestinationIDs  *names `json:"DestinationIds"`
	RatingSubject   string
	Categories      *names
	SharedGroups    *names
	BalanceWeight   *looseAmount
	ExtraParameters string
	BalanceBlocker  *looseFlag
	BalanceDisabled *looseFlag
	Weight          *looseAmount
}

// setActions defines actions. Definitions belong to no tenant. Source: cgrates-apier, section 9.13.
type setActions struct {
	scope
	ActionsID string `json:"ActionsId"`
	Overwrite bool
	Actions   []action
}

func (a *setActions) change(*service) (engine.Change, error) {
	a.ActionsID = strings.TrimSpace(a.ActionsID)
	set := &engine.SetActions{Actions: engine.Actions{ID: a.ActionsID}, Overwrite: a.Overwrite}
	for i := range a.Actions {
		made, err := a.Actions[i].engine()
		if err != nil {
			return nil, err
		}
		set.Actions.List = append(set.Actions.List, made)
	}
	return set, nil
}

// engine returns the action that is described.
func (a *action) engine() (engine.Action, error) {
	switch {
	case a.BalanceUUID != "":
		return engine.Action{}, invalid("BalanceUuid", "a balance of an action goes by its ID")
	case a.Filter != "":
		return engine.Action{}, invalid("Filter", "filters of actions are not supported")
	}
	made := engine.Action{Type: strings.TrimSpace(a.Identifier), Parameters: a.ExtraParameters}
	made.Balance = engine.ActionBalance{ID: strings.TrimSpace(a.BalanceID), ToR: strings.TrimSpace(a.BalanceType),
		Expires: strings.TrimSpace(a.ExpiryTime)}
	with := &made.Balance.Attributes
	with.RatingSubject = a.RatingSubject
	for _, n := range []struct {
		to   *engine.Names
		from *names
	}{{&with.TimingIDs, a.TimingTags}, {&with.DestinationIDs, a.DestinationIDs}, {&with.Categories, a.Categories},
		{&with.SharedGroups, a.SharedGroups}} {
		if n.from != nil && len(*n.from) > 0 {
			*n.to = engine.Names(*n.from)
		}
	}
	if a.Units != nil {
		made.Balance.Units = a.Units.Amount
	}
	if a.BalanceWeight != nil {
		with.Weight = a.BalanceWeight.Amount
	}
	if a.Weight != nil {
		made.Weight = a.Weight.Amount
	}
	with.Blocker = a.BalanceBlocker != nil && bool(*a.BalanceBlocker)
	with.Disabled = a.BalanceDisabled != nil && bool(*a.BalanceDisabled)
	return made, nil
}

// removeActions removes actions, all or none.
type removeActions struct {
	scope
	ActionIDs []string
}

func (a *removeActions) change(*service) (engine.Change, error) {
	return &engine.RemoveActions{IDs: a.ActionIDs}, nil
}

// executeAction runs actions on an account at once.
type executeAction struct {
	scope
	Account      string
	ActionsID    string
	ActionPlanID string
}

func (a *executeAction) change(*service) (engine.Change, error) {
	a.Account, a.ActionsID = strings.TrimSpace(a.Account), strings.TrimSpace(a.ActionsID)
	if a.ActionPlanID != "" {
		return nil, wireError(textServerError + ": " + textNotFound) // there are no action plans
	}
	if err := missing("Account", a.Account, "ActionsID", a.ActionsID); err != nil {
		return nil, err
	}
	return &engine.ExecuteActions{Account: a.account(a.Account), ActionsID: a.ActionsID}, nil
}

// shownAction is an action as GetActions shows it: numbers and bools of the balance are text, as in CGRateS.
type shownAction struct {
	Identifier      string
	BalanceID       string `json:"BalanceId"`
	BalanceUUID     string `json:"BalanceUuid"`
	BalanceType     string
	Units           string
	ExpiryTime      string
	Filter          string
	TimingTags      string
	DestinationIDs  string `json:"DestinationIds"`
	RatingSubject   string
	Categories      string
	SharedGroups    string
	BalanceWeight   string
	ExtraParameters string
	BalanceBlocker  string
	BalanceDisabled string
	Weight          amount.Amount
}

func showAction(x *engine.Action) shownAction {
	b := &x.Balance
	with := &b.Attributes
	shown := shownAction{
		Identifier: x.Type, BalanceID: b.ID, BalanceType: b.ToR, ExpiryTime: b.Expires, RatingSubject: with.RatingSubject,
		TimingTags: joined(with.TimingIDs), DestinationIDs: joined(with.DestinationIDs), Categories: joined(with.Categories),
		SharedGroups: joined(with.SharedGroups), ExtraParameters: x.Parameters, BalanceBlocker: "false",
		BalanceDisabled: "false", Weight: x.Weight,
	}
	if b.ToR != "" {
		shown.Units, shown.BalanceWeight = b.Units.String(), with.Weight.String()
	}
	if with.Blocker {
		shown.BalanceBlocker = "true"
	}
	if with.Disabled {
		shown.BalanceDisabled = "true"
	}
	return shown
}

// joined writes a set as text, D1;!D2.
func joined(set engine.Names) string {
	items := make([]string, len(set))
	for i, n := range set {
		items[i] = n.ID
		if n.Excluded {
			items[i] = "!" + n.ID
		}
	}
	return strings.Join(items, ";")
}

// getActions takes an ID as bare text and answers the actions under it.
func (s *service) getActions(c *rpcjson.Call, id *string) {
	name := strings.TrimSpace(*id)
	if err := missing("ActionsId", name); err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, triggersExceptions, func(st engine.State) (any, error) {
		list, there := st.Actions(name)
		if !there {
			return nil, errNotFound
		}
		shown := make([]shownAction, len(list))
		for i := range list {
			shown[i] = showAction(&list[i])
		}
		return shown, nil
	})
}
