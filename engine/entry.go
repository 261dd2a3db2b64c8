package engine

import (
	"github.com/google/uuid"

	"purser/engine/amount"
	"purser/engine/rating"
)

// Op names what an entry's command asked for.
type Op string

// The operations. They stand in the journal: never change one, only add.
const (
	OpSet               Op = "set"      // one or more balances set
	OpTopUp             Op = "topup"    // balances raised
	OpDebit             Op = "debit"    // balances lowered by an operator's order
	OpRemove            Op = "remove"   // balances removed
	OpTransfer          Op = "transfer" // units moved between balances
	OpCharge            Op = "charge"   // usage charged
	OpSetAccount        Op = "account"  // an account made, its options set
	OpRemoveAccount     Op = "account-remove"
	OpSetDestination    Op = "destination"
	OpRemoveDestination Op = "destination-remove"
	OpSetTiming         Op = "timing"
	OpRemoveTiming      Op = "timing-remove"
	OpRefund            Op = "refund"        // what charges took given back
	OpTariff            Op = "tariff"        // prices and charging rules set
	OpRemoveTariff      Op = "tariff-remove" // and taken out

	OpSetMaster    Op = "account-master"  // the master account made, or its API key set
	OpMakeMember   Op = "account-member"  // an account made below another
	OpChangeMember Op = "account-profile" // what the tree knows of an account changed

	OpAccountTriggers Op = "account-triggers" // the triggers of an account attached, removed, reset, changed
	OpSetTrigger      Op = "trigger"          // the definition of a trigger set
	OpRemoveTrigger   Op = "trigger-remove"
	OpSetActions      Op = "actions" // actions defined
	OpRemoveActions   Op = "actions-remove"
	OpExecute         Op = "execute"      // actions run on an account by an operator's order
	OpServices        Op = "service"      // an account's services changed
	OpServicePlan     Op = "service-plan" // a plan of a reseller set or removed
)

// Entry is one committed command, or a line of a batch: who asked for what, and
// all that it changed.
// Folding the entries from the first gives every state. Its place in the
// journal, the sequence number, counts from 1 without gaps; At never goes back
// along it. Sources: design 2, ledgers-and-services 10.1.
type Entry struct {
	Seq    uint64  `cbor:"-"` // from the group that holds the entry
	At     Instant `cbor:"1,keyasint"`
	Op     Op      `cbor:"2,keyasint"`
	Origin Origin  `cbor:"3,keyasint"`

	Accounts    []AccountChange    `cbor:"4,keyasint,omitempty"`
	Destination *DestinationChange `cbor:"5,keyasint,omitempty"`
	Timing      *TimingChange      `cbor:"6,keyasint,omitempty"`

	Facts Facts `cbor:"7,keyasint,omitzero"`

	// Key, Digest and Result answer a repetition of the command after any
	// number of restarts; they are empty for a command without a key.
	Key    string  `cbor:"8,keyasint,omitempty"`
	Digest []byte  `cbor:"9,keyasint,omitempty"`
	Result *Result `cbor:"10,keyasint,omitempty"`

	// Tenant is the key's, or that of what has no account.
	Tenant string `cbor:"11,keyasint,omitempty"`

	Tariff *TariffSet `cbor:"12,keyasint,omitempty"`

	// Fired are the triggers that the command set off. What their actions did is
	// part of Accounts.
	Fired []Firing `cbor:"13,keyasint,omitempty"`

	Services *ServiceChange `cbor:"15,keyasint,omitempty"`
}

// Created returns when what e says counts as done: its time, unless a test
// clock said another.
func (e *Entry) Created() Instant {
	if e.Facts.Created.IsZero() {
		return e.At
	}
	return e.Facts.Created
}

// Origin is by whom and how a command came.
type Origin struct {
	Face   string `cbor:"1,keyasint,omitempty"` // listener: tcp, bijson, http, rest
	Method string `cbor:"2,keyasint,omitempty"` // as registered, APIerSv1.AddBalance
	Peer   string `cbor:"3,keyasint,omitempty"` // IP address of the caller
}

