package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// checkpoint writes changes into the file, in the background.
type checkpoint struct {
	format  *format
	db      *bolt.DB
	coder   coder
	keep    time.Duration // of idempotency keys
	piece   int           // bytes of a transaction: pieceBytes
	changes *changes      // nobody changes them any more

	seal    chan engine.End // the first seal at or behind their end
	abandon chan struct{}   // closed when that will not come
	done    chan error      // how it went
}

// newCheckpoint sets aside what has changed.
func (s *Store) newCheckpoint() (*checkpoint, error) {
	var err error
	if s.dirty.rows, err = s.freeze(); err != nil {
		return nil, err
	}
	return &checkpoint{format: s.format, db: s.db, coder: s.coder, keep: s.opts.KeepKeys, piece: s.piece, changes: s.dirty,
		seal: make(chan engine.End, 1), abandon: make(chan struct{}), done: make(chan error, 1)}, nil
}

// due tells whether a checkpoint is to begin. While a start folds what a crash
// has left, twice as much may change first: a checkpoint would take the
// processor from the folding.
func (s *Store) due() bool {
	times := 1
	if s.dirty.end.Seq < s.foldTo {
		times = 2
	}
	return s.running == nil && s.failed == nil && !s.torn &&
		(s.dirty.size() >= times*s.opts.CheckpointAccounts || s.dirty.entries >= times*s.opts.CheckpointEntries)
}

// start sets the changes aside and has them written as soon as the journal is
// durable up to them.
func (s *Store) start() error {
	c, err := s.newCheckpoint()
	if err != nil {
		return err
	}
	s.writing, s.running = s.dirty, c
	s.usedBefore = s.dirty.audit.running
	s.dirty = newChanges(s.writing.end, s.writing.at)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealed.Seq >= c.changes.end.Seq {
		c.seal <- s.sealed
	} else {
		s.waiting = c
	}
	failed := s.opts.Failed
	go func() {
		err := c.run()
		c.done <- err
		if err != nil {
			failed(err)
		}
	}()
	return nil
}

// finish takes over what a checkpoint has written if it is done, and waits for
// it if too much has changed meanwhile. No read of the file is open.
func (s *Store) finish() {
	if s.running == nil {
		return
	}
	backlog := s.dirty.size() + s.writing.size()
	if backlog >= backlogMax*s.opts.CheckpointAccounts && !s.isWaiting() {
		s.take(<-s.running.done)
		return
	}
	select {
	case err := <-s.running.done:
		s.take(err)
	default:
	}
}

// take ends a checkpoint: what it wrote is what the file has.
func (s *Store) take(err error) {
	s.running, s.failed = nil, err
	if err == nil {
		s.filed.Store(s.writing.end.Seq)
		s.rows.thaw()
		s.writing = nil
	}
}

// isWaiting tells whether the running checkpoint waits for the journal.
func (s *Store) isWaiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting != nil
}

// lastMax is up to how many changes Close writes a last checkpoint. More would
// keep a daemon from stopping in time, and the next start folds them faster
// than they can be written.
const lastMax = 50_000

// settle ends a running checkpoint and writes a last one.
func (s *Store) settle() error {
	if c := s.running; c != nil {
		if s.isWaiting() {
			close(c.abandon) // a failed journal: nothing will become durable
			return <-c.done
		}
		s.take(<-c.done)
	}
	s.mu.Lock()
	sealed := s.sealed
	s.mu.Unlock()
	if s.failed != nil || s.torn || s.dirty.entries == 0 || s.dirty.size() > lastMax || sealed.Seq != s.dirty.end.Seq {
		return nil
	}
	c, err := s.newCheckpoint()
	if err != nil {
		return err
	}
	return c.write(sealed)
}

// run waits for the journal and writes.
func (c *checkpoint) run() error {
	select {
	case <-c.abandon:
		return nil
	case end := <-c.seal:
		return c.write(end)
	}
}

