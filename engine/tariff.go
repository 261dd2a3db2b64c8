package engine

import (
	"fmt"
	"slices"
	"strings"

	"purser/engine/rating"
)

// TariffSet is a part of a tariff: what a load of plans brings, each thing
// whole, over one of the same name. Source: cgrates-charging, section 5.
type TariffSet struct {
	Destinations []DestinationChange `cbor:"1,keyasint,omitempty"`
	Timings      []TimingChange      `cbor:"2,keyasint,omitempty"`
	Plans        []rating.Plan       `cbor:"3,keyasint,omitempty"`
	Profiles     []rating.Profile    `cbor:"4,keyasint,omitempty"`
	Groups       []SharedGroup       `cbor:"5,keyasint,omitempty"`
	Actions      []Actions           `cbor:"6,keyasint,omitempty"`
	Triggers     []ActionTriggers    `cbor:"7,keyasint,omitempty"`

	// Rows are tables of plans being written (SetTPxxx), without effect on
	// prices until a plan is loaded from them.
	Rows []TariffRow `cbor:"8,keyasint,omitempty"`

	Removed []TariffKey `cbor:"9,keyasint,omitempty"`
}

// TariffRow is one named thing of a table of a plan being written. Its data
// are the face's business.
type TariffRow struct {
	Plan  string `cbor:"1,keyasint"` // TPid
	Table string `cbor:"2,keyasint"`
	ID    string `cbor:"3,keyasint"`
	Data  []byte `cbor:"4,keyasint"`
}

// LoadTariff puts a set into the tariff, all of it or nothing.
type LoadTariff struct{ Set TariffSet }

func (c *LoadTariff) decide(d *decision) error {
	d.entry.Op = OpTariff
	set := c.Set
	if err := set.check(d); err != nil {
		return err
	}
	set.sort()
	if !set.isEmpty() {
		d.entry.Tariff = &set
	}
	return nil
}

// SetProfile gives a subject its plans: over those that it has, or, without
// Overwrite, beside them. Source: cgrates-charging, section 5.7.
type SetProfile struct {
	Profile   rating.Profile
	Overwrite bool
}

func (c *SetProfile) decide(d *decision) error {
	p := c.Profile
	if before := d.state.Profile(p.Tenant, p.Category, p.Subject); before != nil && !c.Overwrite {
		at := map[int64]bool{}
		for _, a := range p.Activations {
			at[a.At] = true
		}
		p.Activations = slices.Clone(p.Activations)
		for _, a := range before.Activations {
			if !at[a.At] {
				p.Activations = append(p.Activations, a)
			}
		}
	}
	p.Activations = slices.Clone(p.Activations)
	slices.SortStableFunc(p.Activations, func(a, b rating.Activation) int { return int(min(max(a.At-b.At, -1), 1)) })
	return (&LoadTariff{Set: TariffSet{Profiles: []rating.Profile{p}}}).decide(d)
}

// RemoveTariff takes things out of the tariff; what is not there is left out,
// and CodeNotFound where nothing is.
type RemoveTariff struct{ Keys []TariffKey }

func (c *RemoveTariff) decide(d *decision) error {
	d.entry.Op = OpRemoveTariff
	var set TariffSet
	for _, k := range c.Keys {
		if d.state.HasTariff(k) {
			set.Removed = append(set.Removed, k)
		}
	}
	if len(set.Removed) == 0 {
		return refuse(CodeNotFound, "%v", c.Keys)
	}
	set.sort()
	set.Removed = slices.Compact(set.Removed)
	d.entry.Tariff = &set
	return nil
}

func (t *TariffSet) isEmpty() bool {
	return len(t.Destinations)+len(t.Timings)+len(t.Plans)+len(t.Profiles)+len(t.Groups)+len(t.Actions)+
		len(t.Triggers)+len(t.Rows)+len(t.Removed) == 0
}

