package engine

import "purser/engine/amount"

// Action is one thing that a trigger does. Source: cgrates-charging, section
// 7; cgrates-apier, section 9.13.
type Action struct {
	Type       string        `cbor:"1,keyasint"`           // one of ActionTypes
	Parameters string        `cbor:"2,keyasint,omitempty"` // ExtraParameters: an address for *http_post and *export
	Balance    ActionBalance `cbor:"3,keyasint"`
	Weight     amount.Amount `cbor:"4,keyasint,omitzero"` // the heaviest goes first
}

// ActionBalance is the balance that an action works on.
type ActionBalance struct {
	ID         string        `cbor:"1,keyasint,omitempty"`
	ToR        string        `cbor:"2,keyasint,omitempty"`
	Units      amount.Amount `cbor:"3,keyasint,omitzero"`
	Expires    string        `cbor:"4,keyasint,omitempty"` // as written: *unlimited, +72h, a date; reckoned when it runs
	Attributes Attributes    `cbor:"5,keyasint,omitzero"`
}

// Actions are what a trigger runs, by ID.
type Actions struct {
	ID   string   `cbor:"1,keyasint"`
	List []Action `cbor:"2,keyasint,omitempty"`
}
