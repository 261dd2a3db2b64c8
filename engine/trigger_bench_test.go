package engine_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// BenchmarkDecideWithTriggers debits an account whose triggers look on: at a
// threshold that is far, and with a counter that moves each time.
func BenchmarkDecideWithTriggers(b *testing.B) {
	for name, trigger := range map[string]*engine.SetActionTrigger{
		"far": {GroupID: "G", UniqueID: "t", Wish: engine.TriggerWish{Type: new(engine.MinBalance),
			ActionsID: new("A"), Threshold: new(dec("-1000000000"))}},
		"counter": {GroupID: "G", UniqueID: "t", Wish: engine.TriggerWish{Type: new(engine.MaxEventCounter),
			ActionsID: new("A"), Threshold: new(dec("1000000000")), Balance: engine.BalanceWish{ToR: new(engine.Monetary)}}},
	} {
		b.Run(name, func(b *testing.B) {
			rules, state := engine.DefaultRules(), enginetest.NewState()
			for seq, c := range []engine.Change{
				&engine.SetActions{Actions: engine.Actions{ID: "A", List: []engine.Action{{Type: engine.ActionLog}}}}, trigger,
				&engine.SetAccount{Account: id("1"), Triggers: []string{"G"}}, topUp("1", "1000"),
			} {
				e, _, err := rules.Decide(state, &engine.Command{Change: c, At: engine.At(morning), Seed: uuid.UUID{byte(seq)}})
				require.NoError(b, err)
				e.Seq = uint64(seq + 1)
				require.NoError(b, state.Apply(e))
			}
			cmd := &engine.Command{At: engine.At(morning), Change: &engine.Counting{Account: id("1"), ToR: engine.Monetary,
				Used: dec("0.5"), BalanceID: "b"}}
			b.ReportAllocs()
			for b.Loop() {
				e, _, err := rules.Decide(state, cmd)
				if err != nil || e == nil {
					b.Fatal(err)
				}
			}
		})
	}
}
