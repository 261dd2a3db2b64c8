package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// benchInFlightMax bounds the requests in flight of one connection, so that
// all of them fit into the sockets' buffers: a pipeline writes while it does
// not read.
const benchInFlightMax = 1024

// benchReplyBytesMax bounds one answer.
const benchReplyBytesMax = 1 << 20

// load is a closed loop: each connection keeps inFlight requests under way
// and sends a new one for each answer.
type load struct {
	dial     func(context.Context) (net.Conn, error)
	conns    int
	inFlight int
	source   func(conn int) requestSource
	duration time.Duration // stop sending after it; 0: when the sources end
	timeout  time.Duration // longest wait for an answer
}

// measured is what a load showed.
type measured struct {
	answers uint64
	took    time.Duration
	latency histogram
}

// rate is answers per second.
func (m *measured) rate() float64 {
	if m.took <= 0 {
		return 0
	}
	return float64(m.answers) / m.took.Seconds()
}

// merge adds another round of the same load.
func (m *measured) merge(other *measured) {
	m.answers += other.answers
	m.took += other.took
	m.latency.merge(&other.latency)
}

// run drives the load to its end and checks every answer: an error answer
// ends it. It counts answers into done as they come, for a progress line.
func (l load) run(ctx context.Context, done *atomic.Uint64) (*measured, error) {
	pipes := make([]*pipeline, l.conns)
	for i := range pipes {
		conn, err := l.dial(ctx)
		if err != nil {
			return nil, errors.Join(err, closePipelines(pipes[:i]))
		}
		pipes[i] = newPipeline(conn, l.source(i), l.inFlight, l.timeout, done)
	}
	group, running := errgroup.WithContext(ctx)
	start := time.Now()
	for _, p := range pipes {
		group.Go(func() error {
			defer context.AfterFunc(running, func() { p.close() })() // its error is kept for closePipelines
			return p.run(start, l.duration)
		})
	}
	err := group.Wait()
	took := time.Since(start)
	if ctx.Err() != nil {
		err = context.Cause(ctx) // rather than how the connections took it
	}
	if err = errors.Join(err, closePipelines(pipes)); err != nil {
		return nil, err
	}
	total := &measured{took: took}
	for _, p := range pipes {
		total.answers += p.latency.n
		total.latency.merge(&p.latency)
	}
	return total, nil
}

// closePipelines closes the connections of all pipes.
func closePipelines(pipes []*pipeline) error {
	var errs []error
	for _, p := range pipes {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// pipeline is one connection of a load. A request's id is its slot, so
// answers may come in any order and finding the time it was sent is one index.
type pipeline struct {
	conn    net.Conn
	close   func() error // closes conn once; later calls give the same error
	next    requestSource
	timeout time.Duration
	done    *atomic.Uint64
	sent    []time.Duration // by slot: since the start of the run; -1: free
	free    []int           // slots that wait for a request
	out     []byte
	in      []byte // what was read and not yet scanned
	latency histogram
}

func newPipeline(conn net.Conn, next requestSource, inFlight int, timeout time.Duration,
	done *atomic.Uint64) *pipeline {
	p := &pipeline{conn: conn, close: sync.OnceValue(conn.Close), next: next, timeout: timeout, done: done,
		sent: make([]time.Duration, inFlight), in: make([]byte, 0, 64<<10)}
	for slot := range p.sent {
		p.sent[slot] = -1
		p.free = append(p.free, slot)
	}
	return p
}

// run sends and receives until the source ends or the duration is over, and
// every request is answered.
func (p *pipeline) run(start time.Time, duration time.Duration) error {
	renew := time.Duration(0) // when to move the deadline on; not for each answer, it costs
	for now := time.Duration(0); ; now = time.Since(start) {
		if now >= renew {
			if err := p.conn.SetDeadline(time.Now().Add(p.timeout)); err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			renew = now + p.timeout/4
		}
		if duration == 0 || now < duration {
			if err := p.send(now); err != nil {
				return err
			}
		}
		if len(p.free) == len(p.sent) {
			return nil
		}
		if err := p.receive(start); err != nil {
			return err
		}
	}
}

// send fills all free slots and writes their requests in one call.
func (p *pipeline) send(now time.Duration) error {
	p.out = p.out[:0]
	for len(p.free) > 0 {
		slot := p.free[len(p.free)-1]
		out, more := p.next(p.out, slot)
		if !more {
			break
		}
		p.out, p.sent[slot], p.free = out, now, p.free[:len(p.free)-1]
	}
	if len(p.out) == 0 {
		return nil
	}
	if _, err := p.conn.Write(p.out); err != nil {
		return fmt.Errorf("bench: send: %w", err)
	}
	return nil
}

// receive reads what has come, at least one byte, and takes the whole answers
// in it.
func (p *pipeline) receive(start time.Time) error {
	if len(p.in) == cap(p.in) {
		if cap(p.in) >= benchReplyBytesMax {
			return fmt.Errorf("bench: an answer of more than %d bytes", benchReplyBytesMax)
		}
		p.in = append(make([]byte, 0, 2*cap(p.in)), p.in...)
	}
	n, err := p.conn.Read(p.in[len(p.in):cap(p.in)])
	if err != nil {
		return fmt.Errorf("bench: wait for answers: %w", err)
	}
	p.in = p.in[:len(p.in)+n]
	now, rest, answers := time.Since(start), p.in, uint64(0)
	for end := bytes.IndexByte(rest, '\n'); end >= 0; end = bytes.IndexByte(rest, '\n') {
		if err := p.answer(rest[:end], now); err != nil {
			return err
		}
		answers, rest = answers+1, rest[end+1:]
	}
	p.done.Add(answers)
	p.in = p.in[:copy(p.in, rest)]
	return nil
}

// What a good answer starts and ends with. The order of its members is part
// of the dialect, so two comparisons are all the parsing it needs.
const (
	answerStart = `{"id":1`
	answerEnd   = `,"error":null}`
)

// answer checks one answer and frees its slot.
func (p *pipeline) answer(line []byte, now time.Duration) error {
	if len(line) < len(answerStart)+idDigits+len(answerEnd) ||
		string(line[:len(answerStart)]) != answerStart || string(line[len(line)-len(answerEnd):]) != answerEnd {
		return fmt.Errorf("bench: the answer is no success: %s", printable(string(line)))
	}
	slot := 0
	for _, c := range line[len(answerStart) : len(answerStart)+idDigits] {
		slot = slot*10 + int(c-'0')
	}
	if slot < 0 || slot >= len(p.sent) || p.sent[slot] < 0 {
		return fmt.Errorf("bench: an answer that nothing asked for: %s", printable(string(line)))
	}
	p.latency.add(now - p.sent[slot])
	p.sent[slot] = -1
	p.free = append(p.free, slot)
	return nil
}
