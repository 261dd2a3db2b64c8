package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"purser/engine"
)

// Journal is what is followed; an [engine.Engine] is one.
type Journal interface {
	Journal(ctx context.Context, from uint64, fn func(*engine.Entry) error) error
}

// backlog is the part of the journal that is to be read again, for the
// entries in it that somebody waits for.
type backlog struct {
	wake chan struct{} // something is to be read

	mu   sync.Mutex
	list []stretch // guarded by mu: in order, not read yet
	last uint64    // guarded by mu: the last durable entry
}

// stretch is a part of the journal, both ends included.
type stretch struct{ first, last uint64 }

// stretchesMax bounds the stretches of a backlog: more of them become one,
// which is read with what lies between.
const stretchesMax = 1024

func newBacklog() *backlog { return &backlog{wake: make(chan struct{}, 1)} }

// begin puts what lies behind entry from, up to entry end, before what was
// committed since. It is for a reader that has not looked yet: it wakes none.
func (b *backlog) begin(from, end uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = max(b.last, end)
	if from < end {
		b.list = append([]stretch{{from + 1, end}}, b.list...)
	}
}

// committed tells of entries that have become durable, and whether one of them
// is waited for. It never waits.
func (b *backlog) committed(first, last uint64, wanted bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = last
	switch {
	case !wanted:
		return
	case len(b.list) >= stretchesMax:
		b.list[len(b.list)-1].last = last
	default:
		b.list = append(b.list, stretch{first, last})
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// errEnough is what a reader of the journal returns when it takes no more now.
var errEnough = errors.New("notify: enough for now")

// read gives the entries of the first stretch to fn, until that returns
// errEnough for one: this and the others stay to be read. It returns false when
// there was nothing to read, and no error when ctx has ended.
func (b *backlog) read(ctx context.Context, j Journal, fn func(*engine.Entry) error) (bool, error) {
	s, there := b.first()
	if !there {
		return false, nil
	}
	at := s.first
	err := j.Journal(ctx, s.first, func(e *engine.Entry) error {
		if e.Seq > s.last {
			return errEnough
		}
		if err := fn(e); err != nil {
			return err
		}
		at = e.Seq + 1
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return false, nil
	case err != nil && !errors.Is(err, errEnough):
		return false, fmt.Errorf("notify: read the journal: %w", err)
	}
	b.readTo(at)
	return true, nil
}

func (b *backlog) first() (stretch, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) == 0 {
		return stretch{}, false
	}
	return b.list[0], true
}

// readTo notes that the first stretch was read up to before entry at.
func (b *backlog) readTo(at uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list[0].first = at; at > b.list[0].last {
		b.list = b.list[1:]
	}
}

// done returns up to which entry there is nothing to be read.
func (b *backlog) done() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) > 0 {
		return b.list[0].first - 1
	}
	return b.last
}
