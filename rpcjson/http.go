package rpcjson

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"

	"purser/paced"
)

// Headers of HTTP requests that this package reads.
const (
	headerIdempotencyKey = "Idempotency-Key"
	// keyBytesMax bounds an idempotency key in bytes. A longer one is refused with status 400, not cut.
	keyBytesMax = 256
)

// HTTP serves POST /jsonrpc in the CGRateS dialect, and POST /rpc in strict JSON-RPC 2.0. The caller mounts it at the
// root of an http.Server, whose header limits and idle time-outs are the caller's.
func (s *Server) HTTP(allow Access) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/jsonrpc", s.guard(allow, s.exchanges(allow, cgrates)))
	mux.Handle("/rpc", s.guard(allow, s.exchanges(allow, strict)))
	return mux
}

// exchange is one HTTP request: the link of the calls in its body. One goroutine reads, serves and writes.
type exchange struct {
	link
	w       http.ResponseWriter
	control *http.ResponseController
	out     answers
	calls   []*Call // served and not yet encoded, in order
	begun   bool    // the head of the answer is written
	dead    bool    // writing failed
}

func (s *Server) exchanges(allow Access, dia dialect) http.Handler {
	decoders := sync.Pool{New: func() any { return newDecoder(s, allow.Roles, false) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dec := decoders.Get().(*decoder)
		defer decoders.Put(dec)
		x := &exchange{
			link: link{
				server: s, ctx: r.Context(), face: FaceHTTP, peer: peerName(parsePeer(r.RemoteAddr)),
				key: r.Header.Get(headerIdempotencyKey), dialect: dia, wake: make(chan struct{}, 1),
				dec: dec,
			},
			w: w, control: http.NewResponseController(w), out: answers{opts: &s.opts, room: s.long},
		}
		defer x.out.giveRoom()
		x.push = x.queue
		if dia == strict && r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			x.refuse(http.StatusMethodNotAllowed, &fault{codeInvalidRequest, "only POST is served here"})
			return
		}
		if len(x.key) > keyBytesMax {
			x.refuse(http.StatusBadRequest, &fault{codeInvalidRequest, headerIdempotencyKey + " too long"})
			return
		}
		room := beyondKept(x.roomFor(r))
		if !s.room.take(room) {
			x.refuse(http.StatusServiceUnavailable, &fault{codeServer, errNoRoom.Error()})
			return
		}
		defer s.room.give(room)
		body, status, err := x.readBody(r)
		if err != nil {
			x.refuse(status, &fault{codeInvalidRequest, err.Error()})
			return
		}
		x.serve(body)
		x.finish()
	})
}

// roomFor is how many bytes the body may come to.
func (x *exchange) roomFor(r *http.Request) int {
	if r.ContentLength < 0 {
		return x.server.opts.RequestBytesMax
	}
	return int(min(r.ContentLength, int64(x.server.opts.RequestBytesMax)))
}

// readBody reads all of the body, in the time that a request has, before anything is done with it.
func (x *exchange) readBody(r *http.Request) (body []byte, status int, err error) {
	limit := int64(x.server.opts.RequestBytesMax)
	if r.ContentLength > limit {
		return nil, http.StatusRequestEntityTooLarge, errTooLong
	}
	if err := paced.Deadline(x.control.SetReadDeadline, x.server.opts.RequestTimeout); err != nil {
		return nil, http.StatusInternalServerError, err
	}
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		buf.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err = buf.ReadFrom(http.MaxBytesReader(x.w, r.Body, limit))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return nil, http.StatusRequestEntityTooLarge, errTooLong
	case err != nil:
		return nil, http.StatusRequestTimeout, errors.New("request body not complete")
	}
	return buf.Bytes(), 0, paced.Deadline(x.control.SetReadDeadline, 0)
}

// serve serves the requests of the body. The CGRateS dialect takes any number one after the other; the strict one
// takes one message, and nothing is executed where more than that is there.
func (x *exchange) serve(body []byte) {
	in := newFrames(bytes.NewReader(nil), func(bool) error { return nil }, &x.server.opts, &x.server.room)
	if x.dialect == strict {
		frame, err := in.only(body)
		if err == nil {
			err = x.take(frame)
		}
		x.fail(err, in)
		return
	}
	in.buf, in.end = body, len(body)
	for {
		frame, err := in.next()
		if err == nil {
			err = x.take(frame)
		}
		if err == io.EOF && in.count == 0 {
			err = notJSON("empty body")
		}
		x.fail(err, in)
		if err != nil && err != errTooDeep {
			return
		}
	}
}

// fail queues the answer to what framing or decoding found wrong.
func (x *exchange) fail(err error, in *frames) {
	var f *fault
	switch {
	case err == nil, err == io.EOF, err == errStray:
	case errors.As(err, &f):
		x.queue(x.newFailure(f, x.dialect))
	default:
		x.queue(x.newFailure(refusal(err, in), x.dialect))
	}
}

// queue gives a call its place in the order of answers.
func (x *exchange) queue(c *Call) {
	for len(x.calls) >= x.server.opts.InFlightMax {
		x.encodeFirst()
	}
	x.calls = append(x.calls, c)
}

// encodeFirst waits for the answer of the first call.
func (x *exchange) encodeFirst() {
	c := x.calls[0]
	x.calls = x.calls[1:]
	x.head.Store(c)
	for !c.answered() {
		<-x.wake
	}
	if c.isLong() { // others need not wait for it
		x.flush(1)
	}
	x.out.add(c)
	x.done()
	x.flush(flushBytes)
}

// flush writes all whole messages if they have that many bytes.
func (x *exchange) flush(least int) {
	if x.out.ready >= least {
		x.write(http.StatusOK, x.out.take(), false)
		x.out.release()
	}
}

// finish writes what is left when all of the body is served.
func (x *exchange) finish() {
	for len(x.calls) > 0 {
		x.encodeFirst()
	}
	if rest := x.out.take(); len(rest) > 0 || x.begun {
		x.write(http.StatusOK, rest, true)
		return
	}
	x.w.WriteHeader(http.StatusNoContent) // notifications only
}

// refuse answers a request that is not looked into.
func (x *exchange) refuse(status int, f *fault) {
	c := x.newFailure(f, x.dialect)
	x.out.add(c)
	x.done()
	x.write(status, x.out.take(), true)
}

// write sends a part of the answer. The deadline for it is taken back, since the connection may serve others after us;
// that is why the part is flushed before.
func (x *exchange) write(status int, b []byte, last bool) {
	if x.dead {
		return
	}
	if !x.begun {
		x.begun = true
		x.w.Header().Set("Content-Type", "application/json")
		x.w.Header().Set("X-Content-Type-Options", "nosniff")
		if last {
			x.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		}
		x.w.WriteHeader(status)
	}
	err := paced.Write(x.w, x.control.SetWriteDeadline, x.server.opts.WriteTimeout, b)
	if err == nil {
		err = x.control.Flush()
	}
	if err = errors.Join(ignoreUnsupported(err), paced.Deadline(x.control.SetWriteDeadline, 0)); err != nil {
		x.dead = true
		x.server.opts.Log.Debug("writing failed", "face", x.face, "peer", x.peer, "err", err)
	}
}

func ignoreUnsupported(err error) error {
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
