package services

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// Assignment is one plan that an account has.
type Assignment struct {
	Plan      string   `cbor:"1,keyasint"`           // the plan's id
	Vendor    string   `cbor:"2,keyasint,omitempty"` // id of the account that owns the plan, 32 hex digits
	Overrides Document `cbor:"3,keyasint,omitzero"`  // laid over the plan, and over the account's overrides
	Contract  Document `cbor:"4,keyasint,omitzero"`  // kept as it was sent
}

// Assignments are the plans of one account, by rising plan id, each once. They
// are immutable: With and Without return others.
type Assignments []Assignment

// Get returns the assignment of a plan, and false if it is not assigned.
func (a Assignments) Get(plan string) (Assignment, bool) {
	i, ok := a.find(plan)
	if !ok {
		return Assignment{}, false
	}
	return a[i], true
}

// With returns a with one assigned, in place of what its plan had.
func (a Assignments) With(one Assignment) Assignments {
	i, ok := a.find(one.Plan)
	next := slices.Clone(a)
	if ok {
		next[i] = one
		return next
	}
	return slices.Insert(next, i, one)
}

// Without returns a without a plan, and false if it was not assigned.
func (a Assignments) Without(plan string) (Assignments, bool) {
	i, ok := a.find(plan)
	if !ok {
		return a, false
	}
	return slices.Delete(slices.Clone(a), i, i+1), true
}

// Equal tells whether a and b say the same.
func (a Assignments) Equal(b Assignments) bool {
	return slices.EqualFunc(a, b, func(x, y Assignment) bool {
		return x.Plan == y.Plan && x.Vendor == y.Vendor && x.Overrides.Equal(y.Overrides) && x.Contract.Equal(y.Contract)
	})
}

func (a Assignments) find(plan string) (int, bool) {
	return slices.BinarySearchFunc(a, plan, func(one Assignment, plan string) int {
		return strings.Compare(one.Plan, plan)
	})
}

// MarshalJSONTo writes {plan id: {vendor_id, overrides, contract}}, contract
// only if there is one.
func (a Assignments) MarshalJSONTo(e *jsontext.Encoder) error {
	var d Document
	for _, one := range a {
		members := Document{{"overrides", Object(one.Overrides)}, {"vendor_id", Text(one.Vendor)}}
		if !one.Contract.IsZero() {
			members = members.With("contract", Object(one.Contract))
		}
		d = append(d, Member{one.Plan, Object(members)})
	}
	return d.MarshalJSONTo(e)
}

// UnmarshalCBOR reads assignments and refuses those that are not in order: the
// look-ups rely on it.
func (a *Assignments) UnmarshalCBOR(data []byte) error {
	var stored []Assignment
	if err := cbor.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("services: stored assignments: %w", err)
	}
	for i := 1; i < len(stored); i++ {
		if stored[i-1].Plan >= stored[i].Plan {
			return fmt.Errorf("services: stored assignments: %q is not behind %q", stored[i].Plan, stored[i-1].Plan)
		}
	}
	*a = stored
	return nil
}
