package store

import (
	"fmt"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// rebuilt is the state that a journal gives, folded from its first entry.
type rebuilt struct {
	accounts map[engine.AccountID]*engine.Account
	counts   map[string]int
	tariffs  *engine.Tariffs
	members  *engine.Members
	books    map[engine.AccountID]*ledger.Book
	lines    lineRows
	made     []ledger.Line // by the entry at hand
	services *engine.Services
	audits   map[engine.AccountID]*audit.History
	logs     map[string]int // of the audit, by key
	at       engine.Instant

	postings int // so far
}

func newRebuilt() *rebuilt {
	return &rebuilt{accounts: map[engine.AccountID]*engine.Account{}, counts: map[string]int{},
		tariffs: engine.NewTariffs(), members: engine.NewMembers(),
		books: map[engine.AccountID]*ledger.Book{}, lines: lineRows{layers: []*lineChanges{{}}},
		services: engine.NewServices(), audits: map[engine.AccountID]*audit.History{}, logs: map[string]int{}}
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
		r.members.Fold(c, before, after)
		r.services.FoldAccount(before, after)
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
	if err := r.tariffs.Fold(e); err != nil {
		return &broken{checkPostings, fmt.Errorf("entry %d: %w", e.Seq, err)}
	}
	if _, err := r.services.Fold(e); err != nil {
		return &broken{checkPostings, fmt.Errorf("entry %d: %w", e.Seq, err)}
	}
	r.audit(e)
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
		for _, key := range l.Uniques() {
			r.lines.setUnique(key, e.Seq)
		}
		if l.Quantity > 0 {
			r.usage(l)
		}
	}
	return nil
}
