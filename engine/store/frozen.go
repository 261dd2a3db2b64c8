package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// frozenRows are the rows that a checkpoint writes, as a source of them in the
// order of keys.
type frozenRows struct {
	arenas [shardCount][]byte
	order  []frozenRow // those that are still to come, when sorted
}

// frozenRow leads to a row.
type frozenRow struct {
	prefix uint64 // of what is behind the bytes that all keys begin with
	at     uint32 // in the arena, plus 1
	shard  uint8
}

// sort brings the rows into the order of their keys. They lie all over the
// memory, so comparing keys where they are takes three times as long.
func (f *frozenRows) sort() {
	if len(f.order) == 0 {
		return
	}
	first := f.key(f.order[0])
	common := len(first)
	for _, r := range f.order {
		common = commonPrefix(first[:common], f.key(r))
	}
	for i, r := range f.order {
		var prefix [8]byte
		copy(prefix[:], f.key(r)[common:])
		f.order[i].prefix = binary.BigEndian.Uint64(prefix[:])
	}
	slices.SortFunc(f.order, func(a, b frozenRow) int {
		if c := cmp.Compare(a.prefix, b.prefix); c != 0 {
			return c
		}
		return bytes.Compare(f.key(a), f.key(b))
	})
}

// commonPrefix returns how many bytes a and b have in common at the front.
func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func (f *frozenRows) key(r frozenRow) []byte {
	key, _ := parseRow(f.arenas[r.shard], r.at)
	return key
}

// row implements [source].
func (f *frozenRows) row() (key, value []byte) {
	if len(f.order) == 0 {
		return nil, nil
	}
	return parseRow(f.arenas[f.order[0].shard], f.order[0].at)
}

// next implements [source].
func (f *frozenRows) next() error {
	f.order = f.order[1:]
	return nil
}
