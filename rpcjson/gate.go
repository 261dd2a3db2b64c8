package rpcjson

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
)

// Gate counts the open connections of listeners, all and those of each peer, and closes at once those that are too
// many: no peer can take all that there is.
type Gate struct {
	most, perPeerMost int
	log               *slog.Logger

	mu      sync.Mutex
	open    map[string]int // by face
	all     int
	perPeer map[netip.Addr]int
	refused uint64
}

// NewGate makes a gate for so many connections of all listeners behind it together, and of one address.
func NewGate(most, perPeerMost int, log *slog.Logger) *Gate {
	return &Gate{most: most, perPeerMost: perPeerMost, log: log,
		open: make(map[string]int), perPeer: make(map[netip.Addr]int)}
}

// Open returns how many connections of a face are open.
func (g *Gate) Open(face string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open[face]
}

// Refused returns how many connections were closed for a limit, or for where they came from, since the start.
func (g *Gate) Refused() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused
}

// Limit puts a listener behind the gate, for faces that net/http serves: Accept returns the connections that are let
// in, and closing one counts it out.
func (g *Gate) Limit(ln net.Listener, face string) net.Listener {
	return &gatedListener{Listener: ln, gate: g, face: face}
}

// admit counts a connection in and returns how it is counted out. One that is not let in is closed, and nil returned.
func (g *Gate) admit(nc net.Conn, face string, allow Access) (leave func()) {
	peer := peerAddr(nc.RemoteAddr())
	refused, why := g.enter(face, peer, allow)
	if refused == 0 {
		return func() { g.leave(face, peer) }
	}
	if refused&(refused-1) == 0 { // 1, 2, 4, 8...: a flood must not flood the log
		g.log.Warn("connection refused", "why", why, "face", face, "peer", peerName(peer), "refused", refused)
	}
	if err := nc.Close(); err != nil {
		g.log.Debug("closing a refused connection", "face", face, "peer", peerName(peer), "err", err)
	}
	return nil
}

// enter counts a connection in and returns 0, or refuses it and returns how many were refused so far, and why.
func (g *Gate) enter(face string, peer netip.Addr, allow Access) (refused uint64, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !allow.allows(peer):
		why = "its network is not allowed"
	case g.all >= g.most:
		why = "too many connections"
	case g.perPeer[peer] >= g.perPeerMost:
		why = "too many connections of this peer"
	default:
		g.open[face]++
		g.all++
		g.perPeer[peer]++
		return 0, ""
	}
	g.refused++
	return g.refused, why
}

func (g *Gate) leave(face string, peer netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[face]--
	g.all--
	if g.perPeer[peer]--; g.perPeer[peer] == 0 {
		delete(g.perPeer, peer)
	}
}

type gatedListener struct {
	net.Listener
	gate *Gate
	face string
}

// Accept returns the next connection that is let in.
func (l *gatedListener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave := l.gate.admit(nc, l.face, Access{}); leave != nil {
			return &gatedConn{Conn: nc, leave: sync.OnceFunc(leave)}, nil
		}
	}
}

type gatedConn struct {
	net.Conn
	leave func() // once
}

// Close closes the connection and counts it out.
func (c *gatedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
