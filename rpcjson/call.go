package rpcjson

import (
	"context"
	"sync/atomic"
	"time"
)

// Faces, as Call.Face and Observation.Face name them.
const (
	FaceTCP  = "tcp"
	FaceBidi = "bijson"
	FaceHTTP = "http"
)

// link is where calls come from and their answers go to: a connection, or one HTTP request.
type link struct {
	server  *Server
	ctx     context.Context
	face    string
	peer    string
	key     string // Idempotency-Key
	dialect dialect
	client  *Client

	dec  *decoder
	push func(*Call) // takes a call into the order of answers; blocks while too many wait

	// head is the call whose answer is to be written next. Only its answer needs to wake the writer: those behind it
	// cannot leave before it.
	head atomic.Pointer[Call]
	wake chan struct{}
}

// States of a call. The one goroutine that moves it from waiting to answering owns result and err; storing answered
// hands them to the writer.
const (
	waiting uint32 = iota
	answering
	answered
)

// Call is one request in work. Serve must see to it that exactly one of Reply and Fail is called, once, from any
// goroutine, during Serve or later. What is called second is ignored and logged as an error.
//
// Calls are never used again for another request, so that a late second answer cannot reach the wrong one.
type Call struct {
	link    *link
	method  *Method // nil when the request named none that is served
	id      []byte  // JSON, nil when there was none
	idRoom  [24]byte
	dialect dialect
	silent  bool // a notification: executed, not answered
	batch   batchPart
	begun   time.Time // when the request was complete; zero when nobody observes

	state  atomic.Uint32
	result any
	err    error
}

// Context ends with the connection, the HTTP request, or the server. When the server stops, it goes on until the
// accepted requests are answered or Options.StopTimeout is over.
func (c *Call) Context() context.Context { return c.link.ctx }

// Face returns what the request came in by: FaceTCP, FaceBidi or FaceHTTP.
func (c *Call) Face() string { return c.link.face }

// Peer returns the remote IP address without port, "" when there is none.
func (c *Call) Peer() string { return c.link.peer }

// Method returns the registered name of the method.
func (c *Call) Method() string { return c.methodName() }

// IdempotencyKey returns the HTTP header Idempotency-Key, else "". All requests of one HTTP body have the same.
func (c *Call) IdempotencyKey() string { return c.link.key }

// Client calls the peer over the connection that the request came in on. It is nil but for FaceBidi.
func (c *Call) Client() *Client { return c.link.client }

// Reply answers the request with result. It is encoded later, by the goroutine that writes, so it must not change
// afterwards. A nil slice or map is written as null, map keys are sorted, and < > & are escaped, as encoding/json does.
func (c *Call) Reply(result any) { c.answer(result, nil) }

// Fail answers the request with an error: its text, and for a JSON-RPC 2.0 client the code that err or one that it
// wraps returns from RPCCode() int, else -32000.
// A nil error is answered as an internal one.
func (c *Call) Fail(err error) {
	if err == nil {
		err = &fault{codeInternal, textServerError}
	}
	c.answer(nil, err)
}

func (c *Call) answer(result any, err error) {
	if !c.settle(result, err) {
		c.link.server.opts.Log.Error("request answered twice, second answer dropped",
			"method", c.methodName(), "face", c.link.face, "peer", c.link.peer, "err", err)
	}
}

// settle records the answer unless there is one already.
func (c *Call) settle(result any, err error) bool {
	if !c.state.CompareAndSwap(waiting, answering) {
		return false
	}
	c.result, c.err = result, err
	c.state.Store(answered)
	if c.link.head.Load() == c {
		c.link.nudge()
	}
	return true
}

// nudge makes the writer look again. It never blocks.
func (l *link) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (c *Call) answered() bool { return c.state.Load() == answered }

func (c *Call) methodName() string {
	if c.method == nil {
		return unknownMethod
	}
	return c.method.Name
}
