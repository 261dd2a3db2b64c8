package store

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/ledger"
)

// BenchmarkLedgerOfAMillionLines asks a ledger of 1,000,000 lines, among 100,000
// accounts, as a face does.
func BenchmarkLedgerOfAMillionLines(b *testing.B) {
	const lines, others, groupEntries = 1_000_000, 100_000, 1000
	skipBig(b, lines)
	h := openHouse(b, b.TempDir(), Options{})
	c := &crowd{paid: make([]int64, others)}
	for c.seq < lines+others {
		entries := make([]*engine.Entry, groupEntries)
		for i := range entries {
			n := 0
			if c.seq%11 == 10 {
				n = 1 + int(c.seq/11)%(others-1)
			}
			entries[i] = c.next(n)
			entries[i].At = engine.At(time.Unix(1_700_000_000+int64(c.seq)*2, 0))
			if c.seq%10_000 == 0 {
				entries[i].Facts.Source = "payments"
			}
			require.NoError(b, h.store.Apply(entries[i]))
		}
		g := enginetest.NewGroup(b, h.end, h.epoch, entries...)
		require.NoError(b, h.journal.Commit(context.Background(), g))
		h.end = g.End()
		h.store.Sealed(h.end)
		require.NoError(b, h.store.Release())
	}
	random := rand.New(rand.NewPCG(1, 2))
	somewhere := func() int64 { return ledger.Second(engine.At(time.Unix(1_700_000_000, 0))) + random.Int64N(2*lines) }
	for _, q := range []struct {
		name string
		ask  func(v *ledger.View) error
	}{
		{"sums", func(v *ledger.View) error {
			_, err := v.Sums(ledger.Window{From: somewhere(), To: somewhere()})
			return err
		}},
		{"month", func(v *ledger.View) error { _, err := v.Month(ledger.MonthOf(somewhere())); return err }},
		{"total", func(v *ledger.View) error { _, err := v.Total(); return err }},
		{"page", func(v *ledger.View) error { return listFrom(v, ledger.Adjustments, somewhere()) }},
		{"page-of-a-rare-source", func(v *ledger.View) error { return listFrom(v, "payments", somewhere()) }},
	} {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				l, err := h.store.Ledger(crowdAccount(0))
				require.NoError(b, err)
				require.NoError(b, q.ask(&l.View))
				require.NoError(b, l.Close())
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
	h.crash(b)
}

func listFrom(v *ledger.View, source string, from int64) error {
	_, _, err := v.List(ledger.Query{Source: source, Window: ledger.Window{From: from, To: from + 1<<40}, Limit: 50, Ascending: true})
	return err
}
