package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// grove is a rig with a tree of accounts.
type grove struct {
	*rig
	master engine.HexID
}

func newGrove(t testing.TB) *grove {
	g := &grove{rig: newRig(t, engine.Options{})}
	g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master", APIKey: engine.HashAPIKey("secret")}).Member
	return g
}

// child makes an account below another.
func (g *grove) child(t testing.TB, parent engine.HexID, name string) engine.HexID {
	t.Helper()
	return g.do(t, &engine.MakeMember{Parent: parent, Account: id(""), Name: name}).Member
}

// refused asks for a change that must be refused so.
func (g *grove) refused(t testing.TB, code engine.Code, fields []string, c engine.Change) {
	t.Helper()
	before := len(g.entries(t))
	_, err := g.Do(t.Context(), &engine.Command{Change: c})
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, e)
	require.Equal(t, fields, e.Fields)
	require.Len(t, g.entries(t), before)
}

// tree reads the tree.
func (g *grove) tree(t testing.TB, read func(engine.Tree) error) {
	t.Helper()
	require.NoError(t, g.Read(t.Context(), func(s engine.State) error { return read(engine.Tree{State: s}) }))
}

// member reads an account of the tree, nil if there is none.
func (g *grove) member(t testing.TB, id engine.HexID) (m *engine.Member) {
	t.Helper()
	g.tree(t, func(tree engine.Tree) (err error) {
		m, err = tree.ByID(id)
		return err
	})
	return m
}

// reseller returns the ID of the account's reseller.
func (g *grove) reseller(t testing.TB, id engine.HexID) (of engine.HexID) {
	t.Helper()
	g.tree(t, func(tree engine.Tree) error {
		m, err := tree.ByID(id)
		if err != nil {
			return err
		}
		r, err := tree.Reseller(m)
		of = r.ID
		return err
	})
	return of
}

func ids(members []*engine.Member) []engine.HexID {
	var all []engine.HexID
	for _, m := range members {
		all = append(all, m.ID)
	}
	return all
}

func sortIDs(all []engine.HexID) []engine.HexID {
	slices.SortFunc(all, func(a, b engine.HexID) int { return strings.Compare(a.String(), b.String()) })
	return all
}

func TestTheMasterIsMadeOnce(t *testing.T) {
	g := newGrove(t)
	m := g.member(t, g.master)
	require.True(t, m.IsMaster())
	require.True(t, m.IsReseller)
	require.True(t, m.Parent().IsZero())
	require.Equal(t, id(g.master.String()), m.Account.ID)
	require.Equal(t, g.master, g.reseller(t, g.master))
	require.Equal(t, engine.At(morning), m.Created)

	entries := len(g.entries(t))
	again := &engine.SetMaster{ID: g.master, Account: id("other"), Name: "Other", APIKey: engine.HashAPIKey("secret")}
	require.Equal(t, g.master, g.do(t, again).Member)
	require.Equal(t, g.master, g.do(t, &engine.SetMaster{}).Member)
	require.Len(t, g.entries(t), entries, "nothing changed")
	g.refused(t, engine.CodeExists, nil, &engine.SetMaster{ID: engine.HexID{1}})

	g.do(t, &engine.SetMaster{APIKey: engine.HashAPIKey("new")})
	require.Equal(t, engine.HashAPIKey("new"), g.member(t, g.master).APIKey)
	require.Equal(t, "Master", g.member(t, g.master).Name)
}

func TestAChildStandsBelowAllItsAncestors(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "a")
	b := g.child(t, a, "b")
	m := g.member(t, b)
	require.Equal(t, []engine.HexID{g.master, a}, m.Tree)
	require.Equal(t, a, m.Parent())
	require.True(t, m.IsBelow(g.master) && m.IsBelow(a))
	require.False(t, m.IsBelow(b))
	require.Equal(t, b, m.Billing())
	require.True(t, m.Enabled())
	require.Equal(t, id(b.String()), m.Account.ID)

	off := g.do(t, &engine.MakeMember{Parent: a, Account: id("c"), Name: "c", Disabled: true, Realm: "c.example"}).Member
	require.False(t, g.member(t, off).Enabled())
	require.Equal(t, id("c"), g.member(t, off).Account.ID)
}

