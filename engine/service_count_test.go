package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/enginetest"
	"purser/engine/services"
)

// counted returns what the engine has counted for an account.
func (m *mall) counted(t testing.TB, id engine.HexID) [2]int64 {
	q := m.services(t, id).Quantities
	own, _ := q.Account.Get("accounts", "account")
	below, _ := q.Cascade.Get("accounts", "account")
	return [2]int64{own, below}
}

func TestAccountsAreCountedWhenTheyComeAndGo(t *testing.T) {
	m := newMall(t)
	require.Equal(t, [2]int64{1, 1}, m.counted(t, m.reseller))
	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master))
	require.Equal(t, [2]int64{1, 0}, m.counted(t, m.customer))

	child := m.child(t, m.customer, "Child")
	all := m.entries(t)
	made := all[len(all)-1].Services.Accounts
	require.Len(t, made, 4, "itself and all above")
	for _, c := range made {
		switch c.Owner.ID {
		case child:
			require.Equal(t, services.ScopeAccount, c.Quantities[0].Scope)
		case m.customer:
			require.Empty(t, c.Quantities, "it is no reseller")
		default:
			require.Equal(t, services.ScopeCascade, c.Quantities[0].Scope)
			require.Equal(t, &engine.Named{ID: child, Name: "Child"}, c.Cause)
		}
	}
	require.Equal(t, [2]int64{1, 1}, m.counted(t, m.customer))

	m.do(t, &engine.ChangeMember{ID: child, Disabled: new(true)})
	require.Equal(t, [2]int64{1, 0}, m.counted(t, m.customer))
	m.do(t, &engine.SetAccount{Account: id(child.String()), Disabled: new(false)}) // the same flag
	require.Equal(t, [2]int64{1, 1}, m.counted(t, m.customer))
	m.do(t, &engine.RemoveAccount{Account: id(child.String())})
	require.Equal(t, [2]int64{1, 0}, m.counted(t, m.customer))
	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master))
	require.NoError(t, m.Read(t.Context(), func(s engine.State) error {
		require.Nil(t, s.ServiceRecord(id(child.String())), "its services went with it")
		return nil
	}))
	m.child(t, m.customer, "Another")
	m.unchanged(t, &engine.Reconcile{Account: m.customer})
	m.unchanged(t, &engine.Reconcile{Account: m.master})
}

func TestAccountsBelowCountFromWhenAnAccountIsAReseller(t *testing.T) {
	m := newMall(t)
	m.child(t, m.customer, "Child")
	m.do(t, &engine.ChangeMember{ID: m.customer, IsReseller: new(true)})
	_, c := m.last(t)
	require.Equal(t, []services.Change{{Category: "accounts", Item: "account", Scope: services.ScopeCascade,
		Difference: 1, Quantity: 2}}, c.Quantities)
	m.do(t, &engine.ChangeMember{ID: m.customer, IsReseller: new(false)})
	_, c = m.last(t)
	require.EqualValues(t, -1, c.Quantities[0].Difference)
}

