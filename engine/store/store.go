package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/ledger"
)

// Options are the settings of a Store; the zero value of each has a default.
type Options struct {
	CheckpointAccounts int           // changed accounts and idempotency keys that start a checkpoint; 400,000
	CheckpointEntries  int           // entries that start a checkpoint; 400,000
	CacheBytes         int           // of encoded accounts kept in memory, beside the changed; 448 MiB
	KeepKeys           time.Duration // how long an idempotency key is remembered; 48 hours

	// Failed is told, once and from another goroutine, that a checkpoint could
	// not be written. The journal goes on and the next start folds more of it.
	// No other is tried: nobody knows what the file holds after a failed sync.
	// When the changes reach [backlogMax] times CheckpointAccounts, Apply fails.
	Failed func(error)
}

// backlogMax is how many times CheckpointAccounts all changes in memory may
// grow to while a checkpoint runs; then the writer waits for it.
const backlogMax = 2

func (o *Options) defaults() {
	if o.CheckpointAccounts == 0 {
		o.CheckpointAccounts = 400_000
	}
	if o.CheckpointEntries == 0 {
		o.CheckpointEntries = 400_000
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 448 << 20
	}
	if o.KeepKeys == 0 {
		o.KeepKeys = 48 * time.Hour
	}
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
}

// Store is the folded state. All methods belong to the writer goroutine,
// except Sealed, which any goroutine may call beside it.
type Store struct {
	opts    Options
	journal *Journal
	format  *format
	path    string // of the file
	db      *bolt.DB
	coder   coder
	rebuilt string

	dirty   *changes      // since the last checkpoint began
	torn    bool          // an entry is folded in part: dirty is no state that the journal makes
	writing *changes      // being written; nil when no checkpoint runs
	hot     hot           // accounts used last, decoded
	rows    *rows         // accounts, encoded
	key     []byte        // kept to be filled again
	value   []byte        // the same
	tx      *bolt.Tx      // the open read of the file; nil when there is none
	runs    []run         // of accounts, that tx sees
	piece   int           // pieceBytes; tests have small ones
	lines   lineRows      // see shelf
	made    []ledger.Line // by the entry at hand; kept to be filled again
	foldTo  uint64        // last entry of the journal when the store was opened

	// Kept whole in memory; the file's copies are read at the start only.
	counts   map[string]int
	accounts atomic.Int64  // sum of counts, for Stats
	filed    atomic.Uint64 // the file's position, for Stats
	*engine.Tariffs
	*engine.Members
	*engine.Services

	usedBefore map[auditSeries]runningDay            // of the last checkpoint; nobody changes its rows
	firstKeys  map[engine.IndexKey][]engine.IndexKey // what Indexed found first under a prefix

	running *checkpoint // nil when none runs
	failed  error       // why a checkpoint failed; writing is then what it did not write

	mu      sync.Mutex // guards what follows
	sealed  engine.End
	waiting *checkpoint // the running one, while the journal is not durable up to it
}

var _ engine.Folds = (*Store)(nil)

// Open opens the checkpoint in dir, made when there is none, of the open
// journal j. One that an older purser wrote is thrown away, see
// [Store.Rebuilt]; one that does not stand at the end of a group of j is an
// error.
func Open(dir string, j *Journal, o Options) (*Store, error) {
	o.defaults()
	c, err := newCoder()
	if err != nil {
		return nil, err
	}
	s := &Store{opts: o, journal: j, format: checkpointFormat(), coder: c,
		hot: newHot(o.CacheBytes), rows: newRows(o.CacheBytes), piece: pieceBytes,
		counts: map[string]int{}, Tariffs: engine.NewTariffs(), Members: engine.NewMembers(),
		Services: engine.NewServices(), firstKeys: map[engine.IndexKey][]engine.IndexKey{}}
	s.db, err = s.format.open(dir)
	if errors.Is(err, errOlder) {
		s.rebuilt = err.Error()
		s.db, err = s.format.openAnew(dir)
	}
	if err != nil {
		return nil, err
	}
	s.path = s.db.Path()
	s.lines.read = s.readLines
	if err := s.begin(j); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// begin reads what is kept in memory.
func (s *Store) begin(j *Journal) error {
	at, err := s.readPosition()
	if err != nil {
		return err
	}
	end, err := at.end()
	if err != nil {
		return err
	}
	if err := j.holds(end); err != nil {
		return err
	}
	s.dirty, s.sealed, s.foldTo = newChanges(end, at.At), end, j.durable.Load()
	s.filed.Store(end.Seq)
	if err := errors.Join(s.read(s.load), s.read(s.loadRows), s.findMaster(), s.endRead()); err != nil {
		return err
	}
	return letGo(s.db)
}

// Rebuilt says why the checkpoint was thrown away when it was opened, so that
// the whole journal is folded again; "" when it was not.
func (s *Store) Rebuilt() string { return s.rebuilt }

// Position implements [engine.Folds]. The seal is known when Sealed has come
// as far as Apply, and zero until then.
func (s *Store) Position() (engine.End, engine.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealed.Seq == s.dirty.end.Seq {
		return s.sealed, s.dirty.at
	}
	return s.dirty.end, s.dirty.at
}

// Sealed implements [engine.Folds].
func (s *Store) Sealed(end engine.End) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealed = end
	if c := s.waiting; c != nil && end.Seq >= c.changes.end.Seq {
		c.seal <- end
		s.waiting = nil
	}
}

// Release implements [engine.Folds]. It must be called between two commit
// groups: a checkpoint begins where one ends.
func (s *Store) Release() error {
	if err := s.endRead(); err != nil {
		return err
	}
	s.finish()
	if s.due() {
		return s.start()
	}
	return nil
}

// Close writes a last checkpoint if everything is durable, so that the next
// start folds nothing, and closes the file.
func (s *Store) Close() error {
	err := errors.Join(s.endRead(), s.settle())
	if end := s.db.Close(); end != nil {
		err = errors.Join(err, fmt.Errorf("store: close %s: %w", s.path, end))
	}
	return err
}
