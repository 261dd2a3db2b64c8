package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// The accounts of a checkpoint are in runs, each a bucket of rows that a
// checkpoint has written in one go and nobody changes: only what has changed
// is written, in large pieces and one behind the other. A row of a newer run
// hides that of an older one. A run that is not more than twice as large as
// all that is newer is merged with it by the next checkpoint, so there are few
// of them, and a row is written again once for each doubling of what there is.
//
// A run's rows lie in blocks, under the key of the block's first row: the
// checksum, then for each row the sizes of key and value (uvarint), key and
// value. An empty value says that the account is gone.

// run is what the position of a checkpoint says of a run.
type run struct {
	Number uint64 `cbor:"1,keyasint"` // its bucket
	Bytes  int    `cbor:"2,keyasint"` // of its keys and values
}

// blockBytes makes two blocks with long keys fill four pages, where bbolt puts
// at least two values on a leaf. A row that is larger has a block of its own.
const blockBytes = 8000

// runBuilder writes a run, or a piece of it, from sorted rows.
type runBuilder struct {
	bucket *bolt.Bucket
	memory []byte // of all blocks: bbolt reads them when the transaction ends
	block  []byte // that is being filled
	first  []byte // key in it
	bytes  int    // of keys and values
}

func (b *runBuilder) add(key, value []byte) error {
	if len(b.block)+len(key)+len(value)+2*binary.MaxVarintLen32 > blockBytes && b.first != nil {
		if err := b.flush(); err != nil {
			return err
		}
	}
	if b.first == nil {
		b.block = append(b.memory[len(b.memory):], make([]byte, checksumBytes)...)
		b.first = bytes.Clone(key)
	}
	b.block = appendBlockRow(b.block, key, value)
	b.bytes += len(key) + len(value)
	return nil
}

func appendBlockRow(b, key, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(append(b, key...), value...)
}

// flush writes the block.
func (b *runBuilder) flush() error {
	if b.first == nil {
		return nil
	}
	if len(b.memory)+len(b.block) <= cap(b.memory) {
		b.memory = b.memory[:len(b.memory)+len(b.block)]
	}
	err := b.bucket.Put(b.first, sum(b.first, b.block))
	b.first, b.block = nil, nil
	return err
}

// runCursor is a source of the rows of a run.
type runCursor struct {
	cursor     *bolt.Cursor
	rest       []byte // of the block
	key, value []byte // where it stands
}

// openRun stands at the first row of a run that is not before from.
func openRun(accounts *bolt.Bucket, number uint64, from []byte) (*runCursor, error) {
	b := accounts.Bucket(seqKey(number))
	if b == nil {
		return nil, fmt.Errorf("store: accounts of run %d are not there", number)
	}
	c := &runCursor{cursor: b.Cursor()}
	key, block := c.cursor.Seek(from)
	switch {
	case key == nil:
		key, block = c.cursor.Last()
	case !bytes.Equal(key, from): // it may be in the block before
		if key, block = c.cursor.Prev(); key == nil {
			key, block = c.cursor.First()
		}
	}
	err := c.open(key, block)
	for err == nil && c.key != nil && bytes.Compare(c.key, from) < 0 {
		err = c.next()
	}
	return c, err
}

// open stands at the first row of a block, or behind the last of all.
func (c *runCursor) open(key, block []byte) (err error) {
	c.key, c.value = nil, nil
	if key == nil {
		return nil
	}
	if c.rest, err = summed(key, block); err != nil {
		return err
	}
	if len(c.rest) > 0 {
		if err := c.next(); err != nil {
			return err
		}
	}
	if c.key == nil || !bytes.Equal(key, c.key) {
		return fmt.Errorf("store: block of %q: %w", key, errBlock)
	}
	return nil
}

func (c *runCursor) row() (key, value []byte) { return c.key, c.value }

func (c *runCursor) next() error {
	if len(c.rest) == 0 {
		return c.open(c.cursor.Next())
	}
	keys, n := binary.Uvarint(c.rest)
	values, m := binary.Uvarint(c.rest[max(n, 0):])
	head := n + m
	if n <= 0 || m <= 0 || keys == 0 || keys > uint64(len(c.rest)) || values > uint64(len(c.rest)) ||
		head+int(keys+values) > len(c.rest) {
		return fmt.Errorf("store: block behind %q: %w", c.key, errBlock)
	}
	c.key = c.rest[head : head+int(keys)]
	c.value = c.rest[head+int(keys) : head+int(keys+values)]
	c.rest = c.rest[head+int(keys+values):]
	return nil
}

// errBlock is a block with a right checksum and a wrong content.
var errBlock = errors.New("not a block of rows")

// openRuns merges runs, newest first, from a key on.
func openRuns(tx *bolt.Tx, runs []run, from []byte) (*merged, error) {
	sources := make([]source, len(runs))
	for i, r := range runs {
		c, err := openRun(tx.Bucket(accountsBucket), r.Number, from)
		if err != nil {
			return nil, err
		}
		sources[i] = c
	}
	return merge(sources...), nil
}
