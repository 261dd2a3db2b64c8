package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/enginetest"
)

// What the checkpoint knows and the journal does not may be all that is left of a lost tail: people decide.
func TestACheckpointOfAnotherJournalIsRefused(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	makeHouse(t, a)
	h := openHouse(t, b, tiny)
	past := newHistory(8)
	for range houseEntries/2 + 30 {
		h.put(t, past, 2)
	}
	h.close(t)
	refused := func(dir, why string) {
		before, err := os.ReadFile(filepath.Join(dir, "checkpoint.db"))
		require.NoError(t, err)
		j, err := OpenJournal(dir)
		require.NoError(t, err)
		_, err = Open(dir, j, tiny)
		require.ErrorContains(t, err, why)
		require.ErrorContains(t, err, "to go on with this one, remove checkpoint.db")
		require.NoError(t, j.Close())
		after, err := os.ReadFile(filepath.Join(dir, "checkpoint.db"))
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
	data, err := os.ReadFile(filepath.Join(b, "checkpoint.db"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(a, "checkpoint.db"), data, 0o600))
	refused(a, fmt.Sprintf("ends at entry %d, and the checkpoint beside it stands at entry %d", houseEntries, houseEntries/2*2+60))

	require.NoError(t, os.Remove(filepath.Join(a, "checkpoint.db"))) // the journal alone is enough
	h = openHouse(t, a, tiny)
	for range 40 {
		h.put(t, resumed(t, h), 2)
	}
	h.close(t)
	requireVerified(t, a)
	require.NoError(t, os.WriteFile(filepath.Join(a, "checkpoint.db"), data, 0o600)) // now the journal has such an entry
	refused(a, "where no group of")
}

// A journal that got lost must not be replaced by an empty one, and what is left of it thrown away.
func TestAnEmptyJournalBesideACheckpointIsRefused(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	journal, checkpoint := filepath.Join(dir, "journal.db"), filepath.Join(dir, "checkpoint.db")
	before, err := os.ReadFile(checkpoint)
	require.NoError(t, err)
	require.NoError(t, os.Rename(journal, journal+".away"))
	for range 2 { // the first leaves an empty journal behind
		j, err := OpenJournal(dir)
		require.NoError(t, err)
		_, err = Open(dir, j, tiny)
		require.ErrorContains(t, err, "restore the journal from a back-up")
		require.NoError(t, j.Close())
	}
	after, err := os.ReadFile(checkpoint)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoError(t, os.Rename(journal+".away", journal))
	openHouse(t, dir, tiny).close(t)
	requireVerified(t, dir)
}

// resumed returns the history of an open house, to go on with it.
func resumed(t *testing.T, h *house) *history {
	past := newHistory(h.end.Seq)
	require.NoError(t, h.journal.Read(t.Context(), 1, func(g engine.Group) error {
		entries, err := g.Entries()
		require.NoError(t, err)
		for _, e := range entries {
			past.seq, past.at = e.Seq, e.At.Time
			past.ids.New()
			past.ids.New()
			require.NoError(t, past.state.Apply(e))
		}
		return nil
	}))
	return past
}

func TestOldKeysAreForgotten(t *testing.T) {
	dir := t.TempDir()
	o := tiny
	o.KeepKeys = 10 * time.Second
	h := openHouse(t, dir, o)
	start := time.Unix(1_700_000_000, 0)
	put := func(key string, after time.Duration) {
		t.Helper()
		e := &engine.Entry{Seq: h.end.Seq + 1, At: engine.At(start.Add(after)), Op: engine.OpSet, Tenant: "t", Key: key}
		require.NoError(t, h.store.Apply(e))
		require.NoError(t, h.store.Release())
		g := enginetest.NewGroup(t, h.end, h.epoch, e)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end = g.End()
		h.store.Sealed(h.end)
	}
	known := func(key string) uint64 {
		t.Helper()
		r, err := h.store.Remembered("t", key)
		require.NoError(t, err)
		if r == nil {
			return 0
		}
		return r.Seq
	}
	put("again", 0)
	put("old", 0)
	put("edge", 10*time.Second)
	h.close(t)
	h = openHouse(t, dir, o)
	require.Equal(t, []uint64{1, 2, 3}, []uint64{known("again"), known("old"), known("edge")})
	put("again", 11*time.Second)
	put("new", 20*time.Second)
	h.close(t)
	requireVerified(t, dir)
	h = openHouse(t, dir, o)
	require.Equal(t, []uint64{4, 0, 3, 5}, []uint64{known("again"), known("old"), known("edge"), known("new")})
	h.close(t)
}

func TestAStateThatDoesNotFitIsRefused(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	past := newHistory(1)
	h.put(t, past, 3)
	at := engine.At(past.at)
	for name, e := range map[string]*engine.Entry{
		"gap":       {Seq: 5, At: at},
		"again":     {Seq: 3, At: at},
		"time":      {Seq: 4, At: engine.At(past.at.Add(-time.Nanosecond))},
		"account":   {Seq: 4, At: at, Accounts: []engine.AccountChange{{ID: engine.AccountID{Tenant: "t", Account: "new"}}}},
		"zero byte": {Seq: 4, At: at, Accounts: []engine.AccountChange{{ID: engine.AccountID{Tenant: "t\x00", Account: "x"}, Made: true}}},
		"removed":   {Seq: 4, At: at, Destination: &engine.DestinationChange{ID: "none", Removed: true}},
	} {
		require.Error(t, h.store.Apply(e), name)
	}
	h.close(t)
}

// An entry that fits one of its accounts and not the other leaves a state
// behind that the journal does not make: no checkpoint may have it.
func TestAnEntryFoldedInPartIsNotCheckpointed(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, tiny)
	past := newHistory(1)
	h.put(t, past, 3)
	require.Error(t, h.store.Apply(&engine.Entry{Seq: 4, At: engine.At(past.at), Accounts: []engine.AccountChange{
		{ID: engine.AccountID{Tenant: "t", Account: "half"}, Made: true},
		{ID: engine.AccountID{Tenant: "t", Account: "not there"}},
	}}))
	h.store.opts.CheckpointEntries = 1
	require.NoError(t, h.store.Release())
	require.Nil(t, h.store.running)
	h.close(t)
	requireVerified(t, dir)
	h = openHouse(t, dir, tiny)
	requireSame(t, past.state, h.store)
	h.close(t)
}

