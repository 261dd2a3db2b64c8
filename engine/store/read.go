package store

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// batchBytes is about how much of the journal a reader copies in one
// transaction: a long one would stop the file from using its pages again.
const batchBytes = 1 << 20

// Read implements [engine.Journal]. It sees what was durable when it was called.
func (j *Journal) Read(ctx context.Context, from uint64, fn func(engine.Group) error) error {
	if err := j.usable(ctx); err != nil {
		return err
	}
	last := j.durable.Load()
	return j.format.readGroups(j.db, from, last, func(g engine.Group) error {
		if err := j.usable(ctx); err != nil {
			return err
		}
		return fn(g)
	})
}

// readGroups calls fn for the groups from the one that holds entry from to the
// one that ends with entry last.
func (f *format) readGroups(db *bolt.DB, from, last uint64, fn func(engine.Group) error) error {
	var batch []engine.Group
	var buf []byte
	for from = max(from, 1); from <= last; {
		err := f.guard(db.Path(), func() error {
			return db.View(func(tx *bolt.Tx) (err error) {
				batch, buf, err = readBatch(tx, from, last, batch[:0], buf[:0])
				return err
			})
		})
		for _, g := range batch {
			if err := fn(g); err != nil {
				return err
			}
			from = g.Last() + 1
		}
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return fmt.Errorf("store: journal: entry %d is not there", from)
		}
	}
	return nil
}

// readBatch appends the next groups to batch and their bytes to buf. The
// groups before an error are good.
func readBatch(tx *bolt.Tx, from, last uint64, batch []engine.Group, buf []byte) ([]engine.Group, []byte, error) {
	r, err := recordsFrom(tx.Bucket(groupsBucket), from)
	for err == nil && len(buf) < batchBytes {
		var g engine.Group
		g, buf, err = r.next(buf)
		if err != nil || g.Count == 0 || g.Last() > last {
			break
		}
		if g.Last() >= from {
			batch = append(batch, g)
		}
	}
	return batch, buf, err
}

// ReadJournal calls fn for each entry from number from on of the journal in
// dir, in order, while no daemon runs there. It checks every seal from that of
// the first group on.
func ReadJournal(ctx context.Context, dir string, from uint64, fn func(*engine.Entry) error) (err error) {
	f := journalFormat()
	db, err := f.openReadOnly(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	end, err := f.end(db)
	if err != nil {
		return err
	}
	var at engine.End
	return f.readGroups(db, from, end.Seq, func(g engine.Group) error {
		if at == (engine.End{}) {
			at = engine.End{Seq: g.First - 1, Seal: g.Prev}
		}
		if err := errors.Join(ctx.Err(), g.Follows(at)); err != nil {
			return err
		}
		at = g.End()
		entries, err := g.Entries()
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Seq < from {
				continue
			}
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// end returns where the journal in db ends.
func (f *format) end(db *bolt.DB) (end engine.End, err error) {
	err = f.guard(db.Path(), func() error {
		return db.View(func(tx *bolt.Tx) error {
			end, err = lastEnd(tx.Bucket(groupsBucket))
			return err
		})
	})
	return end, err
}
