package crossbar

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine/store"
)

// BenchmarkRequest measures a read and a durable change of one client, without the network.
func BenchmarkRequest(b *testing.B) {
	dir := b.TempDir()
	journal, err := store.OpenJournal(dir)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, journal.Close()) })
	folds, err := store.Open(dir, journal, store.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, folds.Close()) })
	r := newRigWith(b, journal, folds, routes())
	for name, c := range map[string]struct{ token, verb, path, body string }{
		"read":   {"A", http.MethodGet, "", ""},
		"change": {"A", http.MethodPatch, "", `{"data":{"name":"%d"}}`},
		"credit": {"R", http.MethodPut, "/ledgers/credit", `{"data":` + line("1.5", "payments", "%d") + `}`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				body := strings.Replace(c.body, "%d", strconv.Itoa(n), 1)
				rq := httptest.NewRequest(c.verb, "http://localhost"+r.fill("/v2/accounts/{A}")+c.path, strings.NewReader(body))
				rq.Header.Set("X-Auth-Token", r.tokens[c.token])
				w := httptest.NewRecorder()
				r.face.ServeHTTP(w, rq)
				require.Equal(b, 2, w.Code/100)
			}
		})
	}
}
