package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/enginetest"
)

// requireSameIndex reads the index of both whole, in pages, and by each of its
// kinds.
func requireSameIndex(t testing.TB, want *enginetest.State, got *Store) {
	t.Helper()
	for _, prefix := range []engine.IndexKey{"", "b", "d", "i", "k", "m", "n", "n\x00", "nname1\x00t\x00", "r", "w", "z"} {
		for _, limit := range []int{3, 1000} {
			for after, more := engine.IndexKey(""), true; more; {
				a, err := want.Indexed(prefix, after, limit)
				require.NoError(t, err)
				b, err := got.Indexed(prefix, after, limit)
				require.NoError(t, err)
				require.Equal(t, len(a), len(b), "%q behind %q", prefix, after)
				if more = len(a) > 0; more {
					require.Equal(t, a, b)
					after = a[len(a)-1]
				}
			}
		}
	}
}

func TestAKeyOfTheIndexWithAWrongChecksumIsDamage(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	rewrite(t, filepath.Join(dir, "checkpoint.db"), func(tx *bolt.Tx) error {
		b := tx.Bucket(indexBucket)
		k, v := b.Cursor().First()
		wrong := append([]byte{v[0] ^ 1}, v[1:]...)
		return b.Put(k, wrong)
	})
	h := openHouse(t, dir, tiny)
	_, err := h.store.Indexed("", "", 1000)
	require.ErrorIs(t, err, errChecksum)
	h.close(t)
}

// BenchmarkMake folds entries that make an account each: what they cost, the
// index included.
func BenchmarkMake(b *testing.B) {
	h := openHouse(b, b.TempDir(), Options{})
	c := &crowd{paid: make([]int64, max(b.N, 1))}
	b.ReportAllocs()
	b.ResetTimer()
	for n := range b.N {
		h.apply(b, c.next(n))
	}
	b.StopTimer()
	h.checkpoint(b)
	h.close(b)
}

// BenchmarkIndexed finds accounts by their IDs.
func BenchmarkIndexed(b *testing.B) {
	const accounts = 100_000
	h := openHouse(b, b.TempDir(), Options{})
	c := &crowd{paid: make([]int64, accounts)}
	h.fill(b, c)
	tree := engine.Tree{State: h.store}
	n := 0
	for b.Loop() {
		m, err := tree.ByID(crowdAccount(n % accounts).Derived())
		if err != nil || m == nil {
			b.Fatal(fmt.Sprint(n, err))
		}
		n += 7919
	}
	require.NoError(b, h.store.Release())
	h.close(b)
}
