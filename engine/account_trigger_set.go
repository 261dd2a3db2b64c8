package engine

import "slices"

// AddAccountTriggers attaches the triggers of groups to an account, as they
// are defined now. One that it has already, by group and ID, stays as it is.
// Source: cgrates-apier, section 9.13.
type AddAccountTriggers struct {
	Account   AccountID
	GroupIDs  []string
	Overwrite bool     // those that it has go first
	Activates *Instant // instead of the definitions'
	Executed  bool     // attach them disarmed
}

func (c *AddAccountTriggers) decide(d *decision) error {
	a, err := d.openForTriggers(c.Account)
	if err != nil {
		return err
	}
	return a.attach(c.GroupIDs, c.Overwrite, func(t *AccountTrigger) {
		t.State.Executed = c.Executed
		if c.Activates != nil {
			own := *t.Trigger
			own.Activates = *c.Activates
			t.Trigger = &own
		}
	})
}

// openForTriggers returns the draft of an account whose triggers are to be
// changed; it must be there.
func (d *decision) openForTriggers(id AccountID) (*draft, error) {
	d.entry.Op = OpAccountTriggers
	a, err := d.open(id)
	if err == nil && !a.existed {
		err = refuse(CodeNotFound, "account %s", id)
	}
	return a, err
}

// attach gives the account the triggers of groups; adapt changes each as it is
// attached.
func (a *draft) attach(groupIDs []string, overwrite bool, adapt func(*AccountTrigger)) error {
	var list []AccountTrigger
	if !overwrite {
		list = slices.Clone(a.acc.Watches())
	}
	for _, id := range groupIDs {
		group, ok := a.d.state.ActionTriggers(id)
		if !ok {
			return refuse(CodeNotFound, "triggers %q", id)
		}
		for i := range group {
			t := AccountTrigger{GroupID: id, Trigger: &group[i]}
			if slices.ContainsFunc(list, func(o AccountTrigger) bool { return o.is(id, t.Trigger.UniqueID) }) {
				continue
			}
			if !a.d.hasActions(t.Trigger.ActionsID) {
				return refuse(CodeNotFound, "actions %q", t.Trigger.ActionsID)
			}
			adapt(&t)
			list = append(list, t)
		}
	}
	return a.setTriggers(list)
}

// RemoveAccountTriggers detaches triggers from an account; GroupID and
// UniqueID select, "" is any.
type RemoveAccountTriggers struct {
	Account           AccountID
	GroupID, UniqueID string
}

func (c *RemoveAccountTriggers) decide(d *decision) error {
	a, err := d.openForTriggers(c.Account)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(a.acc.Watches()),
		func(t AccountTrigger) bool { return t.named(c.GroupID, c.UniqueID) })
	if len(left) == len(a.acc.Watches()) {
		return nil
	}
	return a.setTriggers(left)
}

// ResetAccountTriggers arms triggers of an account again, or with Executed
// disarms them; GroupID and UniqueID select, "" is any.
type ResetAccountTriggers struct {
	Account           AccountID
	GroupID, UniqueID string
	Executed          bool
}

func (c *ResetAccountTriggers) decide(d *decision) error {
	a, err := d.openForTriggers(c.Account)
	if err != nil || a.acc.Triggers == nil {
		return err
	}
	list := a.editTriggers()
	for i := range list {
		if list[i].named(c.GroupID, c.UniqueID) {
			list[i].State.Executed = c.Executed
		}
	}
	return nil
}

// SetAccountTriggers changes triggers of an account, and of no other;
// GroupID and UniqueID select, "" is any. With both and no such trigger, it
// attaches a new one.
type SetAccountTriggers struct {
	Account           AccountID
	GroupID, UniqueID string
	Wish              TriggerWish
}

func (c *SetAccountTriggers) decide(d *decision) error {
	a, err := d.openForTriggers(c.Account)
	if err != nil {
		return err
	}
	list, found := slices.Clone(a.acc.Watches()), false
	for i := range list {
		if list[i].named(c.GroupID, c.UniqueID) {
			found = true
			c.change(&list[i])
		}
	}
	switch {
	case !found && c.GroupID != "" && c.UniqueID != "":
		list = append(list, AccountTrigger{GroupID: c.GroupID, Trigger: &ActionTrigger{UniqueID: c.UniqueID}})
		c.change(&list[len(list)-1])
	case !found:
		return refuse(CodeNotFound, "trigger %q of group %q", c.UniqueID, c.GroupID)
	}
	for i := range list {
		if list[i].named(c.GroupID, c.UniqueID) {
			if err := d.checkTrigger(list[i].Trigger, d.hasActions); err != nil {
				return err
			}
		}
	}
	return a.setTriggers(list)
}

func (c *SetAccountTriggers) change(t *AccountTrigger) {
	own := c.Wish.over(*t.Trigger)
	t.Trigger = &own
	set(&t.State.Executed, c.Wish.Executed)
}
