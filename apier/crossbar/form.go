package crossbar

import (
	"errors"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// form reads an object of the body. What is wrong with a member is noted under its dotted path and the reader returns
// the zero value, so that a handler reads all members and then asks once for the error of the whole:
//
//	in := rq.form()
//	source := in.object("source", needed)
//	id := source.text("id", filled)
//	if err := in.err(); err != nil { ... }
type form struct {
	path  string
	v     *value // nil: not there, so nothing in it is missed
	wrong *faults
	opts  *Options
}

// presence says whether a member must be there.
type presence int

// The presences.
const (
	optional presence = iota
	needed            // it must be there
	filled            // it must be there, and no empty text
)

// form returns the form of the body's data. A body without data is an empty form.
func (rq *request) form() form {
	f := form{v: rq.envelope.get("data"), wrong: &faults{}, opts: &rq.face.opts}
	if f.v == nil {
		f.v = &value{kind: jsontext.KindBeginObject}
	}
	if f.v.kind != jsontext.KindBeginObject {
		f.wrong.add("data", typeFault(f.v, "object"))
		f.v = nil
	}
	return f
}

// err returns the problem that shows all that was found wrong, nil when nothing was.
func (f form) err() error { return f.wrong.err() }

// reject notes that a member is wrong.
func (f form) reject(name string, wrong fault) { f.wrong.add(joinPath(f.path, name), wrong) }

// has tells whether a member was sent. Clients send null for one that may be absent and is.
func (f form) has(name string) bool {
	v := f.v.get(name)
	return v != nil && v.kind != jsontext.KindNull
}

// member returns a member, nil when it is not there, which is noted where it must be.
func (f form) member(name string, need presence) *value {
	v := f.v.get(name)
	if need == optional && !f.has(name) {
		return nil
	}
	empty := v != nil && v.kind == jsontext.KindString && v.text == ""
	if f.v != nil && (v == nil && need != optional || empty && need == filled) {
		f.reject(name, fault{code: codeRequired, message: textRequired, value: name})
		return nil
	}
	return v
}

// object returns the form of a member that is an object.
func (f form) object(name string, need presence) form {
	inner := form{path: joinPath(f.path, name), wrong: f.wrong, opts: f.opts}
	v := f.member(name, need)
	if v != nil && v.kind != jsontext.KindBeginObject {
		f.reject(name, typeFault(v, "object"))
		v = nil
	}
	inner.v = v
	return inner
}

// text returns a member that is a text of at most Options.TextBytesMax bytes.
func (f form) text(name string, need presence) string {
	v := f.member(name, need)
	switch {
	case v == nil:
		return ""
	case v.kind != jsontext.KindString:
		f.reject(name, typeFault(v, "string"))
		return ""
	case len(v.text) > f.opts.TextBytesMax:
		f.reject(name, fault{code: codeMaximum, message: "Value is too long", target: f.opts.TextBytesMax})
		return ""
	}
	return v.text
}

// given returns a text, nil when it is not there, and "" for null, which takes it away.
func (f form) given(name string, need presence) *string {
	if f.v.get(name) == nil && need == optional {
		return nil
	}
	text := f.text(name, need)
	return &text
}

// flag returns a member that is true or false, nil when it is not there.
func (f form) flag(name string) *bool {
	v := f.member(name, optional)
	if v == nil {
		return nil
	}
	on := v.kind == jsontext.KindTrue
	if !on && v.kind != jsontext.KindFalse {
		f.reject(name, typeFault(v, "boolean"))
		return nil
	}
	return &on
}

// amount returns a member that is an amount of at least 0, and 0 when it is not there. A text that is a number is one:
// the way for clients without decimals to send exact ones. Null is none, as nobody means to book nothing by it.
// Source: ledgers-and-services, section 1.6.
func (f form) amount(name string, need presence) amount.Amount {
	if v := f.v.get(name); v != nil && v.kind == jsontext.KindNull {
		f.reject(name, typeFault(v, "number"))
		return amount.Amount{}
	}
	v := f.number(name, "number", need)
	if v == nil {
		return amount.Amount{}
	}
	n, err := amount.Parse(v.text)
	switch {
	case errors.Is(err, amount.ErrRange):
		f.reject(name, fault{code: codeMaximum, value: v.shown(),
			message: "Value must have at most 18 digits before and 18 after the point"})
	case err != nil:
		f.reject(name, typeFault(v, "number"))
	case n.Sign() < 0:
		f.reject(name, minimumFault(0, n))
	}
	return n
}

// integer returns a member that is a whole number, nil when it is not there: 60, "60" and 60.0 are.
func (f form) integer(name string, need presence) *int64 {
	v := f.number(name, "integer", need)
	if v == nil {
		return nil
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	if err != nil {
		var exact amount.Amount
		if exact, err = amount.Parse(v.text); err == nil {
			n, err = strconv.ParseInt(exact.String(), 10, 64)
		}
	}
	if err != nil {
		f.reject(name, typeFault(v, "integer"))
		return nil
	}
	return &n
}

// atLeast returns a whole number that must be there and not be less.
func (f form) atLeast(least int64, name string) int64 {
	n := f.integer(name, needed)
	if n == nil {
		return 0
	}
	if *n < least {
		f.reject(name, minimumFault(least, *n))
	}
	return *n
}

// number returns a member that is a number or a text.
func (f form) number(name, kind string, need presence) *value {
	v := f.member(name, need)
	if v != nil && v.kind != jsontext.KindNumber && v.kind != jsontext.KindString {
		f.reject(name, typeFault(v, kind))
		return nil
	}
	return v
}

// choice returns a text that is one of a list, the first when it is not there.
func (f form) choice(name string, of ...string) string {
	text := f.text(name, optional)
	switch {
	case text == "":
		return of[0]
	case !slices.Contains(of, text):
		f.reject(name, fault{code: codeEnum, message: "Value not found in enumerated list of values", target: of})
	}
	return text
}
