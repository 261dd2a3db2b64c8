package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/ledger"
)

// makeHouse fills a directory: some checkpoints, and entries behind the last.
func makeHouse(t *testing.T, dir string) {
	h := openHouse(t, dir, tiny)
	past := newHistory(7)
	for i := range 60 {
		n := 1 + i%5
		if i%20 == 0 {
			n = 2 * tableMin
		}
		h.put(t, past, n)
	}
	h.crash(t)
}

// houseEntries is how many entries the journal of makeHouse has.
const houseEntries = 60*3 + 3*(2*tableMin-1)

// firstBroken runs Verify and returns what it finds.
func firstBroken(t *testing.T, dir string) (Check, error) {
	var found Check
	err := Verify(t.Context(), dir, func(c Check) {
		if !c.OK {
			require.Empty(t, found.Name, "only the first is reported")
			found = c
		}
	})
	require.Equal(t, err == nil, found.Name == "", "%v", err)
	return found, err
}

// A folder that is none of purser's is a mistake in the command, not a broken promise.
func TestAFolderWithoutAJournalBreaksNoPromise(t *testing.T) {
	err := Verify(t.Context(), t.TempDir(), func(c Check) { require.Fail(t, "nothing is looked at", c.Name) })
	require.ErrorContains(t, err, "journal.db: no such file or directory: name the store.dir of a daemon")
}

// piece is one value of a bucket.
type piece struct {
	at    []int // in the file, and in old pages that are not in use any more
	size  int
	first uint64 // entry, in the journal
}

// pieces finds out where in the bytes of their file the values of a bucket lie.
func pieces(t *testing.T, path string, data, bucket []byte) []piece {
	var all []piece
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	require.NoError(t, err)
	require.NoError(t, db.View(func(tx *bolt.Tx) error {
		used := data[:tx.Size()]
		b := tx.Bucket(bucket)
		if bytes.Equal(bucket, accountsBucket) {
			b = oneRun(tx)
		}
		return b.ForEach(func(k, v []byte) error {
			p := piece{size: len(v)}
			whole := append(bytes.Clone(k), v...) // bbolt writes a value right behind its key
			for at := 0; ; at++ {
				next := bytes.Index(used[at:], whole)
				if next < 0 {
					break
				}
				at += next
				p.at = append(p.at, at+len(k))
			}
			require.NotEmpty(t, p.at)
			if bytes.Equal(bucket, groupsBucket) {
				p.first = binary.BigEndian.Uint64(k)
			}
			all = append(all, p)
			return nil
		})
	}))
	require.NoError(t, db.Close())
	return all
}

// flip changes one bit of a random piece of a file until the function that it
// returns is called.
func flip(t *testing.T, path string, data []byte, values []piece) (piece, func()) {
	p := values[rand.IntN(len(values))]
	inside, bit := rand.IntN(p.size), byte(1)<<rand.IntN(8)
	for _, at := range p.at {
		overwrite(t, path, at+inside, []byte{data[at+inside] ^ bit})
	}
	return p, func() {
		for _, at := range p.at {
			overwrite(t, path, at+inside, data[at+inside:at+inside+1])
		}
	}
}

// overwrite writes bytes into a file.
func overwrite(t *testing.T, path string, at int, data []byte) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteAt(data, int64(at))
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

func TestVerifyFindsEveryFlippedBitOfTheJournal(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	path := filepath.Join(dir, "journal.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	values := pieces(t, path, data, groupsBucket)
	require.NotEmpty(t, values)
	for range 300 {
		p, undo := flip(t, path, data, values)
		found, err := firstBroken(t, dir)
		require.Error(t, err, "group of entry %d", p.first)
		require.Regexp(t, fmt.Sprintf(`\b%d\b`, p.first), found.Detail)
		undo()
	}
}

func TestVerifyFindsEveryFlippedBitOfATable(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, tiny)
	h.put(t, newHistory(7), 300) // the table fills the last chunk
	h.crash(t)
	path := filepath.Join(dir, "journal.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	values := pieces(t, path, data, groupsBucket)
	require.Less(t, values[len(values)-1].size, 300*startBytes)
	for range 50 {
		_, undo := flip(t, path, data, values[len(values)-1:])
		found, err := firstBroken(t, dir)
		require.Error(t, err)
		require.Equal(t, checkEntries, found.Name)
		require.Contains(t, found.Detail, "group 1 says")
		undo()
	}
	requireVerified(t, dir)
}

func TestVerifyFindsEveryFlippedBitOfTheCheckpoint(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	path := filepath.Join(dir, "checkpoint.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, bucket := range checkpointFormat().buckets {
		values := pieces(t, path, data, bucket)
		require.NotEmpty(t, values, "%s", bucket)
		for range 20 {
			_, undo := flip(t, path, data, values)
			_, err := firstBroken(t, dir)
			require.Error(t, err, "value of %s", bucket)
			undo()
		}
	}
}

func TestVerifyOutlivesAnyDamage(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	for _, name := range []string{"journal.db", "checkpoint.db"} {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for range 150 {
			at := rand.IntN(40)*4096 + rand.IntN(64) // in the head of a page
			overwrite(t, path, at, []byte{byte(rand.IntN(256))})
			firstBroken(t, dir) // found or harmless; it must come back
			overwrite(t, path, at, good[at:at+1])
		}
		require.NoError(t, os.Truncate(path, 5*4096))
		_, err = firstBroken(t, dir)
		require.Error(t, err)
		require.NoError(t, os.WriteFile(path, good, 0o600))
	}
	requireVerified(t, dir)
}

// rewrite changes a file behind purser's back.
func rewrite(t *testing.T, path string, fn func(tx *bolt.Tx) error) {
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(fn))
	require.NoError(t, db.Close())
}

