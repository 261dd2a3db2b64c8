package rating

import "purser/engine/amount"

// Any stands for all destinations, all subjects, or all times.
const Any = "*any"

// Rate is what usage costs, by its place in the call.
// Source: cgrates-charging, section 5.3.
type Rate struct {
	ID         string        `cbor:"1,keyasint"`
	ConnectFee amount.Amount `cbor:"2,keyasint,omitzero"` // once per call
	Slots      []Slot        `cbor:"3,keyasint"`          // by From, the first from 0, no two the same
}

// Slot is the price from one place in the call on.
type Slot struct {
	From  int64         `cbor:"1,keyasint,omitempty"` // units into the call
	Price amount.Amount `cbor:"2,keyasint,omitzero"`  // money for Unit units, not negative
	Unit  int64         `cbor:"3,keyasint"`           // at least 1
	Step  int64         `cbor:"4,keyasint"`           // units that are charged as one, at least 1
}

// Rounding methods: what [Row.Round] does with a cost.
const (
	RoundUp     = "*up"
	RoundDown   = "*down"
	RoundMiddle = "*middle"
)

// Strategies of a cost cap: what happens when a call has cost MaxCost.
const (
	CapFree       = "*free"       // the rest costs nothing
	CapDisconnect = "*disconnect" // no more can be paid; a call that went on all the same is charged
)

// Plan says what destinations cost and when. It holds the rates and timings
// that it uses: a plan does not change when one of its parts is loaded again
// under another plan. Source: cgrates-charging, sections 5.4 and 5.5.
type Plan struct {
	ID      string   `cbor:"1,keyasint"`
	Rates   []Rate   `cbor:"2,keyasint,omitempty"`
	Timings []Timing `cbor:"3,keyasint,omitempty"`
	Rows    []Row    `cbor:"4,keyasint,omitempty"`
}

// Row is the price of one destination within one timing.
type Row struct {
	DestinationID string        `cbor:"1,keyasint"`           // or Any
	Rate          int           `cbor:"2,keyasint,omitempty"` // index into Plan.Rates
	Timing        int           `cbor:"3,keyasint,omitempty"` // 0 for all times, else 1 + index into Plan.Timings
	Weight        amount.Amount `cbor:"4,keyasint,omitzero"`  // the heaviest of those that hold counts

	RoundingMethod   string        `cbor:"5,keyasint,omitempty"`
	RoundingDecimals int           `cbor:"6,keyasint,omitempty"`
	MaxCost          amount.Amount `cbor:"7,keyasint,omitzero"` // of a call without its connect fee; 0 for none
	MaxCostStrategy  string        `cbor:"8,keyasint,omitempty"`
}
