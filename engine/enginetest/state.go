package enginetest

import (
	"fmt"
	"slices"
	"sync"

	"purser/engine"
	"purser/engine/ledger"
	"purser/engine/rating"
)

// State is an [engine.Folds] on maps. It forgets nothing: not even keys that
// are older than any rule keeps them.
type State struct {
	// Broken, when set, is what every read and Apply fails with, as if the
	// file behind the state were damaged.
	Broken error

	mu  sync.Mutex // Sealed is called by the committer, the rest by the writer
	end engine.End // guarded by mu

	at           engine.Instant
	accounts     map[engine.AccountID]*engine.Account
	ledgers      *ledger.Memory
	remembered   map[rememberedID]*engine.Remembered
	destinations *engine.Destinations
	timings      map[string]rating.Timing
}

// rememberedID is an idempotency key within its tenant.
type rememberedID struct{ tenant, key string }

var _ engine.Folds = (*State)(nil)

// NewState returns the state in front of the first entry.
func NewState() *State {
	return &State{
		accounts:     map[engine.AccountID]*engine.Account{},
		ledgers:      ledger.NewMemory(),
		remembered:   map[rememberedID]*engine.Remembered{},
		destinations: engine.NewDestinations(),
		timings:      map[string]rating.Timing{},
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

// Remembered implements [engine.State].
func (s *State) Remembered(tenant, key string) (*engine.Remembered, error) {
	return s.remembered[rememberedID{tenant, key}], s.Broken
}

// Conflicts implements [engine.State].
func (s *State) Conflicts(e *engine.Entry) (taken uint64, kinds int, err error) {
	if s.Broken != nil {
		return 0, 0, s.Broken
	}
	return ledger.Conflicts(s.ledgers, e)
}

// Ledgers returns the ledgers of what was applied.
func (s *State) Ledgers() *ledger.Memory { return s.ledgers }

// Destination implements [engine.State].
func (s *State) Destination(id string) ([]string, bool) { return s.destinations.Prefixes(id) }

// DestinationsOf implements [engine.State].
func (s *State) DestinationsOf(prefix string) []string { return s.destinations.Of(prefix) }

// Timing implements [engine.State].
func (s *State) Timing(id string) (rating.Timing, bool) {
	timing, ok := s.timings[id]
	return timing, ok
}

// Places implements [engine.State].
func (s *State) Places() (destinations, timings int) { return s.destinations.Len(), len(s.timings) }

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
		if next == nil {
			delete(s.accounts, c.ID)
		} else {
			s.accounts[c.ID] = next
		}
	}
	if err := s.ledgers.Fold(e); err != nil {
		return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
	}
	if e.Destination != nil {
		if err := s.destinations.Fold(e.Destination); err != nil {
			return fmt.Errorf("enginetest: entry %d: %w", e.Seq, err)
		}
	}
	if t := e.Timing; t != nil && t.Removed {
		delete(s.timings, t.Timing.ID)
	} else if t != nil {
		s.timings[t.Timing.ID] = t.Timing
	}
	if e.Key != "" {
		s.remembered[rememberedID{e.Tenant, e.Key}] = &engine.Remembered{
			Seq: e.Seq, At: e.At, Digest: e.Digest, Result: e.Result}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end, s.at = engine.End{Seq: e.Seq}, e.At
	return nil
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
