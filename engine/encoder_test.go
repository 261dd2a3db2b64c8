package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// What the tests take for the engine's encoding is what the engine writes.
func TestTheJournalHoldsTheEncodingOfTheTests(t *testing.T) {
	r := newRig(t, engine.Options{})
	r.do(t, topUp("a", "1.5"))
	r.do(t, topUp("a", "0.5"))
	groups := 0
	require.NoError(t, r.journal.Read(t.Context(), 1, func(g engine.Group) error {
		groups++
		entries, err := g.Entries()
		require.NoError(t, err)
		var body []byte
		for _, e := range entries {
			body = append(body, encoded(t, e)...)
		}
		require.Equal(t, body, g.Body)
		return nil
	}))
	require.Equal(t, 2, groups)
}
