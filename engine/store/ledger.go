package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/ledger"
)

// Ledger is a snapshot of an account's ledger. Any goroutine may read it, one
// at a time, while entries are applied and checkpoints written. It must be
// closed: while it is open the file grows instead of using pages again.
type Ledger struct {
	ledger.View
	path string
	tx   *bolt.Tx
}

// Ledger returns that of an account as it is now; one without lines if there is
// no such account. Its lists read entries of the journal that the store was
// opened with.
func (s *Store) Ledger(owner engine.AccountID) (*Ledger, error) {
	h, err := s.hold(owner)
	if err != nil {
		return nil, err
	}
	l := &Ledger{View: ledger.View{Owner: owner, Book: h.book, Entries: s.journal.Entries}, path: s.path}
	if l.tx, err = s.db.Begin(false); err != nil {
		return nil, fmt.Errorf("store: read %s: %w", s.path, err)
	}
	rows := &lineRows{layers: []*lineChanges{s.dirty.lines.Copy()}}
	if s.writing != nil {
		rows.layers = append(rows.layers, s.writing.lines)
	}
	rows.read = func(fn func(*bolt.Bucket) error) error {
		return s.format.guard(s.path, func() error { return fn(l.tx.Bucket(ledgersBucket)) })
	}
	l.Pages = rows
	return l, nil
}

// Close gives the snapshot back.
func (l *Ledger) Close() error {
	if err := l.tx.Rollback(); err != nil {
		return fmt.Errorf("store: end reading %s: %w", l.path, err)
	}
	return nil
}

// Conflicts implements [engine.State].
func (s *Store) Conflicts(e *engine.Entry) (engine.Conflict, error) {
	return ledger.Conflicts(&books{s, s.shelf()}, e)
}

// books are the books of accounts and the rows of their ledgers.
type books struct {
	store *Store
	*lineRows
}

// Book implements [ledger.Books]. The book is good until the next call.
func (b *books) Book(owner engine.AccountID) (*ledger.Book, error) {
	h, err := b.store.hold(owner)
	if err != nil {
		return nil, err
	}
	return &h.book, nil
}

// shelf returns the rows of ledgers as they are now.
func (s *Store) shelf() *lineRows {
	s.lines.layers = append(s.lines.layers[:0], s.dirty.lines)
	if s.writing != nil {
		s.lines.layers = append(s.lines.layers, s.writing.lines)
	}
	return &s.lines
}

// readLines calls fn with the file's rows of ledgers.
func (s *Store) readLines(fn func(*bolt.Bucket) error) error {
	return s.read(func(tx *bolt.Tx) error { return fn(tx.Bucket(ledgersBucket)) })
}
