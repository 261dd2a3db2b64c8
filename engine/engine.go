package engine

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Options are the engine's settings; the zero value of each has a default.
type Options struct {
	Rules    Rules // DefaultRules where NameBytesMax is 0, DefaultTreeRules where Tree is
	QueueMax int   // commands and reads waiting for the writer; 4096
	GroupMax int   // commands and reads, or entries, of one commit, but for the last batch; 1024

	// A record of the journal has a bound. What one command writes must fit into
	// one behind GroupBytes of others.
	GroupBytes   int // bytes of entries with which a group takes no more commands; 8 MiB
	CommandBytes int // bytes of the entries of one command: more are refused; 48 MiB

	Now     func() time.Time    // the clock; time.Now
	NewUUID func() uuid.UUID    // seeds of commands, called by the writer only; random
	Observe func(Committed)     // called after each commit; nothing
	Folding func(at, of uint64) // called now and then while Start folds entry at of of; nothing
}

// Committed tells of one commit.
type Committed struct {
	Entries int
	Last    uint64        // number of the last entry
	Fired   int           // entries that have firings
	Notices int           // actions of the entries that ask for a notification
	Took    time.Duration // sealing, writing, syncing

	Group []*Entry // the entries, in order; good during the call, and not to be changed
}

func (o *Options) defaults() {
	if o.Rules.NameBytesMax == 0 {
		o.Rules = DefaultRules()
	}
	if o.Rules.Tree == (TreeRules{}) {
		o.Rules.Tree = DefaultTreeRules()
	}
	if o.QueueMax == 0 {
		o.QueueMax = 4096
	}
	if o.GroupMax == 0 {
		o.GroupMax = 1024
	}
	if o.GroupBytes == 0 {
		o.GroupBytes = 8 << 20
	}
	if o.CommandBytes == 0 {
		o.CommandBytes = 48 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewUUID == nil {
		o.NewUUID = randomUUIDs()
	}
	if o.Observe == nil {
		o.Observe = func(Committed) {}
	}
	if o.Folding == nil {
		o.Folding = func(uint64, uint64) {}
	}
}

// randomUUIDs returns a source of random UUIDs for one goroutine. It reads
// random bytes by the page: a system call for each command would cost more
// than deciding it.
func randomUUIDs() func() uuid.UUID {
	pool := bufio.NewReader(rand.Reader)
	return func() uuid.UUID { return uuid.Must(uuid.NewRandomFromReader(pool)) } // rand.Reader never fails
}

// Engine takes commands and reads. Make it with [Start], end it with
// [Engine.Stop].
type Engine struct {
	opts    Options
	journal Journal
	folds   Folds
	epoch   uint64

	queue  chan *item
	groups chan *group
	done   chan struct{}

	mu     sync.RWMutex // held for reading while something is put into the queue
	closed bool

	failed  atomic.Pointer[error] // why nothing is accepted from here on, nil while all is well
	durable atomic.Uint64

	last Instant // the writer's: time of the last command
	next uint64  // the writer's: number of the next entry
	end  End     // the committer's: end of the journal
}

// Start takes ownership of the journal, folds what the state has not seen yet
// and starts the writer.
func Start(ctx context.Context, j Journal, f Folds, o Options) (*Engine, error) {
	o.defaults()
	e := &Engine{opts: o, journal: j, folds: f,
		queue: make(chan *item, o.QueueMax), groups: make(chan *group), done: make(chan struct{})}
	if err := e.recover(ctx); err != nil {
		return nil, err
	}
	go e.write()
	go e.commitGroups()
	return e, nil
}

var (
	errStopped = &Error{Code: CodeUnavailable, Text: "the engine is stopping; nothing happened"}
	errUnknown = &Error{Code: CodeOutcomeUnknown,
		Text: "the journal failed; it may or may not have happened: retry with the same idempotency key"}
)

// Submit queues cmd; it waits while the queue is full. done is called exactly
// once, from another goroutine, when the outcome is known and on the disk; it
// must not block. Commands that one goroutine submits take effect in that
// order. When Submit returns an error nothing has happened and done is not
// called.
func (e *Engine) Submit(ctx context.Context, cmd *Command, done func(Result, error)) error {
	return e.put(ctx, &item{cmd: cmd, done: done})
}

// View queues a read: fn runs in the writer, so it sees all that was queued
// before it, and done is called when all that fn saw is on the disk. fn must
// be quick (it holds up everybody), must not change what it sees, and may keep
// accounts, which are immutable, but not lists of destinations. An error of fn that is no [Error] means that the
// state cannot be read and ends the engine.
func (e *Engine) View(ctx context.Context, fn func(State) error, done func(error)) error {
	return e.put(ctx, &item{view: fn, done: func(_ Result, err error) { done(err) }})
}

// Do is Submit that waits. A context that ends before the command is queued
// means that nothing has happened; later it is ignored, so that nobody has to
// guess.
func (e *Engine) Do(ctx context.Context, cmd *Command) (Result, error) {
	type outcome struct {
		Result
		err error
	}
	wait := make(chan outcome, 1)
	if err := e.Submit(ctx, cmd, func(r Result, err error) { wait <- outcome{r, err} }); err != nil {
		return Result{}, err
	}
	o := <-wait
	return o.Result, o.err
}

// Read is View that waits.
func (e *Engine) Read(ctx context.Context, fn func(State) error) error {
	wait := make(chan error, 1)
	if err := e.View(ctx, fn, func(err error) { wait <- err }); err != nil {
		return err
	}
	return <-wait
}

func (e *Engine) put(ctx context.Context, it *item) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed || e.failed.Load() != nil {
		return errStopped
	}
	select {
	case e.queue <- it:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", refuse(CodeUnavailable, "gave up waiting for the writer; nothing happened"), ctx.Err())
	}
}

