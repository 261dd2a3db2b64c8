package store

import (
	"bytes"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/ledger"
)

// readPosition reads where the checkpoint stands.
func (v *verifier) readPosition() error {
	err := v.view(func(tx *bolt.Tx) error {
		p, err := find[position](v.coder, tx, metaBucket, positionKey)
		if p != nil {
			v.position = *p
		}
		return err
	})
	if err != nil {
		return v.fail(checkViews, err)
	}
	return nil
}

// view reads the checkpoint, if there is one.
func (v *verifier) view(fn func(*bolt.Tx) error) error {
	if v.checkpoint == nil {
		return nil
	}
	return checkpointFormat().guard(v.checkpoint.Path(), func() error { return v.checkpoint.View(fn) })
}

// findKeys compares what the checkpoint remembers of the entries' idempotency
// keys. A key that a later entry has used again is that entry's.
func (v *verifier) findKeys(entries []*engine.Entry) error {
	err := v.view(func(tx *bolt.Tx) error {
		for _, e := range entries {
			if e.Key == "" || e.Seq < v.position.KeysFrom || e.Seq > v.position.Seq {
				continue
			}
			name := nameKey(e.Tenant, e.Key)
			r, err := find[engine.Remembered](v.coder, tx, keysBucket, name)
			switch {
			case err != nil:
				return fmt.Errorf("entry %d: %w", e.Seq, err)
			case r == nil || r.Seq < e.Seq:
				return fmt.Errorf("entry %d: its idempotency key is not in the checkpoint", e.Seq)
			case r.Seq > e.Seq:
				continue
			}
			if err := v.same(tx, keysBucket, name, remember(e)); err != nil {
				return fmt.Errorf("entry %d: idempotency key: %w", e.Seq, err)
			}
			v.keysFound++
		}
		return nil
	})
	if err != nil {
		return &broken{checkViews, err}
	}
	return nil
}

// compare compares the checkpoint with the state at its position, where the
// journal's group ends at end.
func (v *verifier) compare(state *rebuilt, end engine.End) error {
	want, err := v.position.end()
	switch {
	case err != nil:
		return &broken{checkViews, err}
	case want != end:
		return &broken{checkViews, fmt.Errorf("the checkpoint stands at entry %d, where no group of this journal ends",
			want.Seq)}
	case v.position.At.Compare(state.at.Time) != 0:
		return &broken{checkViews, fmt.Errorf("the checkpoint's time is %s, that of entry %d %s",
			v.position.At, end.Seq, state.at)}
	}
	err = v.view(func(tx *bolt.Tx) error {
		if err := v.compareAccounts(tx, state); err != nil {
			return err
		}
		if err := v.compareIndex(tx, state); err != nil {
			return err
		}
		if err := v.compareLines(tx, state); err != nil {
			return err
		}
		if err := v.compareSmall(tx, state); err != nil {
			return err
		}
		if err := v.compareAudit(tx, state); err != nil {
			return err
		}
		return v.compareKeys(tx)
	})
	if err != nil {
		return &broken{checkViews, fmt.Errorf("at entry %d: %w", end.Seq, err)}
	}
	return nil
}

func (v *verifier) compareAccounts(tx *bolt.Tx, state *rebuilt) error {
	all, err := openRuns(tx, v.position.Runs, nil)
	if err != nil {
		return err
	}
	found, booked := 0, 0
	var want []byte
	for key, value := all.row(); key != nil; key, value = all.row() {
		id := accountOf(key)
		a, book := state.accounts[id], state.books[id]
		switch {
		case a == nil && book == nil && len(value) > 0:
			return fmt.Errorf("account %q is not in the journal", key)
		case a != nil:
			found++
		}
		if book == nil {
			book = &ledger.Book{}
		} else {
			booked++
		}
		if want, err = appendRow(want[:0], a, book); err != nil {
			return err
		}
		if err := v.equal(key, value, want); err != nil {
			return err
		}
		if err := all.next(); err != nil {
			return err
		}
	}
	if found != len(state.accounts) {
		return fmt.Errorf("%d accounts, the journal makes %d", found, len(state.accounts))
	}
	if booked != len(state.books) {
		return fmt.Errorf("%d ledgers, the journal makes %d", booked, len(state.books))
	}
	return nil
}

