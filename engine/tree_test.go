package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/enginetest"
)

func TestAnAccountIsFoundByWhatLogsInToIt(t *testing.T) {
	g := newGrove(t)
	a, b := g.child(t, g.master, "Account 1"), g.child(t, g.master, "account-1")
	g.do(t, &engine.ChangeMember{ID: a, Realm: new("One.example"), APIKey: new(engine.HashAPIKey("k"))})
	g.tree(t, func(tree engine.Tree) error {
		m, err := tree.ByAccount(id(a.String()))
		require.NoError(t, err)
		require.Equal(t, a, m.ID)
		m, err = tree.ByAccount(id("none"))
		require.NoError(t, err)
		require.Nil(t, m)
		m, err = tree.ByRealm("oNE.EXAMPLE")
		require.NoError(t, err)
		require.Equal(t, a, m.ID)
		for _, none := range []string{"one", "one.example.com", ""} {
			m, err = tree.ByRealm(none)
			require.NoError(t, err)
			require.Nil(t, m, none)
		}
		m, err = tree.ByAPIKey(engine.HashAPIKey("k"))
		require.NoError(t, err)
		require.Equal(t, a, m.ID)
		for _, none := range []engine.KeyHash{{}, engine.HashAPIKey("K")} {
			m, err = tree.ByAPIKey(none)
			require.NoError(t, err)
			require.Nil(t, m)
		}
		for name, want := range map[string][]engine.HexID{"ACCOUNT 1": sortIDs([]engine.HexID{a, b}), "account": nil, "--": nil} {
			found, err := tree.ByName(name, 10)
			require.NoError(t, err)
			require.ElementsMatch(t, want, ids(found), name)
		}
		return nil
	})
	g.do(t, &engine.ChangeMember{ID: a, APIKey: new(engine.HashAPIKey("l")), Realm: new("two.example"), Name: new("Two")})
	g.tree(t, func(tree engine.Tree) error {
		for _, find := range []func() (*engine.Member, error){
			func() (*engine.Member, error) { return tree.ByAPIKey(engine.HashAPIKey("k")) },
			func() (*engine.Member, error) { return tree.ByRealm("one.example") },
		} {
			m, err := find()
			require.NoError(t, err)
			require.Nil(t, m, "what was replaced is no longer good")
		}
		found, err := tree.ByName("account 1", 10)
		require.NoError(t, err)
		require.Equal(t, []engine.HexID{b}, ids(found))
		return nil
	})
}

// TestPagesOfTheTreeAreWhole: pages of any size, put together, are all
// children and all descendants, with accounts that JSON-RPC made among them.
func TestPagesOfTheTreeAreWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := newGrove(t)
		at := []engine.HexID{g.master}
		parents := map[engine.HexID]engine.HexID{}
		for i := range rapid.IntRange(0, 12).Draw(rt, "accounts") {
			parent := rapid.SampledFrom(at).Draw(rt, "parent")
			if rapid.Bool().Draw(rt, "JSON-RPC") {
				g.do(t, topUp(fmt.Sprint(i), "1"))
				at, parent = append(at, id(fmt.Sprint(i)).Derived()), g.master
			} else {
				random := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(rt, "ID") // before and behind derived ones
				at = append(at, g.do(t, &engine.MakeMember{Parent: parent, Account: id(""), Name: fmt.Sprint(i),
					ID: memberID(random, i)}).Member)
			}
			parents[at[len(at)-1]] = parent
		}
		limit := rapid.IntRange(1, 4).Draw(rt, "limit")
		g.tree(t, func(tree engine.Tree) error {
			for _, of := range at {
				var children, descendants []engine.HexID
				for x, parent := range parents {
					if parent == of {
						children = append(children, x)
					}
					for up := x; up != g.master; {
						if up = parents[up]; up == of {
							descendants = append(descendants, x)
						}
					}
				}
				require.Equal(rt, sortIDs(children), walk(rt, limit, of, tree.Children))
				found := walk(rt, limit, of, tree.Descendants)
				require.ElementsMatch(rt, descendants, found)
				require.True(rt, slices.IsSortedFunc(found, func(a, b engine.HexID) int {
					x, err := tree.ByID(a)
					require.NoError(rt, err)
					y, err := tree.ByID(b)
					require.NoError(rt, err)
					return len(x.Tree) - len(y.Tree)
				}), "the nearest first")
			}
			return nil
		})
	})
}

