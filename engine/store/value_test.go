package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// Some texts of requests are kept as they came, and need not be UTF-8: what the
// journal gives back a checkpoint must not choke on at the next start.
func TestATextThatIsNoUTF8ComesBackFromACheckpoint(t *testing.T) {
	const latin1 = "M\xfcnchen"
	h := openHouse(t, t.TempDir(), tiny)
	e := newHistory(1).next(t)
	e.Tariff = &engine.TariffSet{Actions: []engine.Actions{{ID: "A",
		List: []engine.Action{{Type: engine.ActionLog, Parameters: latin1}}}}}
	e.Tenant, e.Key = "t", "k"
	e.Result = &engine.Result{Refused: &engine.Error{Code: engine.CodeNothingDone, Text: latin1}}
	require.NoError(t, h.store.Apply(e))
	g := enginetest.NewGroup(t, h.end, h.epoch, e)
	require.NoError(t, h.journal.Commit(t.Context(), g))
	h.store.Sealed(g.End())
	h.close(t)
	h = openHouse(t, h.dir, tiny)
	list, ok := h.store.Actions("A")
	require.True(t, ok)
	require.Equal(t, latin1, list[0].Parameters)
	r, err := h.store.Remembered("t", "k")
	require.NoError(t, err)
	require.Equal(t, latin1, r.Result.Refused.Text)
	h.close(t)
	requireVerified(t, h.dir)
}
