package store

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/enginetest"
)

// sized returns entries of about these many bytes.
func sized(bytes []int) []*engine.Entry {
	entries := make([]*engine.Entry, len(bytes))
	for i, n := range bytes {
		entries[i] = &engine.Entry{Op: engine.OpTopUp, Facts: engine.Facts{Usage: int64(i)},
			Origin: engine.Origin{Method: strings.Repeat("m", n)}}
	}
	return entries
}

func TestEntriesByTableAreThoseFoundByWalking(t *testing.T) {
	tables, plain := openHouse(t, t.TempDir(), Options{}), openHouse(t, t.TempDir(), Options{})
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(0, 50), rapid.IntRange(0, 5*chunkBytes))
		entries := sized(rapid.SliceOfN(size, 1, 10*tableMin).Draw(rt, "bytes"))
		g := enginetest.NewGroup(t, tables.end, tables.epoch, entries...)
		require.NoError(rt, tables.journal.Commit(t.Context(), g))
		g.Starts = nil
		require.NoError(rt, plain.journal.Commit(t.Context(), g))
		tables.end = g.End()

		var seqs []uint64
		for seq := g.First; seq <= g.Last(); seq++ {
			if rapid.Bool().Draw(rt, "wanted") {
				seqs = append(seqs, seq)
			}
		}
		want, err := plain.journal.Entries(seqs)
		require.NoError(rt, err)
		require.Len(rt, want, len(seqs))
		have, err := tables.journal.Entries(seqs)
		require.NoError(rt, err)
		require.Equal(rt, want, have)
		for i, e := range have {
			require.Equal(rt, seqs[i], e.Seq)
			require.Equal(rt, int64(e.Seq-g.First), e.Facts.Usage)
		}
	})
	tables.crash(t)
	plain.crash(t)
}

func TestGroupsOfFewEntriesHaveNoTable(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	for _, n := range []int{1, tableMin - 1, tableMin, 300} {
		g := enginetest.NewGroup(t, h.end, h.epoch, sized(make([]int, n))...)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		if n < tableMin {
			g.Starts = nil
		}
		require.NoError(t, h.journal.Read(t.Context(), g.First, func(read engine.Group) error {
			require.Equal(t, g, read)
			return nil
		}))
		h.end = g.End()
	}
	h.crash(t)
}

// A table is read without the rest of its group: what is in between may be
// damaged.
func TestByATableOnlyTheEntryIsRead(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	g := enginetest.NewGroup(t, h.end, h.epoch, sized([]int{2999: 0})...)
	require.NoError(t, h.journal.Commit(t.Context(), g))
	last := (headerBytes+len(g.Body)+startBytes*g.Count)/chunkBytes - 1
	body := (headerBytes + len(g.Body)) / chunkBytes
	require.NoError(t, h.journal.db.Update(func(tx *bolt.Tx) error {
		for _, chunk := range []int{1, body / 2, body - 1, body + 1} {
			require.NoError(t, tx.Bucket(groupsBucket).Delete(chunkKey(1, uint16(chunk))))
		}
		return nil
	}))
	require.Greater(t, last, body+1)
	p := parts{first: 1}
	require.NoError(t, h.journal.db.View(func(tx *bolt.Tx) error {
		p.cursor = tx.Bucket(groupsBucket).Cursor()
		require.NotNil(t, p.read(chunkBytes-1, 1))
		for _, at := range []int{chunkBytes - 1, chunkBytes, recordBytesMax - 1, recordBytesMax} {
			require.Nil(t, p.read(at, 2), "%d: the chunk is not there", at)
		}
		return nil
	}))
	have, err := h.journal.Entries([]uint64{1, 2, 2999, 3000})
	require.NoError(t, err)
	for i, n := range []int64{0, 1, 2998, 2999} {
		require.Equal(t, n, have[i].Facts.Usage)
	}
	gone := (body+2)*chunkBytes - headerBytes - len(g.Body) - 1 // the last byte of the table's lost chunk
	_, err = h.journal.Entries([]uint64{uint64(gone/startBytes + 1)})
	require.Error(t, err)
	require.Regexp(t, `lies from byte -1 to \d+ of \d+`, err.Error())
	inside := uint64(slices.IndexFunc(g.Starts, func(at uint32) bool { return at > chunkBytes })) + 1
	_, err = h.journal.Entries([]uint64{inside})
	require.ErrorContains(t, err, "holds 0 entries")
	h.crash(t)
}

