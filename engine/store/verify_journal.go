package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"purser/engine"
)

// The checks of entries, in the order in which an entry meets them.
const (
	checkSeals    = "sequence and seals"
	checkEntries  = "entries can be read"
	checkTime     = "time order"
	checkPostings = "postings chain"
	checkViews    = "checkpoint equals journal"
)

// unfolded is a group on its way from the reader to the folder, decoded in a
// goroutine of its own: that is most of the work.
type unfolded struct {
	end     engine.End
	entries []*engine.Entry
	err     error
	decoded chan struct{} // closed when entries or err are there
}

// entries reads the journal from its start: one goroutine reads and checks
// seals, some decode, one folds and compares.
func (v *verifier) entries(ctx context.Context) error {
	end, err := journalFormat().end(v.journal)
	if err != nil {
		return v.fail(checkSeals, err)
	}
	if v.position.Seq > end.Seq {
		return v.fail(checkViews, fmt.Errorf("the checkpoint stands at entry %d, the journal ends at entry %d",
			v.position.Seq, end.Seq))
	}
	const ahead = 16 // groups read and not folded yet
	work := make(chan *unfolded, ahead)
	state := newRebuilt()
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error {
		defer close(work)
		return v.read(ctx, end, work)
	})
	tasks.Go(func() error { return v.fold(state, work) })
	if err := tasks.Wait(); err != nil {
		var b *broken
		if errors.As(err, &b) {
			return v.fail(b.check, b.err)
		}
		return err
	}
	v.report(Check{checkSeals, true, fmt.Sprintf("%d entries; the last seal is %x", end.Seq, end.Seal)})
	v.report(Check{checkEntries, true, fmt.Sprintf("%d entries", end.Seq)})
	v.report(Check{checkTime, true, fmt.Sprintf("up to %s", state.at)})
	v.report(Check{checkPostings, true, fmt.Sprintf("%d postings make %d accounts", state.postings, len(state.accounts))})
	if v.checkpoint != nil {
		v.report(Check{checkViews, true, fmt.Sprintf("at entry %d, bit for bit", v.position.Seq)})
	}
	return nil
}

// read hands the groups up to end over, each checked against its seal.
func (v *verifier) read(ctx context.Context, end engine.End, work chan<- *unfolded) error {
	var at engine.End
	err := journalFormat().readGroups(v.journal, 1, end.Seq, func(g engine.Group) error {
		if err := g.Follows(at); err != nil {
			return err
		}
		at = g.End()
		g.Body = slices.Clone(g.Body) // the reader will fill it again
		u := &unfolded{end: at, decoded: make(chan struct{})}
		select {
		case work <- u:
		case <-ctx.Done():
			return ctx.Err()
		}
		go func() {
			defer close(u.decoded)
			u.entries, u.err = g.Entries()
		}()
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return &broken{checkSeals, err}
	}
	return err
}

// fold folds the groups, and compares with the checkpoint where it stands.
func (v *verifier) fold(state *rebuilt, work <-chan *unfolded) error {
	if v.checkpoint != nil && v.position.Seq == 0 {
		if err := v.compare(state, engine.End{}); err != nil {
			return err
		}
	}
	for u := range work {
		<-u.decoded
		if u.err != nil {
			return &broken{checkEntries, u.err}
		}
		for _, e := range u.entries {
			if b := state.apply(e); b != nil {
				return b
			}
		}
		if v.checkpoint == nil || u.end.Seq-uint64(len(u.entries)) >= v.position.Seq {
			continue
		}
		if err := v.findKeys(u.entries); err != nil {
			return err
		}
		if u.end.Seq >= v.position.Seq {
			if err := v.compare(state, u.end); err != nil {
				return err
			}
		}
	}
	return nil
}
