package crossbar

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkRequest measures what the face adds to a read and to a change of the engine in memory.
func BenchmarkRequest(b *testing.B) {
	r := newRig(b)
	for name, c := range map[string]struct{ verb, body string }{
		"read":   {http.MethodGet, ""},
		"change": {http.MethodPatch, `{"data":{"name":"Account A"}}`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rq := httptest.NewRequest(c.verb, "http://localhost"+r.fill("/v2/accounts/{A}"), strings.NewReader(c.body))
				rq.Header.Set("X-Auth-Token", r.tokens["A"])
				w := httptest.NewRecorder()
				r.face.ServeHTTP(w, rq)
				require.Equal(b, http.StatusOK, w.Code)
			}
		})
	}
}
