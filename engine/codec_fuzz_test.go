package engine_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// seedBodies are bodies of groups that were really written.
func seedBodies(f *testing.F) [][]byte {
	r := newRig(f, engine.Options{})
	r.do(f, topUp("a", "12.5"))
	r.do(f, &engine.SetBalances{Account: id("a"), Items: []engine.SetItem{{
		ToR: engine.Voice, Value: new(dec("60000000000")),
		Wanted: engine.Wanted{ID: new("v"), Expires: new(engine.At(morning.AddDate(1000, 0, 0))), Weight: new(dec("10")),
			DestinationIDs: new(engine.NewNames(engine.Name{ID: "D"}, engine.Name{ID: "E", Excluded: true})),
			Factors:        &[]engine.Factor{{Name: "x", Value: dec("0.5")}}}}}})
	r.do(f, &engine.SetDestination{ID: "D", Prefixes: []string{"49", "43"}})
	_, err := r.Do(f.Context(), &engine.Command{Key: "k", Digest: []byte("d"), Change: &engine.Charge{Account: id("a"),
		Usage: engine.Usage{Destination: "4912", Units: 7, Start: morning}}})
	require.NoError(f, err)
	r.do(f, &engine.Transfer{Source: id("a"), SourceBalanceID: "b", Destination: id("a"),
		DestinationBalanceID: "c", Units: dec("2")})
	r.do(f, &engine.SetTiming{Timing: rating.Timing{ID: "T", Years: []int{2026}, Start: "08:00:00"}})
	r.do(f, &engine.RemoveAccount{Account: id("a")})
	var bodies [][]byte
	for _, e := range r.entries(f) {
		bodies = append(bodies, enginetest.NewGroup(f, engine.End{}, 1, e).Body)
	}
	return bodies
}

// FuzzEntries: no body panics the decoder or takes memory beyond its length,
// and what was decoded folds or is refused.
func FuzzEntries(f *testing.F) {
	for _, body := range seedBodies(f) {
		f.Add(body, 1)
	}
	f.Add([]byte{0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, 1<<40)
	f.Add([]byte{0xa1, 0x04, 0x9a, 0x00, 0xff, 0xff, 0xff}, -1)
	f.Fuzz(func(t *testing.T, body []byte, count int) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		entries, err := engine.Group{First: 1, Count: count, Body: body}.Entries()
		runtime.ReadMemStats(&after)
		const perByte = 4096 // the largest struct that one byte can stand for, and the decoder's own
		if got := after.TotalAlloc - before.TotalAlloc; got > uint64(perByte*(len(body)+1000)) {
			t.Fatalf("%d bytes for a body of %d", got, len(body))
		}
		if err != nil {
			return
		}
		require.Len(t, entries, count)
		state := enginetest.NewState()
		for _, e := range entries {
			if state.Apply(e) != nil {
				return
			}
		}
		again, err := enginetest.NewGroup(t, engine.End{}, 1, entries...).Entries()
		require.NoError(t, err, "what can be folded can be written and read again")
		require.Equal(t, encoded(t, entries), encoded(t, again))
	})
}
