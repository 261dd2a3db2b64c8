package engine

// SetAccount makes an account and sets those of its options that are given.
// Source: cgrates-apier, sections 9.6 and 9.7.
type SetAccount struct {
	Account                 AccountID
	AllowNegative, Disabled *bool // nil leaves it

	Triggers          []string // groups whose triggers the account is given beside those that it has
	OverwriteTriggers bool     // those that it has go first; without Triggers too
}

func (c *SetAccount) decide(d *decision) error {
	d.entry.Op = OpSetAccount
	a, err := d.open(c.Account)
	if err != nil {
		return err
	}
	a.keep()
	if len(c.Triggers) > 0 || c.OverwriteTriggers && a.acc.Triggers != nil {
		if err := a.attach(c.Triggers, c.OverwriteTriggers, func(*AccountTrigger) {}); err != nil {
			return err
		}
	}
	if c.AllowNegative != nil {
		a.setNegative(*c.AllowNegative)
	}
	if c.Disabled != nil {
		a.setDisabled(*c.Disabled)
	}
	return nil
}

// RemoveAccount takes an account and its balances away; one that is not there
// is no error. The master, and one with others below it, stay.
// Source: cgrates-apier, section 9.8.
type RemoveAccount struct{ Account AccountID }

func (c *RemoveAccount) decide(d *decision) error {
	d.entry.Op = OpRemoveAccount
	a, err := d.open(c.Account)
	if err != nil || !a.existed {
		return err
	}
	if err := d.checkLeaf(&a.acc); err != nil {
		return err
	}
	for i := len(a.acc.Balances) - 1; i >= 0; i-- {
		a.remove(i, false)
	}
	a.change.Removed, a.kept = true, true
	return nil
}
