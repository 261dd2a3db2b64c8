package engine

// ChangeMember changes those parts of an account that are given; nil leaves
// one. The accounts below one that becomes a reseller, or is none any more,
// have another reseller from now on, so there must be no reseller among them.
// Refusals: CodeNotFound, CodeMissing (name, api_key), CodeInvalid (name,
// realm, users), CodeExists (realm, api_key), CodeLimit (users),
// CodeMasterAccount (what the master must be), CodeHasResellers.
// Source: ledgers-and-services, 9.1.
type ChangeMember struct {
	ID         HexID
	Name       *string
	Realm      *string // "" takes it away
	Disabled   *bool
	IsReseller *bool
	APIKey     *KeyHash
	Users      *[]User // all that it has from now on
}

func (c *ChangeMember) decide(d *decision) error {
	d.entry.Op = OpChangeMember
	return c.change(d)
}

func (c *ChangeMember) change(d *decision) error {
	m, err := d.member(c.ID)
	if err != nil {
		return err
	}
	a, err := d.open(m.Account.ID)
	if err != nil {
		return err
	}
	next, given := m.Profile, false
	give(&next.Name, c.Name, &given)
	give(&next.Realm, c.Realm, &given)
	give(&next.IsReseller, c.IsReseller, &given)
	give(&next.APIKey, c.APIKey, &given)
	give(&next.Users, c.Users, &given)
	if err := c.check(d, m, &next); err != nil {
		return err
	}
	if given && !next.equal(&m.Profile) {
		a.setProfile(&next)
	}
	if c.Disabled != nil {
		a.setDisabled(*c.Disabled)
	}
	return nil
}

// check refuses what m must not become.
func (c *ChangeMember) check(d *decision, m *Member, next *Profile) error {
	switch {
	case m.IsMaster() && (c.IsReseller != nil || c.Disabled != nil && *c.Disabled):
		return refuse(CodeMasterAccount, "it is a reseller, and nobody could switch it on again")
	case c.APIKey != nil && c.APIKey.IsZero():
		return Missing("api_key")
	case next.IsReseller != m.IsReseller:
		below, err := Tree{d.state}.hasBelow(indexReseller, m.ID)
		if err != nil {
			return err
		}
		if below {
			return refuse(CodeHasResellers, "account %s", m.ID)
		}
	}
	return d.checkProfile(next, &m.Profile, m.Account.ID)
}
