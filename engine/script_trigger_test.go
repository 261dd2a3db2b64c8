package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// triggerChange makes the engine's change of a line about actions and
// triggers, nil when the verb is none of these.
func (s *script) triggerChange(verb string, args *arguments) engine.Change {
	switch verb {
	case "actions":
		c := &engine.SetActions{Overwrite: args.flag("overwrite"), Actions: engine.Actions{ID: args.next()}}
		for more := len(args.words) > 0; more; more = args.another() {
			c.Actions.List = append(c.Actions.List, s.action(args))
		}
		return c
	case "remove-actions":
		return &engine.RemoveActions{IDs: args.rest()}
	case "trigger":
		return &engine.SetActionTrigger{GroupID: args.next(), UniqueID: args.text("unique"), Wish: s.triggerWish(args)}
	case "remove-trigger":
		return &engine.RemoveActionTrigger{GroupID: args.next(), UniqueID: args.text("unique")}
	case "attach":
		c := &engine.AddAccountTriggers{Account: args.account(), Overwrite: args.flag("overwrite"),
			Executed: args.flag("disarmed")}
		if v := args.optional("activates"); v != nil {
			c.Activates = new(s.instant(*v))
		}
		c.GroupIDs = args.rest()
		return c
	case "detach":
		return &engine.RemoveAccountTriggers{Account: args.account(), GroupID: args.text("group"), UniqueID: args.text("unique")}
	case "reset":
		return &engine.ResetAccountTriggers{Account: args.account(), Executed: args.flag("disarmed"),
			GroupID: args.text("group"), UniqueID: args.text("unique")}
	case "own-trigger":
		return &engine.SetAccountTriggers{Account: args.account(), GroupID: args.text("group"),
			UniqueID: args.text("unique"), Wish: s.triggerWish(args)}
	case "execute":
		return &engine.ExecuteActions{Account: args.account(), ActionsID: args.next()}
	case "use":
		return &engine.Counting{Account: args.account(), ToR: args.next(), Used: value(args.next()),
			Category: args.text("category"), Destination: args.text("to"), BalanceID: args.text("id")}
	}
	return nil
}

// action reads: TYPE [tor=] [units=] [id=] [parameters=] [first=WEIGHT] and what describes a balance.
func (s *script) action(args *arguments) engine.Action {
	x := engine.Action{Type: args.next(), Parameters: args.text("parameters")}
	x.Balance.ToR, x.Balance.Expires = args.text("tor"), args.text("expires")
	if v := args.optional("units"); v != nil {
		x.Balance.Units = value(*v)
	}
	if v := args.optional("first"); v != nil {
		x.Weight = dec(*v)
	}
	w := s.wanted(args)
	if w.ID != nil {
		x.Balance.ID = *w.ID
	}
	a := &x.Balance.Attributes
	give(&a.Weight, w.Weight)
	give(&a.DestinationIDs, w.DestinationIDs)
	give(&a.Categories, w.Categories)
	give(&a.TimingIDs, w.TimingIDs)
	give(&a.Blocker, w.Blocker)
	return x
}

func give[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// triggerWish reads: [type=] [at=THRESHOLD] [do=ACTIONS] [recurrent=] [sleep=] [activates=] [ends=] [first=WEIGHT]
// [tor=] and what describes a balance.
func (s *script) triggerWish(args *arguments) engine.TriggerWish {
	t := engine.TriggerWish{Type: args.optional("type"), ActionsID: args.optional("do"), Recurrent: args.yes("recurrent"),
		Executed: args.yes("executed")}
	if v := args.optional("at"); v != nil {
		t.Threshold = new(value(*v))
	}
	if v := args.optional("first"); v != nil {
		t.Weight = new(dec(*v))
	}
	if v := args.optional("sleep"); v != nil {
		d, err := time.ParseDuration(*v)
		require.NoError(s.t, err)
		t.MinSleep = &d
	}
	if v := args.optional("activates"); v != nil {
		t.Activates = new(s.instant(*v))
	}
	if v := args.optional("ends"); v != nil {
		t.Expires = new(s.instant(*v))
	}
	tor := args.optional("tor")
	w := s.wanted(args)
	t.Balance = engine.BalanceWish{ID: w.ID, ToR: tor, RatingSubject: w.RatingSubject, Categories: w.Categories,
		DestinationIDs: w.DestinationIDs, SharedGroups: w.SharedGroups, TimingIDs: w.TimingIDs, Expires: w.Expires,
		Weight: w.Weight, Blocker: w.Blocker, Disabled: w.Disabled}
	return t
}

// triggers shows an account's triggers.
func triggers(a *engine.Account) []string {
	var lines []string
	for _, t := range a.Watches() {
		line := fmt.Sprintf("  trigger %s/%s %s %s: ", t.GroupID, t.Trigger.UniqueID, t.Trigger.Type, t.Trigger.Threshold)
		if t.State.Executed {
			line += "executed"
		} else {
			line += "armed"
		}
		if !t.State.Last.IsZero() {
			line += ", fired at " + t.State.Last.Format("15:04:05")
		}
		if !t.State.Count.IsZero() {
			line += ", counts " + units(t.State.Count, t.Trigger.Balance.ToR)
		}
		lines = append(lines, line)
	}
	return lines
}

// firings shows which triggers an entry has set off.
func (s *script) firings(e *engine.Entry) []string {
	var lines []string
	for _, f := range e.Fired {
		line := fmt.Sprintf("  fired %s/%s of %s:", f.GroupID, f.UniqueID, accountName(f.Account))
		if f.Type != "" {
			line += fmt.Sprintf(" %s %s at %s,", f.Type, f.Threshold, units(f.Value, f.ToR))
		}
		if name := s.names[f.Balance]; name != "" {
			line += " " + name + ","
		}
		var did []string
		for _, x := range f.Done {
			one := x.Type
			for _, m := range x.Moved {
				one += fmt.Sprintf(" %s %s", s.names[m.Balance], signed(m.Delta, "units"))
			}
			did = append(did, one)
		}
		if f.Failed != "" {
			did = []string{"failed: " + f.Failed}
		}
		lines = append(lines, line+" "+strings.Join(slices.Concat([]string{f.ActionsID + ":"}, did), " "))
	}
	return lines
}
