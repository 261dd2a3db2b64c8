package engine

import (
	"slices"

	"purser/engine/services"
)

// ServiceChange is what an entry does to services: those of accounts, and the
// plans of resellers. Source: ledgers-and-services, 6, 9.4 and 10.1.
type ServiceChange struct {
	Accounts []AccountServices `cbor:"1,keyasint,omitempty"`
	Plans    []PlanChange      `cbor:"2,keyasint,omitempty"`

	// Who asked, a JSON object as the face gave it; nil for none.
	Who []byte `cbor:"3,keyasint,omitempty"`
}

// AccountServices is what an entry does to the services of one account, and
// the audit log of it.
type AccountServices struct {
	Account AccountID `cbor:"1,keyasint"`
	Owner   Named     `cbor:"2,keyasint"` // the account as it was called then

	// Kinds says what is changed. Record has these parts as they are from now
	// on, and no other.
	Kinds   []ServiceKind   `cbor:"3,keyasint,omitempty"`
	Record  services.Record `cbor:"4,keyasint,omitzero"`
	Removed bool            `cbor:"5,keyasint,omitempty"` // the account goes, and all its services with it

	// Cause is the account below whose change this follows from; nil: itself.
	Cause *Named `cbor:"6,keyasint,omitempty"`

	Quantities []services.Change  `cbor:"7,keyasint,omitempty"` // of effective quantities
	Invoices   []services.Invoice `cbor:"8,keyasint,omitempty"` // all that there are then, with what is new in them
}

// Named is an account with the name that it had when an entry was made.
type Named struct {
	ID   HexID  `cbor:"1,keyasint"`
	Name string `cbor:"2,keyasint,omitempty"`
}

// PlanChange sets or removes a service plan of a reseller.
type PlanChange struct {
	PlanKey
	Document services.Document `cbor:"3,keyasint,omitzero"`
	Removed  bool              `cbor:"4,keyasint,omitempty"`
}

// PlanKey names a service plan: IDs are unique among the plans of a reseller.
type PlanKey struct {
	Reseller HexID  `cbor:"1,keyasint"`
	ID       string `cbor:"2,keyasint"`
}

// ServiceKind is a part of an account's services that changes.
type ServiceKind string

// The kinds, as audit logs show them; they stand in the journal. Source:
// ledgers-and-services, 6.6.
const (
	ServiceAccount         ServiceKind = "account" // counted quantities
	ServiceCascade         ServiceKind = "cascade" // those of the accounts below, or whether they count
	ServiceManual          ServiceKind = "manual"
	ServicePlans           ServiceKind = "plan"
	ServiceOverrides       ServiceKind = "overrides"
	ServiceBilling         ServiceKind = "billing" // who pays: in the account's profile
	ServiceStatus          ServiceKind = "status"
	ServiceSynchronization ServiceKind = "synchronization" // nothing: invoices are handed to who bills them
)

// servicePart is a part of a record that changes on its own: whether two differ
// in it, and how one takes it from another.
type servicePart struct {
	kind   ServiceKind
	differ func(a, b *services.Record) bool
	take   func(to, from *services.Record)
}

// serviceParts returns all of them, in the order in which entries name them.
func serviceParts() [6]servicePart {
	return [...]servicePart{
		{ServiceAccount,
			func(a, b *services.Record) bool { return !slices.Equal(a.Quantities.Account, b.Quantities.Account) },
			func(to, from *services.Record) { to.Quantities.Account = from.Quantities.Account }},
		{ServiceCascade,
			func(a, b *services.Record) bool { return !slices.Equal(a.Quantities.Cascade, b.Quantities.Cascade) },
			func(to, from *services.Record) { to.Quantities.Cascade = from.Quantities.Cascade }},
		{ServiceManual,
			func(a, b *services.Record) bool { return !slices.Equal(a.Quantities.Manual, b.Quantities.Manual) },
			func(to, from *services.Record) { to.Quantities.Manual = from.Quantities.Manual }},
		{ServicePlans,
			func(a, b *services.Record) bool { return !a.Plans.Equal(b.Plans) },
			func(to, from *services.Record) { to.Plans = from.Plans }},
		{ServiceOverrides,
			func(a, b *services.Record) bool { return !a.Overrides.Equal(b.Overrides) },
			func(to, from *services.Record) { to.Overrides = from.Overrides }},
		{ServiceStatus,
			func(a, b *services.Record) bool { return a.Standing != b.Standing },
			func(to, from *services.Record) { to.Standing = from.Standing }},
	}
}

// Has tells whether that kind of thing changes.
func (c *AccountServices) Has(kind ServiceKind) bool { return slices.Contains(c.Kinds, kind) }

// Fold returns the record after c; before is nil where there was none.
func (c *AccountServices) Fold(before *services.Record) *services.Record {
	if c.Removed {
		return nil
	}
	next := &services.Record{}
	if before != nil {
		*next = *before
	}
	for _, part := range serviceParts() {
		if c.Has(part.kind) {
			part.take(next, &c.Record)
		}
	}
	return next
}