// memberID returns an ID that begins as told and is no other account's.
func memberID(begin []byte, n int) engine.HexID {
	whole := engine.HexID{15: byte(n + 1)}
	copy(whole[:8], begin)
	return whole
}

// walk reads all pages.
func walk(rt *rapid.T, limit int, of engine.HexID,
	read func(of, after engine.HexID, limit int) ([]*engine.Member, error),
) []engine.HexID {
	var all []engine.HexID
	for after, more := (engine.HexID{}), true; more; {
		page, err := read(of, after, limit)
		require.NoError(rt, err)
		all = append(all, ids(page)...)
		if more = len(page) == limit; more {
			after = page[limit-1].ID
		}
	}
	return all
}

func TestDescendantsBehindOneThatIsNotThereAreRefused(t *testing.T) {
	g := newGrove(t)
	a, b := g.child(t, g.master, "a"), g.child(t, g.master, "b")
	for _, after := range []engine.HexID{b, a, {1}} {
		g.tree(t, func(tree engine.Tree) error {
			_, err := tree.Descendants(a, after, 10)
			require.Equal(t, engine.CodeNotFound, engine.CodeOf(err))
			return nil
		})
	}
}

func TestAccountsOfOneDerivedIDDoNotHideEachOther(t *testing.T) {
	g := newGrove(t)
	for _, tenant := range []string{"a", "a:b"} {
		account := strings.TrimPrefix("a:b:c", tenant+":")
		g.do(t, &engine.SetAccount{Account: engine.AccountID{Tenant: tenant, Account: account}})
	}
	twins := engine.AccountID{Tenant: "a", Account: "b:c"}
	require.Equal(t, "a", g.member(t, twins.Derived()).Account.ID.Tenant)
	g.do(t, &engine.RemoveAccount{Account: twins})
	require.Equal(t, "a:b", g.member(t, twins.Derived()).Account.ID.Tenant)
}

func TestHexIDsHaveOneForm(t *testing.T) {
	for text, ok := range map[string]bool{
		"0123456789abcdef0123456789abcdef":   true,
		"0123456789ABCDEF0123456789abcdef":   false,
		"0123456789abcdef0123456789abcde":    false,
		"0123456789abcdef0123456789abcdef00": false,
		"0123456789abcdef0123456789abcdeg":   false,
		"":                                   false,
	} {
		id, is := engine.ParseHexID(text)
		require.Equal(t, ok, is, text)
		require.Equal(t, ok, id.String() == text)
	}
	require.Equal(t, "957acb41e439d4fc101c1333321d7aea", id("1003").Derived().String(), "md5sum of cgrates.org:1003")
}

// FuzzParseHexID: what is read is written as it was.
func FuzzParseHexID(f *testing.F) {
	f.Add("0123456789abcdef0123456789abcdef")
	f.Fuzz(func(t *testing.T, text string) {
		if id, ok := engine.ParseHexID(text); ok {
			require.Equal(t, text, id.String())
		}
	})
}

// FuzzIndexKeyAccount: no key panics, and one of an account leads to it.
func FuzzIndexKeyAccount(f *testing.F) {
	f.Add("dx\x00t\x00a", "t", "a")
	f.Fuzz(func(t *testing.T, key, tenant, account string) {
		engine.IndexKey(key).Account()
		if strings.Contains(tenant+account, "\x00") {
			return
		}
		a := &engine.Account{ID: engine.AccountID{Tenant: tenant, Account: account},
			Profile: &engine.Profile{Name: "n", Tree: make([]engine.HexID, 2), IsReseller: true, Realm: "r", APIKey: engine.KeyHash{1}}}
		for _, k := range a.IndexKeys() {
			require.Equal(t, a.ID, k.Account())
		}
	})
}

func TestADamagedIndexIsAnError(t *testing.T) {
	s := enginetest.NewState()
	s.Broken = fmt.Errorf("broken")
	tree := engine.Tree{State: s}
	_, err := tree.ByID(engine.HexID{1})
	require.ErrorIs(t, err, s.Broken)
	_, err = tree.Children(engine.HexID{1}, engine.HexID{}, 1)
	require.ErrorIs(t, err, s.Broken)
	_, err = tree.Descendants(engine.HexID{1}, engine.HexID{}, 1)
	require.ErrorIs(t, err, s.Broken)
}