func TestACheckpointInsideAGroupIsRefused(t *testing.T) {
	failed := make(chan error, 1)
	o := tiny
	o.Failed = func(err error) { failed <- err }
	h := openHouse(t, t.TempDir(), o)
	past := newHistory(1)
	for range 20 {
		require.NoError(t, h.store.Apply(past.next(t)))
	}
	require.NoError(t, h.store.Release())
	h.store.Sealed(engine.End{Seq: 21})
	require.ErrorContains(t, <-failed, "not the last of a commit group")
	require.NoError(t, h.store.Close())
	require.NoError(t, h.journal.Close())
}

func TestCloseDoesNotWaitForAJournalThatFailed(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, tiny)
	past := newHistory(1)
	for range 20 {
		require.NoError(t, h.store.Apply(past.next(t)))
	}
	require.NoError(t, h.store.Release())
	require.NotNil(t, h.store.running)
	h.close(t)
	h = openHouse(t, dir, tiny)
	at, _ := h.store.Position()
	require.Zero(t, at.Seq)
	h.close(t)
}

// The file may be written while the journal is ahead, and never the other way.
func TestOnlyWhatIsDurableIsCheckpointed(t *testing.T) {
	h := openHouse(t, t.TempDir(), tiny)
	past := newHistory(1)
	entries, g := past.group(t, h.end, h.epoch, 30)
	for _, e := range entries {
		require.NoError(t, h.store.Apply(e))
	}
	require.NoError(t, h.store.Release())
	require.True(t, h.store.isWaiting())
	requireSame(t, past.state, h.store)
	require.NoError(t, h.store.Release())
	require.NotNil(t, h.store.running)
	require.NoError(t, h.journal.Commit(t.Context(), g))
	h.store.Sealed(g.End())
	h.store.take(<-h.store.running.done)
	at, err := h.store.readPosition()
	require.NoError(t, err)
	require.Equal(t, uint64(30), at.Seq)
	requireSame(t, past.state, h.store)
	h.close(t)
}

func TestTheWriterWaitsForASlowCheckpoint(t *testing.T) {
	const most = backlogMax * 10
	h := openHouse(t, t.TempDir(), Options{CheckpointAccounts: 10})
	slow := &checkpoint{done: make(chan error, 1)}
	h.store.running, h.store.writing = slow, newChanges(h.store.Position())
	c := &crowd{paid: make([]int64, most)}
	for n := range most - 1 {
		require.NoError(t, h.store.Apply(c.next(n)))
	}
	require.NoError(t, h.store.Release())
	require.Same(t, slow, h.store.running, "it goes on beside it")
	require.NoError(t, h.store.Apply(c.next(most-1)))
	released := make(chan error)
	go func() { released <- h.store.Release() }()
	select {
	case <-released:
		require.Fail(t, "the writer went on")
	case <-time.After(50 * time.Millisecond):
	}
	slow.done <- nil
	require.NoError(t, <-released)
	require.Equal(t, uint64(most), h.store.writing.end.Seq, "the next one has begun")
	h.store.Sealed(engine.End{Seq: most})
	h.close(t)
}

