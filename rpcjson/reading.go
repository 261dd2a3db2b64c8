package rpcjson

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// read takes requests until the peer ends, sends what is no JSON, is too slow, or the server stops.
func (c *conn) read() {
	err := c.readAll()
	c.in.release()
	if c.client != nil {
		c.client.codec.end()
	}
	var fail *fault
	var timeout net.Error
	switch {
	case err == io.EOF:
		c.sawEOF = true
	case errors.As(err, &fail):
		c.push(c.newFailure(fail, c.dialect))
	case err == errStopping, err == errStray, c.stopping.Load():
	case errors.As(err, &timeout) && timeout.Timeout():
		text := fmt.Sprintf("jsonrpc: request not complete within %v", c.server.opts.RequestTimeout)
		c.push(c.newFailure(&fault{codeInvalidRequest, text}, c.dialect))
	default: // the peer has gone
		c.cancel()
		c.server.opts.Log.Debug("reading failed", "face", c.face, "peer", c.peer, "err", err)
	}
}

// readAll serves request after request and returns why it ended.
func (c *conn) readAll() error {
	if err := c.handshake(); err != nil {
		return err
	}
	next := c.in.next
	digit, err := c.in.startsWithDigit()
	if err != nil {
		return err
	}
	if digit {
		c.dialect = lenient
		c.out.netstring = true // the writer sees it: no call was pushed yet
		next = c.in.nextNetstring
	}
	for {
		frame, err := next()
		switch {
		case err == errTooLong || err == errTooDeep || err == errNoRoom:
			c.push(c.newFailure(refusal(err, c.in), c.dialect))
		case err != nil:
			return err
		default:
			if err := c.take(frame); err != nil {
				return err
			}
		}
	}
}

// refusal is the answer to a request that is over a limit.
func refusal(err error, in *frames) *fault {
	switch err {
	case errNoRoom:
		return &fault{codeServer, fmt.Sprintf("jsonrpc: %v", err)}
	case errTooDeep:
		return &fault{codeInvalidRequest, fmt.Sprintf("jsonrpc: %v, limit %d levels", err, in.scan.depthMax)}
	default:
		return &fault{codeInvalidRequest, fmt.Sprintf("jsonrpc: %v, limit %d bytes", err, in.bytesMax)}
	}
}

// handshake runs the TLS handshake, where there is one, within the time that a request has.
func (c *conn) handshake() error {
	tls, ok := c.nc.(interface{ HandshakeContext(context.Context) error })
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.server.opts.RequestTimeout)
	defer cancel()
	return tls.HandshakeContext(ctx)
}

// beforeRead sets the time by which a request that has begun must be complete.
func (c *conn) beforeRead(begun bool) error {
	frame := 0
	var deadline time.Time
	if begun {
		frame = c.in.count + 1
		deadline = time.Now().Add(c.server.opts.RequestTimeout)
	}
	if frame != c.timed {
		c.timed = frame
		if err := c.nc.SetReadDeadline(deadline); err != nil {
			return err
		}
	}
	// Looked at after the deadline is set: stop raises the flag before it sets its own, so one of both is seen.
	if c.stopping.Load() {
		return errStopping
	}
	return nil
}
