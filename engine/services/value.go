package services

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// Value is one JSON value. The zero Value is none: a member that is not there.
// Values are immutable and may be shared freely.
//
// A number is kept as its digits, so nothing is lost on the way. One that is an
// [amount.Amount] is written as that is (1e2 and 100.0 are 100), so equal
// documents have equal bytes; any other stays as it was sent.
type Value struct {
	kind    jsontext.Kind
	text    string // of a text, or the digits of a number
	list    []Value
	members Document
}

// Document is a JSON object: its members, sorted by name, each name once. The
// nil Document is {}.
type Document []Member

// Member is one member of a [Document].
type Member struct {
	Name  string
	Value Value
}

// Kinds of values, named by how their JSON begins.
const (
	kindNull   jsontext.Kind = 'n'
	kindFalse  jsontext.Kind = 'f'
	kindTrue   jsontext.Kind = 't'
	kindText   jsontext.Kind = '"'
	kindNumber jsontext.Kind = '0'
	kindObject jsontext.Kind = '{'
	kindList   jsontext.Kind = '['
)

// Text returns s as a Value.
func Text(s string) Value { return Value{kind: kindText, text: s} }

// Whole returns n as a Value.
func Whole(n int64) Value { return Value{kind: kindNumber, text: strconv.FormatInt(n, 10)} }

// Flag returns b as a Value.
func Flag(b bool) Value {
	if b {
		return Value{kind: kindTrue}
	}
	return Value{kind: kindFalse}
}

// Object returns d as a Value.
func Object(d Document) Value { return Value{kind: kindObject, members: d} }

// List returns values as one Value.
func List(values ...Value) Value { return Value{kind: kindList, list: values} }

// IsZero tells whether v is none at all.
func (v Value) IsZero() bool { return v.kind == 0 }

// isGiven tells whether v says something: null says as little as no member.
func (v Value) isGiven() bool { return v.kind != 0 && v.kind != kindNull }

// Text returns v's text, and false if v is none.
func (v Value) Text() (string, bool) { return v.text, v.kind == kindText }

// Bool returns v's truth, and false if v is neither true nor false.
func (v Value) Bool() (value, ok bool) {
	return v.kind == kindTrue, v.kind == kindTrue || v.kind == kindFalse
}

// Object returns v's members, and false if v is no object.
func (v Value) Object() (Document, bool) { return v.members, v.kind == kindObject }

// List returns v's items, and false if v is no list.
func (v Value) List() ([]Value, bool) { return v.list, v.kind == kindList }

// Amount returns v as an exact number: a JSON number, or a text that is one,
// which is how clients without decimals send them. Other kinds are
// [amount.ErrSyntax], too many digits [amount.ErrRange].
func (v Value) Amount() (amount.Amount, error) {
	if v.kind != kindNumber && v.kind != kindText {
		return amount.Amount{}, amount.ErrSyntax
	}
	return amount.Parse(v.text)
}

// Int returns v as a whole number of 64 bits: 60, 60.0 and "60" are 60.
func (v Value) Int() (int64, bool) {
	if v.kind == kindNumber {
		if n, err := strconv.ParseInt(v.text, 10, 64); err == nil {
			return n, true
		}
	}
	a, err := v.Amount()
	if err != nil {
		return 0, false
	}
	n := a.QuoFloor(amount.FromInt(1)) // at most 18 digits, so it never saturates
	return n, amount.FromInt(n).Cmp(a) == 0
}

// IsZero tells whether d is {}.
func (d Document) IsZero() bool { return len(d) == 0 }

// Equal tells whether d and other are the same document.
func (d Document) Equal(other Document) bool {
	return len(d) == len(other) && bytes.Equal(d.AppendJSON(nil), other.AppendJSON(nil))
}

// Get returns the value at a path of names; none if there is no such member.
func (d Document) Get(path ...string) Value {
	v := Object(d)
	for _, name := range path {
		i, ok := v.members.find(name)
		if !ok {
			return Value{}
		}
		v = v.members[i].Value
	}
	return v
}

// With returns d with the member name set to v.
func (d Document) With(name string, v Value) Document {
	i, ok := d.find(name)
	next := slices.Clone(d)
	if ok {
		next[i].Value = v
		return next
	}
	return slices.Insert(next, i, Member{name, v})
}

func (d Document) find(name string) (int, bool) {
	return slices.BinarySearchFunc(d, name, func(m Member, name string) int { return strings.Compare(m.Name, name) })
}

// text returns the text at a path, "" if there is none.
func (d Document) text(path ...string) string {
	s, _ := d.Get(path...).Text()
	return s
}

// object returns the object at a path, {} if there is none.
func (d Document) object(path ...string) Document {
	o, _ := d.Get(path...).Object()
	return o
}
