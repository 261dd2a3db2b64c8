package services

import (
	"fmt"
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/cborwire"
)

// AppendJSON appends v as JSON without spaces, members in the order of their
// names: equal values have equal bytes. No value at all is null.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.kind {
	case kindText:
		return appendText(b, v.text)
	case kindNumber:
		return append(b, v.text...)
	case kindTrue:
		return append(b, "true"...)
	case kindFalse:
		return append(b, "false"...)
	case kindObject:
		return v.members.AppendJSON(b)
	case kindList:
		b = append(b, '[')
		for i, item := range v.list {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.AppendJSON(b)
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

// AppendJSON appends d as [Value.AppendJSON] does.
func (d Document) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, m := range d {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, m.Name), ':')
		b = m.Value.AppendJSON(b)
	}
	return append(b, '}')
}

// appendText appends s in quotes. Its error says that s is no UTF-8, which the
// parser refuses; the bytes are replaced all the same.
func appendText(b []byte, s string) []byte {
	b, err := jsontext.AppendQuote(b, s)
	if err != nil {
		return b
	}
	return b
}

// MarshalJSONTo writes v as AppendJSON does.
func (v Value) MarshalJSONTo(e *jsontext.Encoder) error { return e.WriteValue(v.AppendJSON(nil)) }

// MarshalJSONTo writes d as AppendJSON does.
func (d Document) MarshalJSONTo(e *jsontext.Encoder) error { return e.WriteValue(d.AppendJSON(nil)) }

// MarshalCBOR writes v as the text of its JSON: readable in a dump of the
// journal, and the same bytes for the same value.
func (v Value) MarshalCBOR() ([]byte, error) { return storedJSON(v.AppendJSON(nil)), nil }

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (v *Value) UnmarshalCBOR(data []byte) error {
	stored, err := parseStored(data)
	if err != nil {
		return err
	}
	*v = stored
	return nil
}

// MarshalCBOR writes d as the text of its JSON, like [Value.MarshalCBOR].
func (d Document) MarshalCBOR() ([]byte, error) { return storedJSON(d.AppendJSON(nil)), nil }

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (d *Document) UnmarshalCBOR(data []byte) error {
	v, err := parseStored(data)
	if err != nil {
		return err
	}
	stored, ok := v.Object()
	if !ok {
		return fmt.Errorf("services: a stored document is no object: %.20q", data)
	}
	*d = stored
	return nil
}

func storedJSON(text []byte) []byte {
	var w cborwire.Writer
	w.Text(string(text))
	return w.Buf
}

// parseStored reads a stored value. It was held to limits when it came; those
// may have been lowered since, and what is stored must stay readable.
func parseStored(data []byte) (Value, error) {
	r := cborwire.NewReader(data)
	text := r.TextBytes()
	if err := r.End(); err != nil {
		return Value{}, fmt.Errorf("services: a stored document: %w", err)
	}
	v, err := Parse(text, Limits{Bytes: math.MaxInt, Depth: depthMax, Values: math.MaxInt, TextBytes: math.MaxInt})
	if err != nil {
		return Value{}, fmt.Errorf("services: a stored document: %w", err)
	}
	return v, nil
}
