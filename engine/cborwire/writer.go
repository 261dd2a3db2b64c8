package cborwire

import (
	"encoding/binary"
	"math"
)

// Writer appends items to Buf.
type Writer struct{ Buf []byte }

// Uint appends an integer that is not negative.
func (w *Writer) Uint(v uint64) { w.head(majorUint, v) }

// Int appends an integer.
func (w *Writer) Int(v int64) {
	if v < 0 {
		w.head(majorInt, ^uint64(v)) // ^v is -1 - v
		return
	}
	w.head(majorUint, uint64(v))
}

// Text appends a text. Whether it is UTF-8 is the caller's business.
func (w *Writer) Text(s string) {
	w.head(majorText, uint64(len(s)))
	w.Buf = append(w.Buf, s...)
}

// Bytes appends a byte string.
func (w *Writer) Bytes(s []byte) {
	w.head(majorBytes, uint64(len(s)))
	w.Buf = append(w.Buf, s...)
}

// Bool appends a truth value.
func (w *Writer) Bool(v bool) {
	if v {
		w.Buf = append(w.Buf, itemTrue)
	} else {
		w.Buf = append(w.Buf, itemFalse)
	}
}

// List appends the head of a list; its n items come next.
func (w *Writer) List(n int) { w.head(majorList, uint64(n)) }

// Item appends an item that is encoded already.
func (w *Writer) Item(item []byte) { w.Buf = append(w.Buf, item...) }

// Map is a map that is being written: the place of its head in the buffer.
type Map int

// Map begins a map without members. It needs no end.
func (w *Writer) Map() Map {
	w.Buf = append(w.Buf, majorMap)
	return Map(len(w.Buf) - 1)
}

// Key adds a member to m; its value comes next. Keys rise from 1 to [KeyMax],
// so the head counts them without becoming longer.
func (w *Writer) Key(m Map, key byte) {
	w.Buf[m]++
	w.Buf = append(w.Buf, key)
}

// head appends an item's first byte and its argument.
func (w *Writer) head(major byte, arg uint64) {
	if arg <= argMax {
		w.Buf = append(w.Buf, major|byte(arg))
		return
	}
	w.Buf = appendWideHead(w.Buf, major, arg)
}

func appendWideHead(b []byte, major byte, arg uint64) []byte {
	switch {
	case arg <= math.MaxUint8:
		return append(b, major|follow1, byte(arg))
	case arg <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|follow2), uint16(arg))
	case arg <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|follow4), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, major|follow8), arg)
}
