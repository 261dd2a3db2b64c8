package rpcjson

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/semaphore"
)

// dialect is the shape of requests and answers.
type dialect uint8

const (
	// cgrates is what CGRateS speaks: all three members, the error being text.
	cgrates dialect = iota
	// lenient is JSON-RPC 2.0 for those who did not ask for it by endpoint: batches and netstring connections. The
	// member jsonrpc may be missing in their requests.
	lenient
	// strict is JSON-RPC 2.0.
	strict
)

// batchPart says where in a batch a call stands. 0: it is no part of one.
type batchPart uint8

const (
	batchItem batchPart = 1 << iota
	batchFirst
	batchLast
)

// resultJSON makes results look as those of encoding/json, which the clients of CGRateS are used to.
var resultJSON = json.JoinOptions(jsontext.EscapeForHTML(true), jsontext.EscapeForJS(true), json.Deterministic(true),
	json.FormatNilSliceAsNull(true), json.FormatNilMapAsNull(true))

// answers encodes answers one after the other into a buffer. It belongs to one goroutine.
type answers struct {
	opts      *Options
	netstring bool
	room      *semaphore.Weighted // for long answers, of all connections
	holds     bool                // of that room, for one

	buf   bytes.Buffer
	ready int  // bytes of whole messages; behind them may stand the beginning of a batch
	any   bool // the batch in work has an answer
}

// add encodes the answer of an answered call.
func (a *answers) add(c *Call) {
	if c.batch&batchFirst != 0 {
		a.any = false
	}
	if !c.silent {
		if c.batch != 0 {
			a.buf.WriteByte(a.separator())
			a.any = true
		}
		a.encode(c)
	}
	switch {
	case c.batch&batchLast != 0 && a.any:
		a.buf.WriteByte(']')
		a.endMessage()
	case c.batch == 0 && !c.silent:
		a.endMessage()
	}
	if a.opts.Observe != nil {
		a.opts.Observe(Observation{
			Method: c.methodName(), Face: c.link.face, Peer: c.link.peer, Err: c.err, Took: time.Since(c.begun),
		})
	}
}

func (a *answers) separator() byte {
	if a.any {
		return ','
	}
	return '['
}

// endMessage frames the message that begins at ready.
func (a *answers) endMessage() {
	if a.netstring {
		message := bytes.Clone(a.buf.Bytes()[a.ready:])
		a.buf.Truncate(a.ready)
		a.buf.Write(strconv.AppendInt(a.buf.AvailableBuffer(), int64(len(message)), 10))
		a.buf.WriteByte(':')
		a.buf.Write(message)
		a.buf.WriteByte(',')
	} else {
		a.buf.WriteByte('\n')
	}
	a.ready = a.buf.Len()
}

// take returns the whole messages, valid until the next add.
func (a *answers) take() []byte {
	n := a.ready
	a.ready = 0
	return a.buf.Next(n)
}

func (a *answers) encode(c *Call) {
	begin := a.buf.Len()
	if c.err == nil {
		a.open(c)
		a.buf.WriteString(`"result":`)
		if c.err = a.resultOf(c); c.err == nil {
			a.close(c, `,"error":null}`)
			return
		}
		a.buf.Truncate(begin)
	}
	a.open(c)
	if c.dialect == cgrates {
		a.buf.WriteString(`"result":null,"error":`)
	} else {
		a.buf.WriteString(`"error":{"code":`)
		a.buf.Write(strconv.AppendInt(a.buf.AvailableBuffer(), int64(rpcCode(c.err)), 10))
		a.buf.WriteString(`,"message":`)
	}
	a.text(c.err.Error())
	if c.dialect != cgrates {
		a.buf.WriteByte('}')
	}
	a.buf.WriteByte('}')
}

// resultOf encodes the result of c. The error is for the client.
func (a *answers) resultOf(c *Call) (err error) {
	var answered error // by a long result
	if l, ok := c.result.(Long); ok {
		err = guard(func() error {
			answered = a.long(c, l)
			return nil
		})
	} else {
		err = guard(func() error { return a.result(c.result) })
	}
	if err != nil {
		a.opts.Log.Error("result cannot be encoded", "method", c.methodName(), "face", c.link.face, "err", err)
		return &fault{codeInternal, textServerError + ": result cannot be encoded"}
	}
	return answered
}

// guard turns a panic into an error.
func guard(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return fn()
}

// open writes what stands before result and error.
func (a *answers) open(c *Call) {
	if c.dialect == cgrates {
		a.buf.WriteString(`{"id":`)
	} else {
		a.buf.WriteString(`{"jsonrpc":"2.0","id":`)
	}
	if c.id == nil {
		a.buf.WriteString("null")
	} else {
		a.buf.Write(c.id)
	}
	a.buf.WriteByte(',')
}

func (a *answers) close(c *Call, cgratesTail string) {
	if c.dialect == cgrates {
		a.buf.WriteString(cgratesTail)
	} else {
		a.buf.WriteByte('}')
	}
}

// Appender is a result that encodes itself: AppendJSON appends one JSON value, with < > & escaped, to b. What it
// appends is sent as it is, without the check that an encoder's output gets: for large answers that check costs as much
// as making them.
type Appender interface {
	AppendJSON(b []byte) ([]byte, error)
}

// result encodes v. What it wrote before an error stays in the buffer.
func (a *answers) result(v any) error {
	if s, ok := v.(string); ok {
		a.text(s)
		return nil
	}
	if own, ok := v.(Appender); ok {
		text, err := own.AppendJSON(a.buf.AvailableBuffer())
		a.buf.Write(text)
		return err
	}
	return json.MarshalWrite(&a.buf, v, resultJSON)
}

// AppendResult appends a result to b as [Call.Reply] would have it written, for a [Long].
func AppendResult(b []byte, result any) ([]byte, error) {
	text, err := json.Marshal(result, resultJSON)
	return append(b, text...), err
}

// text encodes s.
func (a *answers) text(s string) { a.buf.Write(AppendText(a.buf.AvailableBuffer(), s)) }

// AppendText appends s to b as a JSON text, escaped as all answers are. What in it is not UTF-8 is replaced.
func AppendText(b []byte, s string) []byte {
	if isPlain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	quoted, err := json.Marshal(s, resultJSON, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return strconv.AppendQuoteToASCII(b, textServerError)
	}
	return append(b, quoted...)
}

// isPlain reports whether s needs no escaping at all, as most answers do.
func isPlain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c >= 0x7f, c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}
