package crossbar

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// value is one JSON value of a body, decoded once. Numbers keep the text that they came as, so that none goes through
// a binary float.
type value struct {
	kind    jsontext.Kind
	raw     jsontext.Value // its bytes as they came; part of the body
	text    string         // of a text: what it says; of a number: its digits
	members []member       // of an object, in the order sent, each name once
	items   []value        // of a list
}

// member is a member of an object.
type member struct {
	name string
	value
}

// get returns the member of that name, nil when there is none.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	return nil
}

// Why a body is refused whole.
var (
	errNotJSON  = errors.New("not JSON")
	errTooMuch  = errors.New("too many values")
	errTooDeep  = errors.New("nested too deep")
	errNoValue  = errors.New("nothing there")
	spaceOrMark = []byte(" \t\r\n,:")
)

// parseJSON decodes the one JSON value that body holds: UTF-8, no name twice in an object, nothing behind it.
func parseJSON(body []byte, depthMax, valuesMax int) (value, error) {
	p := parser{dec: jsontext.NewDecoder(bytes.NewBuffer(body)), body: body, depth: depthMax, left: valuesMax}
	v, err := p.value()
	if err != nil {
		return value{}, err
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		return value{}, errNotJSON
	}
	return v, nil
}

// parser decodes a body within its bounds.
type parser struct {
	dec         *jsontext.Decoder
	body        []byte
	depth, left int // how much deeper, and how many more values it may get
}

func (p *parser) value() (v value, err error) {
	if p.left--; p.left < 0 {
		return value{}, errTooMuch
	}
	v.kind = p.dec.PeekKind()
	start := int(p.dec.InputOffset())
	start += len(p.body[start:]) - len(bytes.TrimLeft(p.body[start:], string(spaceOrMark)))
	token, err := p.dec.ReadToken()
	switch {
	case err == io.EOF:
		return value{}, errNoValue
	case err != nil:
		return value{}, errNotJSON
	}
	switch v.kind {
	case jsontext.KindString, jsontext.KindNumber:
		v.text = token.String()
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		if p.depth--; p.depth < 0 {
			return value{}, errTooDeep
		}
		if err := p.inside(&v); err != nil {
			return value{}, err
		}
		p.depth++
	}
	v.raw = p.body[start:p.dec.InputOffset()]
	return v, nil
}

// inside reads the members or items of v and its end.
func (p *parser) inside(v *value) error {
	for {
		switch p.dec.PeekKind() {
		case jsontext.KindEndObject, jsontext.KindEndArray:
			if _, err := p.dec.ReadToken(); err != nil {
				return errNotJSON
			}
			return nil
		}
		if v.kind == jsontext.KindBeginArray {
			item, err := p.value()
			if err != nil {
				return broken(err)
			}
			v.items = append(v.items, item)
			continue
		}
		name, err := p.dec.ReadToken()
		if err != nil {
			return errNotJSON
		}
		m := member{name: name.String()}
		if m.value, err = p.value(); err != nil {
			return broken(err)
		}
		v.members = append(v.members, m)
	}
}

// broken is the error of a value inside another: it cannot just be missing.
func broken(err error) error {
	if err == errNoValue {
		return errNotJSON
	}
	return err
}
