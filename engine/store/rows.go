package store

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// rows keeps accounts in memory as the file has them: encoded, one behind the
// other in a few large pieces of memory without pointers. A million of them
// cost the collector nothing, and a checkpoint has nothing to encode.
//
// What differs from the file stays until a checkpoint has written it; of the
// others those used last, as far as max goes.
//
// Only the writer goroutine uses it. What it has handed to a checkpoint
// ([rows.freeze]) it does not touch again.
type rows struct {
	seed    maphash.Seed
	shards  [shardCount]shard
	max     int  // bytes of rows in a shard, if that many are as in the file
	writing bool // a checkpoint is reading what was frozen
	whole   bool // every account that there is is here
}

// shardCount is in how many parts rows are kept. A part is copied when it is
// full, and the writer waits: of a million accounts it has 4,000 (1 ms).
const shardCount = 256

// shard is the rows of some hashes: an open-addressed table and the memory
// that it points into. Nothing is ever taken out but by building it anew.
type shard struct {
	slots []slot // a power of two of them
	count int
	arena []byte // rows: head, key, value and room for it to grow
	live  int    // bytes of the arena that are in use
}

// slot leads to a row.
type slot struct {
	at   uint32 // in the arena, plus 1; 0 for none
	tag  uint16 // of the hash, so that most other keys need not be looked at
	mark mark
	used bool // since the shard was last built
}

// mark says what a row is to the file.
type mark uint8

const (
	filed  mark = iota // as the file has it: may go
	newer              // the file does not have it yet
	frozen             // a checkpoint writes it, or did: its bytes stay as they are while rows.writing
)

// A row begins with the room for its value, the value's size and the key's, 32
// bits each. An empty value says that there is no such account.
const (
	rowHeadBytes = 12
	rowAlign     = 16 // room is a multiple, so that a longer amount often fits
)

func newRows(most int) *rows {
	return &rows{seed: maphash.MakeSeed(), max: most / shardCount, whole: true}
}

func (r *rows) hash(key []byte) uint64 { return maphash.Bytes(r.seed, key) }

func (r *rows) shard(hash uint64) *shard { return &r.shards[hash%shardCount] }

// get returns the value under key, and whether one is known. It is good until
// the next put.
func (r *rows) get(hash uint64, key []byte) (value []byte, m mark, ok bool) {
	s := r.shard(hash)
	i, ok := s.find(hash, key)
	if !ok {
		return nil, filed, false
	}
	s.slots[i].used = true
	_, value = parseRow(s.arena, s.slots[i].at)
	return value, s.slots[i].mark, true
}

// add puts a row there that was read from the file, if none is known.
func (r *rows) add(hash uint64, key, value []byte) {
	if _, ok := r.shard(hash).find(hash, key); !ok {
		r.insert(hash, key, value, filed)
	}
}

// put sets a value that the file does not have.
func (r *rows) put(hash uint64, key, value []byte) {
	s := r.shard(hash)
	if i, ok := s.find(hash, key); ok && (s.slots[i].mark != frozen || !r.writing) {
		row := s.arena[s.slots[i].at-1:]
		if room := int(binary.NativeEndian.Uint32(row)); len(value) <= room {
			binary.NativeEndian.PutUint32(row[4:], uint32(len(value)))
			copy(row[rowHeadBytes+len(key):], value)
			s.slots[i].mark, s.slots[i].used = newer, true
			return
		}
	}
	r.insert(hash, key, value, newer)
}

// insert appends a row, in the place of one that is there.
func (r *rows) insert(hash uint64, key, value []byte, m mark) {
	s := r.shard(hash)
	room := (len(value) + rowAlign - 1) / rowAlign * rowAlign
	size := rowHeadBytes + len(key) + room
	if len(s.arena)+size > cap(s.arena) || 4*(s.count+1) > 3*len(s.slots) {
		r.rebuild(s, size)
	}
	i, ok := s.find(hash, key)
	if ok {
		s.live -= rowBytes(s.arena, s.slots[i].at)
	} else {
		s.count++
	}
	s.slots[i] = slot{at: uint32(len(s.arena)) + 1, tag: tag(hash), mark: m, used: m == newer}
	s.live += size
	s.arena = binary.NativeEndian.AppendUint32(s.arena, uint32(room))
	s.arena = binary.NativeEndian.AppendUint32(s.arena, uint32(len(value)))
	s.arena = binary.NativeEndian.AppendUint32(s.arena, uint32(len(key)))
	s.arena = append(append(s.arena, key...), value...)
	s.arena = s.arena[:len(s.arena)+room-len(value)]
}

