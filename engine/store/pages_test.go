package store

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A page that bbolt would believe, and fault or fill the memory where nobody can catch it.
func TestDamagedPagesAreFoundBeforeBboltReadsThem(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	path := filepath.Join(dir, "checkpoint.db")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	w := &pageWalk{file: bytes.NewReader(data), seen: map[uint64]bool{}}
	root, free, err := w.root()
	require.NoError(t, err)
	var (
		freePage = int(free) * int(w.size)
		rootPage = int(root) * int(w.size)
		first    = rootPage + pageHeadBytes // the first element, a bucket
		order    = binary.NativeEndian
		bucket   = first + int(order.Uint32(data[first+4:])) + int(order.Uint32(data[first+8:]))
		leaf     = int(order.Uint64(data[bucket:])) * int(w.size)
		inside   = bytes.Index(data[rootPage:], metaBucket) + rootPage + len(metaBucket) // the bucket in the value
	)
	require.Zero(t, order.Uint64(data[inside:]), "the bucket of names is a small one")
	require.EqualValues(t, pageLeaf, data[leaf+8])
	for name, c := range map[string]struct {
		at     int
		bytes  []byte
		detail string
	}{
		"how many pages follow the free list": {freePage + 12, []byte{0xff, 0xff, 0xff, 0x7f}, "are not all in the file"},
		"what the free list is":               {freePage + 8, []byte{pageLeaf}, "has flags 0x2"},
		"how many pages are free":             {freePage + 11, []byte{0x7f}, "lists"},
		"the long count of free pages":        {freePage + 10, append([]byte{0xff, 0xff, 0, 0, 0, 0}, bytes.Repeat([]byte{0x7f}, 8)...), "lists"},
		"the kind of an element":              {leaf + pageHeadBytes, []byte{3}, "has flags 0x3"},
		"the kind of a bucket":                {first, []byte{5}, "has flags 0x5"},
		"where a key begins":                  {leaf + pageHeadBytes + 7, []byte{1}, "reaches beyond the page"},
		"how many elements a page has":        {leaf + 11, []byte{0xff}, "elements"},
		"where a bucket is":                   {bucket + 4, []byte{1}, "is none of"},
		"what a small bucket is":              {inside + bucketHeadBytes + 8, []byte{pageBranch}, "is a bucket without a page"},
		"how many elements a small one has":   {inside + bucketHeadBytes + 10, []byte{0xff, 0xff}, "says it has 65535 elements"},
		"where a key of a small one begins":   {inside + bucketHeadBytes + pageHeadBytes + 7, []byte{1}, "reaches beyond the page"},
	} {
		t.Run(name, func(t *testing.T) {
			overwrite(t, path, c.at, c.bytes)
			defer func() { overwrite(t, path, c.at, data[c.at:c.at+len(c.bytes)]) }()
			require.ErrorContains(t, checkPages(path), c.detail)
			found, err := firstBroken(t, dir)
			require.Error(t, err)
			require.Equal(t, "checkpoint pages", found.Name)
		})
	}
	requireVerified(t, dir)
}

// bbolt's own check runs in a goroutine of bbolt, where a fault ends the process: what checkPages lets pass must not
// bring it there.
func TestBboltBearsEveryFileWhosePagesPass(t *testing.T) {
	dir := t.TempDir()
	makeHouse(t, dir)
	for _, f := range []*format{journalFormat(), checkpointFormat()} {
		path := filepath.Join(dir, f.name)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for page := range min(40, len(data)/os.Getpagesize()) {
			for inside := range 64 { // the head, and the first elements
				at := page*os.Getpagesize() + inside
				for _, changed := range []byte{3, byte(rand.IntN(256))} {
					overwrite(t, path, at, []byte{changed})
					if checkPages(path) == nil {
						readAll(t, f, dir)
					}
				}
				overwrite(t, path, at, data[at:at+1])
			}
		}
	}
	requireVerified(t, dir)
}

// readAll lets bbolt read all of a file that may be damaged: it must come back.
func readAll(t *testing.T, f *format, dir string) {
	db, err := f.openReadOnly(dir)
	if err != nil {
		return
	}
	db.View(structure) // what it finds does not matter here
	require.NoError(t, db.Close())
}
