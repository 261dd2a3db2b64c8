package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Journal keeps commit groups in order, each on the disk when Commit returns.
// It is the one thing that a replicated journal has to implement anew; every
// implementation passes enginetest.JournalSuite. Source: design 2.
type Journal interface {
	// Own takes the journal: a new epoch, one higher than any before, under
	// which alone groups are accepted from now on; and the journal's end.
	Own(ctx context.Context) (epoch uint64, end End, err error)

	// Commit appends g, which must begin behind the last entry and carry the
	// epoch of the newest Own. ErrFenced and ErrMoved mean that nothing was
	// written; after any other error nobody knows what the disk holds. The
	// body and its starts are the caller's again when Commit returns.
	Commit(ctx context.Context, g Group) error

	// Read calls fn for each committed group from the one that holds entry
	// number from (1 is the first) to the last, in order, and stops at the
	// first error, which it returns. A Group is valid during the call only,
	// and has starts if the journal keeps them.
	Read(ctx context.Context, from uint64, fn func(Group) error) error
}

// Errors of Journal.Commit that mean: nothing was written.
var (
	ErrFenced = errors.New("journal: another owner has taken over")
	ErrMoved  = errors.New("journal: the group does not begin where the journal ends")
)

// Seal is the SHA-256 of a group and of the seal before it, so that the last
// seal stands for the whole journal.
type Seal [sha256.Size]byte

// End is where a journal ends: its last entry's number, 0 for none, and seal.
type End struct {
	Seq  uint64
	Seal Seal
}

// Group is the entries of one commit.
type Group struct {
	First uint64 // number of the first entry
	Count int    // how many there are
	Epoch uint64 // of the owner that wrote it
	Body  []byte // the entries, CBOR, one after the other
	Prev  Seal   // of the group before; zero for the first
	Seal  Seal

	// Starts is where in Body each entry begins, in bytes, so that a journal
	// can find one without reading those before it. It may be left out, and is
	// not sealed: it follows from Body, and Entries checks it.
	Starts []uint32
}

// Last returns the number of the group's last entry.
func (g Group) Last() uint64 { return g.First + uint64(g.Count) - 1 }

// End returns the journal's end behind g.
func (g Group) End() End { return End{g.Last(), g.Seal} }

// Sum computes the seal: SHA-256 over the seal before, the three numbers as
// big-endian 64-bit words, and the body.
func (g Group) Sum() Seal {
	h := sha256.New()
	var head [sha256.Size + 24]byte
	copy(head[:], g.Prev[:])
	binary.BigEndian.PutUint64(head[sha256.Size:], g.First)
	binary.BigEndian.PutUint64(head[sha256.Size+8:], uint64(g.Count))
	binary.BigEndian.PutUint64(head[sha256.Size+16:], g.Epoch)
	h.Write(head[:]) // a hash.Hash never fails
	h.Write(g.Body)
	var s Seal
	h.Sum(s[:0])
	return s
}

// Follows checks that g is whole and comes right behind end.
func (g Group) Follows(end End) error {
	switch {
	case g.First != end.Seq+1:
		return fmt.Errorf("journal: entry %d follows entry %d", g.First, end.Seq)
	case g.Count < 1:
		return fmt.Errorf("journal: group %d is empty", g.First)
	case g.Prev != end.Seal:
		return fmt.Errorf("journal: group %d to %d does not continue the seal of entry %d", g.First, g.Last(), end.Seq)
	case g.Sum() != g.Seal:
		return fmt.Errorf("journal: group %d to %d is not what was sealed", g.First, g.Last())
	}
	return nil
}

// Entries returns the entries of g with their sequence numbers. They share
// nothing with g.
func (g Group) Entries() ([]*Entry, error) { return decodeEntries(g) }

// Some returns the entries of these rising numbers that g has, without reading
// the others.
func (g Group) Some(seqs []uint64) ([]*Entry, error) { return decodeSome(g.Body, g.First, seqs) }
