package engine

import (
	"cmp"
	"fmt"
	"slices"

	"purser/engine/rating"
)

// TariffKind is a sort of thing in a tariff.
type TariffKind string

// The kinds. They stand in the journal and in checkpoints.
const (
	KindDestination TariffKind = "destination"
	KindTiming      TariffKind = "timing"
	KindPlan        TariffKind = "plan"
	KindProfile     TariffKind = "profile"
	KindGroup       TariffKind = "group"
	KindActions     TariffKind = "actions"
	KindTriggers    TariffKind = "triggers"
	KindRow         TariffKind = "row"
)

// TariffKey names a thing in a tariff. The ID of a profile is its tenant,
// category and subject, that of a row its plan, table and ID, with 0 bytes
// between.
type TariffKey struct {
	Kind TariffKind `cbor:"1,keyasint"`
	ID   string     `cbor:"2,keyasint"`
}

// Compare orders keys by kind and then by ID.
func (k TariffKey) Compare(other TariffKey) int {
	return cmp.Or(cmp.Compare(k.Kind, other.Kind), cmp.Compare(k.ID, other.ID))
}

// ProfileKey names the profile of a subject.
func ProfileKey(tenant, category, subject string) TariffKey {
	return TariffKey{KindProfile, tenant + "\x00" + category + "\x00" + subject}
}

func profileID(p *rating.Profile) string { return ProfileKey(p.Tenant, p.Category, p.Subject).ID }

func (r *TariffRow) key() string { return r.Plan + "\x00" + r.Table + "\x00" + r.ID }

// Tariffs is the folded state of all that prices and charging rules are made
// of. It implements that part of [State].
type Tariffs struct {
	destinations *Destinations
	plans        map[string]*rating.Index
	profiles     map[subject]*rating.Profile
	values       map[TariffKind]map[string]any // pointers, of what Value returns; destinations are elsewhere
}

// subject is whose profile one is.
type subject struct{ tenant, category, subject string }

// NewTariffs returns the state without any.
func NewTariffs() *Tariffs {
	t := &Tariffs{destinations: NewDestinations(), plans: map[string]*rating.Index{},
		profiles: map[subject]*rating.Profile{}, values: map[TariffKind]map[string]any{}}
	for _, k := range []TariffKind{KindTiming, KindPlan, KindProfile, KindGroup, KindActions, KindTriggers, KindRow} {
		t.values[k] = map[string]any{}
	}
	return t
}

// Fold makes an entry's change.
func (t *Tariffs) Fold(e *Entry) error {
	if e.Destination != nil {
		if err := t.destinations.Fold(e.Destination); err != nil {
			return err
		}
	}
	if e.Timing != nil {
		t.putTiming(e.Timing)
	}
	if e.Tariff == nil {
		return nil
	}
	return t.fold(e.Tariff)
}

func (t *Tariffs) fold(s *TariffSet) error {
	for i := range s.Destinations {
		if err := t.destinations.Fold(&s.Destinations[i]); err != nil {
			return err
		}
	}
	for i := range s.Timings {
		t.putTiming(&s.Timings[i])
	}
	for i := range s.Plans {
		t.putPlan(&s.Plans[i])
	}
	put(t, KindProfile, s.Profiles, profileID)
	for i := range s.Profiles {
		p := &s.Profiles[i]
		t.profiles[subject{p.Tenant, p.Category, p.Subject}] = p
	}
	put(t, KindGroup, s.Groups, func(v *SharedGroup) string { return v.ID })
	put(t, KindActions, s.Actions, func(v *Actions) string { return v.ID })
	put(t, KindTriggers, s.Triggers, func(v *ActionTriggers) string { return v.ID })
	put(t, KindRow, s.Rows, (*TariffRow).key)
	for _, k := range s.Removed {
		if err := t.remove(k); err != nil {
			return err
		}
	}
	return nil
}

func put[T any](t *Tariffs, kind TariffKind, list []T, id func(*T) string) {
	for i := range list {
		t.values[kind][id(&list[i])] = &list[i]
	}
}

func (t *Tariffs) putTiming(c *TimingChange) {
	if c.Removed {
		delete(t.values[KindTiming], c.Timing.ID)
	} else {
		t.values[KindTiming][c.Timing.ID] = &c.Timing
	}
}

func (t *Tariffs) putPlan(p *rating.Plan) {
	t.values[KindPlan][p.ID] = p
	t.plans[p.ID] = rating.NewIndex(p)
}

func (t *Tariffs) remove(k TariffKey) error {
	if !t.HasTariff(k) {
		return fmt.Errorf("fold: %s %q is removed and not there", k.Kind, k.ID)
	}
	switch k.Kind {
	case KindDestination:
		return t.destinations.Fold(&DestinationChange{ID: k.ID, Removed: true})
	case KindPlan:
		delete(t.plans, k.ID)
	case KindProfile:
		p := get[rating.Profile](t, k.Kind, k.ID)
		delete(t.profiles, subject{p.Tenant, p.Category, p.Subject})
	}
	delete(t.values[k.Kind], k.ID)
	return nil
}

// TariffKeys returns the names of what the entry sets or removes in the tariff.
func (e *Entry) TariffKeys() []TariffKey {
	var keys []TariffKey
	if e.Destination != nil {
		keys = append(keys, TariffKey{KindDestination, e.Destination.ID})
	}
	if e.Timing != nil {
		keys = append(keys, TariffKey{KindTiming, e.Timing.Timing.ID})
	}
	if e.Tariff != nil {
		keys = append(keys, e.Tariff.Keys()...)
	}
	return keys
}

