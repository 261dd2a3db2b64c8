package store

import (
	"fmt"

	"purser/engine"
	"purser/engine/ledger"
	"purser/engine/rating"
)

// rebuilt is the state that a journal gives, folded from its first entry.
type rebuilt struct {
	accounts     map[engine.AccountID]*engine.Account
	counts       map[string]int
	destinations *engine.Destinations
	timings      map[string]rating.Timing
	books        map[engine.AccountID]*ledger.Book
	lines        lineRows
	made         []ledger.Line // by the entry at hand
	at           engine.Instant

	postings int // so far
}

func newRebuilt() *rebuilt {
	return &rebuilt{accounts: map[engine.AccountID]*engine.Account{}, counts: map[string]int{},
		destinations: engine.NewDestinations(), timings: map[string]rating.Timing{},
		books: map[engine.AccountID]*ledger.Book{}, lines: lineRows{layers: []*lineChanges{{}}}}
}

// apply folds an entry in; an error tells which promise e breaks.
func (r *rebuilt) apply(e *engine.Entry) *broken {
	if e.At.Before(r.at.Time) {
		return &broken{checkTime, fmt.Errorf("entry %d goes back from %s to %s", e.Seq, r.at, e.At)}
	}
	r.at = e.At
	for i := range e.Accounts {
		c := &e.Accounts[i]
		before := r.accounts[c.ID]
		after, err := c.Fold(before, e.At)
		if err != nil {
			return &broken{checkPostings, fmt.Errorf("entry %d: %w", e.Seq, err)}
		}
		r.postings += len(c.Postings)
		if after != nil {
			r.accounts[c.ID] = after
		} else {
			delete(r.accounts, c.ID)
		}
		if before == nil && after != nil {
			r.counts[c.ID.Tenant]++
		} else if before != nil && after == nil {
			r.counts[c.ID.Tenant]--
		}
	}
	if err := r.book(e); err != nil {
		return &broken{checkPostings, fmt.Errorf("entry %d: %w", e.Seq, err)}
	}
	if e.Destination != nil {
		if err := r.destinations.Fold(e.Destination); err != nil {
			return &broken{checkPostings, fmt.Errorf("entry %d: %w", e.Seq, err)}
		}
	}
	if e.Timing != nil {
		foldTiming(r.timings, e.Timing)
	}
	return nil
}

// book appends the lines of an entry to the ledgers.
func (r *rebuilt) book(e *engine.Entry) error {
	r.made = ledger.AppendLines(r.made[:0], e)
	for i := range r.made {
		l := &r.made[i]
		b := r.books[l.Owner]
		if b == nil {
			b = &ledger.Book{}
			r.books[l.Owner] = b
		}
		if err := b.Append(l, &r.lines); err != nil {
			return err
		}
		if key, ok := l.Unique(); ok {
			r.lines.setUnique(key, e.Seq)
		}
	}
	return nil
}
