package store

import (
	"bytes"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// Account implements [engine.State].
func (s *Store) Account(id engine.AccountID) (*engine.Account, error) {
	h, err := s.hold(id)
	if err != nil {
		return nil, err
	}
	return h.account, nil
}

// hold returns the place of an account among the hot ones, which is good until
// the next call.
func (s *Store) hold(id engine.AccountID) (*held, error) {
	s.key = appendNameKey(s.key[:0], id.Tenant, id.Account)
	hash := s.rows.hash(s.key)
	if h := s.hot.find(hash, id); h != nil {
		return h, nil
	}
	value, m, ok := s.rows.get(hash, s.key)
	if !ok && !s.rows.whole {
		if err := s.read(s.fetch); err != nil {
			return nil, err
		}
		value, m, ok = s.rows.get(hash, s.key)
	}
	a, book, err := decodeRow(value, id)
	if err != nil {
		return nil, err
	}
	h, gone := s.hot.add(hash, held{id: id, account: a, book: book, taken: true, fresh: true, counted: ok && m == newer})
	return h, s.keep(&gone)
}

// keep puts an account among the rows, if they do not have it like that.
func (s *Store) keep(h *held) (err error) {
	if !h.changed {
		return nil
	}
	s.key = appendNameKey(s.key[:0], h.id.Tenant, h.id.Account)
	if s.value, err = appendRow(s.value[:0], h.account, &h.book); err != nil {
		return err
	}
	s.rows.put(s.rows.hash(s.key), s.key, s.value)
	h.changed = false
	return nil
}

// freeze brings all that has changed among the rows and sets it aside.
func (s *Store) freeze() (*frozenRows, error) {
	for i := range s.hot.sets {
		for j := range s.hot.sets[i].places {
			h := &s.hot.sets[i].places[j]
			if err := s.keep(h); err != nil {
				return nil, err
			}
			h.counted = false
		}
	}
	return s.rows.freeze(), nil
}

// fetch reads the row of s.key into memory, if the file has it.
func (s *Store) fetch(tx *bolt.Tx) error {
	for _, r := range s.runs {
		c, err := openRun(tx.Bucket(accountsBucket), r.Number, s.key)
		if err != nil {
			return err
		}
		if key, value := c.row(); bytes.Equal(key, s.key) {
			s.rows.add(s.rows.hash(key), key, value)
			return nil
		}
	}
	return nil
}

// loadRows reads as many rows into memory as there may be: at a start that is
// cheaper than to look for each where it lies.
func (s *Store) loadRows(tx *bolt.Tx) error {
	all, err := openRuns(tx, s.runs, nil)
	if err != nil {
		return err
	}
	bytes, read := 0, 0
	for _, r := range s.runs {
		bytes += r.Bytes
	}
	s.rows.reserve(int(s.accounts.Load()), bytes)
	for key, value := all.row(); key != nil; key, value = all.row() {
		if s.rows.full() {
			s.rows.whole = false
			return nil
		}
		if len(value) > 0 {
			s.rows.add(s.rows.hash(key), key, value)
		}
		if read += len(key) + len(value); read >= s.piece {
			read = 0
			if err := letGo(s.db); err != nil {
				return err
			}
		}
		if err := all.next(); err != nil {
			return err
		}
	}
	return nil
}

// known returns an account without bringing it nearer, and whether memory has it.
func (s *Store) known(id engine.AccountID) (a *engine.Account, ok bool, err error) {
	s.key = appendNameKey(s.key[:0], id.Tenant, id.Account)
	hash := s.rows.hash(s.key)
	if h := s.hot.find(hash, id); h != nil {
		return h.account, true, nil
	}
	value, _, ok := s.rows.get(hash, s.key)
	if !ok {
		return nil, false, nil
	}
	a, err = decodeAccount(value, id)
	return a, true, err
}

// Accounts implements [engine.State]: up to limit accounts from each place
// where there may be some, and of these the first.
func (s *Store) Accounts(tenant, after string, limit int) ([]*engine.Account, error) {
	page, err := s.accountsMade(s.dirty, tenant, after, limit)
	if err != nil {
		return nil, err
	}
	if s.writing != nil {
		made, err := s.accountsMade(s.writing, tenant, after, limit)
		if err != nil {
			return nil, err
		}
		page = append(page, made...)
	}
	err = s.read(func(tx *bolt.Tx) error {
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
func (s *Store) accountsMade(c *changes, tenant, after string, limit int) (page []*engine.Account, err error) {
	c.made.Ascend(engine.AccountID{Tenant: tenant, Account: after}, func(id engine.AccountID) bool {
		if id.Tenant != tenant || len(page) >= limit {
			return false
		}
		var a *engine.Account
		if a, _, err = s.known(id); a != nil && id.Account > after {
			page = append(page, a)
		}
		return err == nil
	})
	return page, err
}

// accountsFiled returns the first accounts behind after that the file has.
func (s *Store) accountsFiled(tx *bolt.Tx, tenant, after string, limit int) ([]*engine.Account, error) {
	var page []*engine.Account
	prefix, from := nameKey(tenant, ""), nameKey(tenant, after)
	all, err := openRuns(tx, s.runs, from)
	if err != nil {
		return nil, err
	}
	for key, value := all.row(); bytes.HasPrefix(key, prefix) && len(page) < limit; key, value = all.row() {
		if !bytes.Equal(key, from) {
			id := engine.AccountID{Tenant: tenant, Account: string(key[len(prefix):])}
			a, ok, err := s.known(id)
			if !ok && err == nil {
				a, err = decodeAccount(value, id)
			}
			if err != nil {
				return nil, err
			}
			if a != nil {
				page = append(page, a)
			}
		}
		if err := all.next(); err != nil {
			return nil, err
		}
	}
	return page, nil
}
