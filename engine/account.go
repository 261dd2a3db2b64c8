package engine

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"purser/engine/amount"
)

// Types of record: what a balance counts. Any other text is a type of its own.
// One unit is one nanosecond, byte or message; money is in currency units.
const (
	Monetary = "*monetary"
	Voice    = "*voice"
	Data     = "*data"
	SMS      = "*sms"
	MMS      = "*mms"
	Generic  = "*generic" // pays for every unit type, behind the type's own balances
)

// DefaultBalance is the ID of the balance that takes what no other pays. It
// has no attributes: only an ID and a value.
const DefaultBalance = "*default"

// AccountID names an account: its owner's space and its name there.
type AccountID struct {
	Tenant  string `cbor:"1,keyasint"`
	Account string `cbor:"2,keyasint"`
}

// String returns tenant:account, the form that CGRateS shows.
func (id AccountID) String() string { return id.Tenant + ":" + id.Account }

// Account is a customer's balances. An Account that has been published by a
// [State] is immutable.
type Account struct {
	ID            AccountID `cbor:"1,keyasint"`
	Balances      []Balance `cbor:"2,keyasint,omitempty"` // in the order of creation, all types together
	AllowNegative bool      `cbor:"3,keyasint,omitempty"`
	Disabled      bool      `cbor:"4,keyasint,omitempty"`
	Updated       Instant   `cbor:"5,keyasint"`           // the time of the last entry that changed the account
	Profile       *Profile  `cbor:"6,keyasint,omitempty"` // nil for an account that JSON-RPC made

	// Triggers is nil for an account without any, as most are; read them with
	// [Account.Watches].
	Triggers *AccountTriggers `cbor:"7,keyasint,omitempty"`
}

// Balance is one purse of an account.
type Balance struct {
	UUID  uuid.UUID     `cbor:"1,keyasint"`
	ID    string        `cbor:"2,keyasint,omitempty"` // the client's name for it; not unique
	ToR   string        `cbor:"3,keyasint"`
	Value amount.Amount `cbor:"4,keyasint,omitzero"`

	// Attributes is nil for a plain balance; read them with [Balance.With].
	Attributes *Attributes `cbor:"5,keyasint,omitempty"`

	// Charged is what charges took from the balance and refunds did not give
	// back: the most that can be refunded to it.
	Charged amount.Amount `cbor:"6,keyasint,omitzero"`
}

// Attributes restrict and order what a balance pays for. They are immutable
// and shared by all states of a balance; nil stands for the zero Attributes.
// Source: cgrates-apier, section 4.
type Attributes struct {
	Expires        Instant       `cbor:"1,keyasint,omitzero"`
	Weight         amount.Amount `cbor:"2,keyasint,omitzero"` // highest pays first
	DestinationIDs Names         `cbor:"3,keyasint,omitempty"`
	Categories     Names         `cbor:"4,keyasint,omitempty"`
	SharedGroups   Names         `cbor:"5,keyasint,omitempty"`
	TimingIDs      Names         `cbor:"6,keyasint,omitempty"`
	RatingSubject  string        `cbor:"7,keyasint,omitempty"`
	Disabled       bool          `cbor:"8,keyasint,omitempty"`
	Blocker        bool          `cbor:"9,keyasint,omitempty"`
	Factors        []Factor      `cbor:"10,keyasint,omitempty"` // sorted by name
}

// Factor multiplies what a step takes from a unit balance.
type Factor struct {
	Name  string        `cbor:"1,keyasint"`
	Value amount.Amount `cbor:"2,keyasint,omitzero"`
}

// Name is an item of a set with sign: "!D2" excludes D2.
type Name struct {
	ID       string `cbor:"1,keyasint"`
	Excluded bool   `cbor:"2,keyasint,omitempty"`
}

// Names is such a set, sorted by ID, each ID once.
type Names []Name

// NewNames sorts items; of an ID given twice the last one counts.
func NewNames(items ...Name) Names {
	var set Names
	for _, n := range items {
		i, found := slices.BinarySearchFunc(set, n, func(a, b Name) int { return strings.Compare(a.ID, b.ID) })
		if found {
			set[i] = n
		} else {
			set = slices.Insert(set, i, n)
		}
	}
	return set
}

// Find returns the item of that ID and whether there is one.
func (s Names) Find(id string) (Name, bool) {
	for _, n := range s {
		if n.ID == id {
			return n, true
		}
	}
	return Name{}, false
}

// includes tells whether every item of other is in s and included. An item
// that other excludes never matches. Source: cgrates-apier, section 8.1.
func (s Names) includes(other Names) bool {
	for _, want := range other {
		if have, ok := s.Find(want.ID); !ok || have.Excluded || want.Excluded {
			return false
		}
	}
	return true
}

var noAttributes = &Attributes{}

// With returns the balance's attributes, never nil.
func (b *Balance) With() *Attributes {
	if b.Attributes == nil {
		return noAttributes
	}
	return b.Attributes
}

// expired tells whether b is over at the given time: its expiry is set and
// before it.
func (b *Balance) expired(at Instant) bool {
	expires := b.With().Expires
	return !expires.IsZero() && expires.Before(at.Time)
}

// find returns the position of the balance with that UUID, -1 for none.
func (a *Account) find(id uuid.UUID) int {
	return slices.IndexFunc(a.Balances, func(b Balance) bool { return b.UUID == id })
}

// IsZero tells whether a says nothing.
func (a *Attributes) IsZero() bool { return a.equal(noAttributes) }

// equal tells whether a and b say the same.
func (a *Attributes) equal(b *Attributes) bool {
	return a.Expires.Equal(b.Expires.Time) && a.Weight.Cmp(b.Weight) == 0 &&
		slices.Equal(a.DestinationIDs, b.DestinationIDs) && slices.Equal(a.Categories, b.Categories) &&
		slices.Equal(a.SharedGroups, b.SharedGroups) && slices.Equal(a.TimingIDs, b.TimingIDs) &&
		a.RatingSubject == b.RatingSubject && a.Disabled == b.Disabled && a.Blocker == b.Blocker &&
		slices.EqualFunc(a.Factors, b.Factors, func(x, y Factor) bool {
			return x.Name == y.Name && x.Value.Cmp(y.Value) == 0
		})
}
