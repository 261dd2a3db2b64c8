package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkEntries reads a page of 50 entries, each in another group: what a
// list of a rare source reads. Groups of few entries show from which size on a
// table of starts is worth its bytes.
func BenchmarkEntries(b *testing.B) {
	const groups, page = 200, 50
	for _, n := range []int{4, 8, 16, 32, 64, 300, 1000} {
		b.Run(fmt.Sprint("group=", n), func(b *testing.B) {
			h := openHouse(b, b.TempDir(), Options{})
			c := &crowd{paid: make([]int64, 1000)}
			for range groups {
				g := c.group(b, h, n)
				require.NoError(b, h.journal.Commit(context.Background(), g))
				h.end = g.End()
			}
			random := rand.New(rand.NewPCG(1, 2))
			var took []time.Duration
			for b.Loop() {
				seqs := make([]uint64, page)
				for i, group := range random.Perm(groups)[:page] {
					seqs[i] = uint64(group*n + random.IntN(n) + 1)
				}
				slices.Sort(seqs)
				began := time.Now()
				entries, err := h.journal.Entries(seqs)
				took = append(took, time.Since(began))
				require.NoError(b, err)
				require.Len(b, entries, page)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			h.crash(b)
		})
	}
}