// With a wrong table there is an error or the right entry.
func TestAWrongTableGivesNoWrongEntry(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	c := &crowd{paid: make([]int64, 10)}
	g := c.group(t, h, tableMin)
	require.NoError(t, h.journal.Commit(t.Context(), g))
	want, err := g.Entries()
	require.NoError(t, err)
	good := appendRecord(nil, g)
	table := good[headerBytes+len(g.Body):]
	for n := range g.Count {
		cell := binary.BigEndian.Uint32(table[startBytes*n:])
		wrong := []uint32{0, cell - 1, cell + 1, g.Starts[g.Count-1], uint32(len(g.Body)), uint32(len(g.Body)) - 1,
			g.Starts[max(n, 1)-1], g.Starts[min(n+1, g.Count-1)]}
		for bit := range 32 {
			wrong = append(wrong, cell^1<<bit)
		}
		for _, value := range wrong {
			if value == cell {
				continue
			}
			binary.BigEndian.PutUint32(table[startBytes*n:], value)
			h.replaceRecord(t, good)
			have, err := h.journal.Entries([]uint64{uint64(n + 1)})
			require.ErrorContains(t, err, fmt.Sprintf("group 1 says that entry %d lies", n+1), "%d for %d", value, cell)
			require.Empty(t, have)
			if n > 0 {
				_, err = h.journal.Entries([]uint64{uint64(n)})
				require.ErrorContains(t, err, fmt.Sprintf("to %d", value), "where the entry before ends")
				if int(value) > len(g.Body) {
					require.ErrorContains(t, err, fmt.Sprintf("to %d of %d", value, len(g.Body)))
				}
			}
			for i := range g.Count {
				if have, err := h.journal.Entries([]uint64{uint64(i + 1)}); err == nil {
					require.Equal(t, want[i], have[0])
				}
			}
			binary.BigEndian.PutUint32(table[startBytes*n:], cell)
		}
	}
	h.crash(t)
}

// replaceRecord puts other bytes in the place of the journal's only record.
func (h *house) replaceRecord(t testing.TB, record []byte) {
	require.NoError(t, h.journal.db.Update(func(tx *bolt.Tx) error {
		require.NoError(t, tx.DeleteBucket(groupsBucket))
		b, err := tx.CreateBucket(groupsBucket)
		require.NoError(t, err)
		return putRecord(b, 1, record)
	}))
}

func TestADamagedRecordIsAnErrorAndNoPanic(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	c := &crowd{paid: make([]int64, 10)}
	g := c.group(t, h, 300)
	require.NoError(t, h.journal.Commit(t.Context(), g))
	record := appendRecord(nil, g)
	number := func(at int, value uint32) []byte {
		bad := slices.Clone(record)
		binary.BigEndian.PutUint32(bad[at:], value)
		return bad
	}
	for name, bad := range map[string][]byte{
		"half a table":        record[:len(record)-startBytes*g.Count/2],
		"a byte too few":      record[:len(record)-1],
		"half a body":         record[:headerBytes+len(g.Body)/2],
		"a header":            record[:headerBytes],
		"half a header":       record[:headerBytes/2],
		"a huge body":         number(headerBytes-4, 1<<32-1),
		"a body of none":      number(headerBytes-4, 0),
		"huge and with table": number(headerBytes-8, 1<<31),
		"no entries":          number(headerBytes-8, 0),
		"more entries":        number(headerBytes-8, uint32(g.Count+1)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseRecord(1, bad)
			require.Error(t, err)
			h.replaceRecord(t, bad)
			for _, seq := range []uint64{1, 150, 300} {
				_, err := h.journal.Entries([]uint64{seq})
				require.Error(t, err)
			}
		})
	}
	_, err := parseRecord(1, append(slices.Clone(record), 0))
	require.Error(t, err, "a byte too many, which is seen when all is read")
	h.replaceRecord(t, record[:headerBytes+len(g.Body)]) // without a table, as version 1 has it
	have, err := h.journal.Entries([]uint64{1, 150, 300})
	require.NoError(t, err)
	require.Len(t, have, 3)
	h.replaceRecord(t, number(headerBytes-8, uint32(g.Count+1))[:headerBytes+len(g.Body)])
	h.journal.durable.Store(301)
	_, err = h.journal.Entries([]uint64{301})
	require.ErrorContains(t, err, "entry 301 is not there")
	h.crash(t)
}