// find returns the slot of key, or the free one where it belongs.
func (s *shard) find(hash uint64, key []byte) (at int, ok bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	last := len(s.slots) - 1
	for at = int(hash>>24) & last; ; at = (at + 1) & last {
		switch found := s.slots[at]; {
		case found.at == 0:
			return at, false
		case found.tag != tag(hash):
		default:
			if other, _ := parseRow(s.arena, found.at); bytes.Equal(other, key) {
				return at, true
			}
		}
	}
}

// tag takes the bits of a hash that neither the shard nor, in a small shard,
// the place of the slot comes from.
func tag(hash uint64) uint16 { return uint16(hash >> 8) }

// rebuild makes room for a row of that size: it copies the rows that stay, and
// lets others go if there are too many.
func (r *rows) rebuild(s *shard, size int) {
	old := *s
	if excess := old.live + size - r.max; excess > 0 {
		r.evict(&old, excess+r.max/8)
	}
	*s = newShard(old.count+1, (old.live+size)*5/4)
	for _, from := range old.slots {
		if from.at == 0 {
			continue
		}
		key, _ := parseRow(old.arena, from.at)
		i, _ := s.find(r.hash(key), key)
		n := rowBytes(old.arena, from.at)
		s.slots[i] = slot{at: uint32(len(s.arena)) + 1, tag: from.tag, mark: from.mark}
		s.arena = append(s.arena, old.arena[from.at-1:int(from.at)-1+n]...)
		s.count++
		s.live += n
	}
}

// reserve makes room for that many rows and bytes of keys and values, as far
// as they may stay. There are none yet.
func (r *rows) reserve(count, bytes int) {
	bytes += count * (rowHeadBytes + rowAlign)
	if most := r.max * shardCount; bytes > most {
		count, bytes = count*most/bytes, most
	}
	for i := range r.shards { // which do not get the same number each
		r.shards[i] = newShard(count/shardCount*9/8, bytes/shardCount*9/8)
	}
}

// newShard has room for that many rows and bytes.
func newShard(count, bytes int) shard {
	slots := 16
	for 2*slots < 3*count {
		slots *= 2
	}
	return shard{slots: make([]slot, slots), arena: make([]byte, 0, bytes)}
}

// evict takes rows that the file has out of a shard that is about to be
// copied: first those that were not used since the last time.
func (r *rows) evict(s *shard, excess int) {
	for _, spare := range []bool{true, false} {
		for i := range s.slots {
			from := &s.slots[i]
			if from.at == 0 || excess <= 0 || spare && from.used || from.mark == newer || from.mark == frozen && r.writing {
				continue
			}
			if _, value := parseRow(s.arena, from.at); len(value) > 0 {
				r.whole = false
			}
			n := rowBytes(s.arena, from.at)
			excess -= n
			s.live -= n
			s.count--
			from.at = 0 // the chain of slots is broken: s is only copied from now on
		}
	}
}

// full tells whether no more rows fit without letting others go.
func (r *rows) full() bool { return r.shards[0].live >= r.max-r.max/8 }

// thaw ends what freeze began: the file has the rows.
func (r *rows) thaw() { r.writing = false }

// freeze returns the rows that the file does not have. They do not change
// until thaw.
func (r *rows) freeze() *frozenRows {
	r.writing = true
	f := &frozenRows{}
	for i := range r.shards {
		s := &r.shards[i]
		f.arenas[i] = s.arena
		for j := range s.slots {
			switch s.slots[j].mark {
			case frozen:
				s.slots[j].mark = filed
			case newer:
				s.slots[j].mark = frozen
				f.order = append(f.order, frozenRow{shard: uint8(i), at: s.slots[j].at})
			}
		}
	}
	return f
}

// parseRow returns the row at a slot's position.
func parseRow(arena []byte, at uint32) (key, value []byte) {
	row := arena[at-1:]
	values, keys := binary.NativeEndian.Uint32(row[4:]), binary.NativeEndian.Uint32(row[8:])
	row = row[rowHeadBytes:]
	return row[:keys], row[keys : keys+values]
}

// rowBytes returns the size of the row at a slot's position, with its room.
func rowBytes(arena []byte, at uint32) int {
	row := arena[at-1:]
	return rowHeadBytes + int(binary.NativeEndian.Uint32(row)) + int(binary.NativeEndian.Uint32(row[8:]))
}
