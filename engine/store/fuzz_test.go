package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/ledger"
)

func FuzzRecord(f *testing.F) {
	g := engine.Group{First: 3, Count: 2, Epoch: 1, Body: []byte("body")}
	g.Seal = g.Sum()
	f.Add(uint64(3), appendRecord(nil, g))
	g.Starts = []uint32{0, 2}
	f.Add(uint64(3), appendRecord(nil, g))
	f.Add(uint64(0), []byte{})
	f.Fuzz(func(t *testing.T, first uint64, data []byte) {
		g, err := parseRecord(first, data)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, g.Last(), first)
		require.Equal(t, data, appendRecord(nil, g))
	})
}

// FuzzEntryOfARecord: whatever the bytes of a record are, an entry is read from
// it without a panic, and from a good one it is the right one.
func FuzzEntryOfARecord(f *testing.F) {
	h := openHouse(f, f.TempDir(), Options{})
	f.Cleanup(func() { h.crash(f) })
	c := &crowd{paid: make([]int64, 10)}
	for _, n := range []int{1, 3, 2 * tableMin} {
		f.Add(appendRecord(nil, c.group(f, h, n)), uint64(n/2+1))
	}
	f.Fuzz(func(t *testing.T, record []byte, seq uint64) {
		tx, err := h.journal.db.Begin(true)
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		b := tx.Bucket(groupsBucket)
		require.NoError(t, putRecord(b, 1, record))
		have, err := entriesOfGroup(b, []uint64{seq}, new([]byte))
		if err == nil {
			require.Len(t, have, 1)
			require.Equal(t, seq, have[0].Seq)
		}
		g, bad := parseRecord(1, record)
		all, worse := g.Entries()
		if bad == nil && worse == nil && seq >= 1 && seq <= g.Last() {
			require.NoError(t, err)
			require.Equal(t, all[seq-1], have[0])
		}
	})
}

func FuzzChunkKey(f *testing.F) {
	f.Add(chunkKey(1, 2))
	f.Fuzz(func(t *testing.T, key []byte) {
		if first, chunk, err := parseChunkKey(key); err == nil {
			require.Equal(t, key, chunkKey(first, chunk))
		}
	})
}

func FuzzValue(f *testing.F) {
	c, err := newCoder()
	require.NoError(f, err)
	value, err := c.encode([]byte("k"), position{Seq: 1, Seal: make([]byte, sealBytes)})
	require.NoError(f, err)
	f.Add([]byte("k"), value)
	f.Fuzz(func(t *testing.T, key, value []byte) {
		value = summedAnew(key, value)
		var p position
		if c.decode(key, value, &p) == nil {
			end, err := p.end()
			require.True(t, err != nil || p.Seq == 0 || string(end.Seal[:]) == string(p.Seal))
		}
	})
}

// summedAnew gives a value the checksum that a fuzzer cannot guess.
func summedAnew(key, value []byte) []byte {
	if len(value) < checksumBytes {
		return value
	}
	return append(seqKey(uint64(checksum(key, value[checksumBytes:])))[4:], value[checksumBytes:]...)
}

func FuzzAccountRow(f *testing.F) {
	past := newHistory(1)
	e := past.next(f)
	for len(e.Accounts) == 0 {
		e = past.next(f)
	}
	a, err := past.state.Account(e.Accounts[0].ID)
	require.NoError(f, err)
	book := &ledger.Book{}
	for _, l := range ledger.AppendLines(nil, e) {
		require.NoError(f, book.Append(&l, &lineRows{}))
		break
	}
	value, err := appendRow(nil, a, book)
	require.NoError(f, err)
	f.Add(value)
	value, err = appendRow(nil, nil, book)
	require.NoError(f, err)
	f.Add(value)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, value []byte) {
		a, book, err := decodeRow(value, engine.AccountID{Tenant: "t", Account: "a"})
		if err == nil {
			_, err := appendRow(nil, a, &book)
			require.NoError(t, err)
		}
	})
}

// FuzzBlock reads a block as it lies in a run, from its first row to its end.
func FuzzBlock(f *testing.F) {
	f.Add([]byte("a"), []byte("0000")) // no row
	f.Add([]byte{}, []byte("0000"))
	f.Add([]byte("a"), []byte("0000\x01\x02aAA\x02\x00ab"))
	f.Add([]byte("a"), []byte("0000\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a"))
	f.Fuzz(func(t *testing.T, key, block []byte) {
		block = summedAnew(key, block)
		c := &runCursor{}
		var rows []byte
		err := c.open(key, block)
		for err == nil && c.key != nil {
			rows = appendBlockRow(rows, c.key, c.value)
			if len(c.rest) == 0 {
				break
			}
			err = c.next()
		}
		if err == nil && len(rows) == len(block)-checksumBytes { // each size in its shortest form
			require.Equal(t, block[checksumBytes:], rows)
		}
	})
}
