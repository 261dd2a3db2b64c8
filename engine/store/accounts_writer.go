package store

import (
	"bytes"
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// pieceBytes is how much of a run is written in one transaction: bbolt holds
// it in memory twice.
const pieceBytes = 16 << 20

// accountsWriter writes the accounts that have changed as a new run, and
// merges others into it.
type accountsWriter struct {
	number uint64
	fresh  *frozenRows
	bytes  int // of the rows written

	began  bool
	merged []run  // into the new one
	older  []run  // that stay
	last   []byte // key that was written last, nil before the first
	memory []byte // kept to be filled again
}

func newAccountsWriter(c *changes) *accountsWriter {
	c.rows.sort()
	return &accountsWriter{number: c.end.Seq, fresh: c.rows, memory: make([]byte, 0, pieceBytes+blockBytes)}
}

// begin chooses which of the runs to merge, and takes away what a crash has
// left of one that was never finished.
func (w *accountsWriter) begin(accounts *bolt.Bucket, runs []run) error {
	w.began = true
	n, size := 0, w.fresh.bytes()
	for n < len(runs) && size > 0 && runs[n].Bytes <= 2*size {
		size += runs[n].Bytes
		n++
	}
	w.merged, w.older = runs[:n], runs[n:]
	var lost [][]byte
	err := accounts.ForEachBucket(func(key []byte) error {
		if !slices.ContainsFunc(runs, func(r run) bool { return bytes.Equal(seqKey(r.Number), key) }) {
			lost = append(lost, bytes.Clone(key))
		}
		return nil
	})
	for _, key := range lost {
		if err == nil {
			err = accounts.DeleteBucket(key)
		}
	}
	return err
}

// piece writes the next rows; last is true when there are no more.
func (w *accountsWriter) piece(tx *bolt.Tx) (last bool, err error) {
	if len(w.fresh.order) == 0 && len(w.merged) == 0 {
		return true, nil
	}
	bucket, err := tx.Bucket(accountsBucket).CreateBucketIfNotExists(seqKey(w.number))
	if err != nil {
		return false, err
	}
	bucket.FillPercent = 1 // nothing is ever inserted before the end
	from := w.last
	if from != nil {
		from = append(bytes.Clone(from), 0) // the first key that is behind it
	}
	old, err := openRuns(tx, w.merged, from)
	if err != nil {
		return false, err
	}
	b := runBuilder{bucket: bucket, memory: w.memory[:0]}
	rows := merge(w.fresh, old)
	key, value := rows.row()
	for ; key != nil && b.bytes < pieceBytes; key, value = rows.row() {
		if len(value) > 0 || len(w.older) > 0 { // else there is nothing to hide
			if err := b.add(key, value); err != nil {
				return false, err
			}
		}
		w.last = append(w.last[:0], key...)
		if err := rows.next(); err != nil {
			return false, err
		}
	}
	w.bytes += b.bytes
	return key == nil, b.flush()
}

// finish takes the merged runs away and returns those that there are now.
func (w *accountsWriter) finish(accounts *bolt.Bucket) (runs []run, err error) {
	for _, r := range w.merged {
		if err := accounts.DeleteBucket(seqKey(r.Number)); err != nil {
			return nil, err
		}
	}
	if w.bytes > 0 {
		runs = append(runs, run{w.number, w.bytes})
	} else if accounts.Bucket(seqKey(w.number)) != nil {
		if err := accounts.DeleteBucket(seqKey(w.number)); err != nil {
			return nil, err
		}
	}
	return append(runs, w.older...), nil
}

// bytes returns about how large the rows are that are still to come.
func (f *frozenRows) bytes() int {
	n := 0
	for _, r := range f.order {
		key, value := parseRow(f.arenas[r.shard], r.at)
		n += len(key) + len(value) + 2*binary.MaxVarintLen16
	}
	return n
}
