package engine

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"purser/engine/services"
)

// Services is the folded state of all services: the record of each account
// that has one, the plans of resellers, and how many accounts there are below
// another. It implements that part of [State]; all of it is held in memory.
type Services struct {
	records  map[AccountID]*services.Record
	plans    map[PlanKey]services.Document
	assigned map[PlanKey]int // records that have the plan; follows from them
	enabled  map[HexID]int64 // accounts below that one that are not disabled; none: those without a profile
	master   *AccountID      // nil before there is one; follows from the accounts
}

// NewServices returns the state without any.
func NewServices() *Services {
	return &Services{records: map[AccountID]*services.Record{}, plans: map[PlanKey]services.Document{},
		assigned: map[PlanKey]int{}, enabled: map[HexID]int64{}}
}

// ServiceRecord implements [State].
func (s *Services) ServiceRecord(id AccountID) *services.Record { return s.records[id] }

// ServicePlan implements [State].
func (s *Services) ServicePlan(k PlanKey) (services.Document, bool) {
	plan, ok := s.plans[k]
	return plan, ok
}

// ServicePlanIDs implements [State].
func (s *Services) ServicePlanIDs(reseller HexID) []string {
	var ids []string
	for k := range s.plans {
		if k.Reseller == reseller {
			ids = append(ids, k.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// PlanAssigned implements [State].
func (s *Services) PlanAssigned(k PlanKey) int { return s.assigned[k] }

// ServicesLen implements [State].
func (s *Services) ServicesLen() (records, plans int) { return len(s.records), len(s.plans) }

// Master implements [State].
func (s *Services) Master() (id AccountID, ok bool) {
	if s.master == nil {
		return AccountID{}, false
	}
	return *s.master, true
}

// SetMaster says which account is the master, of accounts that are not folded.
func (s *Services) SetMaster(id AccountID) { s.master = &id }

// EnabledBelow implements [State].
func (s *Services) EnabledBelow(id HexID) int64 { return s.enabled[id] }

// ServiceKey names a thing that a checkpoint keeps of services.
type ServiceKey struct {
	Kind ServiceKeyKind
	ID   string
}

// ServiceKeyKind is a sort of such a thing.
type ServiceKeyKind string

// The kinds. They stand in checkpoints.
const (
	serviceRecordKey  ServiceKeyKind = "record"  // tenant 0 account
	servicePlanKey    ServiceKeyKind = "plan"    // 32 digits of the reseller's ID, plan ID
	serviceEnabledKey ServiceKeyKind = "enabled" // 32 digits of the ID, or none
)

// Compare orders keys by kind and then by ID.
func (k ServiceKey) Compare(other ServiceKey) int {
	return cmp.Or(cmp.Compare(k.Kind, other.Kind), cmp.Compare(k.ID, other.ID))
}

func recordKey(id AccountID) ServiceKey {
	return ServiceKey{serviceRecordKey, id.Tenant + "\x00" + id.Account}
}

func (k PlanKey) key() ServiceKey { return ServiceKey{servicePlanKey, k.Reseller.String() + k.ID} }

func enabledKey(id HexID) ServiceKey {
	if id.IsZero() {
		return ServiceKey{Kind: serviceEnabledKey}
	}
	return ServiceKey{serviceEnabledKey, id.String()}
}

// parse returns what the key names.
func (k ServiceKey) parse() (record AccountID, plan PlanKey, enabled HexID, err error) {
	switch tenant, account, ok := strings.Cut(k.ID, "\x00"); {
	case k.Kind == serviceRecordKey && ok:
		return AccountID{tenant, account}, PlanKey{}, HexID{}, nil
	case k.Kind == serviceEnabledKey && k.ID == "":
		return AccountID{}, PlanKey{}, HexID{}, nil
	}
	digits := hex.EncodedLen(len(HexID{}))
	if id, ok := ParseHexID(k.ID[:min(digits, len(k.ID))]); ok {
		switch {
		case k.Kind == servicePlanKey && len(k.ID) > digits:
			return AccountID{}, PlanKey{id, k.ID[digits:]}, HexID{}, nil
		case k.Kind == serviceEnabledKey && len(k.ID) == digits:
			return AccountID{}, PlanKey{}, id, nil
		}
	}
	return AccountID{}, PlanKey{}, HexID{}, fmt.Errorf("engine: services under the key %s %q", k.Kind, k.ID)
}

// Fold makes an entry's change of services and returns the keys of it.
func (s *Services) Fold(e *Entry) (changed []ServiceKey, err error) {
	if e.Services == nil {
		return nil, nil
	}
	for i := range e.Services.Accounts {
		c := &e.Services.Accounts[i]
		before := s.records[c.Account]
		if before == nil && c.Removed {
			return nil, fmt.Errorf("fold: services of %s are removed and not there", c.Account)
		}
		s.setRecord(c.Account, c.Fold(before))
		changed = append(changed, recordKey(c.Account))
	}
	for i := range e.Services.Plans {
		c := &e.Services.Plans[i]
		if _, there := s.plans[c.PlanKey]; c.Removed && !there {
			return nil, fmt.Errorf("fold: service plan %q is removed and not there", c.ID)
		}
		if c.Removed {
			delete(s.plans, c.PlanKey)
		} else {
			s.plans[c.PlanKey] = c.Document
		}
		changed = append(changed, c.key())
	}
	return changed, nil
}

// setRecord puts a record in, nil for none, and counts its plans.
func (s *Services) setRecord(id AccountID, r *services.Record) {
	if before := s.records[id]; before != nil {
		for _, one := range before.Plans {
			if k := planKeyOf(one); s.assigned[k] > 1 {
				s.assigned[k]--
			} else {
				delete(s.assigned, k)
			}
		}
	}
	if r == nil {
		delete(s.records, id)
		return
	}
	for _, one := range r.Plans {
		s.assigned[planKeyOf(one)]++
	}
	s.records[id] = r
}

// planKeyOf returns which plan is assigned. Its vendor is a reseller's ID,
// always: the engine wrote it.
func planKeyOf(one services.Assignment) PlanKey {
	reseller, _ := ParseHexID(one.Vendor)
	return PlanKey{reseller, one.Plan}
}

// FoldAccount notes what became of an account, nil where it is not there, and
// returns the keys that changed.
func (s *Services) FoldAccount(before, after *Account) (changed []ServiceKey) {
	if before == nil && after != nil && after.Profile != nil && len(after.Profile.Tree) == 0 {
		s.SetMaster(after.ID) // it stays what it is
	}
	was, is := before != nil && !before.Disabled, after != nil && !after.Disabled
	if was == is && (!is || before.Profile == after.Profile) {
		return nil // as nearly always
	}
	if was {
		changed = s.countEnabled(changed, before, -1)
	}
	if is {
		changed = s.countEnabled(changed, after, 1)
	}
	return changed
}

// countEnabled adds by to what counts a.
func (s *Services) countEnabled(changed []ServiceKey, a *Account, by int64) []ServiceKey {
	above := []HexID{{}}
	if a.Profile != nil {
		above = a.Profile.Tree
	}
	for _, id := range above {
		if s.enabled[id] += by; s.enabled[id] == 0 {
			delete(s.enabled, id)
		}
		changed = append(changed, enabledKey(id))
	}
	return changed
}

// Value returns what a checkpoint keeps under a key, nil for nothing. It is
// immutable.
func (s *Services) Value(k ServiceKey) any {
	record, plan, enabled, err := k.parse()
	if err != nil {
		return nil
	}
	switch k.Kind {
	case serviceRecordKey:
		if r := s.records[record]; r != nil {
			return r
		}
	case servicePlanKey:
		if p, ok := s.plans[plan]; ok {
			return p
		}
	case serviceEnabledKey:
		if n := s.enabled[enabled]; n != 0 {
			return n
		}
	}
	return nil
}

// Load puts in what Value returned for a key: decode reads it.
func (s *Services) Load(k ServiceKey, decode func(v any) error) error {
	record, plan, enabled, err := k.parse()
	if err != nil {
		return err
	}
	switch k.Kind {
	case serviceRecordKey:
		r := &services.Record{}
		err = decode(r)
		s.setRecord(record, r)
	case servicePlanKey:
		var p services.Document
		err = decode(&p)
		s.plans[plan] = p
	case serviceEnabledKey:
		var n int64
		err = decode(&n)
		s.enabled[enabled] = n
	}
	return err
}

// Keys returns the names of all that is there, sorted.
func (s *Services) Keys() []ServiceKey {
	keys := make([]ServiceKey, 0, len(s.records)+len(s.plans)+len(s.enabled))
	for id := range s.records {
		keys = append(keys, recordKey(id))
	}
	for k := range s.plans {
		keys = append(keys, k.key())
	}
	for id := range s.enabled {
		keys = append(keys, enabledKey(id))
	}
	slices.SortFunc(keys, ServiceKey.Compare)
	return keys
}