// Facts is what ledgers and audits show of an entry beside its postings.
type Facts struct {
	Category    string `cbor:"1,keyasint,omitempty"`
	Destination string `cbor:"2,keyasint,omitempty"`
	Usage       int64  `cbor:"3,keyasint,omitempty"` // units charged, of ToR
	ToR         string `cbor:"4,keyasint,omitempty"`
	CgrID       string `cbor:"5,keyasint,omitempty"`
	RunID       string `cbor:"6,keyasint,omitempty"`

	// Metadata is the caller's ActionExtraData or ExtraFields: a JSON object,
	// as it was sent.
	Metadata []byte `cbor:"7,keyasint,omitempty"`

	// What ledgers show, where it is not what engine/ledger makes of the
	// operation and its postings. Times of a period are seconds since year 0,
	// or whatever the caller counts in. Source: ledgers-and-services 4.2, 4.7.
	Source        string        `cbor:"8,keyasint,omitempty"`  // category: source.service
	SourceID      string        `cbor:"9,keyasint,omitempty"`  // "": the number of the entry
	UsageType     string        `cbor:"10,keyasint,omitempty"` // with a Module "" is none
	UsageQuantity *int64        `cbor:"11,keyasint,omitempty"` // nil: what was charged, else 0
	UsageUnit     string        `cbor:"12,keyasint,omitempty"`
	Description   string        `cbor:"13,keyasint,omitempty"`
	PeriodStart   *int64        `cbor:"14,keyasint,omitempty"` // nil: when the entry was created
	PeriodEnd     *int64        `cbor:"15,keyasint,omitempty"` // nil: none
	Cost          amount.Amount `cbor:"16,keyasint,omitzero"`  // in money, of a charge
	Created       Instant       `cbor:"17,keyasint,omitzero"`  // by a test clock; zero: the entry's At
	Trigger       string        `cbor:"18,keyasint,omitempty"` // executor: how the entry came about
	Module        string        `cbor:"19,keyasint,omitempty"` // executor: which part of us made the line; "" is none
	Audit         []byte        `cbor:"20,keyasint,omitempty"` // who asked: a JSON object

	// About names the account that the entry is about, as it was called then:
	// that of the entry's first change. The others get a copy in their ledgers.
	About *AccountName `cbor:"21,keyasint,omitempty"`

	// Unique says that no other line of the ledgers has this SourceID and period.
	Unique bool `cbor:"22,keyasint,omitempty"`

	// Reverses is the ID of the line that this one undoes, in the ledger of the
	// entry's first account: no other line undoes it, too. "" for none.
	Reverses string `cbor:"23,keyasint,omitempty"`
}

// AccountName is how ledgers name an account.
type AccountName struct {
	ID   string `cbor:"1,keyasint,omitempty"` // of the REST face
	Name string `cbor:"2,keyasint,omitempty"`
}

// isZero tells whether there are no facts.
func (f *Facts) isZero() bool {
	return f.Category == "" && f.Destination == "" && f.Usage == 0 && f.ToR == "" && f.CgrID == "" &&
		f.RunID == "" && f.Metadata == nil && f.saysNothingOfLedgers()
}

func (f *Facts) saysNothingOfLedgers() bool {
	return f.Source == "" && f.SourceID == "" && f.UsageType == "" && f.UsageQuantity == nil && f.UsageUnit == "" &&
		f.Description == "" && f.PeriodStart == nil && f.PeriodEnd == nil && f.Cost.IsZero() && f.Created.IsZero() &&
		f.Trigger == "" && f.Module == "" && f.Audit == nil && f.About == nil && !f.Unique &&
		f.Reverses == ""
}

// AccountChange is what an entry does to one account.
type AccountChange struct {
	ID            AccountID `cbor:"1,keyasint"`
	Made          bool      `cbor:"2,keyasint,omitempty"`
	Removed       bool      `cbor:"3,keyasint,omitempty"` // after its balances were posted to 0
	AllowNegative *bool     `cbor:"4,keyasint,omitempty"` // nil: as it was
	Disabled      *bool     `cbor:"5,keyasint,omitempty"`
	Postings      []Posting `cbor:"6,keyasint,omitempty"`

	Triggers       *AccountTriggers `cbor:"7,keyasint,omitempty"` // all that it has from now on; nil: as it was
	TriggerUpdates []TriggerUpdate  `cbor:"8,keyasint,omitempty"` // behind Triggers

	Profile *Profile `cbor:"9,keyasint,omitempty"` // all of it from now on; nil: as it was
}

// Posting is what an entry does to one balance. After is the value before plus
// Delta, always; the value before is the After of the balance's previous
// posting, 0 for one that is made.
type Posting struct {
	UUID       uuid.UUID     `cbor:"1,keyasint"`
	ID         string        `cbor:"2,keyasint,omitempty"` // the balance's name after the entry
	ToR        string        `cbor:"3,keyasint"`
	Delta      amount.Amount `cbor:"4,keyasint,omitzero"`
	After      amount.Amount `cbor:"5,keyasint,omitzero"`
	Made       bool          `cbor:"6,keyasint,omitempty"`
	Removed    bool          `cbor:"7,keyasint,omitempty"`
	Expired    bool          `cbor:"8,keyasint,omitempty"`  // Removed because it was over
	Renamed    bool          `cbor:"9,keyasint,omitempty"`  // ID is new
	Attributes *Attributes   `cbor:"10,keyasint,omitempty"` // nil: as they were
	Charged    amount.Amount `cbor:"11,keyasint,omitzero"`  // by how much Balance.Charged grows
}

// DestinationChange sets or removes a destination.
type DestinationChange struct {
	ID       string   `cbor:"1,keyasint"`
	Prefixes []string `cbor:"2,keyasint,omitempty"` // all that it has from now on, sorted
	Removed  bool     `cbor:"3,keyasint,omitempty"`
}

// TimingChange sets or removes a timing.
type TimingChange struct {
	Timing  rating.Timing `cbor:"1,keyasint"`
	Removed bool          `cbor:"2,keyasint,omitempty"`
}
