package engine

import (
	"github.com/google/uuid"

	"purser/engine/amount"
)

// Charged is the answer to a charge: what was taken, from which balances, and
// the account's balances before and after. Durations are units of the ToR.
// Source: cgrates-charging, section 2.2 (CallCost).
type Charged struct {
	Payer   AccountID     `cbor:"1,keyasint"`
	ToR     string        `cbor:"2,keyasint,omitempty"` // as charged: "" became *voice where there was usage
	Cost    amount.Amount `cbor:"3,keyasint,omitzero"`
	Usage   int64         `cbor:"4,keyasint,omitempty"` // charged, in whole steps
	Spans   []Span        `cbor:"5,keyasint,omitempty"` // in the order of time, one behind the other
	Summary []Summary     `cbor:"6,keyasint,omitempty"`

	AllowNegative bool `cbor:"7,keyasint,omitempty"` // of the account
}

// Span is a part of the usage that one balance paid in steps of one length.
type Span struct {
	Start    int64         `cbor:"1,keyasint,omitempty"` // units from the start of the usage
	Length   int64         `cbor:"2,keyasint"`           // Step * Steps
	Step     int64         `cbor:"3,keyasint"`
	Steps    int64         `cbor:"4,keyasint"`
	Unit     UnitUse       `cbor:"5,keyasint"`
	Category string        `cbor:"6,keyasint,omitempty"`
	Prefix   string        `cbor:"7,keyasint,omitempty"` // what matched the balance's destinations, else the whole number
	DestID   string        `cbor:"8,keyasint"`           // of that prefix, *any for an unbound balance
	Cost     amount.Amount `cbor:"9,keyasint,omitzero"`
}

// UnitUse is what a span took from a unit balance.
type UnitUse struct {
	UUID     uuid.UUID     `cbor:"1,keyasint"`
	ID       string        `cbor:"2,keyasint,omitempty"`
	ToR      string        `cbor:"3,keyasint"` // of the balance: that of the charge, or *generic
	After    amount.Amount `cbor:"4,keyasint,omitzero"`
	Consumed amount.Amount `cbor:"5,keyasint,omitzero"` // per step
	Factor   amount.Amount `cbor:"6,keyasint,omitzero"`
}

// Summary is a balance of the charged account before and after.
type Summary struct {
	UUID     uuid.UUID     `cbor:"1,keyasint"`
	ID       string        `cbor:"2,keyasint,omitempty"`
	ToR      string        `cbor:"3,keyasint"`
	Initial  amount.Amount `cbor:"4,keyasint,omitzero"`
	Value    amount.Amount `cbor:"5,keyasint,omitzero"`
	Weight   amount.Amount `cbor:"6,keyasint,omitzero"`
	Disabled bool          `cbor:"7,keyasint,omitempty"`
	Factors  []Factor      `cbor:"8,keyasint,omitempty"`
}
