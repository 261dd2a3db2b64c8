package store

import (
	"bytes"
	"math"

	bolt "go.etcd.io/bbolt"
)

// parts reads a record here and there, and of its chunks only those that it
// must. It stays at the last one: who reads in rising order wants it again.
type parts struct {
	cursor *bolt.Cursor
	first  uint64 // entry of the group
	number int    // of the chunk
	chunk  []byte // nil before the first
	buf    []byte // for what lies in more than one chunk
}

// stand goes to a chunk and tells whether it is there.
func (p *parts) stand(number int) bool {
	if p.chunk != nil && number == p.number {
		return true
	}
	if number > math.MaxUint16 { // a damaged header leads to it
		return false
	}
	want := chunkKey(p.first, uint16(number))
	key, value := p.cursor.Seek(want)
	if !bytes.Equal(key, want) {
		return false
	}
	p.number, p.chunk = number, value
	return true
}

// read returns size bytes, at least 1, of the record from byte at on; nil if it
// ends before. They stay until the next read.
func (p *parts) read(at, size int) []byte {
	p.buf = p.buf[:0]
	for p.stand(at / chunkBytes) {
		data := p.chunk[min(at%chunkBytes, len(p.chunk)):]
		n := min(len(data), size-len(p.buf))
		switch {
		case n == size:
			return data[:n]
		case n == 0:
			return nil
		}
		if p.buf = append(p.buf, data[:n]...); len(p.buf) == size {
			return p.buf
		}
		at += n
	}
	return nil
}
