package crossbar

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
)

// waitsFor returns a request of a case whose route is not there yet, "" for none.
func waitsFor(places *place, c *apitest.RESTCase) string {
	for _, line := range c.Paths() {
		verb, path, _ := strings.Cut(line, " ")
		path, _, _ = strings.Cut(path, "?")
		segments, ok := splitPath(strings.NewReplacer("{{", "", "}}", "").Replace(path))
		if !ok {
			continue
		}
		if at, _ := places.find(segments); at == nil {
			return verb + " " + path
		}
	}
	return ""
}

// TestAnswersAreThoseOfKazoo plays the cases of the REST face. What has no route yet is skipped, and begins to be
// played with its row in the table.
func TestAnswersAreThoseOfKazoo(t *testing.T) {
	r := newRig(t, func(o *Options) { o.TestClock = true })
	played := 0
	for _, c := range apitest.LoadREST(t, "testdata/conformance/rest/*.jsonl") {
		t.Run(c.Where, func(t *testing.T) {
			if missing := waitsFor(r.face.places, c); missing != "" {
				t.Skip("waits for " + missing)
			}
			played++
			apitest.ReplayREST(t, apitest.RESTServer{URL: r.server.URL, Token: r.tokens["M"], Now: r.clock.Now}, c)
		})
	}
	require.Positive(t, played)
}
