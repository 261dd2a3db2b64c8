package store

import (
	"bytes"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// pieceBytes is how much of a run is written, or taken away, in one
// transaction: bbolt holds what is written in memory twice, and what is read
// counts as resident.
const pieceBytes = 16 << 20

// accountsWriter writes the accounts that have changed as a new run, and
// merges others into it.
type accountsWriter struct {
	number uint64
	fresh  *frozenRows
	bytes  int // of the keys and values written

	merged []run  // into the new one
	older  []run  // that stay
	last   []byte // key that was written last, nil before the first
	memory []byte // of a piece; kept to be filled again
}

// newAccountsWriter chooses which of the runs that there are to merge.
func newAccountsWriter(c *changes, runs []run, piece int) *accountsWriter {
	c.rows.sort()
	w := &accountsWriter{number: c.end.Seq, fresh: c.rows}
	size, merged := c.rows.bytes(), 0
	for i, r := range runs {
		if r.Bytes <= 2*size { // size is of all that is newer
			merged = i + 1
		}
		size += r.Bytes
	}
	w.merged, w.older = runs[:merged], runs[merged:]
	w.memory = make([]byte, 0, min(size, piece)*9/8+blockBytes)
	return w
}

// piece writes the next rows; last is true when there are no more.
func (w *accountsWriter) piece(tx *bolt.Tx, size int) (last bool, err error) {
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
	for ; key != nil && b.bytes < size; key, value = rows.row() {
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

// runs returns those that there are now.
func (w *accountsWriter) runs() []run {
	if w.bytes == 0 {
		return w.older
	}
	return append([]run{{w.number, w.bytes}}, w.older...)
}

// spareRun returns the bucket of a run that no position knows, nil when there
// is none: it was merged, or a crash came before it was whole.
func spareRun(tx *bolt.Tx, known []run) []byte {
	c := tx.Bucket(accountsBucket).Cursor()
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		if !slices.ContainsFunc(known, func(r run) bool { return bytes.Equal(seqKey(r.Number), key) }) {
			return bytes.Clone(key)
		}
	}
	return nil
}

// dropRun takes about size bytes of a run away, and with the last of them its
// bucket. bbolt would read all pages of a bucket to delete it.
func dropRun(tx *bolt.Tx, number []byte, size int) error {
	accounts := tx.Bucket(accountsBucket)
	blocks := accounts.Bucket(number)
	var keys [][]byte
	c := blocks.Cursor()
	for key, block := c.First(); key != nil && size > 0; key, block = c.Next() {
		keys = append(keys, bytes.Clone(key))
		size -= len(block)
	}
	if size > 0 {
		return accounts.DeleteBucket(number)
	}
	for _, key := range keys {
		if err := blocks.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// bytes returns the size of keys and values that are still to come.
func (f *frozenRows) bytes() int {
	n := 0
	for _, r := range f.order {
		key, value := parseRow(f.arenas[r.shard], r.at)
		n += len(key) + len(value)
	}
	return n
}
