package rpcjson

import (
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Server holds the methods and serves them on any number of listeners.
type Server struct {
	opts     Options
	registry registry

	gate     *Gate
	inFlight atomic.Int64
	room     budget
	long     *semaphore.Weighted // long answers that may be in memory
}

// New makes a server without methods.
func New(opts Options) *Server {
	s := &Server{
		opts:     opts.withDefaults(),
		registry: registry{methods: make(map[string]*Method), services: make(map[string]bool)},
	}
	s.gate = NewGate(s.opts.ConnsMax, s.opts.ConnsPerPeerMax, s.opts.Log)
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
	return Stats{
		ConnsTCP: s.gate.Open(FaceTCP), ConnsBidi: s.gate.Open(FaceBidi),
		InFlight: int(s.inFlight.Load()), Refused: s.gate.Refused(),
	}
}