// What a crash leaves may be more than starts a checkpoint; the first one waits
// for the end of the journal.
func TestNoCheckpointBeginsWhileAStartFoldsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, Options{CheckpointEntries: 1000})
	past := newHistory(1)
	for range 15 {
		h.put(t, past, 2)
	}
	h.crash(t)
	h = openHouse(t, dir, Options{CheckpointEntries: 20})
	require.Equal(t, uint64(30), h.store.running.changes.end.Seq, "it has all")
	h.close(t)
}

func TestAccountsOfATenantAreInOrderWherever(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	put := func(names ...string) {
		e := &engine.Entry{Seq: h.end.Seq + 1, At: engine.At(time.Unix(1, 0)), Op: engine.OpSetAccount}
		for _, n := range names {
			e.Accounts = append(e.Accounts, engine.AccountChange{ID: engine.AccountID{Tenant: "t2", Account: n}, Made: true},
				engine.AccountChange{ID: engine.AccountID{Tenant: "t2x", Account: n}, Made: true})
		}
		require.NoError(t, h.store.Apply(e))
		g := enginetest.NewGroup(t, h.end, h.epoch, e)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end = g.End()
		h.store.Sealed(h.end)
	}
	put("b", "d", "bb")
	h.checkpoint(t)
	put("a", "c", "e")
	page, err := h.store.Accounts("t2", "", 4)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "bb", "c"}, names(page))
	page, err = h.store.Accounts("t2", "bb", 100)
	require.NoError(t, err)
	require.Equal(t, []string{"c", "d", "e"}, names(page))
	page, err = h.store.Accounts("t", "", 100)
	require.NoError(t, err)
	require.Empty(t, page)
	h.crash(t)
}

func names(page []*engine.Account) []string {
	var all []string
	for _, a := range page {
		all = append(all, a.ID.Account)
	}
	return all
}

func TestAWrongChecksumIsAnErrorAndNeverNotFound(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, Options{})
	past := newHistory(3)
	past.names = 100 // more than a block
	h.put(t, past, 500)
	h.close(t)
	var id engine.AccountID
	rewrite(t, filepath.Join(dir, "checkpoint.db"), func(tx *bolt.Tx) error {
		b := oneRun(tx)
		k, v := b.Cursor().Last()
		id = accountOf(k)
		v = append([]byte(nil), v...)
		v[len(v)-1]++
		return b.Put(k, v)
	})
	j, err := OpenJournal(dir)
	require.NoError(t, err)
	_, err = Open(dir, j, Options{})
	require.ErrorIs(t, err, errChecksum)
	require.ErrorContains(t, err, "delete this file")
	require.NoError(t, j.Close())
	h = openHouse(t, dir, Options{CacheBytes: 1}) // which reads nothing in advance
	_, err = h.store.Account(id)
	require.ErrorIs(t, err, errChecksum)
	require.ErrorContains(t, err, "delete this file")
	_, err = h.store.Accounts(id.Tenant, "", 100)
	require.ErrorIs(t, err, errChecksum)
	h.crash(t)
}

// oneRun returns the run of accounts of a file that has one.
func oneRun(tx *bolt.Tx) *bolt.Bucket {
	k, _ := tx.Bucket(accountsBucket).Cursor().First()
	return tx.Bucket(accountsBucket).Bucket(k)
}

func TestStatsCountAccountsAndNameTheCheckpoint(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, Options{})
	past := newHistory(1)
	h.put(t, past, 50)
	require.NoError(t, h.store.Release())
	accounts := 0
	for _, tenant := range historyTenants {
		n, err := past.state.AccountsCount(tenant)
		require.NoError(t, err)
		accounts += n
	}
	require.Equal(t, Stats{Accounts: accounts}, h.store.Stats())
	require.NoError(t, h.store.start())
	h.store.take(<-h.store.running.done)
	require.Equal(t, Stats{Accounts: accounts, CheckpointSeq: 50}, h.store.Stats())
	h.close(t)
	h = openHouse(t, dir, Options{})
	require.Equal(t, Stats{Accounts: accounts, CheckpointSeq: 50}, h.store.Stats())
	h.close(t)
}
