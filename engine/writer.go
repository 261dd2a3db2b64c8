package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
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
}

// firsts returns the places where the entries of each command begin; first is
// the number of the group's first.
func (g *group) firsts(first uint64) (places []int) {
	for _, it := range g.items {
		if it.err == nil && it.result.Entry != nil {
			places = append(places, int(it.result.Seq-first))
		}
	}
	return places
}

// write is the writer. It takes all that is queued, decides it against the
// newest state, and hands it over when the committer is free; until then the
// group grows. There is no timer: a lone caller waits for one sync, a crowd
// shares it.
func (e *Engine) write() {
	defer close(e.groups)
	for g := (&group{}); ; {
		it, more, handed := e.nextItem(g)
		switch {
		case handed:
			if err := e.folds.Release(); err != nil {
				e.fail(err)
			}
			g = &group{}
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
	full := max(len(g.items), len(g.entries)) >= e.opts.GroupMax
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
	before := len(g.entries)
	for _, entry := range entries {
		if err := e.add(g, entry); err != nil {
			g.entries = g.entries[:before] // all of a batch or nothing
			return err
		}
	}
	return nil
}

// add makes an entry the next one and folds it in.
func (e *Engine) add(g *group, entry *Entry) error {
	entry.Seq = e.next
	if err := e.apply(entry); err != nil {
		return err
	}
	e.next++
	g.entries = append(g.entries, entry)
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
	var memory Group
	broken := false
	for g := range e.groups {
		if err := e.commit(g, &memory, broken); err != nil {
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

// commit seals and commits a group, in the memory of the one before. It returns
// what its callers are told when that fails.
func (e *Engine) commit(g *group, memory *Group, broken bool) error {
	switch {
	case broken:
		return errStopped // decided on entries that are lost
	case len(g.entries) == 0:
		return nil
	}
	began, before := time.Now(), e.end
	whole := Group{First: e.end.Seq + 1, Count: len(g.entries), Body: memory.Body[:0], Starts: memory.Starts[:0]}
	if err := encodeEntries(&whole, g.entries); err != nil {
		e.fail(err)
		return errStopped
	}
	*memory = whole
	parts := []Group{whole}
	if len(whole.Body) > e.opts.GroupBytes {
		parts = whole.split(g.firsts(whole.First), e.opts.GroupBytes)
	}
	for _, part := range parts {
		part.Epoch, part.Prev = e.epoch, e.end.Seal
		part.Seal = part.Sum()
		if err := e.journal.Commit(context.Background(), part); err != nil {
			e.fail(err)
			if e.end == before && (errors.Is(err, ErrFenced) || errors.Is(err, ErrMoved)) {
				return errStopped
			}
			return errUnknown
		}
		e.end = part.End()
		e.durable.Store(e.end.Seq)
		e.folds.Sealed(e.end)
	}
	fired, notices := firings(g.entries)
	e.opts.Observe(Committed{Entries: len(g.entries), Last: e.end.Seq, Fired: fired, Notices: notices,
		Took: time.Since(began), Group: g.entries})
	return nil
}
