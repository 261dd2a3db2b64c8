package rpcjson

import (
	"io"
	"time"

	"purser/paced"
)

// write writes the answers in the order of the requests, and ends the connection when the reader is done and all is
// answered. When the peer does not read, it goes on without encoding and writing, so that every call is waited for.
func (c *conn) write() {
	defer c.out.giveRoom()
	for {
		call, ok := c.nextCall()
		if !ok {
			break
		}
		c.await(call)
		if call.isLong() { // others need not wait for it
			c.flush()
		}
		if !c.dead { // long lists take long to encode, and a stop waits for it
			c.out.add(call)
		}
		c.done()
		if c.out.ready >= flushBytes {
			c.flush()
		}
	}
	c.flush()
	c.hangUp()
}

// nextCall returns the call to be answered next. Before it waits for one it writes what is ready.
func (c *conn) nextCall() (*Call, bool) {
	for {
		select {
		case call, ok := <-c.calls:
			return call, ok
		default:
		}
		c.flush()
		select {
		case call, ok := <-c.calls:
			return call, ok
		case <-c.wake: // a call to the peer is to be sent
		}
	}
}

// await returns when the call is answered. Before it waits it writes what is ready.
func (c *conn) await(call *Call) {
	c.head.Store(call)
	for !call.answered() {
		c.flush()
		<-c.wake
	}
}

// flush writes all whole messages in one call.
func (c *conn) flush() {
	if c.out.ready > 0 {
		c.send(c.out.take())
		c.out.release()
	}
	if c.client != nil {
		if requests := c.client.codec.takeOutbox(); len(requests) > 0 {
			c.send(requests)
		}
	}
}

// send writes b, giving the peer the time of Options.WriteTimeout for each piece of a long answer.
func (c *conn) send(b []byte) {
	if c.dead {
		return
	}
	if err := paced.Write(c.nc, c.nc.SetWriteDeadline, c.server.opts.WriteTimeout, b); err != nil {
		c.dead = true
		c.server.opts.Log.Debug("writing failed", "face", c.face, "peer", c.peer, "err", err)
		c.cut()
	}
}

// hangUp closes the connection so that the last answers reach the peer.
func (c *conn) hangUp() {
	defer c.close()
	if c.dead || c.sawEOF {
		return
	}
	half, ok := c.nc.(interface{ CloseWrite() error })
	if !ok {
		return
	}
	err := half.CloseWrite()
	if err == nil {
		err = c.nc.SetReadDeadline(time.Now().Add(lingerTime))
	}
	if err == nil {
		_, err = io.Copy(io.Discard, c.nc)
	}
	if err != nil {
		c.server.opts.Log.Debug("peer did not hang up", "face", c.face, "peer", c.peer, "err", err)
	}
}
