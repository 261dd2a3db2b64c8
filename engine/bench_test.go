package engine_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// BenchmarkDecide measures deciding alone: no queue, no fold, no codec.
func BenchmarkDecide(b *testing.B) {
	state := benchState(b)
	topUpAll := topUp("five", "1")
	topUpAll.Wanted = engine.Wanted{}
	for _, c := range []struct {
		name   string
		change engine.Change
	}{
		{"topup", topUp("one", "1.25")},
		{"topup-5-balances", topUpAll},
		{"set", &engine.SetBalances{Account: id("one"), Items: []engine.SetItem{
			{ToR: engine.Monetary, Wanted: engine.Wanted{ID: new("b")}, Value: new(dec("7.5"))}}}},
		{"debit", &engine.Adjust{Op: engine.OpDebit, Account: id("one"), ToR: engine.Monetary,
			Wanted: engine.Wanted{ID: new("b")}, Value: dec("0.01")}},
		{"charge-voice", &engine.Charge{Account: id("one"), Usage: engine.Usage{ToR: engine.Voice,
			Destination: "4915112345678", Start: morning, Units: int64(90 * time.Second)}}},
		{"charge-money", &engine.Charge{Account: id("one"), Usage: engine.Usage{ToR: engine.Voice, Category: "call",
			Subject: "one", Destination: "3312345678", Start: morning, Units: int64(90 * time.Second)}}},
		{"charge-5-balances", &engine.Charge{Account: id("five"),
			Usage: engine.Usage{ToR: engine.Data, Start: morning, Units: 45}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			rules := engine.DefaultRules()
			cmd := &engine.Command{Change: c.change, At: engine.At(morning), Seed: enginetest.NthUUID(1 << 20)}
			b.ReportAllocs()
			for b.Loop() {
				entry, _, err := rules.Decide(state, cmd)
				if err != nil || entry == nil {
					b.Fatal(entry, err)
				}
			}
		})
	}
}

// benchState has an account "one" with money and a bundle, "five" with five
// balances of one type, and one price abroad.
func benchState(tb testing.TB) *enginetest.State {
	r := newRig(tb, engine.Options{})
	r.do(tb, &engine.SetDestination{ID: "DE", Prefixes: []string{"49"}})
	r.do(tb, topUp("one", "100"))
	r.do(tb, &engine.SetBalances{Account: id("one"), Items: []engine.SetItem{{
		ToR: engine.Voice, Value: new(dec("600000000000")),
		Wanted: engine.Wanted{ID: new("bundle"), DestinationIDs: new(engine.NewNames(engine.Name{ID: "DE"}))}}}})
	for i := range 5 {
		for _, tor := range []string{engine.Data, engine.Monetary} {
			r.do(tb, &engine.SetBalances{Account: id("five"), Items: []engine.SetItem{{ToR: tor, Value: new(dec("10")),
				Wanted: engine.Wanted{ID: new(fmt.Sprint(i)), Weight: new(dec(fmt.Sprint(i)))}}}})
		}
	}
	r.do(tb, &engine.LoadTariff{Set: engine.TariffSet{
		Destinations: []engine.DestinationChange{{ID: "FR", Prefixes: []string{"33"}}},
		Plans: []rating.Plan{{ID: "P", Rows: []rating.Row{{DestinationID: "FR"}},
			Rates: []rating.Rate{{ID: "R", Slots: []rating.Slot{
				{Price: dec("0.6"), Unit: int64(time.Minute), Step: int64(time.Second)}}}}}},
		Profiles: []rating.Profile{{Tenant: tenant, Category: "call", Subject: rating.Any,
			Activations: []rating.Activation{{PlanID: "P"}}}},
	}})
	return r.state
}

// BenchmarkFold measures folding a top-up into an account of five balances.
func BenchmarkFold(b *testing.B) {
	state, rules := benchState(b), engine.DefaultRules()
	change := topUp("five", "1")
	change.Wanted.ID = new("3")
	entry, _, err := rules.Decide(state, &engine.Command{Change: change, At: engine.At(morning)})
	require.NoError(b, err)
	a, err := state.Account(id("five"))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := entry.Accounts[0].Fold(a, entry.At); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDo measures the whole way of a top-up through the writer, with a
// journal that costs nothing: what is left is the queue, the group commit, the
// decision, the fold and the codec.
func BenchmarkDo(b *testing.B) {
	for _, clients := range []int{1, 8, 64, 512} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			commits := 0
			r := newRig(b, engine.Options{Observe: func(engine.Committed) { commits++ }})
			changes := make([]engine.Change, clients)
			for i := range changes {
				changes[i] = topUp(fmt.Sprint(i), "0.01")
			}
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ReportAllocs()
			b.ResetTimer()
			var running sync.WaitGroup
			for _, change := range changes {
				running.Go(func() {
					for left.Add(-1) >= 0 {
						if _, err := r.Do(b.Context(), &engine.Command{Change: change}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			running.Wait()
			b.StopTimer()
			require.NoError(b, r.Stop())
			b.ReportMetric(float64(b.N)/float64(max(commits, 1)), "commands/commit")
		})
	}
}
