package engine

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// foldTail folds every group behind the state's position. One goroutine reads,
// checks seals and decodes, this one folds.
func (e *Engine) foldTail(ctx context.Context, end End) error {
	from, _ := e.folds.Position()
	if from.Seq >= end.Seq {
		return nil
	}
	type decoded struct {
		entries []*Entry
		end     End
	}
	const ahead = 64 // groups decoded and not folded yet
	work := make(chan decoded, ahead)
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error {
		defer close(work)
		at := from
		return e.journal.Read(ctx, from.Seq+1, func(g Group) error {
			if err := g.Follows(at); err != nil {
				return err
			}
			at = g.End()
			entries, err := g.Entries()
			if err != nil {
				return err
			}
			select {
			case work <- decoded{entries, at}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	tasks.Go(func() error {
		const every = 100_000 // entries between two calls of Folding
		next := from.Seq + every
		for d := range work {
			for _, entry := range d.entries {
				if err := e.apply(entry); err != nil {
					return err
				}
			}
			e.folds.Sealed(d.end)
			if err := e.folds.Release(); err != nil {
				return err
			}
			if d.end.Seq >= next {
				e.opts.Folding(d.end.Seq, end.Seq)
				next = d.end.Seq + every
			}
		}
		return nil
	})
	return tasks.Wait()
}