func TestAnAccountWithoutAProfileIsAChildOfTheMaster(t *testing.T) {
	g := newGrove(t)
	g.do(t, topUp("1003", "1"))
	derived := id("1003").Derived()
	m := g.member(t, derived)
	require.Equal(t, "1003", m.Name)
	require.Equal(t, []engine.HexID{g.master}, m.Tree)
	require.Nil(t, m.Account.Profile)

	below := g.child(t, derived, "below")
	require.Equal(t, []engine.HexID{g.master, derived}, g.member(t, below).Tree)
	g.do(t, &engine.ChangeMember{ID: derived, Name: new("Renamed")})
	m = g.member(t, derived)
	require.Equal(t, "Renamed", m.Name)
	require.Equal(t, derived, m.ID)
	require.Equal(t, []engine.HexID{g.master}, m.Tree)
	require.Equal(t, dec("1"), m.Account.Balances[0].Value)
	g.do(t, topUp("1003", "1"))
	require.Equal(t, "Renamed", g.member(t, derived).Name, "a top-up leaves the profile")
}

func TestWithoutAMasterThereIsNoTree(t *testing.T) {
	g := &grove{rig: newRig(t, engine.Options{})}
	g.do(t, topUp("1003", "1"))
	derived := id("1003").Derived()
	require.Empty(t, g.member(t, derived).Tree)
	require.False(t, g.member(t, derived).IsMaster())
	g.refused(t, engine.CodeNotFound, nil, &engine.MakeMember{Parent: derived, Account: id(""), Name: "x"})
	g.refused(t, engine.CodeNotFound, nil, &engine.ChangeMember{ID: derived, Name: new("x")})
}

func TestWhatAMemberMustNotBe(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "a")
	g.do(t, topUp("1003", "1"))
	g.do(t, &engine.ChangeMember{ID: a, Realm: new("A.example"), APIKey: new(engine.HashAPIKey("a"))})
	long, hash := strings.Repeat("é", 129), make([]byte, 48)
	user := func(name string, n byte, credentials []byte) engine.User {
		return engine.User{ID: engine.HexID{n}, Name: name, Credentials: credentials}
	}
	users := func(u ...engine.User) *[]engine.User { return &u }
	for _, c := range []struct {
		code   engine.Code
		fields []string
		change engine.Change
	}{
		{engine.CodeNotFound, nil, &engine.MakeMember{Parent: engine.HexID{1}, Name: "x"}},
		{engine.CodeNotFound, nil, &engine.ChangeMember{ID: engine.HexID{1}, Name: new("x")}},
		{engine.CodeMissing, []string{"name"}, &engine.MakeMember{Parent: a, Account: id("")}},
		{engine.CodeMissing, []string{"name"}, &engine.ChangeMember{ID: a, Name: new("")}},
		{engine.CodeMissing, []string{"api_key"}, &engine.ChangeMember{ID: a, APIKey: new(engine.KeyHash{})}},
		{engine.CodeInvalid, []string{"name", "realm"}, &engine.MakeMember{Parent: a, Name: long, Realm: "a b.c"}},
		{engine.CodeInvalid, []string{"name"}, &engine.ChangeMember{ID: a, Name: new("a\x00b")}},
		{engine.CodeInvalid, []string{"name"}, &engine.ChangeMember{ID: a, Name: new("\xff")}},
		{engine.CodeInvalid, []string{"realm"}, &engine.ChangeMember{ID: a, Realm: new("abc")}},
		{engine.CodeInvalid, []string{"realm"}, &engine.ChangeMember{ID: a, Realm: new(strings.Repeat("a", 254))}},
		{engine.CodeInvalid, []string{"realm"}, &engine.ChangeMember{ID: a, Realm: new("é.example")}},
		{engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: a, Users: users(user("", 1, hash))}},
		{engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: a, Users: users(user("u", 0, hash))}},
		{engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: a, Users: users(user("u", 1, hash), user("U", 2, hash))}},
		{engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: a, Users: users(user("u", 1, hash), user("v", 1, hash))}},
		{engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: a, Users: users(user("u", 1, make([]byte, 513)))}},
		{engine.CodeLimit, nil, &engine.ChangeMember{ID: a, Users: new(manyUsers(101))}},
		{engine.CodeExists, []string{"realm"}, &engine.MakeMember{Parent: a, Account: id(""), Name: "x", Realm: "a.EXAMPLE"}},
		{engine.CodeExists, []string{"realm"}, &engine.ChangeMember{ID: g.master, Realm: new("a.example")}},
		{engine.CodeExists, []string{"api_key"}, &engine.ChangeMember{ID: a, APIKey: new(engine.HashAPIKey("secret"))}},
		{engine.CodeExists, []string{"api_key"}, &engine.SetMaster{APIKey: engine.HashAPIKey("a")}},
		{engine.CodeExists, []string{"account"}, &engine.MakeMember{Parent: a, Account: id("1003"), Name: "x"}},
		{engine.CodeExists, []string{"id"}, &engine.MakeMember{Parent: a, ID: a, Account: id("y"), Name: "x"}},
		{engine.CodeExists, []string{"id"}, &engine.MakeMember{Parent: a, ID: id("1003").Derived(), Account: id("y"), Name: "x"}},
		{engine.CodeMasterAccount, nil, &engine.ChangeMember{ID: g.master, Disabled: new(true)}},
		{engine.CodeMasterAccount, nil, &engine.ChangeMember{ID: g.master, IsReseller: new(false)}},
		{engine.CodeMasterAccount, nil, &engine.ChangeMember{ID: g.master, IsReseller: new(true)}},
		{engine.CodeMasterAccount, nil, &engine.RemoveAccount{Account: id(g.master.String())}},
	} {
		g.refused(t, c.code, c.fields, c.change)
	}
	g.do(t, &engine.ChangeMember{ID: a, Users: users(user("u", 1, hash), user("v", 2, nil))})
	require.Len(t, g.member(t, a).Users, 2)
}

