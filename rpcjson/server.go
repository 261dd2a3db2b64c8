package rpcjson

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Server holds the methods and serves them on any number of listeners.
type Server struct {
	opts     Options
	registry registry

	mu       sync.Mutex
	open     map[string]int     // connections by face
	perPeer  map[netip.Addr]int // connections by address
	refused  uint64
	inFlight atomic.Int64
	room     budget
	long     *semaphore.Weighted // long answers that may be in memory
}

// New makes a server without methods.
func New(opts Options) *Server {
	s := &Server{
		opts:     opts.withDefaults(),
		registry: registry{methods: make(map[string]*Method), services: make(map[string]bool)},
		open:     make(map[string]int),
		perPeer:  make(map[netip.Addr]int),
	}
	s.long = semaphore.NewWeighted(int64(s.opts.LongAnswersMax))
	s.room.give(s.opts.BufferBytesMax)
	return s
}

// Stats is what a server is doing.
type Stats struct {
	ConnsTCP  int    // open connections of ServeTCP
	ConnsBidi int    // open connections of ServeBidi
	InFlight  int    // requests accepted and not yet answered, of all faces
	Refused   uint64 // connections closed for a limit or for where they came from, since the start
}

// Stats returns the state of the moment.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		ConnsTCP: s.open[FaceTCP], ConnsBidi: s.open[FaceBidi],
		InFlight: int(s.inFlight.Load()), Refused: s.refused,
	}
}

// admit counts a connection in and returns 0, or refuses it and returns how many were refused so far, and why.
func (s *Server) admit(face string, peer netip.Addr, access Access) (refused uint64, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !access.allows(peer):
		why = "its network is not allowed"
	case s.open[FaceTCP]+s.open[FaceBidi] >= s.opts.ConnsMax:
		why = "too many connections"
	case s.perPeer[peer] >= s.opts.ConnsPerPeerMax:
		why = "too many connections of this peer"
	default:
		s.open[face]++
		s.perPeer[peer]++
		return 0, ""
	}
	s.refused++
	return s.refused, why
}

// dismiss counts a connection out.
func (s *Server) dismiss(face string, peer netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[face]--
	if s.perPeer[peer]--; s.perPeer[peer] == 0 {
		delete(s.perPeer, peer)
	}
}
