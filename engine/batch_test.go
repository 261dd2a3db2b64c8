package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
)

// batch asks for lines together.
func (g *grove) batch(t testing.TB, lines ...*engine.PostLedger) (engine.Result, error) {
	t.Helper()
	return g.Do(t.Context(), &engine.Command{Batch: lines})
}

// unbatched asks for lines together that must be refused, and returns why.
func (g *grove) unbatched(t testing.TB, lines ...*engine.PostLedger) *engine.Error {
	t.Helper()
	before := len(g.entries(t))
	_, err := g.batch(t, lines...)
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Len(t, g.entries(t), before, "nothing is done")
	return e
}

func TestABatchIsEntriesOfOneGroup(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "A")
	credit := post(a, "10", "z")
	credit.Op = engine.OpTopUp
	done, err := g.batch(t, post(a, "1", "x"), post(a, "2", "y"), credit)
	require.NoError(t, err)
	all := g.entries(t)
	require.EqualValues(t, len(all)-2, done.Seq, "the first's number")
	for i, id := range []string{"x", "y", "z"} {
		require.Equal(t, id, all[len(all)-3+i].Facts.SourceID)
	}
	require.Equal(t, "7", g.money(t, a))
	require.Len(t, g.member(t, a).Account.Balances, 1, "the second line finds what the first made")
}

func TestABatchIsOneCommit(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{GroupMax: 4})
	g := &grove{rig: r}
	close(disk.goOn)
	all.wait()
	g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	for len(disk.began) > 0 {
		<-disk.began
	}
	var lines []*engine.PostLedger
	for i := range 9 {
		lines = append(lines, post(g.master, "1", fmt.Sprint(i)))
	}
	_, err := g.batch(t, lines...)
	require.NoError(t, err)
	require.Equal(t, 9, (<-disk.began).Count, "though a group has a bound")
}

func TestABatchIsRefusedWholeAndTheLineNamed(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "A")
	first := g.do(t, post(a, "1", "there"))
	fine := func() *engine.PostLedger { return post(a, "1", "fine") }

	e := g.unbatched(t, fine(), post(a, "1", "there"))
	require.Equal(t, engine.CodeExists, e.Code)
	require.Equal(t, []any{1, first.Seq}, []any{e.Item, e.Entry})

	e = g.unbatched(t, post(a, "1", "other"), fine(), fine())
	require.Equal(t, engine.CodeExists, e.Code)
	require.Equal(t, []any{2, uint64(0)}, []any{e.Item, e.Entry}, "the line before is no entry yet")

	e = g.unbatched(t, fine(), post(engine.HexID{1}, "1", "x"))
	require.Equal(t, engine.CodeNotFound, e.Code)
	require.Equal(t, 1, e.Item)
	require.Equal(t, "-1", g.money(t, a))
}

func TestABatchHasABound(t *testing.T) {
	rules := engine.DefaultRules()
	rules.BatchMax = 2
	g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
	g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	x, y, z := post(g.master, "1", "x"), post(g.master, "1", "y"), post(g.master, "1", "z")
	require.Equal(t, engine.CodeLimit, g.unbatched(t, x, y, z).Code)
	_, err := g.batch(t, x, y)
	require.NoError(t, err)
}

func TestABatchBringsNoMoreKindsThanALedgerMayHave(t *testing.T) {
	rules := engine.DefaultRules()
	rules.LineKindsMax = 3
	g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
	g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	lines := func(sources ...string) (all []*engine.PostLedger) {
		for i, source := range sources {
			c := post(g.master, "1", fmt.Sprint(source, i, len(sources)))
			c.Facts.Source = source
			all = append(all, c)
		}
		return all
	}
	e := g.unbatched(t, lines("a", "b", "a", "c", "d")...)
	require.Equal(t, []any{engine.CodeLimit, 4}, []any{e.Code, e.Item})
	_, err := g.batch(t, lines("a", "b", "a", "c", "b")...)
	require.NoError(t, err)
	require.Equal(t, 0, g.unbatched(t, lines("d", "a")...).Item)
}

func TestABatchIsDoneOnceUnderItsKey(t *testing.T) {
	g := newGrove(t)
	cmd := func() *engine.Command {
		return &engine.Command{Tenant: tenant, Key: "k", Digest: []byte{1},
			Batch: []*engine.PostLedger{post(g.master, "1", "x"), post(g.master, "2", "y")}}
	}
	first, err := g.Do(t.Context(), cmd())
	require.NoError(t, err)
	g.restart(t)
	again, err := g.Do(t.Context(), cmd())
	require.NoError(t, err)
	require.Equal(t, engine.Result{Seq: first.Seq, Replayed: true}, again)
	require.Equal(t, "-3", g.money(t, g.master))
	other := cmd()
	other.Digest = []byte{2}
	_, err = g.Do(t.Context(), other)
	require.ErrorIs(t, err, &engine.Error{Code: engine.CodeIdempotencyConflict})
}

