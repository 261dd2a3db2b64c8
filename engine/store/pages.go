package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The layout of a bbolt file, version 2: pages of the same size, each with a
// head of 16 bytes. Numbers are in the machine's byte order.
// Source: go.etcd.io/bbolt internal/common, page.go and meta.go.
const (
	pageHeadBytes    = 16 // id 8, flags 2, count 2, overflow 4
	pageElementBytes = 16
	pageBranch       = 1
	pageLeaf         = 2
	pageMeta         = 4
	pageFree         = 16 // the list of free pages: 8 bytes each
	bucketFlag       = 1  // of a leaf element: its value is a bucket, root page first
	bucketHeadBytes  = 16
	metaMagic        = 0xED0CDAED
	metaSumAt        = 56 // within a meta, of FNV-1a over what is before it
	pageSizeMax      = 64 << 10
)

// checkPages walks over the pages of a bbolt file by reading it: every page
// reached from the root is what it says, lies within the file and is reached
// once. Behind it bbolt can be let loose on the file; without, a damaged page
// makes it fault or run in circles in a goroutine of its own, where nobody
// can catch it.
func checkPages(path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := &pageWalk{file: file, seen: map[uint64]bool{}}
	root, free, err := w.root()
	if err != nil {
		return err
	}
	if err := w.free(free); err != nil {
		return fmt.Errorf("free pages: %w", err)
	}
	return w.visit(root)
}

// pageWalk is a walk over the pages of a file.
type pageWalk struct {
	file  io.ReaderAt
	size  int64  // of a page
	limit uint64 // pages in use are below
	seen  map[uint64]bool
}

// root reads the newest valid meta page and returns the root page, and that of
// the list of free pages.
func (w *pageWalk) root() (root, free uint64, err error) {
	var newest uint64
	head := make([]byte, pageHeadBytes+metaSumAt+8)
	for w.size = 512; w.size <= pageSizeMax; w.size *= 2 {
		for id := range int64(2) {
			if _, err := w.file.ReadAt(head, id*w.size); err != nil {
				return 0, 0, fmt.Errorf("read a meta page: %w", err)
			}
			meta := head[pageHeadBytes:]
			sum := fnv.New64a()
			sum.Write(meta[:metaSumAt]) // a hash.Hash never fails
			order := binary.NativeEndian
			if order.Uint32(meta) != metaMagic || order.Uint32(meta[8:]) != uint32(w.size) ||
				order.Uint64(meta[metaSumAt:]) != sum.Sum64() {
				continue
			}
			if tx := order.Uint64(meta[48:]); root == 0 || tx > newest {
				newest, root, free, w.limit = tx, order.Uint64(meta[16:]), order.Uint64(meta[32:]), order.Uint64(meta[40:])
			}
		}
		if root != 0 {
			return root, free, nil
		}
	}
	return 0, 0, errors.New("no valid meta page: this is not a bbolt file, or both its heads are damaged")
}

// free checks the list of free pages: bbolt would believe a damaged length, and read on behind the file or fill the
// memory.
func (w *pageWalk) free(id uint64) error {
	data, err := w.read(id)
	if err != nil {
		return err
	}
	order := binary.NativeEndian
	flags, count, at := order.Uint16(data[8:]), uint64(order.Uint16(data[10:])), uint64(pageHeadBytes)
	if count == 0xffff { // the first number is the count
		count, at = order.Uint64(data[at:]), at+8
	}
	switch {
	case flags != pageFree:
		return fmt.Errorf("page %d has flags %#x", id, flags)
	case count > (uint64(len(data))-at)/8:
		return fmt.Errorf("page %d says it lists %d", id, count)
	}
	return nil
}

// visit checks a page and those below it.
func (w *pageWalk) visit(id uint64) error {
	data, err := w.read(id)
	if err != nil {
		return err
	}
	if own := binary.NativeEndian.Uint64(data); own != id {
		return fmt.Errorf("page %d says it is page %d", id, own)
	}
	if err := w.elements(data); err != nil {
		return fmt.Errorf("page %d %w", id, err)
	}
	return nil
}

// elements checks what a page of a tree holds, and the pages below it.
func (w *pageWalk) elements(data []byte) error {
	order := binary.NativeEndian
	flags, count := order.Uint16(data[8:]), int(order.Uint16(data[10:]))
	switch {
	case flags != pageBranch && flags != pageLeaf:
		return fmt.Errorf("has flags %#x", flags)
	case flags == pageBranch && count == 0 || pageHeadBytes+count*pageElementBytes > len(data):
		return fmt.Errorf("says it has %d elements", count)
	}
	for i := range count {
		var err error
		at := pageHeadBytes + i*pageElementBytes
		if flags == pageBranch {
			err = w.branch(data, at)
		} else {
			err = w.leaf(data, at)
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

// branch checks the element at a position of a branch page, and the page that it leads to.
func (w *pageWalk) branch(data []byte, at int) error {
	order, element := binary.NativeEndian, data[at:]
	if position, key := int(order.Uint32(element)), int(order.Uint32(element[4:])); at+position+key > len(data) {
		return errBeyond
	}
	return w.visit(order.Uint64(element[8:]))
}

// leaf checks the element at a position of a leaf page, and what is below it where it is a bucket.
func (w *pageWalk) leaf(data []byte, at int) error {
	order, element := binary.NativeEndian, data[at:]
	word := func(i int) int { return int(order.Uint32(element[4*i:])) }
	flags, position, key, size := word(0), word(1), word(2), word(3)
	switch {
	case at+position+key+size > len(data):
		return errBeyond
	case flags == 0:
		return nil
	case flags != bucketFlag:
		return fmt.Errorf("has flags %#x", flags)
	case size < bucketHeadBytes:
		return fmt.Errorf("is a bucket of %d bytes", size)
	}
	value := data[at+position+key:][:size]
	if root := order.Uint64(value); root != 0 {
		return w.visit(root)
	}
	page := value[bucketHeadBytes:] // a small bucket is a leaf page in the value
	if len(page) < pageHeadBytes || order.Uint16(page[8:]) != pageLeaf {
		return errors.New("is a bucket without a page")
	}
	return w.elements(page)
}

var errBeyond = errors.New("reaches beyond the page")

// read returns a page with what belongs to it behind it.
func (w *pageWalk) read(id uint64) ([]byte, error) {
	if id < 2 || id >= w.limit {
		return nil, fmt.Errorf("page %d is none of %d", id, w.limit)
	}
	head := make([]byte, pageHeadBytes)
	if _, err := w.file.ReadAt(head, int64(id)*w.size); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	overflow := uint64(binary.NativeEndian.Uint32(head[12:]))
	if id+overflow >= w.limit {
		return nil, fmt.Errorf("page %d and %d more are not all in the file", id, overflow)
	}
	for p := id; p <= id+overflow; p++ {
		if w.seen[p] {
			return nil, fmt.Errorf("page %d is used twice", p)
		}
		w.seen[p] = true
	}
	data := make([]byte, (1+int64(overflow))*w.size)
	if _, err := w.file.ReadAt(data, int64(id)*w.size); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return data, nil
}