// Keys returns the names of what the set sets or removes.
func (t *TariffSet) Keys() []TariffKey {
	keys := slices.Clone(t.Removed)
	keys = name(keys, KindDestination, t.Destinations, func(v *DestinationChange) string { return v.ID })
	keys = name(keys, KindTiming, t.Timings, func(v *TimingChange) string { return v.Timing.ID })
	keys = name(keys, KindPlan, t.Plans, func(v *rating.Plan) string { return v.ID })
	keys = name(keys, KindProfile, t.Profiles, profileID)
	keys = name(keys, KindGroup, t.Groups, func(v *SharedGroup) string { return v.ID })
	keys = name(keys, KindActions, t.Actions, func(v *Actions) string { return v.ID })
	keys = name(keys, KindTriggers, t.Triggers, func(v *ActionTriggers) string { return v.ID })
	return name(keys, KindRow, t.Rows, (*TariffRow).key)
}

func name[T any](keys []TariffKey, kind TariffKind, list []T, id func(*T) string) []TariffKey {
	for i := range list {
		keys = append(keys, TariffKey{kind, id(&list[i])})
	}
	return keys
}

// Value returns what a checkpoint keeps under a key, nil for nothing. It is
// immutable.
func (t *Tariffs) Value(k TariffKey) any {
	if k.Kind == KindDestination {
		if prefixes, ok := t.destinations.Prefixes(k.ID); ok {
			return prefixes
		}
		return nil
	}
	return t.values[k.Kind][k.ID]
}

// Load puts in what Value returned for a key: decode reads it.
func (t *Tariffs) Load(k TariffKey, decode func(v any) error) error {
	var set TariffSet
	var err error
	switch k.Kind {
	case KindDestination:
		c := DestinationChange{ID: k.ID}
		err = decode(&c.Prefixes)
		set.Destinations = []DestinationChange{c}
	case KindTiming:
		set.Timings = make([]TimingChange, 1)
		err = decode(&set.Timings[0].Timing)
	case KindPlan:
		err = decodeOne(&set.Plans, decode)
	case KindProfile:
		err = decodeOne(&set.Profiles, decode)
	case KindGroup:
		err = decodeOne(&set.Groups, decode)
	case KindActions:
		err = decodeOne(&set.Actions, decode)
	case KindTriggers:
		err = decodeOne(&set.Triggers, decode)
	case KindRow:
		err = decodeOne(&set.Rows, decode)
	default:
		err = fmt.Errorf("engine: tariff of unknown kind %q", k.Kind)
	}
	if err != nil {
		return err
	}
	return t.fold(&set)
}

func decodeOne[T any](list *[]T, decode func(v any) error) error {
	*list = make([]T, 1)
	return decode(&(*list)[0])
}

// Keys returns the names of all that is there, sorted.
func (t *Tariffs) Keys() []TariffKey {
	var keys []TariffKey
	for _, id := range t.destinations.IDs() {
		keys = append(keys, TariffKey{KindDestination, id})
	}
	for kind, values := range t.values {
		for id := range values {
			keys = append(keys, TariffKey{kind, id})
		}
	}
	slices.SortFunc(keys, TariffKey.Compare)
	return keys
}

// TariffLen implements [State].
func (t *Tariffs) TariffLen() int {
	n := t.destinations.Len()
	for _, values := range t.values {
		n += len(values)
	}
	return n
}

// HasTariff implements [State].
func (t *Tariffs) HasTariff(k TariffKey) bool { return t.Value(k) != nil }

// TariffIDs implements [State].
func (t *Tariffs) TariffIDs(kind TariffKind) []string {
	if kind == KindDestination {
		return t.destinations.IDs()
	}
	ids := make([]string, 0, len(t.values[kind]))
	for id := range t.values[kind] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// get returns the value of a kind, nil when there is none.
func get[T any](t *Tariffs, kind TariffKind, id string) *T {
	v, _ := t.values[kind][id].(*T)
	return v
}

// Destination implements [State].
func (t *Tariffs) Destination(id string) ([]string, bool) { return t.destinations.Prefixes(id) }

// DestinationsOf implements [State].
func (t *Tariffs) DestinationsOf(prefix string) []string { return t.destinations.Of(prefix) }

// Timing implements [State].
func (t *Tariffs) Timing(id string) (rating.Timing, bool) {
	if g := get[rating.Timing](t, KindTiming, id); g != nil {
		return *g, true
	}
	return rating.Timing{}, false
}

// Places implements [State].
func (t *Tariffs) Places() (destinations, timings int) {
	return t.destinations.Len(), len(t.values[KindTiming])
}

// Plan implements [rating.Prices].
func (t *Tariffs) Plan(id string) *rating.Index { return t.plans[id] }

// Profile implements [rating.Prices].
func (t *Tariffs) Profile(tenant, category, name string) *rating.Profile {
	return t.profiles[subject{tenant, category, name}]
}

// SharedGroup implements [State].
func (t *Tariffs) SharedGroup(id string) *SharedGroup { return get[SharedGroup](t, KindGroup, id) }

// Actions implements [State].
func (t *Tariffs) Actions(id string) ([]Action, bool) {
	if a := get[Actions](t, KindActions, id); a != nil {
		return a.List, true
	}
	return nil, false
}

// ActionTriggers implements [State].
func (t *Tariffs) ActionTriggers(id string) ([]ActionTrigger, bool) {
	if g := get[ActionTriggers](t, KindTriggers, id); g != nil {
		return g.List, true
	}
	return nil, false
}

// TariffRow implements [State].
func (t *Tariffs) TariffRow(id string) *TariffRow { return get[TariffRow](t, KindRow, id) }