// write writes the accounts in pieces, a transaction each, which bounds the
// memory that it takes. Nobody sees them before the last one, which has
// everything else and the position: what a crash leaves is what there was
// before, and a run that no position knows.
func (c *checkpoint) write(end engine.End) error {
	err := c.format.guard(c.db.Path(), func() error {
		if end.Seq != c.changes.end.Seq {
			return fmt.Errorf("entry %d, up to which the changes go, is not the last of a commit group", c.changes.end.Seq)
		}
		runs, err := c.dropSpare()
		if err != nil {
			return err
		}
		w := newAccountsWriter(c.changes, runs, c.piece)
		for last := false; !last; {
			if err := c.update(func(tx *bolt.Tx) (err error) {
				if last, err = w.piece(tx, c.piece); last && err == nil {
					err = c.fill(tx, end, w.runs())
				}
				return err
			}); err != nil {
				return err
			}
		}
		_, err = c.dropSpare()
		return err
	})
	if err != nil {
		return fmt.Errorf("store: write %s: %w", c.db.Path(), err)
	}
	return nil
}

// update makes one transaction. What it has read counts as resident until it
// is given back.
func (c *checkpoint) update(fn func(tx *bolt.Tx) error) error {
	if err := transact(c.db, fn); err != nil {
		return err
	}
	return letGo(c.db)
}

// dropSpare takes away the runs that no position knows, and returns the others.
func (c *checkpoint) dropSpare() (known []run, err error) {
	for {
		var spare []byte
		if err := c.db.View(func(tx *bolt.Tx) error {
			at, err := find[position](c.coder, tx, metaBucket, positionKey)
			if at != nil {
				known = at.Runs
			}
			spare = spareRun(tx, known)
			return err
		}); err != nil {
			return nil, err
		}
		if spare == nil {
			return known, nil
		}
		if err := c.update(func(tx *bolt.Tx) error { return dropRun(tx, spare, c.piece) }); err != nil {
			return nil, err
		}
	}
}

// fill writes everything but the accounts.
func (c *checkpoint) fill(tx *bolt.Tx, end engine.End, runs []run) error {
	for tenant, n := range sorted(c.changes.counts, strings.Compare) {
		if err := c.put(tx.Bucket(countsBucket), nameKey(tenant, ""), n, n == 0); err != nil {
			return err
		}
	}
	for k, value := range sorted(c.changes.tariffs, engine.TariffKey.Compare) {
		if err := c.put(tx.Bucket(tariffsBucket), tariffKey(k), value, value == nil); err != nil {
			return err
		}
	}
	for group, members := range sorted(c.changes.groups, strings.Compare) {
		if err := c.put(tx.Bucket(membersBucket), []byte(group), members, members == nil); err != nil {
			return err
		}
	}
	for k, value := range sorted(c.changes.services, engine.ServiceKey.Compare) {
		if err := c.put(tx.Bucket(servicesBucket), serviceKey(k), value, value == nil); err != nil {
			return err
		}
	}
	if err := c.fillAudit(tx.Bucket(auditBucket)); err != nil {
		return err
	}
	if err := c.fillIndex(tx.Bucket(indexBucket)); err != nil {
		return err
	}
	if err := c.fillLines(tx.Bucket(ledgersBucket)); err != nil {
		return err
	}
	if err := c.fillKeys(tx.Bucket(keysBucket), tx.Bucket(keyOrderBucket)); err != nil {
		return err
	}
	from, err := c.forgetKeys(tx.Bucket(keysBucket), tx.Bucket(keyOrderBucket))
	if err != nil {
		return err
	}
	at := position{Seq: end.Seq, Seal: end.Seal[:], At: c.changes.at, KeysFrom: from, Runs: runs}
	return c.put(tx.Bucket(metaBucket), positionKey, at, false)
}

// fillLines writes the rows of ledgers: none is ever taken away.
func (c *checkpoint) fillLines(b *bolt.Bucket) (err error) {
	c.changes.lines.Scan(func(name string, row []byte) bool {
		key := []byte(name)
		err = b.Put(key, sum(key, append(make([]byte, checksumBytes, checksumBytes+len(row)), row...)))
		return err == nil
	})
	return err
}

// put writes a value, or takes it away.
func (c *checkpoint) put(b *bolt.Bucket, key []byte, v any, gone bool) error {
	if gone {
		return b.Delete(key)
	}
	value, err := c.coder.encode(key, v)
	if err != nil {
		return err
	}
	return b.Put(key, value)
}

// sorted iterates over m in the order of its keys, which is that of the file.
func sorted[K comparable, V any](m map[K]V, compare func(a, b K) int) func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) {
		for _, k := range slices.SortedFunc(maps.Keys(m), compare) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