// sort puts everything into one order, so that the same set is the same entry.
func (t *TariffSet) sort() {
	by(&t.Destinations, func(v *DestinationChange) string { return v.ID })
	by(&t.Timings, func(v *TimingChange) string { return v.Timing.ID })
	by(&t.Plans, func(v *rating.Plan) string { return v.ID })
	by(&t.Profiles, profileID)
	by(&t.Groups, func(v *SharedGroup) string { return v.ID })
	by(&t.Actions, func(v *Actions) string { return v.ID })
	by(&t.Triggers, func(v *ActionTriggers) string { return v.ID })
	by(&t.Rows, (*TariffRow).key)
	t.Removed = slices.Clone(t.Removed)
	slices.SortFunc(t.Removed, TariffKey.Compare)
}

// by sorts a copy of list by a name of its items.
func by[T any](list *[]T, name func(*T) string) {
	*list = slices.Clone(*list)
	slices.SortStableFunc(*list, func(a, b T) int { return strings.Compare(name(&a), name(&b)) })
}

// check refuses a set that names what is not there, could not be stored, or
// has one name twice.
func (t *TariffSet) check(d *decision) error {
	seen := map[TariffKey]bool{}
	for _, k := range t.Keys() {
		if seen[k] {
			return &Error{Code: CodeInvalid, Fields: []string{string(k.Kind)}, Text: k.ID + " is there twice"}
		}
		seen[k] = true
		for _, name := range strings.Split(k.ID, "\x00") {
			if err := d.rules.checkName(string(k.Kind), name); err != nil {
				return err
			}
		}
	}
	if n := len(seen) + d.state.TariffLen(); n > d.rules.TariffMax {
		return refuse(CodeLimit, "a tariff of %d things, at most %d", n, d.rules.TariffMax)
	}
	for _, check := range []func(*decision) error{t.checkPlaces, t.checkPrices, t.checkActions} {
		if err := check(d); err != nil {
			return err
		}
	}
	return nil
}

func (t *TariffSet) checkPlaces(d *decision) error {
	for i := range t.Destinations {
		if v := &t.Destinations[i]; !v.Removed {
			if err := d.rules.checkPrefixes(v.ID, v.Prefixes); err != nil {
				return err
			}
		}
	}
	for i := range t.Timings {
		if v := &t.Timings[i].Timing; !t.Timings[i].Removed {
			if err := checkTiming(v); err != nil {
				return fmt.Errorf("timing %q: %w", v.ID, err)
			}
		}
	}
	return nil
}

func (t *TariffSet) checkPrices(d *decision) error {
	loaded := make(map[string]bool, len(t.Plans))
	for i := range t.Plans {
		if err := t.Plans[i].Check(); err != nil {
			return &Error{Code: CodeInvalid, Fields: []string{"RatingPlanId"}, Text: err.Error()}
		}
		loaded[t.Plans[i].ID] = true
	}
	for i := range t.Profiles {
		p := &t.Profiles[i]
		if err := p.Check(); err != nil {
			return &Error{Code: CodeInvalid, Fields: []string{"RatingPlanActivations"}, Text: err.Error()}
		}
		for _, a := range p.Activations {
			if !loaded[a.PlanID] && d.state.Plan(a.PlanID) == nil {
				return &Error{Code: CodeNotFound, Fields: []string{"RatingPlanId", a.PlanID}}
			}
		}
	}
	return nil
}

// checkActions refuses shared groups, actions and triggers that could not be
// carried out.
func (t *TariffSet) checkActions(d *decision) error {
	strategies := []string{PoolLowest, PoolHighest, PoolRandom, PoolMineLowest, PoolMineHighest, PoolMineRandom}
	for i := range t.Groups {
		for _, m := range t.Groups[i].Members {
			if !slices.Contains(strategies, m.Strategy) {
				return &Error{Code: CodeInvalid, Fields: []string{"Strategy"}, Text: m.Strategy + " is none"}
			}
		}
	}
	loaded := make(map[string]bool, len(t.Actions))
	for i := range t.Actions {
		if err := d.checkActions(&t.Actions[i]); err != nil {
			return err
		}
		loaded[t.Actions[i].ID] = true
	}
	known := func(id string) bool { return loaded[id] || d.hasActions(id) }
	for i := range t.Triggers {
		if err := d.checkTriggers(&t.Triggers[i], known); err != nil {
			return err
		}
	}
	return nil
}
