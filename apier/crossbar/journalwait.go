package crossbar

import (
	"context"
	"sync"
	"time"

	"purser/engine"
)

// Waiting are the requests that wait for the next entry of an account. Make it with [NewWaiting], give it to the face,
// tell it of commits with [Waiting.Committed], and end it with [Waiting.Stop]. It is safe for concurrent use.
//
// It looks at entries while the engine has them in memory, so that a journal which many wait for is read by none of
// them before there is something to read.
type Waiting struct {
	most  int
	ended chan struct{} // closed by Stop

	mu   sync.Mutex
	over bool                             // guarded by mu: ended is closed
	last uint64                           // guarded by mu: the last entry that it was told of
	all  map[*waiter]struct{}             // guarded by mu
	by   map[concern]map[*waiter]struct{} // guarded by mu
}

// waiter is a request that waits.
type waiter struct {
	of    []concern
	next  uint64        // guarded by Waiting.mu: the first entry of these since it joined, 0 for none
	woken chan struct{} // closed with next set
}

// NewWaiting returns room for that many requests. Beyond it one is answered with status 429: nothing is wrong with the
// service, which 503 would say, and who asks without waiting is served.
func NewWaiting(most int) *Waiting {
	return &Waiting{most: most, ended: make(chan struct{}), all: map[*waiter]struct{}{},
		by: map[concern]map[*waiter]struct{}{}}
}

// Stop ends all waiting, also of requests to come: they are answered with what there is.
func (w *Waiting) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		w.over = true
		close(w.ended)
	}
}

// Committed tells of entries that have become durable, in the order in which they did. It waits for nobody.
func (w *Waiting) Committed(c engine.Committed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = c.Last
	if len(w.all) == 0 {
		return
	}
	for _, e := range c.Group {
		for of := range concernsOf(e) {
			for one := range w.by[of] {
				if one.next == 0 {
					one.next = e.Seq
					close(one.woken)
				}
			}
		}
	}
}

// Len returns how many wait.
func (w *Waiting) Len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.all)
}

// join returns a new waiter for entries of these concerns, nil when there are too many.
func (w *Waiting) join(of []concern) *waiter {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.all) >= w.most {
		return nil
	}
	one := &waiter{of: of, woken: make(chan struct{})}
	w.all[one] = struct{}{}
	for _, c := range of {
		if w.by[c] == nil {
			w.by[c] = map[*waiter]struct{}{}
		}
		w.by[c][one] = struct{}{}
	}
	return one
}

// leave makes room for another.
func (w *Waiting) leave(one *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, one)
	for _, c := range one.of {
		if delete(w.by[c], one); len(w.by[c]) == 0 {
			delete(w.by, c)
		}
	}
}

// wait waits for an entry committed since one joined, and returns its number. When ctx, the time or [Waiting.Stop] ends
// it before there is one, next is 0, and none of the entries up to number told is one.
func (w *Waiting) wait(ctx context.Context, one *waiter, timeUp <-chan time.Time) (next, told uint64) {
	select {
	case <-one.woken:
	case <-timeUp:
	case <-ctx.Done():
	case <-w.ended:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return one.next, w.last
}
