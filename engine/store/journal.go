package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"purser/engine"
)

var (
	groupsBucket = []byte("groups")
	epochKey     = []byte("epoch") // in the meta bucket: big-endian 64-bit word
)

// journalFormat is of version 2: a record may have a table. Records of version 1
// have none, so the owner of such a file has only to change its word.
func journalFormat() *format {
	return &format{
		name: "journal.db", kind: "purser journal", version: 2, oldest: 1, buckets: [][]byte{groupsBucket},
		remedy: "restore it from a back-up; purser verify names the entry",
	}
}

// errFailed is what everything meets after a commit of unknown outcome.
var errFailed = errors.New("store: journal: an earlier commit failed and nobody knows what is on the disk: restart")

// Journal is an [engine.Journal] in one bbolt file. It is safe for concurrent
// use.
type Journal struct {
	format *format
	path   string // of the file
	db     *bolt.DB

	mu     sync.Mutex // one commit at a time
	record []byte     // of the commit; kept to be filled again
	mapped int        // bytes written since the file's pages were given back
	bodies sync.Pool  // of *[]byte: groups that Entries has read

	durable atomic.Uint64 // last entry that is surely on the disk: all that readers see
	failed  atomic.Bool   // a commit failed
}

var _ engine.Journal = (*Journal)(nil)

// OpenJournal opens the journal in dir and makes it, and dir, when there is
// none. It fails with [ErrLocked] while another process has it.
func OpenJournal(dir string) (*Journal, error) {
	f := journalFormat()
	db, err := f.open(dir)
	if err != nil {
		return nil, err
	}
	j := &Journal{format: f, path: db.Path(), db: db, bodies: sync.Pool{New: func() any { return new([]byte) }}}
	// A process that was killed may have left groups that are written and not
	// synced.
	if err := db.Sync(); err != nil {
		return nil, errors.Join(fmt.Errorf("store: sync %s: %w", db.Path(), err), db.Close())
	}
	end, err := f.end(db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	j.durable.Store(end.Seq)
	return j, nil
}

// Own implements [engine.Journal]. An older file becomes one of this version.
func (j *Journal) Own(ctx context.Context) (epoch uint64, end engine.End, err error) {
	err = j.update(ctx, func(tx *bolt.Tx) error {
		if end, err = lastEnd(tx.Bucket(groupsBucket)); err != nil {
			return err
		}
		epoch = readEpoch(tx) + 1
		put := tx.Bucket(metaBucket).Put(epochKey, binary.BigEndian.AppendUint64(nil, epoch))
		return errors.Join(put, j.format.putVersion(tx))
	})
	if err != nil {
		return 0, engine.End{}, err
	}
	return epoch, end, nil
}

// Commit implements [engine.Journal]. It waits for two syncs: bbolt's of the
// data and of the page that makes it valid.
func (j *Journal) Commit(ctx context.Context, g engine.Group) error {
	if g.Count < tableMin {
		g.Starts = nil
	}
	if g.Count < 1 || headerBytes+len(g.Body)+startBytes*len(g.Starts) > recordBytesMax {
		return fmt.Errorf("store: journal: a group of %d entries and %d bytes cannot be written", g.Count, len(g.Body))
	}
	return j.update(ctx, func(tx *bolt.Tx) error {
		groups := tx.Bucket(groupsBucket)
		end, err := lastEnd(groups)
		switch {
		case err != nil:
			return err
		case g.Epoch != readEpoch(tx):
			return engine.ErrFenced
		case g.First != end.Seq+1 || g.Prev != end.Seal:
			return engine.ErrMoved
		}
		j.record = appendRecord(j.record[:0], g)
		tx.OnCommit(func() { j.durable.Store(g.Last()) })
		return putRecord(groups, g.First, j.record)
	})
}

// update is a synced transaction. Unless fn refuses with an error that says
// that nothing was written, an error is the journal's last word: bbolt may
// report a failure and still show the change. Source: reliability 1.
func (j *Journal) update(ctx context.Context, fn func(*bolt.Tx) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(ctx); err != nil {
		return err
	}
	err := j.format.guard(j.path, func() error { return transact(j.db, fn) })
	if j.mapped += len(j.record); err == nil && j.mapped > residentMax {
		j.mapped = 0
		return letGo(j.db)
	}
	if err == nil || errors.Is(err, engine.ErrFenced) || errors.Is(err, engine.ErrMoved) {
		return err
	}
	j.failed.Store(true)
	return fmt.Errorf("store: write %s: %w", j.path, err)
}

// transact is bbolt's Update that also lets go of the file when its Commit
// does not.
func transact(db *bolt.DB, fn func(*bolt.Tx) error) error {
	tx, err := db.Begin(true)
	if err != nil {
		return err
	}
	return complete(tx, fn)
}

// complete ends tx: with what fn writes, or without on an error.
func complete(tx *bolt.Tx, fn func(*bolt.Tx) error) (err error) {
	defer func() {
		if end := tx.Rollback(); !errors.Is(end, berrors.ErrTxClosed) {
			err = errors.Join(err, end)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (j *Journal) usable(ctx context.Context) error {
	if j.failed.Load() {
		return errFailed
	}
	return ctx.Err()
}

// readEpoch returns the newest owner's epoch, 0 before the first.
func readEpoch(tx *bolt.Tx) uint64 {
	if v := tx.Bucket(metaBucket).Get(epochKey); len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

// Close closes the file.
func (j *Journal) Close() error {
	if err := j.db.Close(); err != nil {
		return fmt.Errorf("store: close %s: %w", j.path, err)
	}
	return nil
}