func manyUsers(n int) []engine.User {
	users := make([]engine.User, n)
	for i := range users {
		users[i] = engine.User{ID: engine.HexID{1, byte(i)}, Name: fmt.Sprint("u", i)}
	}
	return users
}

// TestWhatAClientSendsToLogInIsNotStored: hex MD5 and SHA-1 of name and
// password are too short for what a face makes of them.
func TestWhatAClientSendsToLogInIsNotStored(t *testing.T) {
	g := newGrove(t)
	for _, digits := range []int{32, 40, 47} {
		g.refused(t, engine.CodeInvalid, []string{"users"}, &engine.ChangeMember{ID: g.master, Users: &[]engine.User{
			{ID: engine.HexID{1}, Name: "u", Credentials: []byte(strings.Repeat("a", digits))}}})
	}
}

func TestWhatOtherRulesAllowedStays(t *testing.T) {
	rules := engine.DefaultRules()
	rules.NameBytesMax = 200
	g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
	g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"})
	long := id(strings.Repeat("a", 200))
	g.do(t, &engine.SetAccount{Account: long})
	g.do(t, &engine.ChangeMember{ID: long.Derived(), Users: new(manyUsers(3))})
	g.opts.Rules.Tree.UsersMax = 2
	g.restart(t)
	g.do(t, &engine.ChangeMember{ID: long.Derived(), Realm: new("long.example")})
	require.Len(t, g.member(t, long.Derived()).Users, 3)
	g.refused(t, engine.CodeLimit, nil, &engine.ChangeMember{ID: long.Derived(), Users: new(manyUsers(4))})
}

func TestAMemberChangesOnlyWhatIsGiven(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "a")
	before := g.member(t, a).Profile
	g.do(t, &engine.ChangeMember{ID: a, Disabled: new(true)})
	require.Equal(t, before, g.member(t, a).Profile)
	require.False(t, g.member(t, a).Enabled())
	require.Nil(t, g.entries(t)[len(g.entries(t))-1].Accounts[0].Profile, "nor does the entry repeat it")

	g.do(t, &engine.SetAccount{Account: id(a.String()), Disabled: new(false)})
	require.True(t, g.member(t, a).Enabled(), "both faces change one flag")

	g.do(t, &engine.ChangeMember{ID: a, Name: new("b"), Realm: new("")})
	want := before
	want.Name, want.Realm = "b", ""
	require.Equal(t, want, g.member(t, a).Profile)
	entries := len(g.entries(t))
	g.do(t, &engine.ChangeMember{ID: a, Name: new("b"), Disabled: new(false), IsReseller: new(false)})
	require.Len(t, g.entries(t), entries, "as it was: no entry")
}

