package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Check is one promise that was looked into.
type Check struct {
	Name   string
	OK     bool
	Detail string // what was seen, or what is wrong: with the number of the entry
}

// Verify checks the data in dir while no daemon runs there: that the files are
// whole, that the journal is what was sealed and follows from itself, and
// that the checkpoint is what the journal gives. It calls report for each
// check, in order, and returns an error for the first that fails. It holds
// all accounts in memory, and few entries.
func Verify(ctx context.Context, dir string, report func(Check)) (err error) {
	v := &verifier{report: report}
	defer func() { err = errors.Join(err, v.close()) }()
	if v.coder, err = newCoder(); err != nil {
		return err
	}
	if v.journal, err = v.file(journalFormat(), dir); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, checkpointFormat().name)); errors.Is(err, fs.ErrNotExist) {
		report(Check{"checkpoint file", true, "there is none; the next start folds the whole journal"})
	} else if v.checkpoint, err = v.file(checkpointFormat(), dir); err != nil {
		return err
	}
	if err := v.readPosition(); err != nil {
		return err
	}
	if err := v.entries(ctx); err != nil {
		return err
	}
	return nil
}

// verifier is what Verify has open.
type verifier struct {
	report     func(Check)
	coder      coder
	journal    *bolt.DB
	checkpoint *bolt.DB // nil when there is none
	position   position // of the checkpoint
	keysFound  int      // idempotency keys of the checkpoint met in the journal
}

// broken is a check that failed.
type broken struct {
	check string
	err   error
}

func (b *broken) Error() string { return b.check + ": " + b.err.Error() }
func (b *broken) Unwrap() error { return b.err }

// fail reports a check that failed and returns it as an error.
func (v *verifier) fail(check string, err error) error {
	v.report(Check{check, false, err.Error()})
	return &broken{check, err}
}

// file opens a file and checks its pages. That there is none, or that a daemon has it, breaks no promise.
func (v *verifier) file(f *format, dir string) (db *bolt.DB, err error) {
	kind, path := f.kind[len("purser "):], filepath.Join(dir, f.name)
	unlock, err := lockToRead(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := checkPages(path); err != nil {
		return nil, v.fail(kind+" pages", err)
	}
	db, err = f.openReadOnly(dir)
	if err != nil {
		return nil, v.fail(kind+" file", err)
	}
	if err := db.View(func(tx *bolt.Tx) error {
		v.report(Check{kind + " file", true, fmt.Sprintf("%s, version %d", db.Path(), readVersion(tx))})
		return structure(tx)
	}); err != nil {
		return nil, errors.Join(v.fail(kind+" pages", err), db.Close())
	}
	v.report(Check{kind + " pages", true, "every page is used once or free"})
	return db, nil
}

// lockToRead keeps daemons from the file at path until unlock: the pages of one at work change under a reader, who
// would call them damaged. A file that is no database is left to checkPages.
func lockToRead(path string) (unlock func() error, err error) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{ReadOnly: true, Timeout: lockWait})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("store: %s: %w", filepath.Dir(path), ErrLocked)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("store: %w: name the store.dir of a daemon", err)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("store: %w", err)
	case err != nil:
		return func() error { return nil }, nil
	}
	return db.Close, nil
}

// structure is bbolt's own check; what it says after its first complaint must
// be heard to its end.
func structure(tx *bolt.Tx) error {
	var first error
	for err := range tx.Check() {
		if first == nil {
			first = err
		}
	}
	return first
}

func (v *verifier) close() error {
	var errs []error
	for _, db := range []*bolt.DB{v.journal, v.checkpoint} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
