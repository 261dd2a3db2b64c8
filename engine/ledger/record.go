package ledger

import (
	"encoding/binary"

	"purser/engine"
	"purser/engine/amount"
)

// record is what a page keeps of a line.
type record struct {
	Place
	kind     int // index in the book
	amount   amount.Amount
	quantity int64
	about    engine.AccountName // zero: the owner
}

func (r *record) tally() tally { return tally{1, r.amount, amount.FromInt(r.quantity)} }

// foreign tells whether the line is a copy of another account's.
func (r *record) foreign() bool { return r.about.ID != "" }

// foreignBit is set in the first member of a record that says about whom it is.
const foreignBit = 1

// appendRecord appends r, which stands behind the line at prev.
func appendRecord(b []byte, prev Place, r *record) []byte {
	head := uint64(r.kind) << 1
	if r.foreign() {
		head |= foreignBit
	}
	b = binary.AppendUvarint(b, head)
	b = binary.AppendUvarint(b, uint64(r.Created-prev.Created))
	b = binary.AppendVarint(b, int64(r.Number-prev.Number))
	b = appendAmount(b, r.amount)
	b = binary.AppendVarint(b, r.quantity)
	if r.foreign() {
		b = appendText(appendText(b, r.about.ID), r.about.Name)
	}
	return b
}

// records reads the records of a page.
type records struct {
	reader
	kinds int // that the book has
	place Place
}

// next reads the next record into v; false says that there is none, or that
// the reader has failed.
func (r *records) next(v *record) bool {
	if !r.more() {
		return false
	}
	head := r.uvarint()
	r.place.Created += r.second()
	r.place.Number += uint64(r.varint())
	v.Place, v.kind = r.place, int(head>>1)
	v.amount, v.quantity = r.amount(), r.varint()
	v.about = engine.AccountName{}
	if head&foreignBit != 0 {
		v.about = engine.AccountName{ID: string(r.bytes()), Name: string(r.bytes())}
	}
	if head>>1 >= uint64(r.kinds) || v.Created > lastSecond {
		r.fail()
	}
	return r.err == nil
}