func TestAResellerMayNotStandBetweenOthers(t *testing.T) {
	g := newGrove(t)
	r := g.child(t, g.master, "r")
	a := g.child(t, r, "a")
	b := g.child(t, a, "b")
	require.Equal(t, g.master, g.reseller(t, b))
	g.do(t, &engine.ChangeMember{ID: r, IsReseller: new(true)})
	require.Equal(t, r, g.reseller(t, b))
	require.Equal(t, g.master, g.reseller(t, r), "nobody is its own reseller")
	g.do(t, &engine.ChangeMember{ID: a, IsReseller: new(true)})
	require.Equal(t, a, g.reseller(t, b))
	g.refused(t, engine.CodeHasResellers, nil, &engine.ChangeMember{ID: r, IsReseller: new(false)})
	g.do(t, &engine.ChangeMember{ID: r, IsReseller: new(true), Name: new("r2")})
	g.do(t, &engine.ChangeMember{ID: a, IsReseller: new(false)})
	g.do(t, &engine.ChangeMember{ID: r, IsReseller: new(false)})
	g.do(t, &engine.ChangeMember{ID: b, IsReseller: new(true)})
	g.refused(t, engine.CodeHasResellers, nil, &engine.ChangeMember{ID: r, IsReseller: new(true)})
}

func TestAnAccountIsNotRemovedFromAboveOthers(t *testing.T) {
	g := newGrove(t)
	g.do(t, topUp("1003", "1"))
	a := g.child(t, id("1003").Derived(), "a")
	g.refused(t, engine.CodeHasDescendants, nil, &engine.RemoveAccount{Account: id("1003")})
	g.do(t, &engine.RemoveAccount{Account: id(a.String())})
	require.Nil(t, g.member(t, a))
	g.do(t, &engine.RemoveAccount{Account: id("1003")})
	require.Nil(t, g.member(t, id("1003").Derived()))
}

func TestTheTreeHasADepth(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Tree.DepthMax = 3
	g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
	at := g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	for range 3 {
		at = g.child(t, at, "x")
	}
	require.Len(t, g.member(t, at).Tree, 3)
	g.refused(t, engine.CodeLimit, nil, &engine.MakeMember{Parent: at, Account: id(""), Name: "x"})
}

func TestARealmIsMadeOfAsManyDigitsAsItTakes(t *testing.T) {
	g := newGrove(t)
	first := g.do(t, &engine.MakeMember{Parent: g.master, ID: engine.HexID{0xab, 0xcd, 0xef, 1}, Account: id(""), Name: "x"})
	second := g.do(t, &engine.MakeMember{Parent: g.master, ID: engine.HexID{0xab, 0xcd, 0xef, 2}, Account: id(""), Name: "x"})
	third := g.do(t, &engine.MakeMember{Parent: g.master, ID: engine.HexID{0xab, 0xcd, 0xef, 3}, Account: id(""), Name: "x"})
	require.Equal(t, "abcdef.sip.internal", g.member(t, first.Member).Realm)
	require.Equal(t, "abcdef0.sip.internal", g.member(t, second.Member).Realm)
	require.Equal(t, "abcdef03.sip.internal", g.member(t, third.Member).Realm)
}

func TestAKeyMakesAMemberOnce(t *testing.T) {
	g := newGrove(t)
	command := func() *engine.Command {
		return &engine.Command{Tenant: "t", Key: "k", Digest: []byte("d"),
			Change: &engine.MakeMember{Parent: g.master, Account: id(""), Name: "a"}}
	}
	first, err := g.Do(t.Context(), command())
	require.NoError(t, err)
	g.restart(t)
	again, err := g.Do(t.Context(), command())
	require.NoError(t, err)
	require.Equal(t, first.Member, again.Member)
	require.False(t, first.Replayed)
	require.True(t, again.Replayed)
	require.Equal(t, "a", g.member(t, first.Member).Name)
}
