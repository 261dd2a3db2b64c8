package enginetest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"purser/engine"
)

// Fault is a way in which a commit fails.
type Fault int

// The faults.
const (
	LostUnwritten Fault = iota + 1 // outcome unknown, and nothing is durable
	LostWritten                    // outcome unknown, and the group is durable
	Fenced                         // another owner took over: ErrFenced
)

// ErrDisk is what a commit with a fault of unknown outcome fails with, and
// everything after it.
var ErrDisk = errors.New("enginetest: the disk failed")

// Journal is an [engine.Journal] in memory. It is safe for concurrent use.
type Journal struct {
	// Before, when set, is called with each group before it is looked at; a
	// test that waits in it has a slow disk. Set it before the journal is used.
	Before func(engine.Group)

	mu      sync.Mutex
	epoch   uint64
	groups  []engine.Group
	commits int           // so far
	faults  map[int]Fault // by number of commit
	failed  bool          // a commit's outcome is unknown
}

var _ engine.Journal = (*Journal)(nil)

// NewJournal returns an empty journal.
func NewJournal() *Journal { return &Journal{faults: map[int]Fault{}} }

// Fail makes the n-th commit from now on fail; 1 is the next one.
func (j *Journal) Fail(n int, f Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.faults[j.commits+n] = f
}

// Crash ends the journal and returns what a restarted process finds: every
// group that is durable, without faults.
func (j *Journal) Crash() *Journal {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failed = true
	next := NewJournal()
	next.epoch, next.groups = j.epoch, slices.Clone(j.groups)
	return next
}

// Own implements [engine.Journal].
func (j *Journal) Own(ctx context.Context) (uint64, engine.End, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(ctx); err != nil {
		return 0, engine.End{}, err
	}
	j.epoch++
	return j.epoch, j.end(), nil
}

// Commit implements [engine.Journal].
func (j *Journal) Commit(ctx context.Context, g engine.Group) error {
	if j.Before != nil {
		j.Before(g)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(ctx); err != nil {
		return err
	}
	j.commits++
	fault := j.faults[j.commits]
	if fault == Fenced {
		j.epoch++
	}
	switch {
	case g.Epoch != j.epoch:
		return engine.ErrFenced
	case g.First != j.end().Seq+1 || g.Prev != j.end().Seal:
		return engine.ErrMoved
	}
	j.failed = fault != 0
	if fault != LostUnwritten {
		g.Body, g.Starts = slices.Clone(g.Body), slices.Clone(g.Starts)
		j.groups = append(j.groups, g)
	}
	if j.failed {
		return ErrDisk
	}
	return nil
}

// Read implements [engine.Journal].
func (j *Journal) Read(ctx context.Context, from uint64, fn func(engine.Group) error) error {
	j.mu.Lock()
	groups := j.groups
	err := j.usable(ctx)
	j.mu.Unlock()
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Last() < from {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(g); err != nil {
			return err
		}
	}
	return nil
}

// usable tells why nothing may be done; the caller holds mu.
func (j *Journal) usable(ctx context.Context) error {
	if j.failed {
		return ErrDisk
	}
	return ctx.Err()
}

// end returns where the journal ends; the caller holds mu.
func (j *Journal) end() engine.End {
	if len(j.groups) == 0 {
		return engine.End{}
	}
	return j.groups[len(j.groups)-1].End()
}
