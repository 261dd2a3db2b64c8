package cborwire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Why bytes are refused.
var (
	errShort    = errors.New("ends within an item")
	errKind     = errors.New("an item of another kind")
	errLong     = errors.New("a head longer than it must be")
	errForm     = errors.New("an indefinite length or a reserved head")
	errRange    = errors.New("an integer beyond 64 bits with sign")
	errPromise  = errors.New("a length beyond the bytes that are left")
	errKeys     = errors.New("keys of a map that do not rise from 1")
	errTrailing = errors.New("bytes behind the last item")
)

// Reader takes items off the front of bytes. After the first that it cannot
// take it has failed: Err says why, every later item is the zero value and
// every list and map empty, so callers ask once, at the end.
type Reader struct {
	data []byte
	at   int // the next item
	err  error
}

// NewReader returns a reader of data, which must stay as it is meanwhile.
func NewReader(data []byte) Reader { return Reader{data: data} }

// Err returns why the reader has failed, with the place in the bytes; nil if
// it has not.
func (r *Reader) Err() error { return r.err }

// More tells whether bytes are left and the reader has not failed.
func (r *Reader) More() bool { return r.at < len(r.data) }

// Offset returns where in the bytes the next item begins, unless the reader has
// failed.
func (r *Reader) Offset() int { return r.at }

// End returns Err, and an error too when bytes are left.
func (r *Reader) End() error {
	if r.More() {
		r.Fail(errTrailing)
	}
	return r.err
}

// Fail makes the reader fail because of what the caller found in an item. The
// first failure counts.
func (r *Reader) Fail(why error) {
	if r.err == nil {
		r.err = fmt.Errorf("cbor: byte %d: %w", r.at, why)
	}
	r.data, r.at = nil, 0
}

// Uint takes an integer that is not negative.
func (r *Reader) Uint() uint64 { return r.head(majorUint) }

// Int takes an integer of 64 bits.
func (r *Reader) Int() int64 {
	negative := r.major() == majorInt
	major := majorUint
	if negative {
		major = majorInt
	}
	arg := r.head(major)
	if arg > math.MaxInt64 {
		r.Fail(errRange)
		return 0
	}
	if negative {
		return ^int64(arg)
	}
	return int64(arg)
}

// Text takes a text, copied.
func (r *Reader) Text() string { return string(r.TextBytes()) }

// TextBytes takes a text: a part of the reader's bytes.
func (r *Reader) TextBytes() []byte { return r.string(majorText) }

// Bytes takes a byte string: a part of the reader's bytes.
func (r *Reader) Bytes() []byte { return r.string(majorBytes) }

// Bool takes a truth value.
func (r *Reader) Bool() bool {
	switch {
	case !r.More():
		r.Fail(errShort)
	case r.data[r.at] == itemTrue:
		r.at++
		return true
	case r.data[r.at] == itemFalse:
		r.at++
	default:
		r.Fail(errKind)
	}
	return false
}

// IsList tells whether the next item is a list.
func (r *Reader) IsList() bool { return r.major() == majorList }

// List takes the head of a list and returns how many items follow: not more
// than bytes are left, so that room for them may be made beforehand.
func (r *Reader) List() int { return r.promised(majorList, 1) }

// Skip takes an item with all that is in it, and looks at heads only. It is one
// loop, as an entry that a list shows lies behind hundreds in its group.
func (r *Reader) Skip() {
	data, at := r.data, r.at
	items := uint64(1)
	for ; items > 0 && at < len(data); items-- {
		first := data[at]
		arg := uint64(first &^ majorMask)
		at++
		if arg > argMax {
			r.at = at - 1
			if arg = r.wideArgument(byte(arg)); r.err != nil {
				return
			}
			at = r.at
		}
		left, promised := uint64(len(data)-at), uint64(0) // bytes
		switch first & majorMask {
		case majorBytes, majorText:
			if promised = arg; arg <= left {
				at += int(arg)
			}
		case majorList:
			promised = arg
			items += arg
		case majorMap:
			left /= 2
			promised = arg
			items += 2 * arg
		case majorUint, majorInt:
		default:
			if first != itemFalse && first != itemTrue && first != itemNull {
				r.Fail(errKind)
				return
			}
		}
		if promised > left {
			r.Fail(errPromise)
			return
		}
	}
	if r.at = at; items > 0 {
		r.Fail(errShort)
	}
}

// Members are the members of a map that are still to be taken.
type Members struct {
	Key  byte // of the member at hand
	left int
}

// Map takes the head of a map. Its members are taken with
//
//	for m := r.Map(); r.Next(&m); {
//		switch m.Key { ... take the value, or Fail ...
//	}
func (r *Reader) Map() Members { return Members{left: r.promised(majorMap, 2)} }

// Next takes the key of the next member; false says that there is none.
func (r *Reader) Next(m *Members) bool {
	if m.left == 0 || r.err != nil {
		return false
	}
	m.left--
	key := r.head(majorUint)
	if r.err == nil && (key <= uint64(m.Key) || key > KeyMax) {
		r.Fail(errKeys)
	}
	m.Key = byte(key)
	return r.err == nil
}

// Item takes an item whole, with all that is in it: a part of the reader's
// bytes, for another decoder.
func (r *Reader) Item() []byte {
	data, from := r.data, r.at
	if r.Skip(); r.err != nil {
		return nil
	}
	return data[from:r.at:r.at]
}

// string takes the bytes of a text or byte string.
func (r *Reader) string(major byte) []byte {
	n := r.promised(major, 1)
	s := r.data[r.at : r.at+n : r.at+n]
	r.at += n
	return s
}

// promised takes a head whose argument counts things of at least size bytes.
func (r *Reader) promised(major byte, size int) int {
	n := r.head(major)
	if n > uint64((len(r.data)-r.at)/size) {
		r.Fail(errPromise)
		return 0
	}
	return int(n)
}

// major returns the major type of the next item, majorOther if there is none.
func (r *Reader) major() byte {
	if !r.More() {
		return majorOther
	}
	return r.data[r.at] & majorMask
}

// head takes the head of an item of that major type and returns its argument.
func (r *Reader) head(major byte) uint64 {
	if r.at >= len(r.data) {
		r.Fail(errShort)
		return 0
	}
	first := r.data[r.at]
	if first&majorMask != major {
		r.Fail(errKind)
		return 0
	}
	arg := first &^ majorMask
	if arg > argMax {
		return r.wideArgument(arg)
	}
	r.at++
	return uint64(arg)
}

// wideArgument takes a head whose argument stands behind the first byte.
func (r *Reader) wideArgument(form byte) uint64 {
	if form > follow8 {
		r.Fail(errForm)
		return 0
	}
	size := 1 << (form - follow1)
	rest := r.data[r.at+1:]
	if len(rest) < size {
		r.Fail(errShort)
		return 0
	}
	var arg, least uint64
	switch form {
	case follow1:
		arg, least = uint64(rest[0]), argMax+1
	case follow2:
		arg, least = uint64(binary.BigEndian.Uint16(rest)), math.MaxUint8+1
	case follow4:
		arg, least = uint64(binary.BigEndian.Uint32(rest)), math.MaxUint16+1
	default:
		arg, least = binary.BigEndian.Uint64(rest), math.MaxUint32+1
	}
	if arg < least {
		r.Fail(errLong)
		return 0
	}
	r.at += 1 + size
	return arg
}
