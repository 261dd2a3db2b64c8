package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/tidwall/btree"
	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/ledger"
)

// The bucket of ledgers has what is not in the rows of accounts. The first byte
// of a key says what.
const (
	pageRow   = 'p' // tenant 0 account 0 number of the page (8): a sealed page
	aboutRow  = 'a' // tenant 0 account 0 month (4) id: lines about the account with that id
	uniqueRow = 'u' // hash (16): number of the entry (8) that made the line
)

// lineChanges are rows of that bucket that differ from the file, by key. A copy
// of it costs nothing.
type lineChanges = btree.Map[string, []byte]

// lineRows are the rows of ledgers: the newest changes over older ones over the
// file. It is their shelf.
type lineRows struct {
	layers []*lineChanges // newest first; the first takes what is put away

	// read calls a function with the file's rows; nil where there is no file.
	read func(func(*bolt.Bucket) error) error
}

var _ ledger.Shelf = (*lineRows)(nil)

// get returns the value under key, nil when there is none.
func (r *lineRows) get(key []byte) ([]byte, error) {
	for _, layer := range r.layers {
		if value, ok := layer.Get(string(key)); ok {
			return value, nil
		}
	}
	if r.read == nil {
		return nil, nil
	}
	var data []byte
	err := r.read(func(rows *bolt.Bucket) error {
		value := rows.Get(key)
		if value == nil {
			return nil
		}
		kept, err := summed(key, value)
		data = bytes.Clone(kept) // what is read may outlive the transaction
		return err
	})
	return data, err
}

func (r *lineRows) set(key, value []byte) { r.layers[0].Set(string(key), value) }

// ownerKey returns the beginning of the keys of an account's rows of one sort.
func ownerKey(sort byte, owner engine.AccountID) []byte {
	key := make([]byte, 0, 1+len(owner.Tenant)+1+len(owner.Account)+1+8)
	return append(appendNameKey(append(key, sort), owner.Tenant, owner.Account), 0)
}

func pageKey(owner engine.AccountID, n int) []byte {
	return binary.BigEndian.AppendUint64(ownerKey(pageRow, owner), uint64(n))
}

func monthKey(owner engine.AccountID, m ledger.Month) []byte {
	return binary.BigEndian.AppendUint32(ownerKey(aboutRow, owner), uint32(m))
}

// Page implements [ledger.Pages].
func (r *lineRows) Page(owner engine.AccountID, n int) ([]byte, error) {
	page, err := r.get(pageKey(owner, n))
	if page == nil && err == nil {
		err = fmt.Errorf("store: page %d of the ledger of %s is missing", n, owner)
	}
	return page, err
}

// SetPage implements [ledger.Shelf].
func (r *lineRows) SetPage(owner engine.AccountID, n int, page []byte) error {
	r.set(pageKey(owner, n), page)
	return nil
}

// About implements [ledger.Pages].
func (r *lineRows) About(owner engine.AccountID, m ledger.Month, id string) ([]byte, error) {
	return r.get(append(monthKey(owner, m), id...))
}

// SetAbout implements [ledger.Shelf].
func (r *lineRows) SetAbout(owner engine.AccountID, m ledger.Month, id string, row []byte) error {
	r.set(append(monthKey(owner, m), id...), row)
	return nil
}

// EachAbout implements [ledger.Pages].
func (r *lineRows) EachAbout(owner engine.AccountID, m ledger.Month, fn func(string, []byte) error) error {
	prefix := monthKey(owner, m)
	var sources []source
	for _, layer := range r.layers {
		sources = append(sources, lineSourceOf(layer, string(prefix)))
	}
	if r.read == nil {
		return eachRow(merge(sources...), prefix, fn)
	}
	return r.read(func(rows *bolt.Bucket) error {
		file, err := fileSourceOf(rows, prefix)
		if err != nil {
			return err
		}
		return eachRow(merge(append(sources, file)...), prefix, fn)
	})
}

// eachRow calls fn with what the keys of rows have behind a prefix.
func eachRow(rows source, prefix []byte, fn func(string, []byte) error) error {
	for key, value := rows.row(); key != nil; key, value = rows.row() {
		if err := fn(string(key[len(prefix):]), value); err != nil {
			return err
		}
		if err := rows.next(); err != nil {
			return err
		}
	}
	return nil
}

// Unique returns the number of the entry whose line has a key, 0 for none.
func (r *lineRows) Unique(key engine.UniqueKey) (uint64, error) {
	value, err := r.get(uniqueKey(key))
	switch {
	case err != nil || value == nil:
		return 0, err
	case len(value) != 8:
		return 0, fmt.Errorf("store: unique line %x: %d bytes", key, len(value))
	}
	return binary.BigEndian.Uint64(value), nil
}

func (r *lineRows) setUnique(key engine.UniqueKey, seq uint64) { r.set(uniqueKey(key), seqKey(seq)) }

func uniqueKey(key engine.UniqueKey) []byte { return append([]byte{uniqueRow}, key[:]...) }

// lineSource is a source of the changed rows whose keys have one beginning.
type lineSource struct {
	rows   btree.MapIter[string, []byte]
	prefix string
	more   bool
}

func lineSourceOf(c *lineChanges, prefix string) *lineSource {
	s := &lineSource{rows: c.Iter(), prefix: prefix}
	s.more = s.rows.Seek(prefix)
	return s
}

// row implements [source].
func (s *lineSource) row() (key, value []byte) {
	if !s.more || !strings.HasPrefix(s.rows.Key(), s.prefix) {
		return nil, nil
	}
	return []byte(s.rows.Key()), s.rows.Value()
}

// next implements [source].
func (s *lineSource) next() error {
	s.more = s.rows.Next()
	return nil
}

// fileSource is a source of such rows of the file.
type fileSource struct {
	rows       *bolt.Cursor
	prefix     []byte
	key, value []byte
}

func fileSourceOf(b *bolt.Bucket, prefix []byte) (*fileSource, error) {
	s := &fileSource{rows: b.Cursor(), prefix: prefix}
	return s, s.stand(s.rows.Seek(prefix))
}

// stand takes the row where the cursor stands.
func (s *fileSource) stand(key, value []byte) (err error) {
	if s.key = nil; key != nil && bytes.HasPrefix(key, s.prefix) {
		s.key = key
		s.value, err = summed(key, value)
	}
	return err
}

// row implements [source].
func (s *fileSource) row() (key, value []byte) { return s.key, s.value }

// next implements [source].
func (s *fileSource) next() error { return s.stand(s.rows.Next()) }
