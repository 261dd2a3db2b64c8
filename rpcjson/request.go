package rpcjson

import (
	"bytes"
	"errors"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// request is one decoded message.
type request struct {
	id     []byte  // JSON as sent, but without white space; nil when there is none. It may share memory with the frame
	hasID  bool    // also when the id is null
	method *Method // nil when none is named that there is
	args   any
	fail   *fault // why it is not to be served

	// Of an answer to a call of ours, which has one of these and no method. Only looked for on FaceBidi.
	result, peerError []byte
}

// isResponse reports whether the message is an answer and not a request.
func (r *request) isResponse() bool { return r.result != nil || r.peerError != nil }

// decoder decodes messages one after the other. It belongs to one goroutine.
type decoder struct {
	registry *registry
	roles    Roles
	bidi     bool
	opts     *Options

	json   jsontext.Decoder
	buffer bytes.Buffer

	// Of the message in work:
	req     request
	dialect dialect
	seen    members
	params  []byte // kept where they come before the method, which says what they are to become
	version bool   // "jsonrpc" is "2.0"
}

// members has a bit for each member of the envelope.
type members uint8

const (
	memberID members = 1 << iota
	memberMethod
	memberParams
	memberVersion
	memberResult
	memberError
)

var (
	strictJSON = json.JoinOptions(json.MatchCaseInsensitiveNames(true))
	// laxJSON takes whatever is JSON by RFC 8259: also a member twice, and text that is not UTF-8.
	laxJSON = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
)

var errTrailing = errors.New("more than one value")

func newDecoder(s *Server, roles Roles, bidi bool) *decoder {
	return &decoder{registry: &s.registry, roles: roles, bidi: bidi, opts: &s.opts}
}

// decode decodes one message in one pass. The error means that frame is not JSON; whatever else is wrong with the
// message is in its fail, beside its id. The request is valid until the next call.
func (d *decoder) decode(frame []byte, dia dialect) (*request, *fault) {
	d.req, d.dialect, d.seen, d.params, d.version = request{}, dia, 0, nil, false
	d.buffer = *bytes.NewBuffer(frame)
	d.json.Reset(&d.buffer, strictJSON)
	err := d.walk()
	if err == nil && d.json.InputOffset() < int64(len(frame)) {
		err = errTrailing // such as 007, which the JSON package takes for three numbers
	}
	if err != nil {
		if !jsontext.Value(frame).IsValid(laxJSON) {
			return nil, notJSON(describe(codeParse, err).text)
		}
		if d.req.fail == nil {
			d.req.fail = describe(d.codeOf(), err)
		}
		d.req.id, d.req.hasID = salvageID(frame)
	}
	if len(d.req.id) > d.opts.IDBytesMax {
		d.req.id = nil
		d.req.fail = &fault{codeInvalidRequest, "jsonrpc: id too long"}
	}
	return &d.req, nil
}

// walk is message with panics made errors: arguments may come with unmarshalers of their own.
func (d *decoder) walk() (err error) {
	defer func() {
		if p := recover(); p != nil {
			d.opts.Log.Error("panic while decoding", "panic", p, "stack", string(debug.Stack()))
			d.json = jsontext.Decoder{} // the old one is in the middle of something
			d.req.fail = &fault{codeInternal, textServerError}
			err = d.req.fail
		}
	}()
	return d.message()
}

// codeOf says what was being read when the JSON package found an error: the params, or the envelope.
func (d *decoder) codeOf() int {
	if d.req.args != nil {
		return codeInvalidParams
	}
	return codeInvalidRequest
}

// message walks over the envelope.
func (d *decoder) message() error {
	switch kind := d.json.PeekKind(); kind {
	case jsontext.KindBeginObject:
	case jsontext.KindNull: // net/rpc/jsonrpc takes it for an object without members
		d.req.fail = &fault{codeInvalidRequest, textIllFormed}
		return d.json.SkipValue()
	default:
		d.req.fail = wrongKind(codeInvalidRequest, kind, "jsonrpc.Request")
		return d.json.SkipValue()
	}
	if _, err := d.json.ReadToken(); err != nil {
		return err
	}
	for d.json.PeekKind() != jsontext.KindEndObject {
		name, err := d.json.ReadValue()
		if err != nil {
			return err
		}
		m := memberNamed(unquote(name))
		if m&d.seen != 0 {
			return &fault{codeInvalidRequest, "duplicate member " + printable(string(name), d.opts.MethodNameMax)}
		}
		d.seen |= m
		if err := d.member(m); err != nil {
			return err
		}
	}
	if _, err := d.json.ReadToken(); err != nil {
		return err
	}
	return d.complete()
}

// memberNamed finds the member of the envelope; names match in any case, as with encoding/json.
func memberNamed(name []byte) members {
	switch len(name) {
	case len("id"):
		return memberIf(name, "id", memberID)
	case len("error"):
		return memberIf(name, "error", memberError)
	case len("method"):
		return memberIf(name, "method", memberMethod) | memberIf(name, "params", memberParams) |
			memberIf(name, "result", memberResult)
	case len("jsonrpc"):
		return memberIf(name, "jsonrpc", memberVersion)
	}
	return 0
}

func memberIf(name []byte, want string, m members) members {
	if string(name) == want || strings.EqualFold(string(name), want) {
		return m
	}
	return 0
}

// member reads the value of one member.
func (d *decoder) member(m members) (err error) {
	switch {
	case m == memberID:
		return d.readID()
	case m == memberMethod:
		return d.readMethod()
	case m == memberParams && d.seen&memberMethod == 0:
		d.params, err = d.json.ReadValue()
		return err
	case m == memberParams && d.req.fail == nil && d.req.method != nil:
		return d.readParams(&d.json)
	case m == memberVersion:
		v, err := d.json.ReadValue()
		d.version = string(v) == `"2.0"`
		return err
	case m == memberResult && d.bidi:
		d.req.result, err = d.json.ReadValue()
		return err
	case m == memberError && d.bidi:
		d.req.peerError, err = d.json.ReadValue()
		return err
	default:
		return d.json.SkipValue()
	}
}

func (d *decoder) readID() error {
	id, err := d.json.ReadValue()
	if err != nil {
		return err
	}
	if d.dialect != cgrates && !strings.ContainsRune(`"0n`, rune(id.Kind())) {
		d.req.fail = &fault{codeInvalidRequest, "jsonrpc: id is neither text, number nor null"}
		return nil
	}
	d.req.id, d.req.hasID = compactID(id), true
	return nil
}

// compactID removes the white space from an id, and leaves its digits and letters as they are.
func compactID(id jsontext.Value) []byte {
	if k := id.Kind(); k == jsontext.KindBeginObject || k == jsontext.KindBeginArray {
		compact := slices.Clone(id)
		if err := compact.Compact(); err == nil {
			return compact
		}
	}
	return id
}

func (d *decoder) readMethod() error {
	switch d.json.PeekKind() {
	case jsontext.KindString:
	case jsontext.KindNull: // as if it were not there
		return d.json.SkipValue()
	default:
		d.req.fail = &fault{codeInvalidRequest, "rpc: method is not text"}
		return d.json.SkipValue()
	}
	v, err := d.json.ReadValue()
	if err != nil {
		return err
	}
	m, fail := d.registry.find(unquote(v), d.opts.MethodNameMax)
	if fail == nil && m.Role&^d.roles != 0 {
		fail = &fault{codeNotAuthorized, "NOT_AUTHORIZED: " + m.Name}
	}
	d.req.method = m
	if d.req.fail == nil {
		d.req.fail = fail
	}
	return nil
}

// readParams decodes params[0], or params itself where the dialect takes named ones, into the method's argument.
func (d *decoder) readParams(from *jsontext.Decoder) error {
	d.req.args = d.req.method.New()
	switch kind := from.PeekKind(); {
	case kind == jsontext.KindNull:
		if d.dialect == cgrates {
			d.req.fail = &fault{codeInvalidParams, textMissingParams}
		}
		return from.SkipValue()
	case kind == jsontext.KindBeginArray:
		return d.readPositional(from)
	case kind == jsontext.KindBeginObject && d.dialect != cgrates:
		return json.UnmarshalDecode(from, d.req.args)
	default:
		d.req.fail = wrongKind(codeInvalidParams, kind, "[1]interface {}")
		return from.SkipValue()
	}
}

// readPositional reads a list whose first item is the argument; null stands for one with nothing in it, and the items
// after the first are ignored, whatever they are.
func (d *decoder) readPositional(from *jsontext.Decoder) error {
	if _, err := from.ReadToken(); err != nil {
		return err
	}
	if k := from.PeekKind(); k != jsontext.KindEndArray && k != jsontext.KindNull {
		if err := json.UnmarshalDecode(from, d.req.args); err != nil {
			return err
		}
	}
	for from.PeekKind() != jsontext.KindEndArray {
		if err := from.SkipValue(); err != nil {
			return err
		}
	}
	_, err := from.ReadToken()
	return err
}

// complete looks at the message as a whole: what came too early, and what is missing.
func (d *decoder) complete() error {
	isRequest := d.seen&memberMethod != 0
	if d.req.isResponse() && !isRequest && d.dialect == cgrates {
		return nil
	}
	d.req.result, d.req.peerError = nil, nil
	switch {
	case d.req.fail != nil:
	case d.dialect == strict && !d.version, d.dialect != cgrates && d.seen&memberVersion != 0 && !d.version:
		d.req.fail = &fault{codeInvalidRequest, `jsonrpc: member jsonrpc is not "2.0"`}
	case d.req.method == nil:
		d.req.fail = &fault{codeInvalidRequest, textIllFormed}
	case d.seen&memberParams == 0 && d.dialect == cgrates:
		d.req.fail = &fault{codeInvalidParams, textMissingParams}
	case d.params != nil:
		return d.readParams(jsontext.NewDecoder(bytes.NewBuffer(d.params), strictJSON))
	case d.req.args == nil:
		d.req.args = d.req.method.New()
	}
	return nil
}

// salvageID finds the id in a message that could not be decoded to its end.
func salvageID(frame []byte) (id []byte, found bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(frame), laxJSON)
	if open, err := dec.ReadToken(); err != nil || open.Kind() != jsontext.KindBeginObject {
		return nil, false
	}
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		isID := memberNamed(unquote(name)) == memberID
		value, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		if isID && value.IsValid() {
			return compactID(value), true
		}
	}
	return nil, false
}

// splitBatch cuts a list into its items, of which there may be itemsMax.
func splitBatch(frame []byte, itemsMax int) (items [][]byte, fail *fault) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(frame), laxJSON)
	if _, err := dec.ReadToken(); err != nil {
		return nil, notJSON(describe(codeParse, err).text)
	}
	for dec.PeekKind() != jsontext.KindEndArray {
		item, err := dec.ReadValue()
		if err != nil {
			return nil, notJSON(describe(codeParse, err).text)
		}
		if len(items) <= itemsMax { // one more than allowed is kept, to tell
			items = append(items, item)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, notJSON(describe(codeParse, err).text)
	}
	switch {
	case len(items) == 0:
		return nil, &fault{codeInvalidRequest, "jsonrpc: empty batch"}
	case len(items) > itemsMax:
		return nil, &fault{codeInvalidRequest, "jsonrpc: batch too long"}
	}
	return items, nil
}

// unquote returns what a valid JSON text means, without copying where nothing in it is escaped.
func unquote(quoted []byte) []byte {
	inside := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inside, '\\') < 0 {
		return inside
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		return inside // not UTF-8: then it is no name that we know
	}
	return plain
}
