package enginetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/btree"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/ledger"
	"purser/engine/services"
)

// State is an [engine.Folds] on maps. It forgets nothing: not even keys that
// are older than any rule keeps them.
type State struct {
	// Broken, when set, is what every read and Apply fails with, as if the
	// file behind the state were damaged.
	Broken error

	mu  sync.Mutex // Sealed is called by the committer, the rest by the writer
	end engine.End // guarded by mu

	at         engine.Instant
	accounts   map[engine.AccountID]*engine.Account
	index      btree.Set[engine.IndexKey]
	ledgers    *ledger.Memory
	audits     map[engine.AccountID]audit.Names
	remembered map[rememberedID]*engine.Remembered
	*engine.Tariffs
	*engine.Members
	*engine.Services
}

// rememberedID is an idempotency key within its tenant.
type rememberedID struct{ tenant, key string }

var _ engine.Folds = (*State)(nil)

// NewState returns the state in front of the first entry.
func NewState() *State {
	return &State{
		accounts:   map[engine.AccountID]*engine.Account{},
		ledgers:    ledger.NewMemory(),
		audits:     map[engine.AccountID]audit.Names{},
		remembered: map[rememberedID]*engine.Remembered{},
		Tariffs:    engine.NewTariffs(),
		Members:    engine.NewMembers(),
		Services:   engine.NewServices(),
	}
}

// Account implements [engine.State].
func (s *State) Account(id engine.AccountID) (*engine.Account, error) {
	return s.accounts[id], s.Broken
}

// Accounts implements [engine.State].
func (s *State) Accounts(tenant, after string, limit int) ([]*engine.Account, error) {
	var names []string
	for id := range s.accounts {
		if id.Tenant == tenant && id.Account > after {
			names = append(names, id.Account)
		}
	}
	slices.Sort(names)
	var page []*engine.Account
	for _, name := range names[:min(limit, len(names))] {
		page = append(page, s.accounts[engine.AccountID{Tenant: tenant, Account: name}])
	}
	return page, s.Broken
}

// AccountsCount implements [engine.State].
func (s *State) AccountsCount(tenant string) (int, error) {
	count := 0
	for id := range s.accounts {
		if id.Tenant == tenant {
			count++
		}
	}
	return count, s.Broken
}

// Indexed implements [engine.State].
func (s *State) Indexed(prefix, after engine.IndexKey, limit int) (page []engine.IndexKey, err error) {
	s.index.Ascend(max(prefix, after), func(k engine.IndexKey) bool {
		if len(page) == limit || !strings.HasPrefix(string(k), string(prefix)) {
			return k == after
		}
		if k > after {
			page = append(page, k)
		}
		return true
	})
	return page, s.Broken
}

// reindex puts the keys of next in the place of those of an account; nil has none.
func (s *State) reindex(was, next *engine.Account) {
	if was != nil {
		for _, k := range was.IndexKeys() {
			s.index.Delete(k)
		}
	}
	if next != nil {
		for _, k := range next.IndexKeys() {
			s.index.Insert(k)
		}
	}
}

// Remembered implements [engine.State].
func (s *State) Remembered(tenant, key string) (*engine.Remembered, error) {
	return s.remembered[rememberedID{tenant, key}], s.Broken
}

// Conflicts implements [engine.State].
func (s *State) Conflicts(e *engine.Entry) (engine.Conflict, error) {
	if s.Broken != nil {
		return engine.Conflict{}, s.Broken
	}
	return ledger.Conflicts(s.ledgers, e)
}

// AuditItems implements [engine.State].
func (s *State) AuditItems(id engine.AccountID, changes []services.Change) (seen, unseen int, err error) {
	seen, unseen = s.audits[id].Items(changes)
	return seen, unseen, s.Broken
}

// Ledgers returns the ledgers of what was applied.
func (s *State) Ledgers() *ledger.Memory { return s.ledgers }

// Position implements [engine.Folds]. The seal is known when Sealed has come as
// far as Apply, and zero until then.
func (s *State) Position() (engine.End, engine.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end, s.at
}

// Apply implements [engine.Folds].
func (s *State) Apply(e *engine.Entry) error {
	switch {
	case s.Broken != nil:
		return s.Broken
	case e.Seq != s.last()+1:
		return fmt.Errorf("enginetest: entry %d behind entry %d", e.Seq, s.last())
	case e.At.Before(s.at.Time):
		return fmt.Errorf("enginetest: entry %d at %s, before %s", e.Seq, e.At, s.at)
	}
	for i := range e.Accounts {
		c := &e.Accounts[i]
		next, err := c.Fold(s.accounts[c.ID], e.At)
		if err != nil {
			return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
		}
		s.Members.Fold(c, s.accounts[c.ID], next)
		s.Services.FoldAccount(s.accounts[c.ID], next)
		s.reindex(s.accounts[c.ID], next)
		if next == nil {
			delete(s.accounts, c.ID)
		} else {
			s.accounts[c.ID] = next
		}
	}
	if err := s.ledgers.Fold(e); err != nil {
		return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
	}
	if err := s.Tariffs.Fold(e); err != nil {
		return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
	}
	if _, err := s.Services.Fold(e); err != nil {
		return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
	}
	s.audit(e)
	if e.Key != "" {
		s.remembered[rememberedID{e.Tenant, e.Key}] = &engine.Remembered{
			Seq: e.Seq, At: e.At, Digest: e.Digest, Result: e.Result}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end, s.at = engine.End{Seq: e.Seq}, e.At
	return nil
}

// audit notes which items the audits of accounts have seen.
func (s *State) audit(e *engine.Entry) {
	if e.Services == nil {
		return
	}
	for _, c := range e.Services.Accounts {
		for _, q := range c.Quantities {
			s.audits[c.Account], _ = s.audits[c.Account].With(audit.Series{Category: q.Category, Item: q.Item})
		}
	}
}

// last returns the number of the last entry applied.
func (s *State) last() uint64 {
	end, _ := s.Position()
	return end.Seq
}

// Sealed implements [engine.Folds].
func (s *State) Sealed(end engine.End) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end.Seq == s.end.Seq {
		s.end.Seal = end.Seal
	}
}

// Release implements [engine.Folds].
func (s *State) Release() error { return nil }
