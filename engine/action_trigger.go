package engine

import (
	"time"

	"purser/engine/amount"
)

// ActionTrigger runs actions when a balance or a counter passes a threshold.
// Source: cgrates-charging, section 7.
type ActionTrigger struct {
	UniqueID  string        `cbor:"1,keyasint"` // within the account
	Type      string        `cbor:"2,keyasint"` // *min_balance, *max_balance, ...
	Threshold amount.Amount `cbor:"3,keyasint,omitzero"`
	Recurrent bool          `cbor:"4,keyasint,omitempty"`
	MinSleep  time.Duration `cbor:"5,keyasint,omitempty"` // between two firings of a recurrent one
	Activates Instant       `cbor:"6,keyasint,omitzero"`  // zero: at once
	Expires   Instant       `cbor:"7,keyasint,omitzero"`  // zero: never
	Balance   TriggerFilter `cbor:"8,keyasint"`
	ActionsID string        `cbor:"9,keyasint"`
	Weight    amount.Amount `cbor:"10,keyasint,omitzero"` // the heaviest is looked at first
}

// TriggerFilter says which balances, or which usage, a trigger looks at. An
// empty member is not looked at.
type TriggerFilter struct {
	ID             string         `cbor:"1,keyasint,omitempty"`
	ToR            string         `cbor:"2,keyasint,omitempty"`
	Categories     Names          `cbor:"3,keyasint,omitempty"`
	DestinationIDs Names          `cbor:"4,keyasint,omitempty"`
	SharedGroups   Names          `cbor:"5,keyasint,omitempty"`
	TimingIDs      Names          `cbor:"6,keyasint,omitempty"`
	RatingSubject  string         `cbor:"7,keyasint,omitempty"`
	Expires        Instant        `cbor:"8,keyasint,omitzero"`
	Weight         *amount.Amount `cbor:"9,keyasint,omitempty"`
	Blocker        *bool          `cbor:"10,keyasint,omitempty"`
	Disabled       *bool          `cbor:"11,keyasint,omitempty"`
}

// ActionTriggers are triggers under one ID, which accounts are given by it.
type ActionTriggers struct {
	ID   string          `cbor:"1,keyasint"`
	List []ActionTrigger `cbor:"2,keyasint,omitempty"`
}
