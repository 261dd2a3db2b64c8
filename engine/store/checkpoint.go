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
	path    string
	tx      *bolt.Tx
	coder   coder
	keep    time.Duration // of idempotency keys
	changes *changes      // nobody changes them any more

	seal    chan engine.End // the first seal at or behind their end
	abandon chan struct{}   // closed when that will not come
	done    chan error      // how it went
}

// newCheckpoint begins the transaction while no read of the file is open: with
// one open bbolt would not use the pages again that the last checkpoint has
// replaced, and the file would be half as large again.
func (s *Store) newCheckpoint(changed *changes) (c *checkpoint, err error) {
	c = &checkpoint{format: s.format, path: s.path, coder: s.coder, keep: s.opts.KeepKeys, changes: changed,
		seal: make(chan engine.End, 1), abandon: make(chan struct{}), done: make(chan error, 1)}
	err = s.format.guard(s.path, func() error {
		c.tx, err = s.db.Begin(true)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: begin writing %s: %w", s.path, err)
	}
	return c, nil
}

// due tells whether a checkpoint is to begin.
func (s *Store) due() bool {
	return s.running == nil && s.failed == nil &&
		(s.dirty.size() >= s.opts.CheckpointAccounts || s.dirty.entries >= s.opts.CheckpointEntries)
}

// start sets the changes aside and has them written as soon as the journal is
// durable up to them. No read of the file is open.
func (s *Store) start() error {
	c, err := s.newCheckpoint(s.dirty)
	if err != nil {
		return err
	}
	s.writing, s.running = s.dirty, c
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
	if err == nil {
		err = letGo(s.db)
	}
	s.running, s.failed = nil, err
	if err == nil {
		s.filed.Store(s.writing.end.Seq)
		s.cache.reset(s.writing.accounts, s.opts.CacheAccounts)
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
	if s.failed != nil || s.dirty.entries == 0 || s.dirty.size() > lastMax || sealed.Seq != s.dirty.end.Seq {
		return nil
	}
	c, err := s.newCheckpoint(s.dirty)
	if err != nil {
		return err
	}
	return c.write(sealed)
}

// run waits for the journal and writes.
func (c *checkpoint) run() error {
	select {
	case <-c.abandon:
		return c.tx.Rollback()
	case end := <-c.seal:
		return c.write(end)
	}
}

// write writes the changes and their position in one transaction. In several
// a crash between two would leave accounts of two positions.
func (c *checkpoint) write(end engine.End) error {
	err := c.format.guard(c.path, func() error {
		return complete(c.tx, func(tx *bolt.Tx) error { return c.fill(tx, end) })
	})
	if err != nil {
		return fmt.Errorf("store: write %s: %w", c.path, err)
	}
	return nil
}

func (c *checkpoint) fill(tx *bolt.Tx, end engine.End) error {
	if end.Seq != c.changes.end.Seq {
		return fmt.Errorf("entry %d, up to which the changes go, is not the last of a commit group", c.changes.end.Seq)
	}
	if err := c.fillAccounts(tx.Bucket(accountsBucket)); err != nil {
		return err
	}
	for tenant, n := range sorted(c.changes.counts, strings.Compare) {
		if err := c.put(tx.Bucket(countsBucket), nameKey(tenant, ""), n, n == 0); err != nil {
			return err
		}
	}
	for id, prefixes := range sorted(c.changes.destinations, strings.Compare) {
		if err := c.put(tx.Bucket(destinationsBucket), []byte(id), prefixes, prefixes == nil); err != nil {
			return err
		}
	}
	for id, timing := range sorted(c.changes.timings, strings.Compare) {
		if err := c.put(tx.Bucket(timingsBucket), []byte(id), timing, timing == nil); err != nil {
			return err
		}
	}
	if c.changes.tariffs != nil {
		if err := c.put(tx.Bucket(metaBucket), tariffKey, c.changes.tariffs.All(), false); err != nil {
			return err
		}
	}
	if err := c.fillKeys(tx.Bucket(keysBucket), tx.Bucket(keyOrderBucket)); err != nil {
		return err
	}
	from, err := c.forgetKeys(tx.Bucket(keysBucket), tx.Bucket(keyOrderBucket))
	if err != nil {
		return err
	}
	at := position{Seq: end.Seq, Seal: end.Seal[:], At: c.changes.at, KeysFrom: from}
	return c.put(tx.Bucket(metaBucket), positionKey, at, false)
}

func (c *checkpoint) fillAccounts(b *bolt.Bucket) error {
	b.FillPercent = accountsFill
	for id, a := range sorted(c.changes.accounts, compareAccounts) {
		key := nameKey(id.Tenant, id.Account)
		if a == nil {
			if err := b.Delete(key); err != nil {
				return err
			}
			continue
		}
		value, err := c.coder.encodeAccount(key, a)
		if err != nil {
			return err
		}
		if err := b.Put(key, value); err != nil {
			return err
		}
	}
	return nil
}

// accountsFill is how full a page of accounts is when it is split: they come
// sorted, often many new ones side by side, and grow a little later.
const accountsFill = 0.85

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
