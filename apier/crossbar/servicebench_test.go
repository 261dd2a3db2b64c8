package crossbar

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/store"
)

// storedAudit is the audit of a store.
type storedAudit struct{ *store.Store }

func (a storedAudit) AuditDays(owner engine.AccountID, first, last audit.Day, metered []string) ([]audit.NamedRow,
	error,
) {
	return a.Store.AuditDays(owner, first, last, store.AuditUsage{Sources: metered})
}

// newStoredRig starts a rig on the disk.
func newStoredRig(b *testing.B) *rig {
	b.Helper()
	dir := b.TempDir()
	journal, err := store.OpenJournal(dir)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, journal.Close()) })
	folds, err := store.Open(dir, journal, store.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, folds.Close()) })
	return newRigWith(b, journal, folds, routes(), func(o *Options) { o.Audit = storedAudit{folds} })
}

// measure reports the 99th percentile of a request's time, without the network.
func (r *rig) measure(b *testing.B, line, body string) {
	b.Helper()
	verb, path, _ := strings.Cut(r.fill(line), " ")
	var took []time.Duration
	for b.Loop() {
		rq := httptest.NewRequest(verb, "http://localhost"+path, strings.NewReader(body))
		rq.Header.Set("X-Auth-Token", r.tokens["R"])
		w := httptest.NewRecorder()
		began := time.Now()
		r.face.ServeHTTP(w, rq)
		took = append(took, time.Since(began))
		require.Equal(b, http.StatusOK, w.Code)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkAuditSummary reads the days of a year in which there were many calls: rows are by day, however many.
func BenchmarkAuditSummary(b *testing.B) {
	const calls, clients, days = 100_000, 256, 365
	r := newStoredRig(b)
	var group errgroup.Group
	quantity := int64(60)
	for client := range clients {
		group.Go(func() error {
			for n := client; n < calls; n += clients {
				c := &engine.PostLedger{Op: engine.OpDebit, Account: r.ids["A"], Amount: amount.FromInt(1),
					Facts: engine.Facts{Source: "per-minute-voip", SourceID: "c", UsageType: "voice", UsageUnit: "sec",
						UsageQuantity: &quantity}}
				at := engine.At(morning.AddDate(0, 0, n*days/calls-days))
				if _, err := r.Do(b.Context(), &engine.Command{Change: c, Created: at}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(b, group.Wait())
	r.measure(b, fmt.Sprintf("GET /v2/accounts/{A}/services/audit_summary?created_to=%d", gregorian(morning)), "")
}

// BenchmarkQuote prices a plan of 200 items.
func BenchmarkQuote(b *testing.B) {
	const items = 200
	r := newStoredRig(b)
	var priced, counted []string
	for i := range items {
		priced = append(priced, fmt.Sprintf(`"item_%d":{"rate":1.25,"rates":{"10":1,"100":0.5},"minimum":2}`, i))
		counted = append(counted, fmt.Sprintf(`"item_%d":%d`, i, i))
	}
	for line, data := range map[string]string{
		"PUT /v2/accounts/{R}/service_plans":    `{"id":"large","plan":{"devices":{` + strings.Join(priced, ",") + `}}}`,
		"POST /v2/accounts/{A}/services/manual": `{"devices":{` + strings.Join(counted, ",") + `}}`,
	} {
		a := r.send(b, line, `{"data":`+data+`}`, "token: R")
		require.Equal(b, 2, a.status/100, a.body)
	}
	r.measure(b, "POST /v2/accounts/{A}/services/quote", `{"data":{"plans":["large"]}}`)
}
