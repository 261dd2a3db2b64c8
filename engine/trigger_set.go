package engine

import (
	"slices"
	"time"

	"purser/engine/amount"
)

// TriggerWish says what a trigger shall be; a nil member leaves what is there,
// or gives the zero value. Source: cgrates-apier, section 9.13.
type TriggerWish struct {
	Type      *string
	Threshold *amount.Amount
	Recurrent *bool
	Executed  *bool // of the trigger of an account; a definition has none
	MinSleep  *time.Duration
	Activates *Instant
	Expires   *Instant
	Weight    *amount.Amount
	ActionsID *string
	Balance   BalanceWish
}

// BalanceWish says which balances a trigger shall look at.
type BalanceWish struct {
	ID, ToR, RatingSubject                              *string
	Categories, DestinationIDs, SharedGroups, TimingIDs *Names
	Expires                                             *Instant
	Weight                                              *amount.Amount
	Blocker, Disabled                                   *bool
}

// over returns t with all that w gives.
func (w *TriggerWish) over(t ActionTrigger) ActionTrigger {
	set(&t.Type, w.Type)
	set(&t.Threshold, w.Threshold)
	set(&t.Recurrent, w.Recurrent)
	set(&t.MinSleep, w.MinSleep)
	set(&t.Activates, w.Activates)
	set(&t.Expires, w.Expires)
	set(&t.Weight, w.Weight)
	set(&t.ActionsID, w.ActionsID)
	b := &w.Balance
	set(&t.Balance.ID, b.ID)
	set(&t.Balance.ToR, b.ToR)
	set(&t.Balance.RatingSubject, b.RatingSubject)
	set(&t.Balance.Categories, b.Categories)
	set(&t.Balance.DestinationIDs, b.DestinationIDs)
	set(&t.Balance.SharedGroups, b.SharedGroups)
	set(&t.Balance.TimingIDs, b.TimingIDs)
	set(&t.Balance.Expires, b.Expires)
	set(&t.Balance.Weight, &b.Weight)
	set(&t.Balance.Blocker, &b.Blocker)
	set(&t.Balance.Disabled, &b.Disabled)
	return t
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// SetActionTrigger makes or changes the definition of one trigger of a group.
// Accounts that have it already keep it as it was when it was attached.
type SetActionTrigger struct {
	GroupID  string
	UniqueID string // "" makes a new one, with a UUID
	Wish     TriggerWish
}

func (c *SetActionTrigger) decide(d *decision) error {
	d.entry.Op = OpSetTrigger
	if c.GroupID == "" {
		return Missing("GroupID")
	}
	list, there := d.state.ActionTriggers(c.GroupID)
	if n := len(d.state.TariffIDs(KindTriggers)); !there && n >= d.rules.PlacesMax {
		return refuse(CodeLimit, "there are %d groups of triggers, the most allowed", n)
	}
	group := ActionTriggers{ID: c.GroupID, List: slices.Clone(list)}
	id := c.UniqueID
	if id == "" {
		id = d.newUUID().String()
	}
	i := slices.IndexFunc(list, func(t ActionTrigger) bool { return t.UniqueID == id })
	if i < 0 {
		i, group.List = len(list), append(group.List, ActionTrigger{UniqueID: id})
	}
	group.List[i] = c.Wish.over(group.List[i])
	if err := d.checkTriggers(&group, d.hasActions); err != nil {
		return err
	}
	d.entry.Tariff = &TariffSet{Triggers: []ActionTriggers{group}}
	return nil
}

// RemoveActionTrigger removes one trigger of a group, or the group where
// UniqueID is "". Accounts keep theirs.
type RemoveActionTrigger struct{ GroupID, UniqueID string }

func (c *RemoveActionTrigger) decide(d *decision) error {
	d.entry.Op = OpRemoveTrigger
	if c.GroupID == "" {
		return Missing("GroupID")
	}
	list, ok := d.state.ActionTriggers(c.GroupID)
	left := slices.DeleteFunc(slices.Clone(list), func(t ActionTrigger) bool {
		return c.UniqueID == "" || t.UniqueID == c.UniqueID
	})
	switch {
	case !ok, len(left) == len(list):
		return refuse(CodeNotFound, "trigger %q of group %q", c.UniqueID, c.GroupID)
	case len(left) == 0:
		d.entry.Tariff = &TariffSet{Removed: []TariffKey{{KindTriggers, c.GroupID}}}
	default:
		d.entry.Tariff = &TariffSet{Triggers: []ActionTriggers{{ID: c.GroupID, List: left}}}
	}
	return nil
}

func (d *decision) hasActions(id string) bool {
	_, ok := d.state.Actions(id)
	return ok
}

// checkTriggers refuses triggers that could not do what they are meant to;
// known tells which actions there are.
func (d *decision) checkTriggers(g *ActionTriggers, known func(actionsID string) bool) error {
	if err := d.rules.checkName("GroupID", g.ID); err != nil {
		return err
	}
	if most := d.rules.TriggersMax; len(g.List) > most {
		return refuse(CodeLimit, "%d triggers in group %q, at most %d", len(g.List), g.ID, most)
	}
	for i := range g.List {
		if err := d.checkTrigger(&g.List[i], known); err != nil {
			return inList("ActionTriggers", i, err)
		}
		if slices.ContainsFunc(g.List[:i], func(t ActionTrigger) bool { return t.UniqueID == g.List[i].UniqueID }) {
			return refuse(CodeExists, "trigger %q of group %q", g.List[i].UniqueID, g.ID)
		}
	}
	return nil
}

func (d *decision) checkTrigger(t *ActionTrigger, known func(actionsID string) bool) error {
	b := &t.Balance
	for _, n := range []struct{ field, text string }{{"UniqueID", t.UniqueID}, {"BalanceID", b.ID},
		{"BalanceType", b.ToR}, {"BalanceRatingSubject", b.RatingSubject}} {
		if err := d.rules.checkName(n.field, n.text); err != nil {
			return err
		}
	}
	for _, names := range []Names{b.Categories, b.DestinationIDs, b.SharedGroups, b.TimingIDs} {
		if err := d.rules.checkNames(names); err != nil {
			return err
		}
	}
	for _, v := range []*amount.Amount{&t.Threshold, &t.Weight, b.Weight} {
		if v == nil {
			continue
		}
		if err := v.Check(); err != nil {
			return wrong("ThresholdValue", "%v", err)
		}
	}
	counts, _ := t.Counts()
	switch {
	case !slices.Contains(TriggerTypes, t.Type):
		return wrong("ThresholdType", "%q is not supported", t.Type)
	case counts && b.ToR == "":
		return wrong("BalanceType", "a counter counts units of one type")
	case t.MinSleep < 0:
		return wrong("MinSleep", "negative")
	case t.ActionsID == "":
		return Missing("ActionsID")
	case !known(t.ActionsID):
		return refuse(CodeNotFound, "actions %q", t.ActionsID)
	}
	return nil
}
