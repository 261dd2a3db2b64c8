package apier

import (
	"strings"

	"purser/engine"
)

// accountOptions are the two options of an account: what to set them to, or what to look for. nil leaves it. The
// names match in their exact case, as in CGRateS, where they are keys of a map.
type accountOptions struct {
	AllowNegative *bool `json:"AllowNegative,case:strict"`
	Disabled      *bool `json:"Disabled,case:strict"`
}

// setAccount is the argument of SetAccount, v1, v2 and flat; ExtraOptions wins over the flat members. There are no
// action plans, so naming one is an error. The overwrite flag has two spellings among clients.
// Source: cgrates-apier, sections 6, 9.6 and 9.7.
type setAccount struct {
	scope
	Account          string
	ActionPlanID     string
	ActionTriggersID string
	ActionPlanIDs    []string
	ActionTriggerIDs []string

	ActionTriggerOverwrite, ActionTriggersOverwrite bool

	AllowNegative *bool
	Disabled      *bool
	ExtraOptions  accountOptions
}

func (a *setAccount) change(*service) (engine.Change, error) {
	a.Account = strings.TrimSpace(a.Account)
	if err := missing("Account", a.Account); err != nil {
		return nil, err
	}
	if a.ActionPlanID != "" || len(a.ActionPlanIDs) > 0 {
		return nil, wireError(textServerError + ": " + textNotFound)
	}
	set := &engine.SetAccount{
		Account: a.account(a.Account), AllowNegative: a.AllowNegative, Disabled: a.Disabled,
		Triggers:          a.ActionTriggerIDs,
		OverwriteTriggers: a.ActionTriggerIDs != nil && (a.ActionTriggerOverwrite || a.ActionTriggersOverwrite),
	}
	if a.ActionTriggersID != "" {
		set.Triggers = append(set.Triggers, a.ActionTriggersID)
	}
	prefer(&set.AllowNegative, a.ExtraOptions.AllowNegative)
	prefer(&set.Disabled, a.ExtraOptions.Disabled)
	return set, nil
}

// removeAccount takes an account and its balances away; one that is not there is no error.
// Source: cgrates-apier, section 9.8.
type removeAccount struct {
	scope
	Account string
}

func (a *removeAccount) change(*service) (engine.Change, error) {
	a.Account = strings.TrimSpace(a.Account)
	if err := missing("Account", a.Account); err != nil {
		return nil, err
	}
	return &engine.RemoveAccount{Account: a.account(a.Account)}, nil
}
