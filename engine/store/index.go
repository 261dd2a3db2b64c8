package store

import (
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

var indexBucket = []byte("index") // engine.IndexKey: null

// firstKeysMax bounds Store.firstKeys.
const firstKeysMax = 10_000

// reindex notes by which keys an account is found from now on. Most changes
// leave them as they are.
func (s *Store) reindex(before, after *engine.Account) {
	if before != nil && after != nil && before.Profile == after.Profile {
		return
	}
	clear(s.firstKeys)
	for _, k := range before.IndexKeys() {
		s.dirty.index.Set(k, false)
	}
	for _, k := range after.IndexKeys() {
		s.dirty.index.Set(k, true)
	}
}

// Indexed implements [engine.State]. What is looked up by an ID, again and
// again, is remembered until the index changes.
func (s *Store) Indexed(prefix, after engine.IndexKey, limit int) ([]engine.IndexKey, error) {
	if after != "" || limit != 1 {
		return s.indexed(prefix, after, limit)
	}
	if first, ok := s.firstKeys[prefix]; ok {
		return first, nil
	}
	first, err := s.indexed(prefix, "", 1)
	if err != nil {
		return nil, err
	}
	if len(s.firstKeys) >= firstKeysMax {
		clear(s.firstKeys)
	}
	s.firstKeys[prefix] = first
	return first, nil
}

// indexed returns up to limit keys from each place where there may be some, and
// of these the first.
func (s *Store) indexed(prefix, after engine.IndexKey, limit int) ([]engine.IndexKey, error) {
	layers := []*changes{s.dirty} // a key is what the first of them says, else what the file has
	if s.writing != nil {
		layers = append(layers, s.writing)
	}
	var page []engine.IndexKey
	for i, layer := range layers {
		page = append(page, layer.indexed(prefix, after, limit, layers[:i])...)
	}
	err := s.read(func(tx *bolt.Tx) error {
		filed, err := s.indexFiled(tx, prefix, after, limit, layers)
		page = append(page, filed...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(page)
	return page[:min(limit, len(page))], nil
}

// indexed returns the first keys behind after that c has and of which the
// layers over it say nothing.
func (c *changes) indexed(prefix, after engine.IndexKey, limit int, over []*changes) []engine.IndexKey {
	var page []engine.IndexKey
	c.index.Ascend(max(prefix, after), func(k engine.IndexKey, there bool) bool {
		if !strings.HasPrefix(string(k), string(prefix)) || len(page) >= limit {
			return false
		}
		if there && k > after && !touched(k, over) {
			page = append(page, k)
		}
		return true
	})
	return page
}

// indexFiled returns the first keys behind after that the file has and of
// which the layers over it say nothing.
func (s *Store) indexFiled(tx *bolt.Tx, prefix, after engine.IndexKey, limit int, over []*changes) ([]engine.IndexKey,
	error,
) {
	var page []engine.IndexKey
	c := tx.Bucket(indexBucket).Cursor()
	for name, v := c.Seek([]byte(max(prefix, after))); name != nil && len(page) < limit; name, v = c.Next() {
		k := engine.IndexKey(name)
		if !strings.HasPrefix(string(k), string(prefix)) {
			break
		}
		if k == after || touched(k, over) {
			continue
		}
		if _, err := summed(name, v); err != nil {
			return nil, err
		}
		page = append(page, k)
	}
	return page, nil
}

// touched tells whether one of the layers says something of k.
func touched(k engine.IndexKey, layers []*changes) bool {
	return slices.ContainsFunc(layers, func(c *changes) bool {
		_, ok := c.index.Get(k)
		return ok
	})
}

// fillIndex writes the keys that came and takes away those that went.
func (c *checkpoint) fillIndex(b *bolt.Bucket) (err error) {
	c.changes.index.Scan(func(k engine.IndexKey, there bool) bool {
		err = c.put(b, []byte(k), nil, !there)
		return err == nil
	})
	return err
}

// compareIndex compares the checkpoint's index with the keys of the accounts.
func (v *verifier) compareIndex(tx *bolt.Tx, state *rebuilt) error {
	want := 0
	for _, a := range state.accounts {
		for _, k := range a.IndexKeys() {
			want++
			if err := v.same(tx, indexBucket, []byte(k), nil); err != nil {
				return err
			}
		}
	}
	if n := tx.Bucket(indexBucket).Stats().KeyN; n != want {
		return fmt.Errorf("%d keys of the index, the journal makes %d", n, want)
	}
	return nil
}
