package engine

import (
	"fmt"
	"slices"
)

// SetDestination gives a destination its prefixes. Prefixes are matched as
// they stand against the number as it was dialled, without normalising + or
// 00. Source: cgrates-charging, sections 5.1 and 5.7.
type SetDestination struct {
	ID        string
	Prefixes  []string
	Overwrite bool // else one that is there is CodeExists
}

func (c *SetDestination) decide(d *decision) error {
	var missing []string
	if c.ID == "" {
		missing = append(missing, "Id")
	}
	if len(c.Prefixes) == 0 {
		missing = append(missing, "Prefixes")
	}
	if missing != nil {
		return Missing(missing...)
	}
	if err := d.rules.checkPrefixes(c.ID, c.Prefixes); err != nil {
		return err
	}
	_, there := d.state.Destination(c.ID)
	if n, _ := d.state.Places(); !there && n >= d.rules.PlacesMax {
		return refuse(CodeLimit, "there are %d destinations, the most allowed", n)
	}
	if there && !c.Overwrite {
		return refuse(CodeExists, "destination %q", c.ID)
	}
	prefixes := slices.Clone(c.Prefixes)
	slices.Sort(prefixes)
	d.entry.Op = OpSetDestination
	d.entry.Destination = &DestinationChange{ID: c.ID, Prefixes: slices.Compact(prefixes)}
	return nil
}

// checkPrefixes refuses a destination that could not be stored.
func (r *Rules) checkPrefixes(id string, prefixes []string) error {
	if err := r.checkName("Id", id); err != nil {
		return err
	}
	if len(prefixes) > r.PrefixesMax {
		return refuse(CodeLimit, "%d prefixes, at most %d", len(prefixes), r.PrefixesMax)
	}
	for _, p := range prefixes {
		if p == "" {
			return &Error{Code: CodeInvalid, Fields: []string{"Prefixes"}, Text: "empty prefix"}
		}
		if err := r.checkName("Prefixes", p); err != nil {
			return err
		}
	}
	return nil
}

// RemoveDestination removes a destination, or, where Prefixes is not empty,
// these prefixes of it.
type RemoveDestination struct {
	ID       string
	Prefixes []string
}

func (c *RemoveDestination) decide(d *decision) error {
	if c.ID == "" {
		return Missing("DestinationIDs")
	}
	have, there := d.state.Destination(c.ID)
	if !there {
		return refuse(CodeNotFound, "destination %q", c.ID)
	}
	d.entry.Op = OpRemoveDestination
	gone := slices.Sorted(slices.Values(c.Prefixes))
	left := slices.DeleteFunc(slices.Clone(have), func(p string) bool {
		_, found := slices.BinarySearch(gone, p)
		return found
	})
	if len(c.Prefixes) == 0 || len(left) == 0 {
		d.entry.Destination = &DestinationChange{ID: c.ID, Removed: true}
		return nil
	}
	if len(left) == len(have) {
		return refuse(CodeNotFound, "destination %q has none of these prefixes", c.ID)
	}
	d.entry.Destination = &DestinationChange{ID: c.ID, Prefixes: left}
	return nil
}

// Destinations is the folded state of all destinations: by ID and by prefix.
type Destinations struct {
	byID     map[string][]string
	byPrefix map[string][]string // IDs, sorted
}

// NewDestinations returns the state without any.
func NewDestinations() *Destinations {
	return &Destinations{byID: map[string][]string{}, byPrefix: map[string][]string{}}
}

// Fold makes c's change.
func (s *Destinations) Fold(c *DestinationChange) error {
	before, there := s.byID[c.ID]
	if c.Removed && !there {
		return fmt.Errorf("fold: destination %q is removed and not there", c.ID)
	}
	for _, p := range before {
		ids := slices.DeleteFunc(s.byPrefix[p], func(id string) bool { return id == c.ID })
		if len(ids) == 0 {
			delete(s.byPrefix, p)
		} else {
			s.byPrefix[p] = ids
		}
	}
	if c.Removed {
		delete(s.byID, c.ID)
		return nil
	}
	s.byID[c.ID] = c.Prefixes
	for _, p := range c.Prefixes {
		ids := s.byPrefix[p]
		i, _ := slices.BinarySearch(ids, c.ID)
		s.byPrefix[p] = slices.Insert(ids, i, c.ID)
	}
	return nil
}

// Prefixes returns a destination's prefixes, sorted, and whether it is there.
func (s *Destinations) Prefixes(id string) ([]string, bool) {
	p, ok := s.byID[id]
	return p, ok
}

// Of returns the IDs, sorted, of the destinations that list exactly this prefix.
func (s *Destinations) Of(prefix string) []string { return s.byPrefix[prefix] }

// Len returns how many destinations there are.
func (s *Destinations) Len() int { return len(s.byID) }

// IDs returns the IDs of all destinations, sorted.
func (s *Destinations) IDs() []string {
	ids := make([]string, 0, len(s.byID))
	for id := range s.byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
