package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// Entries returns the entries of these rising numbers, as far as they are
// durable. It reads the groups that have them and checks no seals. Any
// goroutine may call it.
func (j *Journal) Entries(seqs []uint64) (entries []*engine.Entry, err error) {
	last := j.durable.Load()
	err = j.format.guard(j.db.Path(), func() error {
		return j.db.View(func(tx *bolt.Tx) error {
			pooled := j.bodies.Get().(*[]byte)
			defer j.bodies.Put(pooled)
			for len(seqs) > 0 && seqs[0] > 0 && seqs[0] <= last {
				rows, err := recordsFrom(tx.Bucket(groupsBucket), seqs[0])
				if err != nil {
					return err
				}
				g, body, err := rows.next((*pooled)[:0])
				if err != nil {
					return err
				}
				*pooled = body
				n := 0 // of the group
				for n < len(seqs) && seqs[n] <= g.Last() {
					n++
				}
				if n == 0 {
					return fmt.Errorf("store: journal: entry %d is not there", seqs[0])
				}
				some, err := g.Some(seqs[:n])
				if err != nil {
					return err
				}
				entries, seqs = append(entries, some...), seqs[n:]
			}
			return nil
		})
	})
	return entries, err
}