func TestALineIsReversedOnce(t *testing.T) {
	g := newGrove(t)
	back := func(of, sourceID string) *engine.PostLedger {
		c := post(g.master, "1", sourceID)
		c.Op, c.Facts.Reverses = engine.OpTopUp, of
		return c
	}
	e := g.unbatched(t, back("201912-1", "x"), back("201912-1", "y"))
	require.Equal(t, []any{engine.CodeInvalid, 1}, []any{e.Code, e.Item})
	require.Equal(t, []string{"reverses"}, e.Fields)
	g.do(t, back("201912-1", "x"))
	g.do(t, back("201912-2", "y"))
	g.restart(t)
	g.refused(t, engine.CodeInvalid, []string{"reverses"}, back("201912-1", "z"))
}

// An action of a trigger disables an account in a batch, and the next line of
// another does: both are counted above them.
func TestABatchCountsWhatItsTriggersDo(t *testing.T) {
	g := newGrove(t)
	g.do(t, &engine.SetActions{Actions: engine.Actions{ID: "off", List: []engine.Action{{Type: engine.ActionDisableAccount}}}})
	g.do(t, &engine.SetActionTrigger{GroupID: "G", UniqueID: "t", Wish: engine.TriggerWish{
		Type: new(engine.MinBalance), Threshold: new(dec("-5")), ActionsID: new("off"),
		Balance: engine.BalanceWish{ToR: new(engine.Monetary)}}})
	var lines []*engine.PostLedger
	for _, name := range []string{"A", "B"} {
		child := g.child(t, g.master, name)
		g.do(t, &engine.AddAccountTriggers{Account: g.member(t, child).Account.ID, GroupIDs: []string{"G"}})
		lines = append(lines, post(child, "6", name))
	}
	master := g.member(t, g.master).Account.ID
	below := func() (n int64) {
		require.NoError(t, g.Read(t.Context(), func(s engine.State) error {
			n, _ = s.ServiceRecord(master).Quantities.Cascade.Get("accounts", "account")
			return nil
		}))
		return n
	}
	require.EqualValues(t, 2, below())
	_, err := g.batch(t, lines...)
	require.NoError(t, err)
	require.Zero(t, below())
}

// Lines one by one, until one is refused, are what a batch of them is.
func TestABatchIsItsLinesInTurnOrNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := engine.DefaultRules()
		rules.LedgerDenyNegative, rules.LineKindsMax = true, 4
		var groves [2]*grove
		var of []engine.HexID
		for i := range groves {
			g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
			g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
			of = []engine.HexID{g.master, g.child(t, g.master, "A")}
			groves[i] = g
		}
		lines := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) *engine.PostLedger {
			c := post(of[rapid.IntRange(0, 1).Draw(rt, "account")], fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "amount")),
				fmt.Sprint(rapid.IntRange(0, 20).Draw(rt, "id")))
			c.Op = rapid.SampledFrom([]engine.Op{engine.OpTopUp, engine.OpTopUp, engine.OpDebit}).Draw(rt, "op")
			c.Reseller = rapid.Bool().Draw(rt, "reseller")
			c.Facts.Module = "cb_ledgers" // else usage has a type and unit of its own by direction
			c.Facts.Source = rapid.StringMatching("[a-e]").Draw(rt, "source")
			c.Facts.Reverses = rapid.SampledFrom([]string{"", "", "", "1", "2"}).Draw(rt, "reverses")
			return c
		}), 1, 8).Draw(rt, "lines")
		refused, want := -1, error(nil)
		for i, line := range lines {
			if _, want = groves[0].Do(t.Context(), &engine.Command{Change: line}); want != nil {
				refused = i
				break
			}
		}
		start := len(groves[1].entries(t))
		_, err := groves[1].batch(t, lines...)
		if want != nil {
			var e *engine.Error
			require.ErrorAs(rt, err, &e)
			require.Equal(rt, []any{refused, engine.CodeOf(want)}, []any{e.Item, e.Code}, errors.Join(want, err))
			require.Len(rt, groves[1].entries(t), start)
			return
		}
		require.NoError(rt, err)
		for _, account := range of {
			require.Equal(rt, groves[0].money(t, account), groves[1].money(t, account))
		}
		require.Len(rt, groves[1].entries(t), len(groves[0].entries(t)))
	})
}
