package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// tiny makes checkpoints happen all the time.
var tiny = Options{CheckpointAccounts: 5, CheckpointEntries: 20, CacheBytes: 1, KeepKeys: 1000 * time.Hour}

func TestStoreAnswersAsMapsDo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "house")
		require.NoError(t, err)
		past := newHistory(rapid.Uint64().Draw(rt, "seed"))
		tiny := tiny
		tiny.CacheBytes = rapid.SampledFrom([]int{1, 256 << 10}).Draw(rt, "cache")
		h := openHouse(t, dir, tiny)
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 40), 1, 25).Draw(rt, "steps") {
			switch {
			case step == 40:
				h.close(t)
				requireVerified(t, dir)
				h = openHouse(t, dir, tiny)
				at, _ := h.store.Position()
				require.Equal(t, h.end, at)
			case step == 39:
				h.crash(t)
				requireVerified(t, dir)
				h = openHouse(t, dir, tiny)
			case step == 38:
				h.close(t)
				require.NoError(t, os.Remove(filepath.Join(dir, "checkpoint.db")))
				h = openHouse(t, dir, tiny)
			default:
				h.put(t, past, 1+step%12)
			}
			h.store.piece = 64 // an account or two
			requireSame(t, past.state, h.store)
			requireSameServices(t, past, h.store)
		}
		h.close(t)
	})
}

// requireVerified checks that Verify finds nothing wrong.
func requireVerified(t testing.TB, dir string) {
	t.Helper()
	require.NoError(t, Verify(context.Background(), dir, func(c Check) { require.True(t, c.OK, "%v", c) }))
}
