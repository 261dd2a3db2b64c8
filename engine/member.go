package engine

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// TreeRules are the settings of the tree of accounts.
type TreeRules struct {
	DepthMax    int    // accounts above another one; 255 at most, whatever is set
	UsersMax    int    // users of one account
	RealmSuffix string // of the realm that is made for an account without one
}

// DefaultTreeRules returns the rules of a daemon without configuration. The
// suffix lies in the domain that ICANN keeps for private use.
func DefaultTreeRules() TreeRules {
	return TreeRules{DepthMax: 32, UsersMax: 100, RealmSuffix: "sip.internal"}
}

// Bounds of a profile's texts and hashes. Source of the first two:
// ledgers-and-services, 9.1.
const (
	profileNameMax               = 128 // characters
	realmBytesMin, realmBytesMax = 4, 253

	// A salt of 16 bytes and a hash of 32 at least: no hash that a client sends
	// is so long, hex SHA-1 has 40 digits.
	credentialsBytesMin, credentialsBytesMax = 48, 512
)

// member returns the account of that ID, which must be part of the tree.
func (d *decision) member(id HexID) (*Member, error) {
	m, err := Tree{d.state}.ByID(id)
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, refuse(CodeNotFound, "account %s", id)
	case m.Account.Profile == nil && len(m.Tree) == 0:
		return nil, refuse(CodeNotFound, "account %s has no place before there is a master", id)
	}
	return m, nil
}

// makeMember makes an account with a profile: of a new ID if none is given,
// its name that ID if no other is given.
func (d *decision) makeMember(id AccountID, p *Profile) (*draft, error) {
	if p.ID.IsZero() {
		p.ID = HexID(d.newUUID())
	}
	taken, err := Tree{d.state}.ByID(p.ID)
	if err != nil {
		return nil, err
	}
	if taken != nil {
		return nil, &Error{Code: CodeExists, Fields: []string{"id"}, Text: taken.Account.ID.String() + " has it"}
	}
	if id.Account == "" {
		id.Account = p.ID.String()
	}
	p.Created = d.cmd.created()
	for _, n := range []struct{ field, text string }{{"tenant", id.Tenant}, {"account", id.Account}} {
		if err := d.rules.checkName(n.field, n.text); err != nil {
			return nil, err
		}
	}
	a, err := d.open(id)
	if err != nil {
		return nil, err
	}
	if a.existed {
		return nil, &Error{Code: CodeExists, Fields: []string{"account"}, Text: id.String()}
	}
	if p.Realm == "" {
		if p.Realm, err = d.freeRealm(p.ID); err != nil {
			return nil, err
		}
	}
	if err := d.checkProfile(p, &Profile{}, id); err != nil {
		return nil, err
	}
	a.keep()
	a.setProfile(p)
	d.result.Member = p.ID
	return a, nil
}

// freeRealm returns a realm of 6 digits of the account's ID, or as many more
// as make it unique.
func (d *decision) freeRealm(id HexID) (string, error) {
	digits, n := id.String(), 6
	for ; n < len(digits); n++ {
		taken, err := Tree{d.state}.ByRealm(digits[:n] + "." + d.rules.Tree.RealmSuffix)
		if err != nil {
			return "", err
		}
		if taken == nil {
			break
		}
	}
	return digits[:n] + "." + d.rules.Tree.RealmSuffix, nil
}

// setProfile gives the account a profile.
func (a *draft) setProfile(p *Profile) { a.acc.Profile, a.change.Profile, a.kept = p, p, true }

// checkProfile refuses a profile that the account of that name may not have.
// What it was before is not looked at again: perhaps other rules made it.
func (d *decision) checkProfile(p, was *Profile, owner AccountID) error {
	if p.Name == "" {
		return Missing("name")
	}
	newUsers := !slices.EqualFunc(p.Users, was.Users, User.equal)
	var wrong []string
	if p.Name != was.Name && !isText(p.Name, profileNameMax) {
		wrong = append(wrong, "name")
	}
	if p.Realm != was.Realm && p.Realm != "" && !isRealm(p.Realm) {
		wrong = append(wrong, "realm")
	}
	if newUsers && !areUsers(p.Users) {
		wrong = append(wrong, "users")
	}
	if len(wrong) > 0 {
		return &Error{Code: CodeInvalid, Fields: wrong}
	}
	if newUsers && len(p.Users) > d.rules.Tree.UsersMax {
		return refuse(CodeLimit, "%d users, at most %d", len(p.Users), d.rules.Tree.UsersMax)
	}
	holder, err := Tree{d.state}.ByRealm(p.Realm)
	if err := unlessHeld("realm", holder, err, owner); err != nil {
		return err
	}
	holder, err = Tree{d.state}.ByAPIKey(p.APIKey)
	return unlessHeld("api_key", holder, err, owner)
}

// unlessHeld refuses what another account than owner was found to hold.
func unlessHeld(field string, holder *Member, err error, owner AccountID) error {
	if err != nil || holder == nil || holder.Account.ID == owner {
		return err
	}
	return &Error{Code: CodeExists, Fields: []string{field}}
}

// checkLeaf refuses the removal of an account that others stand below.
func (d *decision) checkLeaf(a *Account) error {
	var master HexID // whose children are of no interest here
	m := a.Member(master)
	if m.IsMaster() {
		return refuse(CodeMasterAccount, "%s", a.ID)
	}
	below, err := Tree{d.state}.hasBelow(indexBelow, m.ID)
	if err == nil && below {
		err = refuse(CodeHasDescendants, "%s", a.ID)
	}
	return err
}

// isText tells whether s has 1 to most characters and is fit for logs.
func isText(s string, most int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= most &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func isRealm(s string) bool {
	if len(s) < realmBytesMin || len(s) > realmBytesMax {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '.' || r == '_' || r == '-')
	})
}

// areUsers tells whether the users of an account are well formed and differ
// in ID and name.
func areUsers(users []User) bool {
	for i := range users {
		u := &users[i]
		if u.ID.IsZero() || !isText(u.Name, profileNameMax) || !areCredentials(u.Credentials) {
			return false
		}
		if slices.ContainsFunc(users[:i], func(v User) bool {
			return v.ID == u.ID || foldLetters(v.Name) == foldLetters(u.Name)
		}) {
			return false
		}
	}
	return true
}

// areCredentials tells whether b can be a salt and a slow hash; none may be there.
func areCredentials(b []byte) bool {
	return len(b) == 0 || len(b) >= credentialsBytesMin && len(b) <= credentialsBytesMax
}
