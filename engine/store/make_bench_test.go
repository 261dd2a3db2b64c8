package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// BenchmarkMakeAccounts makes accounts as JSON-RPC does, by their first top-up,
// before there is a master and below one, which counts them. The journal costs
// nothing: what is left is the queue, the decision, the fold, the codec and the
// checkpoints that are due.
func BenchmarkMakeAccounts(b *testing.B) {
	for _, below := range []string{"nobody", "master"} {
		b.Run("below="+below, func(b *testing.B) {
			journal, err := OpenJournal(b.TempDir())
			require.NoError(b, err)
			state, err := Open(b.TempDir(), journal, Options{})
			require.NoError(b, err)
			eng, err := engine.Start(b.Context(), enginetest.NewJournal(), state, engine.Options{})
			require.NoError(b, err)
			if below == "master" {
				_, err := eng.Do(b.Context(), &engine.Command{Change: &engine.SetMaster{
					Account: engine.AccountID{Tenant: "purser"}, Name: "Master"}})
				require.NoError(b, err)
			}
			var made atomic.Int64
			var clients sync.WaitGroup
			b.ReportAllocs()
			b.ResetTimer()
			for range 256 {
				clients.Go(func() {
					for {
						n := made.Add(1)
						if n > int64(b.N) {
							return
						}
						first := &engine.Adjust{Op: engine.OpTopUp, ToR: engine.Monetary, Value: amount.FromInt(10),
							Account: engine.AccountID{Tenant: "cgrates.org", Account: fmt.Sprintf("49%09d", n*7919%1_000_000_007)},
							Wanted:  engine.Wanted{ID: new("main")}}
						if _, err := eng.Do(b.Context(), &engine.Command{Change: first}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			clients.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "accounts/s")
			require.NoError(b, eng.Stop())
			require.NoError(b, state.Close())
			require.NoError(b, journal.Close())
		})
	}
}
