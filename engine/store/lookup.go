package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/rating"
)

// AccountsCount implements [engine.State].
func (s *Store) AccountsCount(tenant string) (int, error) { return s.counts[tenant], nil }

// Remembered implements [engine.State].
func (s *Store) Remembered(tenant, key string) (*engine.Remembered, error) {
	id := keyID{tenant, key}
	if r, ok := s.dirty.keys[id]; ok {
		return r, nil
	}
	if s.writing != nil {
		if r, ok := s.writing.keys[id]; ok {
			return r, nil
		}
	}
	var r *engine.Remembered
	err := s.read(func(tx *bolt.Tx) (err error) {
		r, err = find[engine.Remembered](s.coder, tx, keysBucket, nameKey(tenant, key))
		return err
	})
	return r, err
}

// Destination implements [engine.State].
func (s *Store) Destination(id string) ([]string, bool) { return s.destinations.Prefixes(id) }

// DestinationsOf implements [engine.State].
func (s *Store) DestinationsOf(prefix string) []string { return s.destinations.Of(prefix) }

// Timing implements [engine.State].
func (s *Store) Timing(id string) (rating.Timing, bool) {
	timing, ok := s.timings[id]
	return timing, ok
}

// Places implements [engine.State].
func (s *Store) Places() (destinations, timings int) { return s.destinations.Len(), len(s.timings) }

// read calls fn with the open read of the file, begun when there is none.
// What fn reads it must copy.
func (s *Store) read(fn func(*bolt.Tx) error) error {
	return s.format.guard(s.path, func() (err error) {
		if s.tx == nil {
			if err := s.beginRead(); err != nil {
				return fmt.Errorf("store: read %s: %w", s.path, err)
			}
		}
		if err := fn(s.tx); err != nil {
			return fmt.Errorf("%w in %s: %s", err, s.path, s.format.remedy)
		}
		return nil
	})
}

// beginRead opens a read, and finds out where accounts are in it.
func (s *Store) beginRead() (err error) {
	if s.tx, err = s.db.Begin(false); err != nil {
		return err
	}
	s.runs = nil
	at, err := find[position](s.coder, s.tx, metaBucket, positionKey)
	if at != nil {
		s.runs = at.Runs
	}
	return err
}

// endRead gives the open read back: while it lasts the file cannot use the
// pages again that a checkpoint replaces.
func (s *Store) endRead() error {
	if s.tx == nil {
		return nil
	}
	tx := s.tx
	s.tx = nil
	if err := tx.Rollback(); err != nil {
		return fmt.Errorf("store: end reading %s: %w", s.path, err)
	}
	return nil
}

// find returns the value under key, nil when there is none.
func find[T any](c coder, tx *bolt.Tx, bucket, key []byte) (*T, error) {
	data := tx.Bucket(bucket).Get(key)
	if data == nil {
		return nil, nil
	}
	v := new(T)
	if err := c.decode(key, data, v); err != nil {
		return nil, err
	}
	return v, nil
}
