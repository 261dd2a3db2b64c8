package rpcjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/cenkalti/rpc2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Client calls the peer of a FaceBidi connection. It may be used by many goroutines, and after the request that it
// came with is answered.
type Client struct {
	rpc   *rpc2.Client
	codec *peerCodec
}

// newClient makes the client of a connection; nudge makes that one's writer look at the outbox.
func newClient(nudge func(), opts *Options) *Client {
	codec := &peerCodec{
		nudge: nudge, pendingMax: opts.InFlightMax,
		responses: make(chan peerResponse), ended: make(chan struct{}), pending: make(map[uint64]bool),
	}
	return &Client{rpc: rpc2.NewClientWithCodec(codec), codec: codec}
}

// PeerError is the error that a peer answered a call with: its text, or its JSON where it is no text.
type PeerError string

// Error returns what the peer said.
func (e PeerError) Error() string { return string(e) }

// ErrConnEnded says that the connection ended before the peer answered.
var ErrConnEnded = errors.New("rpcjson: connection ended")

// Call asks the peer for method with args as the only parameter, and decodes its result into reply, a pointer, unless
// that is nil. It waits until the peer answers, ctx ends or the connection does. The error is a PeerError when the
// peer refused, that of ctx, or ErrConnEnded.
//
// It must not be called from Serve itself but from a goroutine of its own: the answer cannot be read before Serve
// returns. Serve and the answers to the peer's requests are never held up by it.
func (c *Client) Call(ctx context.Context, method string, args, reply any) error {
	var answer peerResult
	err := c.rpc.CallWithContext(ctx, method, args, &answer)
	var refused rpc2.ServerError
	switch {
	case errors.As(err, &refused):
		return PeerError(refused)
	case errors.Is(err, rpc2.ErrShutdown), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrConnEnded
	case err != nil:
		return err
	}
	if reply == nil {
		return nil
	}
	if err := json.Unmarshal(answer.result, reply, strictJSON); err != nil {
		return fmt.Errorf("rpcjson: result of %s: %w", method, err)
	}
	return nil
}

// peerResult receives a result undecoded: rpc2 hangs up when decoding fails, and may write into it when nobody waits
// any more.
type peerResult struct{ result []byte }

// peerCodec lets rpc2 do what it is good at, matching answers to calls. It sees no requests: those are read, ordered
// and answered by the connection like those of any other face, because rpc2 ends a connection for params that it
// cannot decode, and its own JSON codec the process for {}.
type peerCodec struct {
	nudge      func()
	pendingMax int

	responses chan peerResponse
	ended     chan struct{}
	result    []byte // of the response in work; of rpc2's reading goroutine

	mu      sync.Mutex
	outbox  []byte
	pending map[uint64]bool // calls without an answer, those that nobody waits for any more included
}

type peerResponse struct {
	id      uint64
	result  []byte
	failure string
}

// errTooManyCalls says that the peer has left Options.InFlightMax calls unanswered.
var errTooManyCalls = errors.New("rpcjson: too many calls that the peer has not answered")

var errNotUsed = errors.New("rpcjson: requests of the peer do not pass through rpc2")

// deliver hands the peer's answer to the call that waits for it. One to a call that never was is ignored.
func (p *peerCodec) deliver(r *request) {
	id, err := strconv.ParseUint(string(r.id), 10, 64)
	if err != nil || !p.forget(id) {
		return
	}
	answer := peerResponse{id: id, result: bytes.Clone(r.result), failure: failureText(r.peerError)}
	select {
	case p.responses <- answer:
	case <-p.ended:
	}
}

func (p *peerCodec) forget(id uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.pending[id]
	delete(p.pending, id)
	return known
}

// failureText makes text of a peer's error member, "" when that says that there was none.
func failureText(raw []byte) string {
	if raw == nil || string(raw) == "null" {
		return ""
	}
	if raw[0] == '"' {
		raw = unquote(raw)
	}
	return printable(string(raw), errorTextMax)
}

// end fails all calls that wait.
func (p *peerCodec) end() { close(p.ended) }

// takeOutbox returns the requests to be sent.
func (p *peerCodec) takeOutbox() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.outbox
	p.outbox = nil
	return out
}

// ReadHeader waits for the peer's next answer.
func (p *peerCodec) ReadHeader(_ *rpc2.Request, resp *rpc2.Response) error {
	select {
	case r := <-p.responses:
		resp.Seq, resp.Error, p.result = r.id, r.failure, r.result
		return nil
	case <-p.ended:
		return io.EOF
	}
}

// ReadResponseBody gives the result of the answer in work to the call.
func (p *peerCodec) ReadResponseBody(body any) error {
	if answer, ok := body.(*peerResult); ok {
		answer.result = p.result
		if answer.result == nil {
			answer.result = []byte("null")
		}
	}
	return nil
}

// WriteRequest queues a call to the peer, {"method":M,"params":[ARGS],"id":N}, for the connection's writer.
func (p *peerCodec) WriteRequest(r *rpc2.Request, args any) error {
	method, err := jsontext.AppendQuote(nil, r.Method)
	if err != nil {
		return fmt.Errorf("rpcjson: call: %w", err)
	}
	params, err := json.Marshal(args, resultJSON)
	if err != nil {
		return fmt.Errorf("rpcjson: call %s: %w", r.Method, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.pending) >= p.pendingMax {
		return errTooManyCalls
	}
	p.pending[r.Seq] = true
	p.outbox = fmt.Appendf(p.outbox, "{\"method\":%s,\"params\":[%s],\"id\":%d}\n", method, params, r.Seq)
	p.nudge()
	return nil
}

// ReadRequestBody is not used.
func (p *peerCodec) ReadRequestBody(any) error { return errNotUsed }

// WriteResponse is not used.
func (p *peerCodec) WriteResponse(*rpc2.Response, any) error { return errNotUsed }

// Close does nothing: the connection is not rpc2's to end.
func (p *peerCodec) Close() error { return nil }
