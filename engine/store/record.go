package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
)

// A commit group is one record: a header, the entries, and, if they are many, a
// table of where each of them begins. It is cut into
// chunks, each under its own key, because bbolt puts at least two values on a
// leaf and writes the whole last leaf again with the next commit: groups of
// 300 entries (36 KB) in one piece wrote 177 KB a commit, in chunks 60 KB.
const (
	sealBytes   = len(engine.Seal{})
	headerBytes = 2*sealBytes + 8 + 4 + 4 // seal, seal before, epoch, count, length of the body
	keyBytes    = 8 + 2                   // number of the first entry, number of the chunk

	// chunkBytes makes four chunks fill a page: 4096 bytes less the page's
	// head of 16, and 16 and a key for each chunk.
	chunkBytes = (4096-16)/4 - 16 - keyBytes

	recordBytesMax = (math.MaxUint16 + 1) * chunkBytes // 62 MiB
)

// chunkKey returns the key of a chunk of the group that starts with entry first.
func chunkKey(first uint64, chunk uint16) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, keyBytes), first)
	return binary.BigEndian.AppendUint16(key, chunk)
}

// parseChunkKey reads what chunkKey wrote.
func parseChunkKey(key []byte) (first uint64, chunk uint16, err error) {
	if len(key) != keyBytes {
		return 0, 0, fmt.Errorf("store: journal: key %x is not one of a group", key)
	}
	return binary.BigEndian.Uint64(key), binary.BigEndian.Uint16(key[8:]), nil
}

// appendRecord appends the bytes of g.
func appendRecord(b []byte, g engine.Group) []byte {
	b = append(b, g.Seal[:]...)
	b = append(b, g.Prev[:]...)
	b = binary.BigEndian.AppendUint64(b, g.Epoch)
	b = binary.BigEndian.AppendUint32(b, uint32(g.Count))
	b = binary.BigEndian.AppendUint32(b, uint32(len(g.Body)))
	b = append(b, g.Body...)
	for _, start := range g.Starts {
		b = binary.BigEndian.AppendUint32(b, start)
	}
	return b
}

// parseHeader reads the header of the group that starts with entry first, and
// how long its body is.
func parseHeader(first uint64, data []byte) (g engine.Group, bodyBytes int, err error) {
	if len(data) < headerBytes {
		return engine.Group{}, 0, fmt.Errorf("store: journal: group %d has %d bytes", first, len(data))
	}
	numbers := data[2*sealBytes:]
	g = engine.Group{
		First: first,
		Epoch: binary.BigEndian.Uint64(numbers),
		Count: int(binary.BigEndian.Uint32(numbers[8:])),
		Prev:  engine.Seal(data[sealBytes:]),
		Seal:  engine.Seal(data),
	}
	if first == 0 || g.Count < 1 || g.Last() < first {
		return engine.Group{}, 0, fmt.Errorf("store: journal: group %d says it has %d entries", first, g.Count)
	}
	return g, int(binary.BigEndian.Uint32(numbers[12:])), nil
}

// parseRecord reads what appendRecord wrote; the body stays in data. Whether
// the seal fits is for [engine.Group.Follows] to say, whether the table does
// for [engine.Group.Entries].
func parseRecord(first uint64, data []byte) (engine.Group, error) {
	g, size, err := parseHeader(first, data)
	if err != nil {
		return engine.Group{}, err
	}
	rest := data[headerBytes:]
	if table := len(rest) - size; table != 0 && table != startBytes*g.Count {
		return engine.Group{}, fmt.Errorf("store: journal: group %d has %d bytes and says that its %d entries have %d",
			first, len(data), g.Count, size)
	}
	g.Body = rest[:size:size]
	if cells := rest[size:]; len(cells) > 0 {
		g.Starts = make([]uint32, g.Count)
		for i := range g.Starts {
			g.Starts[i] = binary.BigEndian.Uint32(cells[startBytes*i:])
		}
	}
	return g, nil
}

// putRecord writes the record of a group behind all others.
func putRecord(b *bolt.Bucket, first uint64, record []byte) error {
	b.FillPercent = 1 // nothing is ever inserted before the end
	for chunk := 0; len(record) > 0; chunk++ {
		n := min(chunkBytes, len(record))
		if err := b.Put(chunkKey(first, uint16(chunk)), record[:n]); err != nil {
			return err
		}
		record = record[n:]
	}
	return nil
}

// lastEnd returns where the journal ends.
func lastEnd(b *bolt.Bucket) (engine.End, error) {
	key, _ := b.Cursor().Last()
	if key == nil {
		return engine.End{}, nil
	}
	first, _, err := parseChunkKey(key)
	if err != nil {
		return engine.End{}, err
	}
	g, _, err := parseHeader(first, b.Get(chunkKey(first, 0)))
	return g.End(), err
}

// records walks over the records of a transaction, forwards.
type records struct {
	cursor     *bolt.Cursor
	key, value []byte // the chunk where the cursor stands; nil behind the last
}

// recordsFrom stands at the group that starts with entry from, else at the
// last one that starts before it.
func recordsFrom(b *bolt.Bucket, from uint64) (*records, error) {
	r := &records{cursor: b.Cursor()}
	r.key, r.value = r.cursor.Seek(chunkKey(from, 0))
	if len(r.key) == keyBytes && binary.BigEndian.Uint64(r.key) == from {
		return r, nil
	}
	var before []byte
	if r.key == nil {
		before, _ = r.cursor.Last()
	} else {
		before, _ = r.cursor.Prev()
	}
	if before == nil {
		r.key, r.value = r.cursor.First()
		return r, nil
	}
	first, _, err := parseChunkKey(before)
	r.key, r.value = r.cursor.Seek(chunkKey(first, 0))
	return r, err
}

// header reads the header of the group where r stands, and how long its body is.
func (r *records) header() (g engine.Group, bodyBytes int, err error) {
	first, _, err := parseChunkKey(r.key)
	if err != nil {
		return engine.Group{}, 0, err
	}
	return parseHeader(first, r.value)
}

// next returns the group where r stands, in bytes appended to buf, and goes to
// the one behind it; a group of Count 0 says that there is none.
func (r *records) next(buf []byte) (g engine.Group, all []byte, err error) {
	if r.key == nil {
		return engine.Group{}, buf, nil
	}
	first, chunk, err := parseChunkKey(r.key)
	start, at := len(buf), first
	for want := uint16(0); err == nil && at == first; want++ {
		if chunk != want {
			return engine.Group{}, buf, fmt.Errorf("store: journal: group %d lacks chunk %d", first, want)
		}
		if chunk == 0 {
			header, size, err := parseHeader(first, r.value)
			if err != nil {
				return engine.Group{}, buf, err
			}
			size += headerBytes + startBytes*header.Count
			buf = slices.Grow(buf, min(size, recordBytesMax)) // what it says may be wrong
		}
		buf = append(buf, r.value...)
		if r.key, r.value = r.cursor.Next(); r.key == nil {
			break
		}
		at, chunk, err = parseChunkKey(r.key)
	}
	if err != nil {
		return engine.Group{}, buf, err
	}
	g, err = parseRecord(first, buf[start:])
	return g, buf, err
}
