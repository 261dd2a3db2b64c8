package apier

import (
	"strings"

	"purser/engine"
	"purser/rpcjson"
)

// setDestination makes a destination, or with Overwrite replaces it. Destinations belong to no tenant.
// Source: cgrates-charging, section 5.7.
type setDestination struct {
	scope
	ID        string `json:"Id"`
	Prefixes  []string
	Overwrite bool
}

func (a *setDestination) change(*service) (engine.Change, error) {
	a.ID = strings.TrimSpace(a.ID)
	return &engine.SetDestination{ID: a.ID, Prefixes: a.Prefixes, Overwrite: a.Overwrite}, nil
}

// removeDestination removes a destination, or prefixes of it. CGRateS takes a list of destinations and can stop in
// the middle of it; one at a time is all or nothing.
type removeDestination struct {
	scope
	DestinationIDs []string
	Prefixes       []string
}

func (a *removeDestination) change(*service) (engine.Change, error) {
	switch len(a.DestinationIDs) {
	case 0:
		return nil, engine.Missing("DestinationIDs")
	case 1:
		a.DestinationIDs[0] = strings.TrimSpace(a.DestinationIDs[0])
		return &engine.RemoveDestination{ID: a.DestinationIDs[0], Prefixes: a.Prefixes}, nil
	}
	return nil, invalid("DestinationIDs", "one destination at a time")
}

// destination is the answer of GetDestination.
type destination struct {
	ID       string `json:"Id"`
	Prefixes []string
}

// getDestination takes its ID as bare text.
func (s *service) getDestination(c *rpcjson.Call, id *string) {
	name := strings.TrimSpace(*id)
	s.view(c, nil, func(st engine.State) (any, error) {
		prefixes, there := st.Destination(name)
		if !there {
			return nil, errNotFound
		}
		return &destination{name, prefixes}, nil
	})
}

// getReverseDestination takes a prefix as bare text and answers the IDs of the destinations that list it.
func (s *service) getReverseDestination(c *rpcjson.Call, prefix *string) {
	s.view(c, nil, func(st engine.State) (any, error) {
		ids := st.DestinationsOf(*prefix)
		if len(ids) == 0 {
			return nil, errNotFound
		}
		return append([]string(nil), ids...), nil
	})
}
