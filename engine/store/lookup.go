package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// Account implements [engine.State].
func (s *Store) Account(id engine.AccountID) (*engine.Account, error) {
	if a, ok := s.changed(id); ok {
		return a, nil
	}
	if a, ok := s.cache.get(id); ok {
		return a, nil
	}
	var a *engine.Account
	err := s.read(func(tx *bolt.Tx) (err error) {
		key := nameKey(id.Tenant, id.Account)
		if value := tx.Bucket(accountsBucket).Get(key); value != nil {
			a, err = s.coder.decodeAccount(key, value, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if a != nil {
		s.cache.put(id, a)
	}
	return a, nil
}

// changed returns the account if it is not as the file has it.
func (s *Store) changed(id engine.AccountID) (a *engine.Account, ok bool) {
	if a, ok = s.dirty.accounts[id]; !ok && s.writing != nil {
		a, ok = s.writing.accounts[id]
	}
	return a, ok
}

// Accounts implements [engine.State]: up to limit accounts from each place
// where there may be some, and of these the first.
func (s *Store) Accounts(tenant, after string, limit int) ([]*engine.Account, error) {
	page := s.accountsMade(s.dirty, tenant, after, limit)
	if s.writing != nil {
		page = append(page, s.accountsMade(s.writing, tenant, after, limit)...)
	}
	err := s.read(func(tx *bolt.Tx) error {
		filed, err := s.accountsFiled(tx, tenant, after, limit)
		page = append(page, filed...)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(page, func(a, b *engine.Account) int { return strings.Compare(a.ID.Account, b.ID.Account) })
	page = slices.CompactFunc(page, func(a, b *engine.Account) bool { return a.ID == b.ID })
	return page[:min(limit, len(page))], nil
}

// accountsMade returns the first accounts behind after that c has and the
// file may not have.
func (s *Store) accountsMade(c *changes, tenant, after string, limit int) []*engine.Account {
	var page []*engine.Account
	c.made.Ascend(engine.AccountID{Tenant: tenant, Account: after}, func(id engine.AccountID) bool {
		if id.Tenant != tenant || len(page) >= limit {
			return false
		}
		if a, _ := s.changed(id); a != nil && id.Account > after {
			page = append(page, a)
		}
		return true
	})
	return page
}

// accountsFiled returns the first accounts behind after that the file has.
func (s *Store) accountsFiled(tx *bolt.Tx, tenant, after string, limit int) ([]*engine.Account, error) {
	var page []*engine.Account
	prefix, from := nameKey(tenant, ""), nameKey(tenant, after)
	c := tx.Bucket(accountsBucket).Cursor()
	for k, v := c.Seek(from); bytes.HasPrefix(k, prefix) && len(page) < limit; k, v = c.Next() {
		id := engine.AccountID{Tenant: tenant, Account: string(k[len(prefix):])}
		if id.Account == after {
			continue
		}
		a, ok := s.changed(id)
		if !ok {
			var err error
			if a, err = s.coder.decodeAccount(k, v, id); err != nil {
				return nil, err
			}
		}
		if a != nil {
			page = append(page, a)
		}
	}
	return page, nil
}

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

// read calls fn with the open read of the file, begun when there is none.
// What fn reads it must copy.
func (s *Store) read(fn func(*bolt.Tx) error) error {
	return s.format.guard(s.path, func() (err error) {
		if s.tx == nil {
			if s.tx, err = s.db.Begin(false); err != nil {
				return fmt.Errorf("store: read %s: %w", s.path, err)
			}
		}
		if err := fn(s.tx); err != nil {
			return fmt.Errorf("%w in %s: %s", err, s.path, s.format.remedy)
		}
		return nil
	})
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
