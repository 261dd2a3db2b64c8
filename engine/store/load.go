package store

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// readPosition returns where the checkpoint stands.
func (s *Store) readPosition() (at position, err error) {
	err = s.read(func(tx *bolt.Tx) error {
		p, err := find[position](s.coder, tx, metaBucket, positionKey)
		if p != nil {
			at = *p
		}
		return err
	})
	return at, errors.Join(err, s.endRead())
}

// end returns the position as the journal knows it.
func (p *position) end() (engine.End, error) {
	switch {
	case p.Seq == 0:
		return engine.End{}, nil
	case len(p.Seal) != sealBytes:
		return engine.End{}, fmt.Errorf("store: the checkpoint's position has a seal of %d bytes", len(p.Seal))
	}
	return engine.End{Seq: p.Seq, Seal: engine.Seal(p.Seal)}, nil
}

// misses says why end is not the end of a group of the journal, "" if it is. A journal without any entry is an error.
func (j *Journal) misses(end engine.End) (why string, err error) {
	last := j.durable.Load()
	switch {
	case end.Seq == 0:
		return "", nil
	case last == 0: // lost, or another disk is mounted here: the checkpoint may be all that is left
		return "", fmt.Errorf("store: %s has no entry, and the checkpoint beside it stands at entry %d: restore the "+
			"journal from a back-up; to begin with nothing, remove both", j.db.Path(), end.Seq)
	case end.Seq > last:
		return fmt.Sprintf("the checkpoint stands at entry %d, the journal ends at entry %d", end.Seq, last), nil
	}
	why = fmt.Sprintf("the checkpoint stands at entry %d, where no group of this journal ends", end.Seq)
	err = j.format.readGroups(j.db, end.Seq, last, func(g engine.Group) error {
		if g.End() == end {
			why = ""
		}
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return why, err
}

// errEnough ends a read of the journal early.
var errEnough = errors.New("enough")

// load reads what is kept whole in memory.
func (s *Store) load(tx *bolt.Tx) error {
	if err := each(s.coder, tx, countsBucket, func(key string, n int) error {
		s.counts[key[:len(key)-1]] = n
		s.accounts.Add(int64(n))
		return nil
	}); err != nil {
		return err
	}
	if err := each(s.coder, tx, membersBucket, func(group string, members []engine.AccountID) error {
		s.Members.Set(group, members)
		return nil
	}); err != nil {
		return err
	}
	if err := tx.Bucket(servicesBucket).ForEach(func(key, value []byte) error {
		return s.Services.Load(parseServiceKey(key), func(v any) error { return s.coder.decode(key, value, v) })
	}); err != nil {
		return err
	}
	return tx.Bucket(tariffsBucket).ForEach(func(key, value []byte) error {
		return s.Tariffs.Load(parseTariffKey(key), func(v any) error { return s.coder.decode(key, value, v) })
	})
}

// findMaster looks for the master in the index.
func (s *Store) findMaster() error {
	tree := engine.Tree{State: s}
	id, err := tree.MasterID()
	if err != nil || id.IsZero() {
		return err
	}
	master, err := tree.ByID(id)
	switch {
	case err != nil:
		return err
	case master == nil:
		return fmt.Errorf("store: the index of %s has the master in part only: %s", s.path, s.format.remedy)
	}
	s.SetMaster(master.Account.ID)
	return nil
}

// each calls fn for each value of a bucket in the order of keys.
func each[T any](c coder, tx *bolt.Tx, bucket []byte, fn func(key string, v T) error) error {
	return tx.Bucket(bucket).ForEach(func(key, value []byte) error {
		var v T
		if err := c.decode(key, value, &v); err != nil {
			return err
		}
		return fn(string(key), v)
	})
}
