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

// holds returns an error unless end, where the checkpoint stands, is the end of a group of the journal. One that is
// not shows that a part of the journal got lost, or that the files are of two daemons: which to trust is for people.
func (j *Journal) holds(end engine.End) error {
	last := j.durable.Load()
	switch {
	case end.Seq == 0:
		return nil
	case last == 0:
		return fmt.Errorf("store: %s has no entry, and the checkpoint beside it stands at entry %d: restore the journal "+
			"from a back-up; to begin with nothing, remove both", j.db.Path(), end.Seq)
	case end.Seq > last:
		return fmt.Errorf("store: %s ends at entry %d, and the checkpoint beside it stands at entry %d: %s",
			j.db.Path(), last, end.Seq, otherRemedy)
	}
	found := false
	err := j.format.readGroups(j.db, end.Seq, last, func(g engine.Group) error {
		found = g.End() == end
		return errEnough
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return err
	case !found:
		return fmt.Errorf("store: the checkpoint stands at entry %d, where no group of %s ends: %s",
			end.Seq, j.db.Path(), otherRemedy)
	}
	return nil
}

const otherRemedy = "restore the whole journal from a back-up; to go on with this one, remove checkpoint.db"

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
