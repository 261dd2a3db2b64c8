package rpcjson

import (
	"net"
	"net/netip"
)

// Access says who may use a listener, and for what.
type Access struct {
	// Roles are the permissions of all clients of the listener. A method is served when its Role is among them.
	Roles Roles
	// Networks are those that peers may come from. nil lets any peer in, an empty list none.
	Networks []netip.Prefix
}

// AllowsPeer reports whether a peer may connect whose address is HOST:PORT, as http.Request.RemoteAddr has it.
func (a Access) AllowsPeer(hostPort string) bool { return a.allows(parsePeer(hostPort)) }

// allows reports whether a peer with this address may connect. An address that is not valid (a pipe, a Unix socket)
// is let in only where any peer is.
func (a Access) allows(peer netip.Addr) bool {
	if a.Networks == nil {
		return true
	}
	for _, network := range a.Networks {
		if network.Contains(peer) {
			return true
		}
	}
	return false
}

// peerAddr returns the IP address behind a, with 4-in-6 forms and zones removed; it is not valid when a has none.
func peerAddr(a net.Addr) netip.Addr {
	if a == nil {
		return netip.Addr{}
	}
	return parsePeer(a.String())
}

func parsePeer(hostPort string) netip.Addr {
	ap, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// peerName is the text form of addr, "" when it is not valid.
func peerName(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	return addr.String()
}
