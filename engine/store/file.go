package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Names in each file: a bucket that says what the file is.
var (
	metaBucket = []byte("meta")
	kindKey    = []byte("kind")    // text
	versionKey = []byte("version") // big-endian 64-bit word
)

const (
	// lockWait is how long opening waits for another process to let go.
	lockWait = 900 * time.Millisecond

	// mapBytes is how much address space a file is given at once, so that it
	// can grow without waiting for readers to end. It costs no memory.
	mapBytes = 1 << 30

	dirMode, fileMode = 0o700, 0o600
)

// ErrLocked says that another process has the data directory.
var ErrLocked = errors.New("another purserd is using it: stop that one, or give this one its own store.dir")

// What to do with a file of another version.
var (
	errOlder = errors.New("an older purser wrote it")
	errNewer = errors.New("use the purser that wrote it")
)

// format is one kind of file.
type format struct {
	name    string // in the data directory
	kind    string
	version uint64 // that is written
	oldest  uint64 // version that is read
	buckets [][]byte
	remedy  string // what to do when the file is damaged
}

// open opens the file in dir, and makes both when they are not there.
func (f *format) open(dir string) (*bolt.DB, error) {
	path := filepath.Join(dir, f.name)
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := f.create(dir); err != nil {
			return nil, fmt.Errorf("store: make %s: %w", path, err)
		}
	}
	return f.openPath(path, false)
}

// openAnew throws the file in dir away and makes another.
func (f *format) openAnew(dir string) (*bolt.DB, error) {
	if err := removeIfThere(filepath.Join(dir, f.name)); err != nil {
		return nil, fmt.Errorf("store: throw the old file away: %w", err)
	}
	return f.open(dir)
}

// openReadOnly opens the file in dir for a reader beside which no daemon runs.
func (f *format) openReadOnly(dir string) (*bolt.DB, error) {
	path := filepath.Join(dir, f.name)
	if _, err := os.Stat(path); err != nil { // bbolt would say less
		return nil, fmt.Errorf("store: %w", err)
	}
	return f.openPath(path, true)
}

func (f *format) openPath(path string, readOnly bool) (db *bolt.DB, err error) {
	err = f.guard(path, func() error {
		db, err = bolt.Open(path, fileMode, &bolt.Options{
			Timeout: lockWait, FreelistType: bolt.FreelistMapType, InitialMmapSize: mapBytes,
			ReadOnly: readOnly, PreLoadFreelist: true, NoStatistics: true,
		})
		switch {
		case errors.Is(err, berrors.ErrTimeout):
			return fmt.Errorf("store: %s: %w", filepath.Dir(path), ErrLocked)
		case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch),
			errors.Is(err, berrors.ErrChecksum):
			return fmt.Errorf("store: %s is damaged: %w: %s", path, err, f.remedy)
		case err != nil:
			return fmt.Errorf("store: open %s: %w", path, err)
		}
		return db.View(f.check)
	})
	if err != nil && db != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, err
}

// create makes the file under a temporary name and links it to its own when it
// is whole and on the disk, so that no crash leaves half a file. A link, unlike
// a rename, never replaces what another process made meanwhile.
// Source: reliability 2.1.
func (f *format) create(dir string) (err error) {
	path := filepath.Join(dir, f.name)
	temporary := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	if err := removeIfThere(temporary); err != nil { // left by a crash
		return err
	}
	defer func() { err = errors.Join(err, removeIfThere(temporary), syncDir(dir), syncDir(filepath.Dir(dir))) }()
	db, err := bolt.Open(temporary, fileMode, &bolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(f.init), db.Sync(), db.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// init writes what every file of this format has from the start.
func (f *format) init(tx *bolt.Tx) error {
	meta, err := tx.CreateBucket(metaBucket)
	if err != nil {
		return err
	}
	for _, name := range f.buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	if err := meta.Put(kindKey, []byte(f.kind)); err != nil {
		return err
	}
	return f.putVersion(tx)
}

// putVersion makes the file one of the version that is written.
func (f *format) putVersion(tx *bolt.Tx) error {
	return tx.Bucket(metaBucket).Put(versionKey, binary.BigEndian.AppendUint64(nil, f.version))
}

// readVersion returns the version of a file that check has passed.
func readVersion(tx *bolt.Tx) uint64 {
	return binary.BigEndian.Uint64(tx.Bucket(metaBucket).Get(versionKey))
}

// check refuses a file of another kind or version.
func (f *format) check(tx *bolt.Tx) error {
	path := tx.DB().Path()
	meta := tx.Bucket(metaBucket)
	if meta == nil || string(meta.Get(kindKey)) != f.kind {
		return fmt.Errorf("store: %s is not a %s", path, f.kind)
	}
	if len(meta.Get(versionKey)) != 8 {
		return fmt.Errorf("store: %s has no version", path)
	}
	if v := readVersion(tx); v < f.oldest || v > f.version {
		why := errNewer
		if v < f.oldest {
			why = errOlder
		}
		return fmt.Errorf("store: %s has version %d, this purser writes version %d: %w", path, v, f.version, why)
	}
	for _, name := range f.buckets {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("store: %s has no bucket %q", path, name)
		}
	}
	return nil
}

// guard turns a panic, or a fault in the mapped file, into an error: that is
// how bbolt meets damaged pages.
func (f *format) guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: %s is damaged: %v: %s", path, p, f.remedy)
		}
	}()
	return fn()
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
