package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// forgetMin is how many idempotency keys a checkpoint may forget beyond twice
// those that it writes: a bound for its transaction after a long rest.
const forgetMin = 10_000

// fillKeys writes the new keys, and their order, which is that of time.
func (c *checkpoint) fillKeys(keys, order *bolt.Bucket) error {
	bySeq := make(map[uint64][]byte, len(c.changes.keys))
	for id, r := range sorted(c.changes.keys, compareKeys) {
		name := nameKey(id.tenant, id.key)
		if err := c.put(keys, name, r, false); err != nil {
			return err
		}
		bySeq[r.Seq] = name
	}
	order.FillPercent = 1 // always at the end
	for seq, name := range sorted(bySeq, cmp.Compare) {
		if err := c.put(order, seqKey(seq), name, false); err != nil {
			return err
		}
	}
	return nil
}

func compareKeys(a, b keyID) int {
	if c := strings.Compare(a.tenant, b.tenant); c != 0 {
		return c
	}
	return strings.Compare(a.key, b.key)
}

// forgetKeys takes away the keys that are too old to count, oldest first, and
// returns the first entry whose key is kept.
func (c *checkpoint) forgetKeys(keys, order *bolt.Bucket) (from uint64, err error) {
	var oldNames, oldSeqs [][]byte
	from = c.changes.end.Seq + 1
	rows := order.Cursor()
	for k, v := rows.First(); k != nil; k, v = rows.Next() {
		seq, name, err := c.keyRow(k, v)
		if err != nil {
			return 0, err
		}
		r, err := c.remembered(keys, name)
		if err != nil {
			return 0, err
		}
		current := r != nil && r.Seq == seq // else the key was used again since
		if current && c.changes.at.Sub(r.At.Time) <= c.keep || len(oldSeqs) >= forgetMin+2*len(c.changes.keys) {
			from = seq
			break
		}
		if current {
			oldNames = append(oldNames, name)
		}
		oldSeqs = append(oldSeqs, seqKey(seq))
	}
	for _, name := range oldNames {
		if err := keys.Delete(name); err != nil {
			return 0, err
		}
	}
	for _, seq := range oldSeqs {
		if err := order.Delete(seq); err != nil {
			return 0, err
		}
	}
	return from, nil
}

// keyRow reads a row of the order of keys.
func (c *checkpoint) keyRow(k, v []byte) (seq uint64, name []byte, err error) {
	if len(k) != 8 {
		return 0, nil, fmt.Errorf("store: order of keys: %x is no number of an entry", k)
	}
	err = c.coder.decode(k, v, &name)
	return binary.BigEndian.Uint64(k), name, err
}

// remembered reads a key; nil when it is not there.
func (c *checkpoint) remembered(keys *bolt.Bucket, name []byte) (*engine.Remembered, error) {
	value := keys.Get(name)
	if value == nil {
		return nil, nil
	}
	r := &engine.Remembered{}
	return r, c.coder.decode(name, value, r)
}
