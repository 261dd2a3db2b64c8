package services

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// Limits bound what one document may hold, both as it arrives and after it was
// merged into what was there. A field that is 0 has its default.
type Limits struct {
	Bytes     int // of its JSON; default 256 KiB
	Depth     int // objects and lists inside each other; default 16, at most 64
	Values    int // values of all kinds, or quantities; default 10,000
	TextBytes int // one text or name; default 4 KiB
	Plans     int // plans that one account has; default 100
}

// depthMax bounds the recursion of everything that walks a Value, whatever the
// setting and whatever is on the disk.
const depthMax = 64

func (l Limits) withDefaults() Limits {
	return Limits{
		Bytes:     cmp.Or(l.Bytes, 256<<10),
		Depth:     min(cmp.Or(l.Depth, 16), depthMax),
		Values:    cmp.Or(l.Values, 10_000),
		TextBytes: cmp.Or(l.TextBytes, 4<<10),
		Plans:     cmp.Or(l.Plans, 100),
	}
}

// Parse reads one JSON value. An error is a [Problems]: no JSON, invalid UTF-8,
// a name twice in one object, something behind the value, or more than limits
// allow.
func Parse(data []byte, limits Limits) (Value, error) {
	limits = limits.withDefaults()
	if len(data) > limits.Bytes {
		return Value{}, Problems{tooMuch("bytes", limits.Bytes)}
	}
	p := parser{decoder: jsontext.NewDecoder(bytes.NewBuffer(data)), budget: budget{limits: limits}}
	v, err := p.value(1)
	if err != nil {
		return Value{}, err
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, Problems{notJSON()}
	}
	return v, nil
}

// ParseDocument is Parse for what must be an object.
func ParseDocument(data []byte, limits Limits) (Document, error) {
	v, err := Parse(data, limits)
	if err != nil {
		return nil, err
	}
	d, ok := v.Object()
	if !ok {
		return nil, Problems{wrongType(place{}, "object", v)}
	}
	return d, nil
}

// parser reads values within its budget.
type parser struct {
	decoder *jsontext.Decoder
	budget
}

func (p *parser) value(depth int) (Value, error) {
	token, err := p.decoder.ReadToken()
	if err != nil {
		return Value{}, Problems{notJSON()}
	}
	v := Value{kind: token.Kind()}
	switch v.kind {
	case kindText:
		v.text = token.String()
	case kindNumber:
		v.text = digits(token.String())
	}
	if err := p.spend(v, depth); err != nil {
		return Value{}, err
	}
	switch v.kind {
	case kindObject:
		v.members, err = p.object(depth)
	case kindList:
		v.list, err = p.list(depth)
	}
	return v, err
}

func (p *parser) object(depth int) (Document, error) {
	var d Document
	for p.decoder.PeekKind() != '}' {
		name, err := p.decoder.ReadToken()
		if err != nil {
			return nil, Problems{notJSON()}
		}
		m := Member{Name: name.String()}
		if err := p.spendText(m.Name); err != nil {
			return nil, err
		}
		if m.Value, err = p.value(depth + 1); err != nil {
			return nil, err
		}
		d = append(d, m)
	}
	slices.SortFunc(d, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	return d, p.end()
}

func (p *parser) list(depth int) ([]Value, error) {
	var list []Value
	for p.decoder.PeekKind() != ']' {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, p.end()
}

// end takes the bracket that was peeked at.
func (p *parser) end() error {
	if _, err := p.decoder.ReadToken(); err != nil {
		return Problems{notJSON()}
	}
	return nil
}

// digits returns the text that a number is kept as.
func digits(number string) string {
	if a, err := amount.Parse(number); err == nil {
		return a.String()
	}
	return number
}

// budget counts what a document holds against its limits.
type budget struct {
	limits Limits
	values int
}

// spend takes one value, without what is inside it.
func (b *budget) spend(v Value, depth int) error {
	if b.values++; b.values > b.limits.Values {
		return Problems{tooMuch("values", b.limits.Values)}
	}
	if (v.kind == kindObject || v.kind == kindList) && depth > b.limits.Depth {
		return Problems{tooMuch("levels", b.limits.Depth)}
	}
	return b.spendText(v.text)
}

func (b *budget) spendText(s string) error {
	if len(s) > b.limits.TextBytes {
		return Problems{tooMuch("bytes of text", b.limits.TextBytes)}
	}
	return nil
}

// check tells whether a document that was put together keeps to limits.
func (l Limits) check(d Document) error {
	b := budget{limits: l.withDefaults()}
	if err := b.walk(Object(d), 1); err != nil {
		return err
	}
	if len(d.AppendJSON(nil)) > b.limits.Bytes {
		return Problems{tooMuch("bytes", b.limits.Bytes)}
	}
	return nil
}

func (b *budget) walk(v Value, depth int) error {
	if err := b.spend(v, depth); err != nil {
		return err
	}
	for _, m := range v.members {
		if err := b.spendText(m.Name); err != nil {
			return err
		}
		if err := b.walk(m.Value, depth+1); err != nil {
			return err
		}
	}
	for _, item := range v.list {
		if err := b.walk(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}
