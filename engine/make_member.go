package engine

import "slices"

// SetMaster makes the master account, the root of the tree and a reseller.
// When there is one already it gets that API key, and Account, Name and Realm
// are not looked at. Result.Member is its ID.
// Source: ledgers-and-services, 9.1 and 9.2.
type SetMaster struct {
	ID      HexID     // none: a new one, or that of the master there is
	Account AccountID // its name may be "": the ID's digits
	Name    string
	Realm   string  // "": one is made
	APIKey  KeyHash // none: as it was
}

func (c *SetMaster) decide(d *decision) error {
	d.entry.Op = OpSetMaster
	id, err := Tree{d.state}.MasterID()
	switch {
	case err != nil:
		return err
	case id.IsZero():
		_, err := d.makeMember(c.Account,
			&Profile{ID: c.ID, Name: c.Name, Realm: c.Realm, APIKey: c.APIKey, IsReseller: true})
		return err
	case !c.ID.IsZero() && c.ID != id:
		return refuse(CodeExists, "the master is account %s and stays it", id)
	}
	d.result.Member = id
	if c.APIKey.IsZero() {
		return nil
	}
	return (&ChangeMember{ID: id, APIKey: &c.APIKey}).change(d)
}

// MakeMember makes an account below another one. Result.Member is its ID.
// Refusals: CodeNotFound (the parent), CodeMissing (name), CodeInvalid (name,
// realm), CodeExists (id, account, realm), CodeLimit (depth).
// Source: ledgers-and-services, 9.1 and 9.2.
type MakeMember struct {
	Parent   HexID
	ID       HexID     // none: a new one
	Account  AccountID // its name may be "": the digits of the ID
	Name     string
	Realm    string // "": one is made
	Disabled bool
}

func (c *MakeMember) decide(d *decision) error {
	d.entry.Op = OpMakeMember
	parent, err := d.member(c.Parent)
	if err != nil {
		return err
	}
	if most := min(d.rules.Tree.DepthMax, treeDepthMost); len(parent.Tree) >= most {
		return refuse(CodeLimit, "account %s has %d accounts above it, the most allowed is %d", c.Parent,
			len(parent.Tree), most)
	}
	a, err := d.makeMember(c.Account, &Profile{ID: c.ID, Name: c.Name, Realm: c.Realm,
		Tree: append(slices.Clone(parent.Tree), parent.ID)})
	if err != nil {
		return err
	}
	a.setDisabled(c.Disabled)
	return nil
}
