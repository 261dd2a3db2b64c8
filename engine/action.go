package engine

import (
	"fmt"
	"net/url"
	"slices"

	"purser/engine/amount"
)

// Types of action. Source: cgrates-charging, section 7.
const (
	ActionTopUp          = "*topup" // as AddBalance
	ActionTopUpReset     = "*topup_reset"
	ActionDebit          = "*debit" // as DebitBalance
	ActionDebitReset     = "*debit_reset"
	ActionSetBalance     = "*set_balance" // to Units, whatever they are
	ActionRemoveBalance  = "*remove_balance"
	ActionDisableAccount = "*disable_account"
	ActionEnableAccount  = "*enable_account"
	ActionAllowNegative  = "*allow_negative"
	ActionDenyNegative   = "*deny_negative"
	ActionResetTriggers  = "*reset_triggers" // all of the account's may fire again
	ActionResetCounters  = "*reset_counters" // all of the account's count from 0
	ActionLog            = "*log"            // the entry is the record
	ActionCDRLog         = "*cdrlog"         // likewise
	ActionPublish        = "*publish_account"
	ActionHTTPPost       = "*http_post" // a notification to the address in Parameters
	ActionHTTPPostAsync  = "*http_post_async"
	ActionExport         = "*export"
)

// Kinds of action: what a definition must say.
var (
	balanceActions = []string{ActionTopUp, ActionTopUpReset, ActionDebit, ActionDebitReset, ActionSetBalance,
		ActionRemoveBalance}
	accountActions = []string{ActionDisableAccount, ActionEnableAccount, ActionAllowNegative, ActionDenyNegative,
		ActionResetTriggers, ActionResetCounters}
	recordActions = []string{ActionLog, ActionCDRLog, ActionPublish}
	noticeActions = []string{ActionHTTPPost, ActionHTTPPostAsync, ActionExport}

	// ActionTypes lists the types of action. Others of CGRateS, *mail_async and
	// *cgr_rpc among them, are refused when they are defined.
	ActionTypes = slices.Concat(balanceActions, accountActions, recordActions, noticeActions)
)

// Action is one thing that a trigger does. Source: cgrates-charging, section
// 7; cgrates-apier, section 9.13.
type Action struct {
	Type       string        `cbor:"1,keyasint"`           // one of ActionTypes
	Parameters string        `cbor:"2,keyasint,omitempty"` // ExtraParameters: an address for *http_post and *export
	Balance    ActionBalance `cbor:"3,keyasint"`
	Weight     amount.Amount `cbor:"4,keyasint,omitzero"` // the heaviest goes first
}

// ActionBalance is the balance that an action works on.
type ActionBalance struct {
	ID         string        `cbor:"1,keyasint,omitempty"`
	ToR        string        `cbor:"2,keyasint,omitempty"`
	Units      amount.Amount `cbor:"3,keyasint,omitzero"`
	Expires    string        `cbor:"4,keyasint,omitempty"` // as written: *unlimited, +72h, a date; reckoned when it runs
	Attributes Attributes    `cbor:"5,keyasint,omitzero"`
}

// Actions are what a trigger runs, by ID.
type Actions struct {
	ID   string   `cbor:"1,keyasint"`
	List []Action `cbor:"2,keyasint,omitempty"`
}

func (x *Action) weight() amount.Amount { return x.Weight }

// Notifies tells whether the action asks for a notification to the address in
// its parameters.
func (x *ActionDone) Notifies() bool { return slices.Contains(noticeActions, x.Type) }

// checkActions refuses actions that could not be run as they are meant.
func (d *decision) checkActions(a *Actions) error {
	if err := d.rules.checkName("ActionsId", a.ID); err != nil {
		return err
	}
	if most := d.rules.ActionsMax; len(a.List) > most {
		return refuse(CodeLimit, "%d actions under %q, at most %d", len(a.List), a.ID, most)
	}
	for i := range a.List {
		if err := d.checkAction(&a.List[i]); err != nil {
			return inList("Actions", i, err)
		}
	}
	return nil
}

// inList says which item of a list was refused.
func inList(name string, i int, err error) error {
	e := *asRefusal(err)
	item, inner := fmt.Sprintf("%s[%d]", name, i), e.Fields
	e.Fields = []string{item}
	for j, field := range inner {
		e.Fields = append(e.Fields[:j], item+"."+field)
	}
	return &e
}

func (d *decision) checkAction(x *Action) error {
	if most := d.rules.MetadataMax; len(x.Parameters) > most {
		return refuse(CodeLimit, "parameters of %d bytes, at most %d", len(x.Parameters), most)
	}
	if err := x.Weight.Check(); err != nil {
		return wrong("Weight", "%v", err)
	}
	switch {
	case slices.Contains(balanceActions, x.Type):
		return d.checkActionBalance(x)
	case slices.Contains(noticeActions, x.Type):
		u, err := url.Parse(x.Parameters)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return wrong("ExtraParameters", "%s wants the address of an HTTP server", x.Type)
		}
		return nil
	case x.Type == ActionResetTriggers && x.Parameters != "":
		return wrong("ExtraParameters", "%s resets all triggers of the account", x.Type)
	case slices.Contains(ActionTypes, x.Type):
		return nil
	}
	return wrong("Identifier", "action %q is not supported", x.Type)
}

func (d *decision) checkActionBalance(x *Action) error {
	b := &x.Balance
	switch {
	case b.ToR == "":
		return Missing("BalanceType")
	case x.Type == ActionSetBalance && b.ID == "":
		return Missing("BalanceId")
	case b.Units.Sign() < 0:
		return wrong("Units", "negative")
	}
	if err := b.Units.Check(); err != nil {
		return wrong("Units", "%v", err)
	}
	if err := d.rules.checkName("BalanceType", b.ToR); err != nil {
		return err
	}
	if _, ok := ParseExpiry(b.Expires, d.cmd.At); !ok {
		return wrong("ExpiryTime", "%q is no time", b.Expires)
	}
	if err := d.rules.checkNames(b.Attributes.TimingIDs); err != nil {
		return err
	}
	w := *b // a timing may be defined later: it is looked up when the action runs
	w.Attributes.TimingIDs = nil
	_, err := w.wanted(d)
	return err
}

// wrong refuses an argument that can never be right.
func wrong(field, format string, args ...any) error {
	return &Error{Code: CodeInvalid, Fields: []string{field}, Text: fmt.Sprintf(format, args...)}
}
