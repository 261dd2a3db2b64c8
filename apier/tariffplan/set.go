package tariffplan

import (
	"purser/engine"
	"purser/engine/rating"
)

// Set is a compiled plan: what a load puts in place of what the engine has
// under the same IDs. Lists are sorted by ID, each ID once.
type Set struct {
	Destinations []Destination
	Timings      []rating.Timing
	Plans        []rating.Plan // each with the rates and timings that it uses
	Profiles     []rating.Profile
	Groups       []engine.SharedGroup
	Actions      []engine.Actions
	Triggers     []engine.ActionTriggers
}

// Destination is a set of prefixes.
type Destination struct {
	ID       string
	Prefixes []string // sorted, each once
}

// Tariff returns the set as the engine takes it.
func (s *Set) Tariff() engine.TariffSet {
	t := engine.TariffSet{Plans: s.Plans, Profiles: s.Profiles, Groups: s.Groups, Actions: s.Actions, Triggers: s.Triggers}
	for _, d := range s.Destinations {
		t.Destinations = append(t.Destinations, engine.DestinationChange{ID: d.ID, Prefixes: d.Prefixes})
	}
	for _, g := range s.Timings {
		t.Timings = append(t.Timings, engine.TimingChange{Timing: g})
	}
	return t
}

// Known is what the engine has already: a plan may refer to it.
type Known interface {
	Destination(id string) bool
	Timing(id string) (rating.Timing, bool)
	Plan(id string) bool
	Group(id string) bool
	Actions(id string) bool
}

// nothing is what an engine without any plan has.
type nothing struct{}

func (nothing) Destination(string) bool             { return false }
func (nothing) Timing(string) (rating.Timing, bool) { return rating.Timing{}, false }
func (nothing) Plan(string) bool                    { return false }
func (nothing) Group(string) bool                   { return false }
func (nothing) Actions(string) bool                 { return false }
