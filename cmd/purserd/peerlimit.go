package main

import (
	"log/slog"
	"net"
	"sync"
)

// peerLimit is a listener that has at most so many connections of one address open: more are closed at once, so that
// no peer can take all that HTTP may have. Package rpcjson counts those of the other listeners itself.
type peerLimit struct {
	net.Listener
	most int
	log  *slog.Logger

	mu      sync.Mutex
	open    map[string]int // by IP address
	refused uint64
}

func newPeerLimit(ln net.Listener, most int, log *slog.Logger) *peerLimit {
	return &peerLimit{Listener: ln, most: most, log: log, open: map[string]int{}}
}

// Accept returns the next connection of a peer that may have it.
func (l *peerLimit) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		peer, _, err := net.SplitHostPort(conn.RemoteAddr().String())
		if err != nil {
			peer = conn.RemoteAddr().String()
		}
		refused := l.admit(peer)
		if refused == 0 {
			return &countedConn{Conn: conn, leave: sync.OnceFunc(func() { l.dismiss(peer) })}, nil
		}
		if refused&(refused-1) == 0 { // 1, 2, 4, 8...: a flood must not flood the log
			l.log.Warn("connection refused", "why", "too many connections of this peer", "peer", peer, "refused", refused)
		}
		if err := conn.Close(); err != nil {
			l.log.Debug("closing a refused connection", "peer", peer, "err", err)
		}
	}
}

// admit counts a connection in and returns 0, or refuses it and returns how many were refused so far.
func (l *peerLimit) admit(peer string) (refused uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[peer] >= l.most {
		l.refused++
		return l.refused
	}
	l.open[peer]++
	return 0
}

func (l *peerLimit) dismiss(peer string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[peer]--; l.open[peer] == 0 {
		delete(l.open, peer)
	}
}

// countedConn is a connection that was admitted.
type countedConn struct {
	net.Conn
	leave func() // once
}

// Close closes the connection and counts it out.
func (c *countedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
