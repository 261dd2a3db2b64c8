package crossbar

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// BenchmarkJournal is a request that looks through entries of which none is the account's.
func BenchmarkJournal(b *testing.B) {
	const entries = 10_000
	r := newRig(b)
	for range entries {
		r.must(b, &engine.PostLedger{Op: engine.OpTopUp, Account: r.ids["B"], Amount: amount.FromInt(1),
			Facts: engine.Facts{Source: "s", SourceID: "x"}})
	}
	line := fmt.Sprintf("GET /v2/accounts/{A}/journal?after_seq=%d", r.Stats().Seq-entries)
	for b.Loop() {
		require.Equal(b, http.StatusOK, r.send(b, line, "", "token: A").status)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/entries, "ns/entry")
}

// BenchmarkCommitted is what a commit of 1000 entries costs while as many requests wait as may, none for these.
func BenchmarkCommitted(b *testing.B) {
	id := func(i int) engine.AccountID { return engine.AccountID{Tenant: "t", Account: fmt.Sprint(i)} }
	for _, waiting := range []int{0, 1000} {
		b.Run(fmt.Sprintf("waiting=%d", waiting), func(b *testing.B) {
			w := NewWaiting(waiting)
			for i := range waiting {
				require.NotNil(b, w.join([]concern{{account: id(i)}, {seller: engine.HexID{byte(i), byte(i >> 8), 1}}}))
			}
			c := engine.Committed{}
			for i := range 1000 {
				c.Group = append(c.Group, &engine.Entry{Accounts: []engine.AccountChange{{ID: id(waiting + i)}}})
			}
			for b.Loop() {
				w.Committed(c)
			}
		})
	}
}
