package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"purser/engine/amount"
)

// item is a command or a read on its way through the writer.
type item struct {
	cmd  *Command          // nil for a read
	view func(State) error // nil for a command
	done func(Result, error)

	result Result
	err    error
}

// group is what is answered together, after one commit of its entries.
type group struct {
	items   []*item
	entries []*Entry
	record  Group // the bytes of entries and where they begin; the committer adds the rest
}

// full tells whether g takes no more.
func (g *group) full(o *Options) bool {
	return max(len(g.items), len(g.entries)) >= o.GroupMax || len(g.record.Body) >= o.GroupBytes
}

// memory returns what a later group may write its entries to, when g is committed.
func (g *group) memory(o *Options) Group {
	if cap(g.record.Body) > 2*o.GroupBytes {
		return Group{}
	}
	return Group{Body: g.record.Body[:0], Starts: g.record.Starts[:0]}
}

// write is the writer. It takes all that is queued, decides it against the
// newest state, and hands it over when the committer is free; until then the
// group grows. There is no timer: a lone caller waits for one sync, a crowd
// shares it.
func (e *Engine) write() {
	defer close(e.groups)
	for g, before := (&group{}), (&group{}); ; {
		it, more, handed := e.nextItem(g)
		switch {
		case handed:
			if err := e.folds.Release(); err != nil {
				e.fail(err)
			}
			// The committer has taken g, so the group before is committed.
			g, before = &group{record: before.memory(&e.opts)}, g
		case !more:
			if len(g.items) > 0 {
				e.groups <- g
			}
			return
		default:
			g.items = append(g.items, it)
			e.take(g, it)
		}
	}
}

// nextItem returns the next item for g, more is false behind the last one; or
// it hands g over. What is queued goes first, so that a group is as large as
// the load makes it.
func (e *Engine) nextItem(g *group) (it *item, more, handed bool) {
	full := g.full(&e.opts)
	if !full {
		select {
		case it, more = <-e.queue:
			return it, more, false
		default:
		}
	}
	in, out := e.queue, e.groups
	if len(g.items) == 0 {
		out = nil
	}
	if full {
		in = nil
	}
	select {
	case it, more = <-in:
		return it, more, false
	case out <- g:
		return nil, true, true
	}
}

// take decides a command, or runs a read, and folds what was decided.
func (e *Engine) take(g *group, it *item) {
	if e.failed.Load() != nil {
		it.err = errStopped
		return
	}
	if it.view != nil {
		it.err = guard(func() error { return it.view(e.folds) })
	} else {
		it.err = guard(func() error { return e.decide(g, it) })
	}
	var refusal *Error
	if it.err != nil && !errors.As(it.err, &refusal) {
		// The state cannot be read or does not fit: whatever was answered
		// from it would be a guess.
		e.fail(it.err)
	}
}

func (e *Engine) decide(g *group, it *item) error {
	if now := At(e.opts.Now()); now.After(e.last.Time) {
		e.last = now
	}
	it.cmd.At, it.cmd.Seed = e.last, e.opts.NewUUID()
	if it.cmd.Batch != nil {
		return e.decideBatch(g, it)
	}
	entry, result, err := e.opts.Rules.Decide(e.folds, it.cmd)
	it.result = result
	if err != nil || entry == nil {
		return err
	}
	it.result.Seq, it.result.Entry = e.next, entry
	return e.add(g, entry)
}

func (e *Engine) decideBatch(g *group, it *item) error {
	entries, result, err := e.opts.Rules.DecideBatch(e.folds, it.cmd)
	it.result = result
	if err != nil || len(entries) == 0 {
		return err
	}
	it.result.Seq, it.result.Entry = e.next, entries[0]
	return e.add(g, entries...)
}

// add makes the entries of a command the next ones and folds them in, all or
// none. They are encoded before: nothing is folded that the journal could not
// keep.
func (e *Engine) add(g *group, entries ...*Entry) error {
	for i, entry := range entries {
		entry.Seq = e.next + uint64(i)
	}
	record := g.record
	if err := encodeEntries(&record, entries); err != nil {
		if errors.Is(err, amount.ErrRange) {
			return refuse(CodeInvalid, "%v", amount.ErrRange)
		}
		return refuse(CodeInternal, "%v", err)
	}
	if n := len(record.Body) - len(g.record.Body); n > e.opts.CommandBytes {
		return refuse(CodeLimit, "it takes %d bytes of the journal, at most %d: do it in parts", n, e.opts.CommandBytes)
	}
	for _, entry := range entries {
		if err := e.apply(entry); err != nil {
			return err
		}
	}
	e.next += uint64(len(entries))
	g.entries, g.record = append(g.entries, entries...), record
	return nil
}

// apply folds an entry in. A panic half way leaves a state that nobody knows:
// unlike one in guard it ends the engine.
func (e *Engine) apply(entry *Entry) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("engine: fold entry %d: panic: %v\n%s", entry.Seq, p, debug.Stack())
		}
	}()
	if err := e.folds.Apply(entry); err != nil {
		return fmt.Errorf("engine: fold entry %d: %w", entry.Seq, err)
	}
	return nil
}

// guard turns a panic into an internal refusal: deciding and reading change
// nothing, so the next command is safe.
func guard(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = refuse(CodeInternal, "panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

// fail ends the engine: at once for new commands, for what is queued as the
// writer comes to it. The first reason counts.
func (e *Engine) fail(reason error) {
	e.failed.CompareAndSwap(nil, &reason)
	// Not here: close waits for those who wait for room in the queue, and they
	// wait for the writer, which may wait for the committer.
	go e.close()
}

// commitGroups is the committer: it makes one group after the other durable
// and answers its callers. After a commit that failed nobody knows what the
// disk holds, so none is tried again. Source: design 2, reliability 1.
func (e *Engine) commitGroups() {
	defer close(e.done)
	broken := false
	for g := range e.groups {
		if err := e.commit(g, broken); err != nil {
			for _, it := range g.items {
				it.result, it.err = Result{}, err
			}
			broken = true
		}
		for _, it := range g.items {
			it.done(it.result, it.err)
		}
	}
}

// commit seals and commits a group. It returns what its callers are told when
// that fails.
func (e *Engine) commit(g *group, broken bool) error {
	switch {
	case broken:
		return errStopped // decided on entries that are lost
	case len(g.entries) == 0:
		return nil
	}
	began, sealed := time.Now(), g.record
	sealed.First, sealed.Count, sealed.Epoch, sealed.Prev = e.end.Seq+1, len(g.entries), e.epoch, e.end.Seal
	sealed.Seal = sealed.Sum()
	if err := e.journal.Commit(context.Background(), sealed); err != nil {
		e.fail(err)
		if errors.Is(err, ErrFenced) || errors.Is(err, ErrMoved) {
			return errStopped
		}
		return errUnknown
	}
	e.end = sealed.End()
	e.durable.Store(e.end.Seq)
	e.folds.Sealed(e.end)
	fired, notices := firings(g.entries)
	e.opts.Observe(Committed{Entries: len(g.entries), Last: e.end.Seq, Fired: fired, Notices: notices,
		Took: time.Since(began), Group: g.entries})
	return nil
}
