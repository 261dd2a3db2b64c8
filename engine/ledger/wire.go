package ledger

import (
	"encoding/binary"
	"errors"

	"purser/engine/amount"
)

// Books and pages are made of varints (those of encoding/binary), texts with
// their length before them, and amounts in their binary form: a line takes 10
// bytes, in CBOR 22. docs/file-format.md has the order of their members.

// errDamaged is the refusal of bytes that this package did not write.
var errDamaged = errors.New("ledger: damaged bytes")

// reader takes members off the front of data. After the first that it cannot
// take it has failed, and what it returns is zero; callers ask once, at the end.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail() {
	r.data, r.err = nil, errDamaged
}

func (r *reader) more() bool { return len(r.data) > 0 }

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.data)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[size:]
	return n
}

// count takes a number that an int holds.
func (r *reader) count() int {
	const most = 1 << 48 // of lines, in any ledger
	n := r.uvarint()
	if n > most {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) amount() amount.Amount {
	a, rest, err := amount.CutBinary(r.data)
	if err != nil {
		r.fail()
		return amount.Amount{}
	}
	r.data = rest
	return a
}

// bytes takes a text: a part of the reader's bytes.
func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail()
		return nil
	}
	text := r.data[:n:n]
	r.data = r.data[n:]
	return text
}

func (r *reader) place() Place { return Place{r.second(), r.uvarint()} }

// second takes a Gregorian second.
func (r *reader) second() int64 {
	n := r.uvarint()
	if n > lastSecond {
		r.fail()
		return 0
	}
	return int64(n)
}

func appendPlace(b []byte, p Place) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(p.Created)), p.Number)
}

func appendText[T string | []byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func appendAmount(b []byte, a amount.Amount) []byte {
	b, _ = a.AppendBinary(b) // its error is always nil
	return b
}
