package engine_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/enginetest"
)

// untriggered is a state whose accounts have no triggers.
type untriggered struct{ engine.State }

func (s untriggered) Account(id engine.AccountID) (*engine.Account, error) {
	a, err := s.State.Account(id)
	if a == nil {
		return nil, err
	}
	plain := *a
	plain.Triggers = nil
	return &plain, err
}

// balanceNames are few, so that actions and triggers meet each other's balances.
var balanceNames = []string{"a", "b", "c"}

func drawAction(rt *rapid.T) engine.Action {
	x := engine.Action{Type: rapid.SampledFrom([]string{engine.ActionTopUp, engine.ActionTopUpReset, engine.ActionDebit,
		engine.ActionDebitReset, engine.ActionSetBalance, engine.ActionRemoveBalance, engine.ActionLog,
		engine.ActionResetTriggers, engine.ActionDisableAccount}).Draw(rt, "action")}
	x.Balance = engine.ActionBalance{ID: rapid.SampledFrom(balanceNames).Draw(rt, "id"), ToR: engine.Monetary,
		Units: dec(fmt.Sprint(rapid.IntRange(0, 20).Draw(rt, "units")))}
	if rapid.IntRange(0, 9).Draw(rt, "timing that is not there") == 0 {
		x.Balance.Attributes.TimingIDs = engine.NewNames(engine.Name{ID: "NIGHT"})
	}
	return x
}

func drawTrigger(rt *rapid.T, unique int) *engine.SetActionTrigger {
	return &engine.SetActionTrigger{GroupID: "G", UniqueID: fmt.Sprint(unique), Wish: engine.TriggerWish{
		Type:      new(rapid.SampledFrom([]string{engine.MinBalance, engine.MaxBalance}).Draw(rt, "type")),
		Threshold: new(dec(fmt.Sprint(rapid.IntRange(-10, 20).Draw(rt, "threshold")))),
		Recurrent: new(rapid.Bool().Draw(rt, "recurrent")),
		ActionsID: new(fmt.Sprint(rapid.IntRange(0, 2).Draw(rt, "actions"))),
		Weight:    new(dec(fmt.Sprint(rapid.IntRange(0, 2).Draw(rt, "weight")))),
		Balance:   engine.BalanceWish{ID: new(rapid.SampledFrom(append(balanceNames, "")).Draw(rt, "looks at"))},
	}}
}

func drawChange(rt *rapid.T) engine.Change {
	wanted := engine.Wanted{ID: new(rapid.SampledFrom(balanceNames).Draw(rt, "balance"))}
	v := dec(fmt.Sprint(rapid.IntRange(0, 15).Draw(rt, "value")))
	switch rapid.IntRange(0, 4).Draw(rt, "change") {
	case 0:
		return &engine.SetBalances{Account: id("1"), Items: []engine.SetItem{{ToR: engine.Monetary, Wanted: wanted, Value: &v}}}
	case 1:
		return &engine.Transfer{Source: id("1"), SourceBalanceID: *wanted.ID, Destination: id("2"),
			DestinationBalanceID: "a", Units: v}
	case 2:
		return &engine.ResetAccountTriggers{Account: id("1")}
	case 3:
		return &engine.Adjust{Op: engine.OpTopUp, Account: id("1"), ToR: engine.Monetary, Wanted: wanted, Value: v}
	}
	return &engine.Adjust{Op: engine.OpDebit, Account: id("1"), ToR: engine.Monetary, Wanted: wanted, Value: v}
}

// deltas returns by how much an entry changes each balance.
func deltas(e *engine.Entry) map[uuid.UUID]*big.Rat {
	all := map[uuid.UUID]*big.Rat{}
	if e == nil {
		return all
	}
	for _, c := range e.Accounts {
		for _, p := range c.Postings {
			if !p.Delta.IsZero() {
				all[p.UUID] = fraction(p.Delta)
			}
		}
	}
	return all
}

// TestFiringsAccountForAllThatTriggersDo decides commands with triggers and
// without: what the balances differ by is what the firings say, to the digit,
// and no trigger fires twice in a command.
func TestFiringsAccountForAllThatTriggersDo(t *testing.T) {
	fired, failed := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		rules, state, ids := engine.DefaultRules(), enginetest.NewState(), new(enginetest.UUIDs)
		seq := uint64(0)
		decide := func(s engine.State, c engine.Change, seed uuid.UUID) (*engine.Entry, error) {
			e, _, err := rules.Decide(s, &engine.Command{Change: c, At: engine.At(morning), Seed: seed})
			return e, err
		}
		do := func(c engine.Change) {
			seed := ids.New()
			with, err := decide(state, c, seed)
			without, errWithout := decide(untriggered{state}, c, seed)
			require.Equal(rt, errWithout, err, "triggers neither save nor stop a command")
			again, _ := decide(state, c, seed)
			require.Equal(rt, encoded(rt, with), encoded(rt, again), "the same command on the same state is the same entry")
			if with == nil {
				return
			}
			want := deltas(without)
			seen := map[string]bool{}
			for _, f := range with.Fired {
				name := f.Account.String() + f.GroupID + f.UniqueID
				require.False(rt, seen[name], "twice in a command")
				seen[name] = true
				fired++
				if f.Failed != "" {
					require.Empty(rt, f.Done)
					failed++
				}
				for _, x := range f.Done {
					for _, m := range x.Moved {
						if want[m.Balance] == nil {
							want[m.Balance] = new(big.Rat)
						}
						want[m.Balance] = plus(want[m.Balance], fraction(m.Delta))
					}
				}
			}
			maps.DeleteFunc(want, func(_ uuid.UUID, v *big.Rat) bool { return v.Sign() == 0 })
			got := deltas(with)
			require.ElementsMatch(rt, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
			for id, v := range want {
				require.Zero(rt, v.Cmp(got[id]))
			}
			seq++
			with.Seq = seq
			require.NoError(rt, state.Apply(with))
		}
		for i := range 3 {
			do(&engine.SetActions{Actions: engine.Actions{ID: fmt.Sprint(i),
				List: rapid.SliceOfN(rapid.Custom(drawAction), 1, 3).Draw(rt, "actions")}})
		}
		for i := range rapid.IntRange(1, 5).Draw(rt, "triggers") {
			do(drawTrigger(rt, i))
		}
		do(&engine.SetAccount{Account: id("1"), Triggers: []string{"G"}})
		do(&engine.SetAccount{Account: id("2"), Triggers: []string{"G"}})
		if rapid.Bool().Draw(rt, "without the first actions") {
			do(&engine.RemoveActions{IDs: []string{"0"}})
		}
		for range rapid.IntRange(1, 20).Draw(rt, "commands") {
			do(drawChange(rt))
		}
	})
	require.Positive(t, fired)
	require.Positive(t, failed)
}
