package store

import (
	"fmt"
	"strings"

	"purser/engine"
	"purser/engine/ledger"
)

// Apply implements [engine.Folds]. After an error the state is of no use, and
// what is in memory is never written.
func (s *Store) Apply(e *engine.Entry) error {
	d := s.dirty
	switch {
	case e.Seq != d.end.Seq+1:
		return fmt.Errorf("store: entry %d behind entry %d", e.Seq, d.end.Seq)
	case e.At.Before(d.at.Time):
		return fmt.Errorf("store: entry %d goes back in time, from %s to %s", e.Seq, d.at, e.At)
	case s.failed != nil && d.size() >= backlogMax*s.opts.CheckpointAccounts:
		return fmt.Errorf("store: too many changes since a checkpoint failed: %w", s.failed)
	}
	s.torn = true
	s.made = ledger.AppendLines(s.made[:0], e)
	lines := s.made // those of one account behind those of the one before
	for i := range e.Accounts {
		c := &e.Accounts[i]
		n := 0
		for n < len(lines) && lines[n].Owner == c.ID {
			n++
		}
		if err := s.change(c, e.At, lines[:n]); err != nil {
			return fmt.Errorf("store: entry %d: %w", e.Seq, err)
		}
		lines = lines[n:]
	}
	clear(s.made) // or it would hold the entry
	if err := s.Tariffs.Fold(e); err != nil {
		return fmt.Errorf("store: entry %d: %w", e.Seq, err)
	}
	for _, k := range e.TariffKeys() {
		d.tariffs[k] = s.Tariffs.Value(k)
	}
	if err := s.services(e); err != nil {
		return fmt.Errorf("store: entry %d: %w", e.Seq, err)
	}
	if e.Key != "" {
		d.keys[keyID{e.Tenant, e.Key}] = remember(e)
	}
	d.entries++
	d.end, d.at = engine.End{Seq: e.Seq}, e.At
	s.torn = false
	return nil
}

// change folds what an entry does to one account and its ledger.
func (s *Store) change(c *engine.AccountChange, at engine.Instant, lines []ledger.Line) error {
	h, err := s.hold(c.ID)
	if err != nil {
		return err
	}
	before := h.account
	after, err := c.Fold(before, at)
	if err != nil {
		return err
	}
	h.account, h.changed = after, true
	for i := range lines {
		if err := s.line(h, &lines[i]); err != nil {
			return err
		}
	}
	if !h.counted {
		h.counted = true
		s.dirty.accounts++
	}
	if h.fresh { // its row is still near; an account that is used again can wait
		h.fresh = false
		if err := s.keep(h); err != nil {
			return err
		}
	}
	for _, group := range s.Members.Fold(c, before, after) {
		s.dirty.groups[group] = s.GroupMembers(group)
	}
	for _, k := range s.Services.FoldAccount(before, after) {
		s.dirty.services[k] = s.Services.Value(k)
	}
	switch {
	case before == nil && after != nil:
		if strings.Contains(c.ID.Tenant+c.ID.Account, "\x00") {
			return fmt.Errorf("account %q: a name with a 0 byte", c.ID)
		}
		s.dirty.made.Set(c.ID)
		s.count(c.ID.Tenant, 1)
	case before != nil && after == nil:
		s.count(c.ID.Tenant, -1)
	}
	s.reindex(before, after)
	return nil
}

// line appends a line to the ledger of an account, and its usage to the audit.
func (s *Store) line(h *held, l *ledger.Line) error {
	shelf := s.shelf()
	for _, key := range l.Uniques() {
		shelf.setUnique(key, l.Entry.Seq)
	}
	if err := h.book.Append(l, shelf); err != nil {
		return err
	}
	if l.Quantity > 0 {
		return s.usage(l)
	}
	return nil
}

// services folds what an entry does to services.
func (s *Store) services(e *engine.Entry) error {
	changed, err := s.Services.Fold(e)
	if err != nil {
		return err
	}
	for _, k := range changed {
		s.dirty.services[k] = s.Services.Value(k)
	}
	return s.audit(e)
}

// count changes how many accounts a tenant has.
func (s *Store) count(tenant string, by int) {
	s.accounts.Add(int64(by))
	n := s.counts[tenant] + by
	s.counts[tenant], s.dirty.counts[tenant] = n, n
	if n == 0 {
		delete(s.counts, tenant)
	}
}

// remember returns what answers a repetition of e's command.
func remember(e *engine.Entry) *engine.Remembered {
	return &engine.Remembered{Seq: e.Seq, At: e.At, Digest: e.Digest, Result: e.Result}
}
