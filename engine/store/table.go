package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

const (
	// startBytes is the size of a cell of a record's table: a big-endian 32-bit
	// word, where in the body an entry begins. Each entry has one, so that where
	// it ends is known too, and a wrong cell is seen: 4 bytes for the 130 and
	// more of an entry. A cell for each sixteenth would save most of that and
	// read fifteen entries too many.
	startBytes = 4

	// tableMin is the fewest entries of a group that gets a table. By one, an
	// entry of a group of 16 is read in 2.4 µs and not in 3, of 32 in 2.6 and
	// not in 3.9, of 1000 in 5 and not in 99 (BenchmarkEntries, a fiftieth).
	tableMin = 32
)

// tabled is a record that has a table: of its bytes those alone are read that
// are asked for.
type tabled struct {
	group       engine.Group // without body and starts
	bodyBytes   int
	table, body parts
}

// newTabled returns the record of a group with that header. It returns nil if
// the record has no table: then it ends with the body.
func newTabled(b *bolt.Bucket, header engine.Group, bodyBytes int) *tabled {
	t := &tabled{group: header, bodyBytes: bodyBytes,
		table: parts{cursor: b.Cursor(), first: header.First}, body: parts{cursor: b.Cursor(), first: header.First}}
	if t.start(header.Count-1) < 0 {
		return nil
	}
	return t
}

// start returns where in the body the n-th entry begins, from 0, the one behind
// the last at the body's end; -1 if the table has no such cell.
func (t *tabled) start(n int) int {
	if n == t.group.Count {
		return t.bodyBytes
	}
	cell := t.table.read(headerBytes+t.bodyBytes+startBytes*n, startBytes)
	if cell == nil {
		return -1
	}
	return int(binary.BigEndian.Uint32(cell))
}

// entry returns the entry of that number, which the group must have. It must
// fill the bytes up to the next one, else the table is wrong.
func (t *tabled) entry(seq uint64) (*engine.Entry, error) {
	n := int(seq - t.group.First)
	from, to := t.start(n), t.start(n+1)
	if from < 0 || from >= to || to > t.bodyBytes {
		return nil, fmt.Errorf("store: journal: group %d says that entry %d lies from byte %d to %d of %d",
			t.group.First, seq, from, to, t.bodyBytes)
	}
	one, err := engine.Group{First: seq, Count: 1, Body: t.body.read(headerBytes+from, to-from)}.Entries()
	if err != nil {
		return nil, fmt.Errorf("store: journal: group %d says that entry %d lies from byte %d to %d: %w",
			t.group.First, seq, from, to, err)
	}
	return one[0], nil
}
