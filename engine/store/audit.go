package store

import (
	"encoding/binary"

	"github.com/tidwall/btree"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
	"purser/engine/services"
)

// The bucket of the service audit has the series of each account, its days and
// where its logs are. The first byte of a key says what.
var auditBucket = []byte("audit")

const (
	auditNamesRow = 'n' // tenant 0 account 0: audit.Names
	auditDayRow   = 'd' // tenant 0 account 0 day (4) place of the series (4): audit.Row
	auditLogRow   = 'l' // tenant 0 account 0 Gregorian second (8) entry (8): number of logs
)

// auditChanges is what of that bucket differs from the file.
type auditChanges struct {
	names map[engine.AccountID]audit.Names
	days  *btree.Map[string, *audit.Row] // by key
	logs  *btree.Map[string, int]        // by key; never changed

	// running has the days that events go to: one that is there is found without
	// making its key.
	running map[auditSeries]runningDay
}

// auditSeries is a series of an account.
type auditSeries struct {
	owner engine.AccountID
	audit.Series
}

// runningDay is the day of the last event, a row of days.
type runningDay struct {
	series int
	day    audit.Day
	row    *audit.Row
}

func newAuditChanges() auditChanges {
	return auditChanges{names: map[engine.AccountID]audit.Names{}, days: &btree.Map[string, *audit.Row]{},
		logs: &btree.Map[string, int]{}, running: map[auditSeries]runningDay{}}
}

// size is what bounds the changes in memory.
func (a *auditChanges) size() int { return a.days.Len() + a.logs.Len() }

// auditKey returns the beginning of the keys of an account's rows of one sort.
func auditKey(sort byte, owner engine.AccountID) []byte {
	return append(appendNameKey([]byte{sort}, owner.Tenant, owner.Account), 0)
}

func auditDayKey(owner engine.AccountID, day audit.Day, series int) []byte {
	key := binary.BigEndian.AppendUint32(auditKey(auditDayRow, owner), uint32(day))
	return binary.BigEndian.AppendUint32(key, uint32(series))
}

func auditLogKey(owner engine.AccountID, created int64, seq uint64) []byte {
	key := binary.BigEndian.AppendUint64(auditKey(auditLogRow, owner), uint64(created))
	return binary.BigEndian.AppendUint64(key, seq)
}

// audit folds what an entry did to services into days and logs.
func (s *Store) audit(e *engine.Entry) error {
	if e.Services == nil {
		return nil
	}
	created := e.Created().Gregorian()
	for i := range e.Services.Accounts {
		c := &e.Services.Accounts[i]
		for _, q := range c.Quantities {
			row, err := s.runningRow(auditSeries{c.Account, audit.Series{Category: q.Category, Item: q.Item}}, created)
			if err != nil {
				return err
			}
			*row = row.Changed(created, q)
		}
		if n := len(audit.Logs(e, c.Account)); n > 0 {
			s.dirty.audit.logs.Set(string(auditLogKey(c.Account, created, e.Seq)), n)
		}
	}
	return nil
}

// usage adds the quantity of a ledger's line to the day of its source. Days of
// all sources are kept: which of them are metered is for the reader to say.
func (s *Store) usage(l *ledger.Line) error {
	row, err := s.runningRow(auditSeries{l.Owner, audit.Series{Item: l.Source, IsUsage: true}}, l.Created)
	if err != nil {
		return err
	}
	*row = row.Used(l.Created, amount.FromInt(l.Quantity), l.Unit)
	return nil
}

// runningRow returns the row of a series on the day of a Gregorian second, to be
// changed.
func (s *Store) runningRow(of auditSeries, created int64) (*audit.Row, error) {
	day := audit.DayOf(created)
	running, ok := s.dirty.audit.running[of]
	if !ok || running.day != day {
		var err error
		if running, err = s.nextDay(of, day); err != nil {
			return nil, err
		}
		s.dirty.audit.running[of] = running
	}
	return running.row, nil
}

// nextDay returns the day that events go to from now on. That of the last
// checkpoint's time is often the same, which saves reading the file.
func (s *Store) nextDay(of auditSeries, day audit.Day) (runningDay, error) {
	before, known := s.usedBefore[of]
	if !known {
		var err error
		if before.series, err = s.seriesPlace(of); err != nil {
			return runningDay{}, err
		}
	}
	if before.day != day {
		before.row = nil
	}
	row, err := s.auditDay(of.owner, before.series, day, before.row)
	return runningDay{before.series, day, row}, err
}

// seriesPlace returns the place of a series among those of its account.
func (s *Store) seriesPlace(of auditSeries) (int, error) {
	names, err := s.auditNames(of.owner)
	if err != nil {
		return 0, err
	}
	next, at := names.With(of.Series)
	if len(next) != len(names) {
		s.dirty.audit.names[of.owner] = next
	}
	return at, nil
}

// auditDay returns the row of a series and day among those that changed, to be
// changed once more. What the checkpoint has of it is read if it is not known.
func (s *Store) auditDay(owner engine.AccountID, series int, day audit.Day, known *audit.Row) (*audit.Row, error) {
	key := auditDayKey(owner, day, series)
	if row, ok := s.dirty.audit.days.Get(string(key)); ok {
		return row, nil
	}
	row := &audit.Row{}
	if known != nil {
		*row = *known
		s.dirty.audit.days.Set(string(key), row)
		return row, nil
	}
	if err := s.fileRow(key, row); err != nil {
		return nil, err
	}
	s.dirty.audit.days.Set(string(key), row)
	return row, nil
}

// fileRow reads the row that a checkpoint writes, or has written.
func (s *Store) fileRow(key []byte, row *audit.Row) error {
	if s.writing != nil {
		if written, ok := s.writing.audit.days.Get(string(key)); ok {
			*row = *written
			return nil
		}
	}
	return s.read(func(tx *bolt.Tx) error {
		stored, err := find[audit.Row](s.coder, tx, auditBucket, key)
		if stored != nil {
			*row = *stored
		}
		return err
	})
}

// auditNames returns the series of an account.
func (s *Store) auditNames(owner engine.AccountID) (names audit.Names, err error) {
	if names, ok := s.dirty.audit.names[owner]; ok {
		return names, nil
	}
	if s.writing != nil {
		if names, ok := s.writing.audit.names[owner]; ok {
			return names, nil
		}
	}
	err = s.read(func(tx *bolt.Tx) error {
		stored, err := find[audit.Names](s.coder, tx, auditBucket, auditKey(auditNamesRow, owner))
		if stored != nil {
			names = *stored
		}
		return err
	})
	return names, err
}

// AuditItems implements [engine.State].
func (s *Store) AuditItems(id engine.AccountID, changes []services.Change) (seen, unseen int, err error) {
	names, err := s.auditNames(id)
	seen, unseen = names.Items(changes)
	return seen, unseen, err
}

// fillAudit writes what changed.
func (c *checkpoint) fillAudit(b *bolt.Bucket) (err error) {
	a := &c.changes.audit
	for owner, names := range sorted(a.names, compareAccounts) {
		if err := c.put(b, auditKey(auditNamesRow, owner), names, false); err != nil {
			return err
		}
	}
	a.days.Scan(func(key string, row *audit.Row) bool {
		err = c.put(b, []byte(key), row, false)
		return err == nil
	})
	if err != nil {
		return err
	}
	a.logs.Scan(func(key string, n int) bool {
		err = c.put(b, []byte(key), n, false)
		return err == nil
	})
	return err
}
