package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"
)

func TestFilesOfAnotherKindAreRefused(t *testing.T) {
	meta := func(key, value []byte) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket(metaBucket).Put(key, value) }
	}
	for name, c := range map[string]struct {
		forge func(tx *bolt.Tx) error
		says  string
	}{
		"version":    {meta(versionKey, []byte{0, 0, 0, 0, 0, 0, 0, 9}), "version 9"},
		"no version": {meta(versionKey, []byte("x")), "has no version"},
		"kind":       {meta(kindKey, []byte("ledger")), "is not a purser"},
		"no meta":    {func(tx *bolt.Tx) error { return tx.DeleteBucket(metaBucket) }, "is not a purser"},
	} {
		for _, file := range []string{"journal.db", "checkpoint.db"} {
			t.Run(file+" "+name, func(t *testing.T) {
				dir := t.TempDir()
				openHouse(t, dir, Options{}).close(t)
				path := filepath.Join(dir, file)
				rewrite(t, path, c.forge)
				requireRefused(t, dir, path, c.says)
			})
		}
	}
	for file, remedy := range map[string]string{"journal.db": "restore it from a back-up", "checkpoint.db": "delete this file"} {
		t.Run(file+" is no bbolt file", func(t *testing.T) {
			dir := t.TempDir()
			openHouse(t, dir, Options{}).close(t)
			path := filepath.Join(dir, file)
			require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("purser\n"), 10_000), 0o600))
			requireRefused(t, dir, path, "invalid database: ")
			requireRefused(t, dir, path, remedy)
		})
	}
}

// What an older purser has checkpointed is folded again.
func TestAnOlderCheckpointIsRebuilt(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	rewrite(t, filepath.Join(dir, "checkpoint.db"), func(tx *bolt.Tx) error {
		return tx.Bucket(metaBucket).Put(versionKey, seqKey(1))
	})
	h := openHouse(t, dir, tiny)
	require.Contains(t, h.store.Rebuilt(), "version 1")
	requireSame(t, resumed(t, h).state, h.store)
	h.close(t)
	requireVerified(t, dir)
}

// requireRefused checks that neither a daemon nor Verify takes the directory,
// and that the file stays as it is.
func requireRefused(t *testing.T, dir, path, says string) {
	t.Helper()
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	j, err := OpenJournal(dir)
	if err == nil {
		_, err = Open(dir, j, Options{})
		require.NoError(t, j.Close())
	}
	require.ErrorContains(t, err, says)
	require.ErrorContains(t, err, path)
	_, err = firstBroken(t, dir)
	require.Error(t, err)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after))
}

func TestDamagedPagesAreAnErrorAndNoPanic(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	path := filepath.Join(dir, "checkpoint.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for page := 4; page < 20; page++ {
		copy(data[page*4096+8:], []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) // flags, count
	}
	require.NoError(t, os.WriteFile(path, data, 0o600))
	j, err := OpenJournal(dir)
	require.NoError(t, err)
	_, err = Open(dir, j, Options{})
	require.ErrorContains(t, err, "delete this file")
	require.NoError(t, j.Close())
}