// errEnough ends a read of the journal at its durable end.
var errEnough = errors.New("engine: the durable end")

// Journal calls fn for each entry from number from on, in order, up to the
// last one that was durable when Journal was called.
func (e *Engine) Journal(ctx context.Context, from uint64, fn func(*Entry) error) error {
	last := e.durable.Load()
	if from > last {
		return nil
	}
	err := e.journal.Read(ctx, max(from, 1), func(g Group) error {
		entries, err := g.Entries()
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if entry.Seq > last {
				return errEnough
			}
			if entry.Seq < from {
				continue
			}
			if err := fn(entry); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// Rules returns the rules that commands are decided by.
func (e *Engine) Rules() *Rules { return &e.opts.Rules }

// Now reads the engine's clock.
func (e *Engine) Now() time.Time { return e.opts.Now() }

// Done is closed when the engine has ended; Err says why.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Err returns why the engine ended, nil after Stop.
func (e *Engine) Err() error {
	if reason := e.failed.Load(); reason != nil {
		return *reason
	}
	return nil
}

// Stop refuses new commands, commits and answers those that are queued, ends
// the writer and returns Err.
func (e *Engine) Stop() error {
	e.close()
	<-e.done
	return e.Err()
}

// close ends the queue.
func (e *Engine) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.closed = true
		close(e.queue)
	}
}

// Stats are figures of a running engine.
type Stats struct {
	Seq   uint64 // number of the last durable entry
	Queue int    // commands and reads waiting
}

// Stats returns the current figures.
func (e *Engine) Stats() Stats { return Stats{Seq: e.durable.Load(), Queue: len(e.queue)} }

// recover takes the journal and folds what lies behind the state's position.
func (e *Engine) recover(ctx context.Context) error {
	epoch, end, err := e.journal.Own(ctx)
	if err != nil {
		return fmt.Errorf("engine: take the journal: %w", err)
	}
	e.epoch = epoch
	if err := e.foldTail(ctx, end); err != nil {
		return err
	}
	at, when := e.folds.Position()
	if at.Seq != end.Seq {
		return fmt.Errorf("engine: the journal ends at entry %d, the state at %d", end.Seq, at.Seq)
	}
	e.end, e.next, e.last = end, end.Seq+1, when
	e.durable.Store(end.Seq)
	return nil
}
