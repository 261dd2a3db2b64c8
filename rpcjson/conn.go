package rpcjson

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is one TCP connection: a goroutine that reads and serves, one that writes, and the calls between them.
type conn struct {
	link
	nc     net.Conn
	cancel context.CancelFunc // ends link.ctx

	calls chan *Call // read and not yet answered, in order; full means: do not read on
	in    *frames
	out   answers

	stopping atomic.Bool
	timed    int  // the frame that a read deadline is set for, counted from 1; 0: none is set
	sawEOF   bool // the peer has sent all it will; set before calls is closed
	dead     bool // writing failed; of the writer
}

// lingerTime is how long a connection that we end may take to read our last answers. Closing it at once would, where
// input is unread, send a reset that overtakes them.
const lingerTime = 500 * time.Millisecond

// flushBytes is how much is encoded before it is written, although more answers are ready.
const flushBytes = 64 << 10

// errStopping ends reading because the server stops.
var errStopping = errors.New("server stopping")

func (s *Server) newConn(ctx context.Context, nc net.Conn, roles Roles, face, peer string) *conn {
	c := &conn{
		link:  link{server: s, face: face, peer: peer, dialect: cgrates, wake: make(chan struct{}, 1)},
		nc:    nc,
		calls: make(chan *Call, s.opts.InFlightMax),
		out:   answers{opts: &s.opts, room: s.long},
	}
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.in = newFrames(nc, c.beforeRead, &s.opts, &s.room)
	c.dec = newDecoder(s, roles, face == FaceBidi)
	c.push = func(call *Call) { c.calls <- call }
	if face == FaceBidi {
		c.client = newClient(c.nudge, &s.opts)
	}
	return c
}

// serve runs the connection to its end.
func (c *conn) serve() {
	defer c.cancel()
	var wg sync.WaitGroup
	if c.client != nil {
		wg.Go(c.client.rpc.Run)
	}
	wg.Go(func() {
		defer close(c.calls)
		c.read()
	})
	c.write()
	wg.Wait()
}

// stop makes the reader take no more than what it has read already.
func (c *conn) stop() {
	c.stopping.Store(true)
	if err := c.nc.SetReadDeadline(time.Unix(1, 0)); err != nil {
		c.server.opts.Log.Debug("stopping a connection", "face", c.face, "peer", c.peer, "err", err)
	}
}

// cut ends the connection although requests are unanswered.
func (c *conn) cut() {
	c.cancel()
	c.close()
}

// close gives the socket back. It may be called more than once, and from any goroutine.
func (c *conn) close() {
	if err := c.nc.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		c.server.opts.Log.Debug("closing a connection", "face", c.face, "peer", c.peer, "err", err)
	}
}