// compareLines compares the rows of ledgers: both lie in the order of keys.
func (v *verifier) compareLines(tx *bolt.Tx, state *rebuilt) error {
	want := lineSourceOf(state.lines.layers[0], "")
	have, err := fileSourceOf(tx.Bucket(ledgersBucket), nil)
	for err == nil {
		wantKey, wantRow := want.row()
		key, row := have.row()
		switch {
		case wantKey == nil && key == nil:
			return nil
		case !bytes.Equal(wantKey, key) || !bytes.Equal(wantRow, row):
			return fmt.Errorf("row %q of the ledgers is not what the journal makes (%q)", key, wantKey)
		}
		err = errors.Join(want.next(), have.next())
	}
	return err
}

// compareSmall compares what the checkpoint has of counts, tariffs and shared
// groups.
func (v *verifier) compareSmall(tx *bolt.Tx, state *rebuilt) error {
	tenants := 0
	for tenant, n := range state.counts {
		if n == 0 {
			continue
		}
		tenants++
		if err := v.same(tx, countsBucket, nameKey(tenant, ""), n); err != nil {
			return err
		}
	}
	for _, k := range state.tariffs.Keys() {
		if err := v.same(tx, tariffsBucket, tariffKey(k), state.tariffs.Value(k)); err != nil {
			return err
		}
	}
	services := state.services.Keys()
	for _, k := range services {
		if err := v.same(tx, servicesBucket, serviceKey(k), state.services.Value(k)); err != nil {
			return err
		}
	}
	for _, group := range state.members.Groups() {
		if err := v.same(tx, membersBucket, []byte(group), state.members.GroupMembers(group)); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		bucket []byte
		want   int
	}{{countsBucket, tenants}, {tariffsBucket, state.tariffs.TariffLen()}, {membersBucket, len(state.members.Groups())},
		{servicesBucket, len(services)}} {
		if err := v.counted(tx, c.bucket, c.want); err != nil {
			return err
		}
	}
	return nil
}

// counted checks how many keys a bucket has.
func (v *verifier) counted(tx *bolt.Tx, bucket []byte, want int) error {
	if n := tx.Bucket(bucket).Stats().KeyN; n != want {
		return fmt.Errorf("%d %s, the journal makes %d", n, bucket, want)
	}
	return nil
}

// compareKeys checks that there are no keys beside those met in the journal,
// and that their order leads to each.
func (v *verifier) compareKeys(tx *bolt.Tx) error {
	if n := tx.Bucket(keysBucket).Stats().KeyN; n != v.keysFound {
		return fmt.Errorf("%d idempotency keys, the journal has %d", n, v.keysFound)
	}
	c := &checkpoint{coder: v.coder}
	ordered := 0
	err := tx.Bucket(keyOrderBucket).ForEach(func(k, value []byte) error {
		seq, name, err := c.keyRow(k, value)
		if err != nil {
			return err
		}
		r, err := c.remembered(tx.Bucket(keysBucket), name)
		if err != nil {
			return err
		}
		if r == nil || r.Seq < seq {
			return fmt.Errorf("the order of idempotency keys names one of entry %d that is not there", seq)
		}
		if r.Seq == seq {
			ordered++
		}
		return nil
	})
	if err == nil && ordered != v.keysFound {
		err = fmt.Errorf("the order of idempotency keys has %d of %d", ordered, v.keysFound)
	}
	return err
}

// same compares the value under key with that of want.
func (v *verifier) same(tx *bolt.Tx, bucket, key []byte, want any) error {
	value, err := v.coder.encode(key, want)
	if err != nil {
		return err
	}
	return v.equal(key, tx.Bucket(bucket).Get(key), value)
}

func (v *verifier) equal(key, have, want []byte) error {
	switch {
	case bytes.Equal(have, want):
		return nil
	case have == nil:
		return fmt.Errorf("%q is missing", key)
	}
	return fmt.Errorf("%q is not what the journal makes", key)
}
