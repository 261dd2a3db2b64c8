package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
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

// Where each entry begins follows from the body: who notes it otherwise is
// found out.
func TestAGroupMayNotSayThatAnEntryBeginsWhereItDoesNot(t *testing.T) {
	r := newRig(t, engine.Options{})
	for range 3 {
		r.do(t, topUp("a", "1"))
	}
	good := enginetest.NewGroup(t, engine.End{}, 1, r.entries(t)...)
	require.Len(t, good.Starts, 3)
	_, err := good.Entries()
	require.NoError(t, err)
	for n := range good.Starts {
		for bit := range 32 {
			bad := good
			bad.Starts = slices.Clone(good.Starts)
			bad.Starts[n] ^= 1 << bit
			_, err := bad.Entries()
			require.ErrorContains(t, err, fmt.Sprintf("group 1 says that entry %d begins", n+1))
		}
	}
	for _, starts := range [][]uint32{good.Starts[:2], append(slices.Clone(good.Starts), 0)} {
		bad := good
		bad.Starts = starts
		_, err := bad.Entries()
		require.ErrorContains(t, err, "of its 3 entries")
	}
}