func TestAccountsOfJSONRPCAreCountedByTheMaster(t *testing.T) {
	r := newRig(t, engine.Options{})
	r.do(t, topUp("before", "1"))
	r.do(t, &engine.SetAccount{Account: id("off"), Disabled: new(true)})
	for _, e := range r.entries(t) {
		require.Nil(t, e.Services, "there is nobody to count them")
	}
	m := &mall{grove: &grove{rig: r, master: r.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member}}
	_, c := m.last(t)
	require.Equal(t, []services.Change{{Category: "accounts", Item: "account", Scope: services.ScopeAccount,
		Difference: 2, Quantity: 2}}, c.Quantities, "itself, and who was there")

	counts := func(change engine.Change, by, below int64) {
		t.Helper()
		m.do(t, change)
		_, c := m.last(t)
		require.Equal(t, []services.Change{{Category: "accounts", Item: "account", Scope: services.ScopeCascade,
			Difference: by, Quantity: 1 + below}}, c.Quantities)
		require.Equal(t, [2]int64{1, below}, m.counted(t, m.master))
		m.unchanged(t, &engine.Reconcile{Account: m.master})
	}
	counts(topUp("a", "1"), 1, 2)
	_, c = m.last(t)
	require.Equal(t, &engine.Named{ID: id("a").Derived(), Name: "a"}, c.Cause)
	m.do(t, topUp("a", "1"))
	m.do(t, &engine.SetAccount{Account: id("a"), AllowNegative: new(true)})
	m.unchanged(t, &engine.SetAccount{Account: id("a"), Disabled: new(false)})
	m.do(t, &engine.SetAccount{Account: id("b"), Disabled: new(true)})
	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master))
	counts(&engine.SetAccount{Account: id("b"), Disabled: new(false)}, 1, 3)
	counts(&engine.SetAccount{Account: id("a"), Disabled: new(true)}, -1, 2)
	m.do(t, &engine.RemoveAccount{Account: id("a")})
	counts(&engine.RemoveAccount{Account: id("b")}, -1, 1)
	counts(&engine.SetAccount{Account: id("off"), Disabled: new(false)}, 1, 2)
	counts(&engine.ChangeMember{ID: id("off").Derived(), Disabled: new(true)}, -1, 1)
	counts(&engine.SetAccount{Account: id("a")}, 1, 2)
	m.refused(t, engine.CodeNotFound, nil, &engine.RemoveBalances{Account: id("nobody"), ToR: engine.Monetary})
	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master), "what is looked at only is not there")

	logs := 0
	for _, e := range m.entries(t) {
		logs += len(audit.Logs(e, id(m.master.String())))
	}
	require.Equal(t, 7, logs, "the master's audit says so")
}

func TestAnAccountOfJSONRPCThatGetsAProfileIsCountedOnce(t *testing.T) {
	m := newMall(t)
	m.do(t, topUp("a", "1"))
	require.Equal(t, [2]int64{1, 3}, m.counted(t, m.master))
	derived := id("a").Derived()
	m.do(t, &engine.ChangeMember{ID: derived, Realm: new("a.example")})
	_, c := m.last(t)
	require.Equal(t, derived, c.Owner.ID, "it counts itself from then on")
	require.Equal(t, [2]int64{1, 0}, m.counted(t, derived))
	require.Equal(t, [2]int64{1, 3}, m.counted(t, m.master))
	m.do(t, &engine.ChangeMember{ID: derived, Name: new("A"), Disabled: new(true)})
	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master))
	m.unchanged(t, &engine.Reconcile{Account: m.master})
	m.unchanged(t, &engine.Reconcile{Account: derived})
}

// An older purser counted accounts of JSON-RPC when it was asked only.
func TestAccountsOfAnOlderJournalAreCountedWhenAsked(t *testing.T) {
	m := newMall(t)
	old := m.entries(t)
	m.do(t, topUp("a", "1"))
	m.do(t, topUp("b", "1"))
	for _, e := range m.entries(t)[len(old):] {
		e.Services = nil
		old = append(old, e)
	}
	m.journal = enginetest.NewJournal()
	epoch, end, err := m.journal.Own(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.journal.Commit(t.Context(), enginetest.NewGroup(t, end, epoch, old...)))
	m.restart(t)

	require.Equal(t, [2]int64{1, 2}, m.counted(t, m.master))
	m.do(t, topUp("c", "1"))
	require.Equal(t, [2]int64{1, 3}, m.counted(t, m.master))
	m.do(t, &engine.Reconcile{Account: m.master})
	require.Equal(t, [2]int64{1, 5}, m.counted(t, m.master))
	m.do(t, &engine.RemoveAccount{Account: id("a")})
	m.unchanged(t, &engine.Reconcile{Account: m.master})
}

// requireCounted holds that what was counted is what a count anew finds.
func (m *mall) requireCounted(rt *rapid.T, members []engine.HexID) {
	seq := m.Stats().Seq
	for _, id := range members {
		_, err := m.Do(rt.Context(), &engine.Command{Change: &engine.Reconcile{Account: id}})
		if engine.CodeOf(err) != engine.CodeNotFound { // it was removed
			require.NoError(rt, err)
		}
	}
	require.Equal(rt, seq, m.Stats().Seq)
}
