package engine

import (
	"github.com/google/uuid"

	"purser/engine/amount"
)

// Command is one request to change something, with all that its result
// depends on beside the state. The engine stamps it: callers leave At and Seed
// empty.
type Command struct {
	Origin Origin

	// Key makes the command take effect once, however often it is sent with
	// the same key and Digest within the tenant; "" for none. Digest is a hash
	// of what was asked, so that a key used for something else is refused.
	Tenant string
	Key    string
	Digest []byte

	Change Change

	// Batch, in place of Change, is lines that are made together or not at all:
	// an entry each, one number behind the other, in one commit group.
	Batch []*PostLedger

	// If is a condition on the state that the change is decided on: where it
	// says false the command is refused with CodeChanged. It must be pure. A
	// command whose key is known is answered without asking it. nil: always.
	If func(Tree) (bool, error) `cbor:"-"`

	// Who is who asked, a JSON object, for the audit logs of services; nil for
	// none. Created is the "now" of a test clock; zero: At.
	Who     []byte
	Created Instant

	At   Instant   // when the writer took the command; never before the last one's
	Seed uuid.UUID // random: the UUIDs of balances that the command makes come from it
}

// created returns the "now" of what the command makes.
func (c *Command) created() Instant {
	if c.Created.IsZero() {
		return c.At
	}
	return c.Created
}

// Change is what a command asks for: one of the types of this package that
// have a decide method (SetBalances, Adjust, RemoveBalances, Transfer,
// SetAccount, RemoveAccount, SetDestination, RemoveDestination, SetTiming,
// RemoveTiming, Charge, Refund, LoadTariff, SetProfile, RemoveTariff,
// SetMaster, MakeMember, ChangeMember, PostLedger, the ones about triggers of
// trigger_set.go and account_trigger_set.go, SetActions, RemoveActions,
// ExecuteActions, SetManual, SetOverrides, EditServices, AssignPlan,
// UnassignPlan, SetStanding, Reconcile, Synchronize, SetPlan, RemovePlan).
type Change interface {
	// decide writes into d what the change does, or refuses it. A refusal
	// leaves no trace, whatever was written before.
	decide(d *decision) error
}

// Result is the answer to a command. The zero Result says "done".
type Result struct {
	// Charge is what Charge did.
	Charge *Charged `cbor:"1,keyasint,omitempty"`

	// Refused is the refusal that stopped a list of changes; what stood before
	// it in the list is done.
	Refused *Error `cbor:"2,keyasint,omitempty"`

	// Member is the ID of the account that MakeMember made, or of the master.
	Member HexID `cbor:"3,keyasint,omitzero"`

	// Account is the account after a refund, nil when none of it was given
	// anything to do.
	Account *Account `cbor:"4,keyasint,omitempty"`

	// Plan is the ID of the service plan that SetPlan set.
	Plan string `cbor:"5,keyasint,omitempty"`

	// Seq is the number of the entry, 0 when there is none; of a batch that of
	// the first.
	Seq uint64 `cbor:"-"`

	// Entry is what was committed now, of a batch the first, nil for nothing. It
	// is shared: nobody changes it.
	Entry *Entry `cbor:"-"`

	// Before is the money that each of the accounts of a PostLedger's entry had
	// before it.
	Before []amount.Amount `cbor:"-"`

	// Replayed says that nothing was done now: the command's key answered it.
	Replayed bool `cbor:"-"`
}

// Wanted describes a balance: which one is meant, and what it shall be. A nil
// member was not given: it neither selects nor changes anything.
// Source: cgrates-apier, sections 5, 6 and 8.
type Wanted struct {
	UUID string // "" is not given
	ID   *string

	Expires        *Instant
	Weight         *amount.Amount
	DestinationIDs *Names
	Categories     *Names
	SharedGroups   *Names
	TimingIDs      *Names
	RatingSubject  *string
	Disabled       *bool
	Blocker        *bool
	Factors        *[]Factor // no part in selecting
}

// name returns the ID, "" when none was given.
func (w *Wanted) name() string {
	if w.ID == nil {
		return ""
	}
	return *w.ID
}

// selects tells whether an add, debit or removal that wants w reaches b: by
// UUID alone, else by ID alone, else by every attribute given. With nothing
// given it reaches every balance. Source: cgrates-apier, section 8.1.
func (w *Wanted) selects(b *Balance) bool {
	switch {
	case w.UUID != "":
		return b.UUID.String() == w.UUID
	case w.name() != "":
		return b.ID == w.name()
	}
	a := b.With()
	return (w.Expires == nil || a.Expires.Equal(w.Expires.Time)) &&
		(w.Weight == nil || a.Weight.Cmp(*w.Weight) == 0) &&
		(w.DestinationIDs == nil || a.DestinationIDs.includes(*w.DestinationIDs)) &&
		(w.Categories == nil || a.Categories.includes(*w.Categories)) &&
		(w.SharedGroups == nil || a.SharedGroups.includes(*w.SharedGroups)) &&
		(w.TimingIDs == nil || a.TimingIDs.includes(*w.TimingIDs)) &&
		(w.RatingSubject == nil || a.RatingSubject == *w.RatingSubject) &&
		(w.Disabled == nil || a.Disabled == *w.Disabled) &&
		(w.Blocker == nil || a.Blocker == *w.Blocker)
}

// over returns before with every attribute that w gives, and nil when that
// changes nothing.
func (w *Wanted) over(before *Attributes) *Attributes {
	next, given := *before, false
	give(&next.Expires, w.Expires, &given)
	give(&next.Weight, w.Weight, &given)
	give(&next.DestinationIDs, w.DestinationIDs, &given)
	give(&next.Categories, w.Categories, &given)
	give(&next.SharedGroups, w.SharedGroups, &given)
	give(&next.TimingIDs, w.TimingIDs, &given)
	give(&next.RatingSubject, w.RatingSubject, &given)
	give(&next.Disabled, w.Disabled, &given)
	give(&next.Blocker, w.Blocker, &given)
	give(&next.Factors, w.Factors, &given)
	if !given || next.equal(before) {
		return nil
	}
	return &next
}

func give[T any](field *T, value *T, given *bool) {
	if value != nil {
		*field, *given = *value, true
	}
}
