package crossbar

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// envelope is the body of a request: {"data": ...} and a few members beside it.
// Source: ledgers-and-services, section 1.6.
type envelope struct {
	value // the object, or what came in its place; kind 0 for no body
}

// decodeEnvelope decodes a body. No body counts as {"data":{}}.
func (o *Options) decodeEnvelope(body []byte) (envelope, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return envelope{}, nil
	}
	v, err := parseJSON(body, o.DepthMax, o.ValuesMax)
	switch {
	case errors.Is(err, errTooMuch):
		return envelope{}, errTooLarge
	case err != nil:
		return envelope{}, errBodyNotJSON
	}
	return envelope{v}, nil
}

// check refuses an envelope without an object or a list as its data.
func (e *envelope) check() error {
	if e.kind == 0 {
		return nil
	}
	data := e.get("data")
	if data == nil { // the envelope may be no object at all
		return invalidField("data", fault{code: codeRequired, message: textRequired})
	}
	if data.kind != jsontext.KindBeginObject && data.kind != jsontext.KindBeginArray {
		return invalidField("data", typeFault(data, "object", "array"))
	}
	return nil
}

// text returns a member that is a text, "" when it is none.
func (e *envelope) text(name string) string {
	if v := e.get(name); v != nil && v.kind == jsontext.KindString {
		return v.text
	}
	return ""
}

// flag tells whether a member is true.
func (e *envelope) flag(name string) bool {
	v := e.get(name)
	return v != nil && (v.kind == jsontext.KindTrue || v.text == "true")
}

// notAsked are the members that say nothing of what is asked for.
var notAsked = []string{"auth_token", "verb"}

// asked returns what the envelope asks for, in one form for any order of its members: for the digest of a request.
func (e *envelope) asked() []byte {
	members := slices.DeleteFunc(slices.Clone(e.members), func(m member) bool {
		return slices.Contains(notAsked, m.name)
	})
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	var b []byte
	for _, m := range members {
		b = append(append(append(append(b, m.name...), 0), m.raw...), 0)
	}
	return b
}
