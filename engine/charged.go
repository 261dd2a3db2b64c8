package engine

import (
	"github.com/google/uuid"

	"purser/engine/amount"
	"purser/engine/rating"
)

// Charged is the answer to a charge: what was taken, from which balances, and
// the account's balances before and after. Durations are units of the ToR.
// Source: cgrates-charging, section 2.2 (CallCost).
type Charged struct {
	Payer   AccountID     `cbor:"1,keyasint"`
	ToR     string        `cbor:"2,keyasint,omitempty"` // as charged: "" became *voice where there was usage
	Cost    amount.Amount `cbor:"3,keyasint,omitzero"`  // money of all spans, which is the money taken
	Usage   int64         `cbor:"4,keyasint,omitempty"` // charged, in whole steps
	Spans   []Span        `cbor:"5,keyasint,omitempty"` // in the order of time, one behind the other
	Summary []Summary     `cbor:"6,keyasint,omitempty"`

	AllowNegative bool `cbor:"7,keyasint,omitempty"` // of the account
}

// Span is a part of the usage with one price, paid by one balance (or by one
// of units and one of money).
type Span struct {
	Start      int64         `cbor:"1,keyasint,omitempty"` // units from the start of the usage
	Length     int64         `cbor:"2,keyasint,omitempty"`
	Position   int64         `cbor:"3,keyasint,omitempty"` // units of the call before the span
	Cost       amount.Amount `cbor:"4,keyasint,omitzero"`
	Price      *SpanPrice    `cbor:"5,keyasint,omitempty"` // nil where units pay without one
	Prefix     string        `cbor:"6,keyasint,omitempty"` // what matched
	DestID     string        `cbor:"7,keyasint,omitempty"` // of that prefix
	Increments []Increment   `cbor:"8,keyasint,omitempty"`
	Rounding   *Increment    `cbor:"9,keyasint,omitempty"` // what rounding the cost added; negative for less
}

// SpanPrice is what priced a span. It shares the plan's rows, which are
// immutable.
type SpanPrice struct {
	Subject string         `cbor:"1,keyasint"` // rating key, *out:tenant:category:subject
	PlanID  string         `cbor:"2,keyasint"`
	Row     *rating.Row    `cbor:"3,keyasint"`
	Rate    *rating.Rate   `cbor:"4,keyasint"`
	Timing  *rating.Timing `cbor:"5,keyasint,omitempty"` // nil for all times
}

// Increment is a number of equal steps of a span.
type Increment struct {
	Length int64         `cbor:"1,keyasint,omitempty"` // units of one; 0 for a connect fee
	Count  int64         `cbor:"2,keyasint"`
	Cost   amount.Amount `cbor:"3,keyasint,omitzero"` // of one
	Payer  AccountID     `cbor:"4,keyasint"`          // whose balances paid
	Unit   UnitUse       `cbor:"5,keyasint,omitzero"` // zero where no units were taken
	Money  MoneyUse      `cbor:"6,keyasint,omitzero"` // zero where no money balance was needed
}

// UnitUse is what increments took from a unit balance.
type UnitUse struct {
	UUID     uuid.UUID     `cbor:"1,keyasint"`
	ID       string        `cbor:"2,keyasint,omitempty"`
	ToR      string        `cbor:"3,keyasint"`          // of the balance: that of the charge, or *generic
	After    amount.Amount `cbor:"4,keyasint,omitzero"` // its value after the last of them
	Consumed amount.Amount `cbor:"5,keyasint,omitzero"` // by one
	Factor   amount.Amount `cbor:"6,keyasint,omitzero"`
}

// IsZero tells whether no unit balance was used.
func (u *UnitUse) IsZero() bool { return u.UUID == uuid.Nil }

// MoneyUse is the money balance that increments were paid from.
type MoneyUse struct {
	UUID  uuid.UUID     `cbor:"1,keyasint"`
	ID    string        `cbor:"2,keyasint,omitempty"`
	After amount.Amount `cbor:"3,keyasint,omitzero"` // its value after the last of them
}

// IsZero tells whether no money balance was used.
func (m *MoneyUse) IsZero() bool { return m.UUID == uuid.Nil }

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

// summarize returns the balances of a charged account: those that it had
// before, and behind them those that the charge made.
func (a *draft) summarize() []Summary {
	before := a.was.Balances
	list := make([]Summary, 0, len(a.acc.Balances))
	for i := range before {
		s := summary(&before[i])
		s.Value = amount.Amount{} // of one that a trigger's action removed
		if k := a.acc.find(s.UUID); k >= 0 {
			s.Value = a.acc.Balances[k].Value
		}
		list = append(list, s)
	}
	for i := range a.acc.Balances {
		b := &a.acc.Balances[i]
		if i < len(before) && before[i].UUID == b.UUID {
			continue
		}
		if made := a.posting(b).Made; made {
			s := summary(b)
			s.Initial = amount.Amount{}
			list = append(list, s)
		}
	}
	return list
}

func summary(b *Balance) Summary {
	a := b.With()
	return Summary{UUID: b.UUID, ID: b.ID, ToR: b.ToR, Initial: b.Value, Value: b.Value,
		Weight: a.Weight, Disabled: a.Disabled, Factors: a.Factors}
}