func TestVerifyFindsForgedEntries(t *testing.T) {
	for name, c := range map[string]struct {
		check string
		forge func(e *engine.Entry)
	}{
		checkTime:     {checkTime, func(e *engine.Entry) { e.At = engine.Instant{} }},
		checkPostings: {checkPostings, func(e *engine.Entry) { e.Accounts[0].Made = !e.Accounts[0].Made }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			h := openHouse(t, dir, Options{})
			past := newHistory(1)
			h.put(t, past, 5)
			e := past.next(t)
			for len(e.Accounts) == 0 {
				g := enginetest.NewGroup(t, h.end, h.epoch, e)
				require.NoError(t, h.journal.Commit(t.Context(), g))
				h.end, e = g.End(), past.next(t)
			}
			c.forge(e) // and sealed: whoever forges can compute seals
			require.NoError(t, h.journal.Commit(t.Context(), enginetest.NewGroup(t, h.end, h.epoch, e)))
			h.crash(t)
			found, err := firstBroken(t, dir)
			require.Error(t, err)
			require.Equal(t, c.check, found.Name)
			require.Contains(t, found.Detail, fmt.Sprintf("entry %d", e.Seq))
		})
	}
}

func TestVerifyFindsWhatIsNotInTheJournal(t *testing.T) {
	c, err := newCoder()
	require.NoError(t, err)
	put := func(tx *bolt.Tx, bucket, key []byte, v any) error {
		value, err := c.encode(key, v)
		require.NoError(t, err)
		return tx.Bucket(bucket).Put(key, value)
	}
	putRows := func(b *bolt.Bucket, key []byte, a *engine.Account) error {
		value, err := appendRow(nil, a, &ledger.Book{})
		require.NoError(t, err)
		return b.Put(key, sum(key, appendBlockRow(make([]byte, checksumBytes), key, value)))
	}
	first := func(b *bolt.Bucket) []byte { k, _ := b.Cursor().First(); return k }
	for name, forge := range map[string]func(tx *bolt.Tx) error{
		"account": func(tx *bolt.Tx) error { return putRows(oneRun(tx), nameKey("t3", "x"), &engine.Account{}) },
		"changed": func(tx *bolt.Tx) error { return putRows(oneRun(tx), first(oneRun(tx)), &engine.Account{}) },
		"ghost":   func(tx *bolt.Tx) error { return putRows(oneRun(tx), first(oneRun(tx)), nil) },
		"line": func(tx *bolt.Tx) error {
			key := uniqueKey(engine.UniqueKey{})
			return tx.Bucket(ledgersBucket).Put(key, sum(key, append(make([]byte, checksumBytes), seqKey(1)...)))
		},
		"lost line":      func(tx *bolt.Tx) error { b := tx.Bucket(ledgersBucket); return b.Delete(first(b)) },
		"count":          func(tx *bolt.Tx) error { return put(tx, countsBucket, nameKey("t", ""), 99) },
		"tenant":         func(tx *bolt.Tx) error { return put(tx, countsBucket, nameKey("x", ""), 1) },
		"destination":    func(tx *bolt.Tx) error { return put(tx, tariffsBucket, []byte("destination\x00DX"), []string{"1"}) },
		"index":          func(tx *bolt.Tx) error { return put(tx, indexBucket, []byte("dx\x00t\x00x"), nil) },
		"lost index":     func(tx *bolt.Tx) error { b := tx.Bucket(indexBucket); return b.Delete(first(b)) },
		"timing":         func(tx *bolt.Tx) error { return put(tx, membersBucket, []byte("GX"), []engine.AccountID{}) },
		"key":            func(tx *bolt.Tx) error { return put(tx, keysBucket, nameKey("t", "x"), engine.Remembered{Seq: 1}) },
		"key order":      func(tx *bolt.Tx) error { return put(tx, keyOrderBucket, seqKey(1<<40), nameKey("t", "x")) },
		"lost account":   func(tx *bolt.Tx) error { b := oneRun(tx); return b.Delete(first(b)) },
		"lost key":       func(tx *bolt.Tx) error { b := tx.Bucket(keysBucket); return b.Delete(first(b)) },
		"lost key order": func(tx *bolt.Tx) error { b := tx.Bucket(keyOrderBucket); return b.Delete(first(b)) },
		"position":       func(tx *bolt.Tx) error { return put(tx, metaBucket, positionKey, position{Seq: 1 << 40}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			makeHouse(t, dir)
			requireVerified(t, dir)
			rewrite(t, filepath.Join(dir, "checkpoint.db"), forge)
			found, err := firstBroken(t, dir)
			require.Error(t, err)
			require.Equal(t, checkViews, found.Name)
		})
	}
}

func TestVerifyWithoutACheckpoint(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, "checkpoint.db")))
	requireVerified(t, dir)
}

func TestReadJournalStartsAnywhere(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	var all []*engine.Entry
	require.NoError(t, ReadJournal(context.Background(), dir, 1, func(e *engine.Entry) error {
		all = append(all, e)
		return nil
	}))
	require.Len(t, all, houseEntries)
	for _, from := range []uint64{0, 2, 17, houseEntries, houseEntries + 1} {
		next := max(from, 1)
		require.NoError(t, ReadJournal(context.Background(), dir, from, func(e *engine.Entry) error {
			require.Equal(t, next, e.Seq)
			require.Equal(t, all[e.Seq-1], e)
			next++
			return nil
		}))
		require.Equal(t, uint64(houseEntries+1), next)
	}
}
