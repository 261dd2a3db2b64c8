package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// runsOf returns the runs that the file has.
func (h *house) runsOf(t *testing.T) []run {
	at, err := h.store.readPosition()
	require.NoError(t, err)
	return at.Runs
}

// touch applies an entry to each of some accounts and makes a checkpoint.
func (h *house) touch(t *testing.T, c *crowd, accounts ...int) {
	for _, n := range accounts {
		h.apply(t, c.next(n))
	}
	h.checkpoint(t)
}

// Each run is more than twice as large as those that are newer.
func TestThereAreFewRunsAndEachRowIsInTheNewest(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{CacheBytes: 1})
	h.store.piece = 1000
	c := &crowd{paid: make([]int64, 500)}
	h.fill(t, c)
	require.Len(t, h.runsOf(t), 1)
	h.touch(t, c, 1)
	h.touch(t, c, 2, 3, 4)
	most := 0
	for i := range 200 {
		h.touch(t, c, i%5, i)
		runs := h.runsOf(t)
		newer := 0
		for _, r := range runs {
			require.Greater(t, r.Bytes, 2*newer)
			newer += r.Bytes
		}
		most = max(most, len(runs))
		for _, n := range []int{0, 1, i, 499} {
			a, err := h.store.Account(crowdAccount(n))
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(c.paid[n]), a.Balances[0].Value.String())
		}
	}
	require.Greater(t, most, 2)
	require.NoError(t, h.store.db.View(func(tx *bolt.Tx) error {
		require.Nil(t, spareRun(tx, h.runsOf(t)), "what was merged is gone")
		return structure(tx)
	}))
	h.crash(t)
}

// A row that says that an account is gone is kept while it hides another.
func TestARemovedAccountLeavesNothingInTheOldestRun(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{CacheBytes: 1})
	c := &crowd{paid: make([]int64, 100), poor: true}
	h.fill(t, c)
	remove := func(n int) {
		e := c.next(n)
		p := &e.Accounts[0].Postings[0]
		e.Accounts[0].Removed = true
		p.Removed, c.paid[n] = true, 0
		h.touchEntry(t, e)
	}
	rows := func() (keys []string) {
		require.NoError(t, h.store.db.View(func(tx *bolt.Tx) error {
			at, err := find[position](h.store.coder, tx, metaBucket, positionKey)
			require.NoError(t, err)
			all, err := openRuns(tx, at.Runs, nil)
			require.NoError(t, err)
			keys, _ = drain(t, all)
			return nil
		}))
		return keys
	}
	remove(7)
	require.Len(t, h.runsOf(t), 2)
	require.Len(t, rows(), 100)
	a, err := h.store.Account(crowdAccount(7))
	require.NoError(t, err)
	require.Nil(t, a)
	var half []int
	for n := 10; n < 90; n++ {
		half = append(half, n)
	}
	h.touch(t, c, half...)
	require.Len(t, h.runsOf(t), 1)
	require.Len(t, rows(), 99)
	h.crash(t)

	h = openHouse(t, t.TempDir(), Options{})
	c = &crowd{paid: make([]int64, 1), poor: true}
	h.apply(t, c.next(0))
	remove(0)
	require.Empty(t, h.runsOf(t), "there is nothing to hide")
	h.touch(t, c, 0)
	require.Len(t, rows(), 1)
	h.crash(t)
}

// touchEntry applies an entry and makes a checkpoint.
func (h *house) touchEntry(t *testing.T, e *engine.Entry) {
	h.apply(t, e)
	h.checkpoint(t)
}

// A crash between two pieces of a run leaves one that no position knows.
func TestARunThatWasNeverFinishedIsTakenAway(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	rewrite(t, filepath.Join(dir, "checkpoint.db"), func(tx *bolt.Tx) error {
		for number := range uint64(300) { // among them those that the next checkpoints write
			b, err := tx.Bucket(accountsBucket).CreateBucketIfNotExists(seqKey(number))
			if err != nil {
				return err
			}
			if k, _ := b.Cursor().First(); k == nil {
				for i := range 20 {
					if err := b.Put(fmt.Append(nil, "lost", i), make([]byte, 100)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	requireVerified(t, dir)
	h := openHouse(t, dir, Options{})
	h.store.piece = 1000
	h.put(t, resumed(t, h), 3)
	h.close(t)
	requireVerified(t, dir)
	db, err := bolt.Open(filepath.Join(dir, "checkpoint.db"), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.View(func(tx *bolt.Tx) error {
		require.LessOrEqual(t, tx.Bucket(accountsBucket).Stats().BucketN-1, 3)
		return nil
	}))
	require.NoError(t, db.Close())
}

func TestAnAccountMayBeLargerThanABlock(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, Options{})
	one := amount.FromInt(1)
	for i := range 3 {
		e := &engine.Entry{Seq: uint64(i + 1), At: engine.At(time.Unix(1, 0)), Op: engine.OpTopUp}
		c := engine.AccountChange{ID: engine.AccountID{Tenant: "t", Account: fmt.Sprint(i)}, Made: true}
		for n := range 1 + i%2*500 { // the second is large
			c.Postings = append(c.Postings, engine.Posting{UUID: enginetest.NthUUID(uint64(1000*i + n)), ID: strings.Repeat("n", 50),
				ToR: engine.Monetary, Delta: one, After: one, Made: true})
		}
		e.Accounts = []engine.AccountChange{c}
		require.NoError(t, h.store.Apply(e))
		g := enginetest.NewGroup(t, h.end, h.epoch, e)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end = g.End()
	}
	h.store.Sealed(h.end)
	h.close(t)
	requireVerified(t, dir)
	h = openHouse(t, dir, Options{CacheBytes: 1})
	a, err := h.store.Account(engine.AccountID{Tenant: "t", Account: "1"})
	require.NoError(t, err)
	require.Len(t, a.Balances, 501)
	h.crash(t)
}
