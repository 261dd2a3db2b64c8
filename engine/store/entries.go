package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// Entries returns the entries of these rising numbers, as far as they are
// durable. Of a group with a table it reads them alone, any other it reads
// whole; it checks no seals. Any goroutine may call it.
func (j *Journal) Entries(seqs []uint64) (entries []*engine.Entry, err error) {
	last := j.durable.Load()
	err = j.format.guard(j.db.Path(), func() error {
		return j.db.View(func(tx *bolt.Tx) error {
			pooled := j.bodies.Get().(*[]byte)
			defer j.bodies.Put(pooled)
			for len(seqs) > 0 && seqs[0] > 0 && seqs[0] <= last {
				some, err := entriesOfGroup(tx.Bucket(groupsBucket), seqs, pooled)
				if err != nil {
					return err
				}
				entries, seqs = append(entries, some...), seqs[len(some):]
			}
			return nil
		})
	})
	return entries, err
}

// entriesOfGroup returns the entries of these rising numbers that stand in the
// same group as the first of them. It may fill buf.
func entriesOfGroup(b *bolt.Bucket, seqs []uint64, buf *[]byte) (entries []*engine.Entry, err error) {
	rows, err := recordsFrom(b, seqs[0])
	if err != nil {
		return nil, err
	}
	g, bodyBytes, err := rows.header()
	if err != nil {
		return nil, err
	}
	n := 0 // of the group
	for n < len(seqs) && seqs[n] >= g.First && seqs[n] <= g.Last() {
		n++
	}
	if n == 0 {
		return nil, fmt.Errorf("store: journal: entry %d is not there", seqs[0])
	}
	if t := newTabled(b, g, bodyBytes); t != nil {
		for _, seq := range seqs[:n] {
			e, err := t.entry(seq)
			if err != nil {
				return nil, err
			}
			entries = append(entries, e)
		}
		return entries, nil
	}
	if g, *buf, err = rows.next((*buf)[:0]); err != nil {
		return nil, err
	}
	if entries, err = g.Some(seqs[:n]); err == nil && len(entries) < n {
		err = fmt.Errorf("store: journal: entry %d is not there", seqs[len(entries)])
	}
	return entries, err
}