func TestAnEntryOfAMissingGroupIsAnError(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	c := &crowd{paid: make([]int64, 10)}
	for range 3 {
		g := c.group(t, h, 2*tableMin)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end = g.End()
	}
	for _, lost := range []uint64{2*tableMin + 1, 1} {
		require.NoError(t, h.journal.db.Update(func(tx *bolt.Tx) error {
			c := tx.Bucket(groupsBucket).Cursor()
			for key, _ := c.Seek(chunkKey(lost, 0)); binary.BigEndian.Uint64(key) == lost; key, _ = c.Next() {
				require.NoError(t, c.Delete())
			}
			return nil
		}))
		_, err := h.journal.Entries([]uint64{lost + 1, h.end.Seq})
		require.ErrorContains(t, err, fmt.Sprintf("entry %d is not there", lost+1))
	}
	h.crash(t)
}

// oldJournal makes the file of a purser before there were tables.
func oldJournal(t *testing.T, dir string) (past *history, end engine.End) {
	h := openHouse(t, dir, Options{})
	past = newHistory(3)
	for range 3 {
		entries, g := past.group(t, h.end, h.epoch, 2*tableMin)
		g.Starts = nil
		for _, e := range entries {
			require.NoError(t, h.store.Apply(e))
		}
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end = g.End()
		h.store.Sealed(h.end)
	}
	h.close(t)
	rewrite(t, filepath.Join(dir, "journal.db"), func(tx *bolt.Tx) error {
		return tx.Bucket(metaBucket).Put(versionKey, seqKey(1))
	})
	return past, h.end
}

// versionOfJournal returns what Verify says, which must find nothing.
func versionOfJournal(t *testing.T, dir string) string {
	var said string
	require.NoError(t, Verify(t.Context(), dir, func(c Check) {
		if c.Name == "journal file" {
			said = c.Detail[strings.LastIndex(c.Detail, "version"):]
		}
	}))
	return said
}

func TestAJournalWithoutTablesIsReadAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	past, end := oldJournal(t, dir)
	require.Equal(t, "version 1", versionOfJournal(t, dir))
	count := uint64(0)
	require.NoError(t, ReadJournal(t.Context(), dir, 1, func(*engine.Entry) error { count++; return nil }))
	require.Equal(t, end.Seq, count)

	j, err := OpenJournal(dir)
	require.NoError(t, err)
	before, err := j.Entries([]uint64{1, 40, end.Seq})
	require.NoError(t, err)
	require.Len(t, before, 3)
	require.NoError(t, j.Close())
	require.Equal(t, "version 1", versionOfJournal(t, dir), "who does not own it changes nothing")

	h := openHouse(t, dir, Options{})
	require.Equal(t, end, h.end)
	h.put(t, past, 2*tableMin)
	have, err := h.journal.Entries([]uint64{1, 40, end.Seq, end.Seq + 1, h.end.Seq})
	require.NoError(t, err)
	require.Len(t, have, 5)
	require.Equal(t, before, have[:3])
	h.crash(t)
	require.Equal(t, "version 2", versionOfJournal(t, dir))
}

// A purser that knows of no tables does not take a record with one for damaged.
func TestAnOlderPurserRefusesTheFileOfThisOne(t *testing.T) {
	dir := t.TempDir()
	oldJournal(t, dir)
	older := journalFormat()
	older.version = 1
	db, err := older.openReadOnly(dir)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	openHouse(t, dir, Options{}).close(t)
	_, err = older.open(dir)
	require.ErrorIs(t, err, errNewer)
	require.ErrorContains(t, err, "version 2")
}
