package rpcjson

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// ServeTCP serves the CGRateS dialect on ln until ctx ends. It then closes ln, answers what was accepted, closes the
// connections and returns nil. It returns an error when ln fails, or when a method leaves requests unanswered for
// longer than Options.StopTimeout.
func (s *Server) ServeTCP(ctx context.Context, ln net.Listener, allow Access) error {
	return s.serve(ctx, ln, allow, FaceTCP)
}

// ServeBidi is ServeTCP for peers that also answer calls: Call.Client is there.
func (s *Server) ServeBidi(ctx context.Context, ln net.Listener, allow Access) error {
	return s.serve(ctx, ln, allow, FaceBidi)
}

// group is the connections of one listener.
type group struct {
	wg    sync.WaitGroup
	mu    sync.Mutex
	conns map[*conn]struct{}
}

func (s *Server) serve(ctx context.Context, ln net.Listener, allow Access, face string) error {
	g := &group{conns: make(map[*conn]struct{})}
	closed := make(chan error, 1)
	cancel := context.AfterFunc(ctx, func() { closed <- ln.Close() })
	err := s.acceptLoop(ctx, ln, allow, face, g)
	if cancel() { // nobody has closed it yet: it failed
		closed <- ln.Close()
	}
	return errors.Join(err, <-closed, g.stop(s.opts.StopTimeout))
}

// acceptLoop takes connections until ctx ends or the listener fails for good.
func (s *Server) acceptLoop(ctx context.Context, ln net.Listener, allow Access, face string, g *group) error {
	pause := acceptPauseMin
	for {
		nc, err := ln.Accept()
		switch {
		case ctx.Err() != nil && err != nil:
			return nil
		case ctx.Err() != nil:
			return nc.Close()
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // such as too many open files: there is nothing to do but wait
			s.opts.Log.Error("accept failed", "face", face, "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			pause = min(2*pause, acceptPauseMax)
			continue
		}
		pause = acceptPauseMin
		s.accept(ctx, nc, allow, face, g)
	}
}

// How long accept waits after a failure, doubling each time.
const (
	acceptPauseMin = 5 * time.Millisecond
	acceptPauseMax = time.Second
)

func (s *Server) accept(ctx context.Context, nc net.Conn, allow Access, face string, g *group) {
	leave := s.gate.admit(nc, face, allow)
	if leave == nil {
		return
	}
	c := s.newConn(context.WithoutCancel(ctx), nc, allow.Roles, face, peerName(peerAddr(nc.RemoteAddr())))
	g.add(c)
	g.wg.Go(func() {
		defer leave()
		defer g.remove(c)
		c.serve()
	})
}

func (g *group) add(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns[c] = struct{}{}
}

func (g *group) remove(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
}

func (g *group) each(f func(*conn)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		f(c)
	}
}

// stop lets the connections answer what they accepted, and cuts them when that takes longer than timeout.
func (g *group) stop(timeout time.Duration) error {
	g.each((*conn).stop)
	ended := make(chan struct{})
	go func() {
		g.wg.Wait()
		close(ended)
	}()
	if within(timeout, ended) {
		return nil
	}
	g.each((*conn).cut)
	if within(lingerTime, ended) { // all was answered, but peers had not read it
		return nil
	}
	return fmt.Errorf("rpcjson: requests were not answered within %v", timeout)
}

// within reports whether done is closed before the time is over.
func within(limit time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
