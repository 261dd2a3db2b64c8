package engine

import (
	"purser/engine/rating"
	"purser/engine/services"
)

// State is what [Rules.Decide] and the readers look at: the newest folded
// state. What it returns is shared and must not be changed. An error means
// that the state cannot be read (a damaged file): the engine stops then,
// because "not found" would be a lie that costs money.
type State interface {
	// Account returns the account, nil when there is none.
	Account(id AccountID) (*Account, error)

	// Accounts returns up to limit accounts of a tenant in the order of their
	// names, from the first name behind after ("" is the beginning).
	Accounts(tenant, after string, limit int) ([]*Account, error)

	// AccountsCount returns how many accounts a tenant has.
	AccountsCount(tenant string) (int, error)

	// Indexed returns up to limit of the accounts' index keys that begin with
	// prefix, in their order, from the first behind after ("" is the beginning).
	Indexed(prefix, after IndexKey, limit int) ([]IndexKey, error)

	// Remembered returns the entry's answer to an idempotency key, nil when
	// the key was not used.
	Remembered(tenant, key string) (*Remembered, error)

	// Conflicts returns what stands in the way of the lines that an entry would
	// make in ledgers.
	Conflicts(e *Entry) (Conflict, error)

	// AuditItems returns how many items of categories the service audit of an
	// account has ever seen, and how many of these changes are of others.
	AuditItems(id AccountID, changes []services.Change) (seen, unseen int, err error)

	// Prices are the rating plans and profiles, and which destinations list
	// exactly a prefix.
	rating.Prices

	// Destination returns the prefixes of a destination and whether it is there.
	Destination(id string) (prefixes []string, ok bool)

	// Timing returns a timing and whether it is there.
	Timing(id string) (rating.Timing, bool)

	// Places returns how many destinations and timings there are.
	Places() (destinations, timings int)

	// SharedGroup and TariffRow return a thing of the tariff, nil when it is
	// not there.
	SharedGroup(id string) *SharedGroup
	TariffRow(id string) *TariffRow

	// Actions returns the actions of an ID and whether there are any.
	Actions(id string) ([]Action, bool)

	// ActionTriggers returns the triggers of a group and whether it is there.
	ActionTriggers(id string) ([]ActionTrigger, bool)

	// TariffIDs returns the names of all things of a kind, sorted; TariffLen
	// how many things of all kinds there are; HasTariff whether one is there.
	TariffIDs(kind TariffKind) []string
	TariffLen() int
	HasTariff(k TariffKey) bool

	// GroupMembers returns the accounts that have a balance in a shared group,
	// sorted by tenant and name.
	GroupMembers(group string) []AccountID

	// ServiceRecord returns the services of an account, nil when it never had any.
	ServiceRecord(id AccountID) *services.Record

	// ServicePlan returns a service plan and whether it is there;
	// ServicePlanIDs the IDs of a reseller's, sorted; PlanAssigned how many
	// accounts have it.
	ServicePlan(k PlanKey) (plan services.Document, ok bool)
	ServicePlanIDs(reseller HexID) []string
	PlanAssigned(k PlanKey) int

	// ServicesLen returns how many records and plans there are.
	ServicesLen() (records, plans int)

	// Master returns the account at the root of the tree and whether there is one
	// yet: what the index says, more quickly.
	Master() (id AccountID, ok bool)

	// EnabledBelow returns how many accounts are below that one and not
	// disabled; none stands for accounts without a profile, whoever is above.
	EnabledBelow(id HexID) int64
}

// Conflict is what ledgers have that an entry must not have, too.
type Conflict struct {
	Taken    uint64 // the entry with the line of a [Entry.UniqueLine], 0 for none
	Reversed uint64 // likewise of a [Entry.Reversal]

	// Kinds is how many kinds of lines (source, usage type and unit) the ledger of
	// each of the entry's accounts would have if the entry brings it a new one,
	// else 0; nil when it brings none.
	Kinds []int
}

// Remembered is what is kept of a command that came with an idempotency key.
type Remembered struct {
	Seq    uint64  `cbor:"1,keyasint"`
	At     Instant `cbor:"2,keyasint"`
	Digest []byte  `cbor:"3,keyasint"`
	Result *Result `cbor:"4,keyasint,omitempty"`
}

// Folds is the state behind a journal. Only the writer calls it, except for
// Sealed, which the committer calls.
type Folds interface {
	State

	// Position tells up to which entry, and to which time, the state is folded.
	Position() (End, Instant)

	// Apply folds the next entry in. An error means that the state does not
	// fit the entry: it is not the state that the entry was decided on.
	Apply(e *Entry) error

	// Sealed says that the journal is on the disk up to end, which lies at or
	// before what was applied; only that much may be checkpointed.
	Sealed(end End)

	// Release says that the entries applied so far are whole commit groups, and
	// that the writer leaves the state alone for a while: what was read stays
	// valid, what is held to read it (a file transaction) goes. A checkpoint
	// can only be taken at such a point: its seal comes with Sealed.
	Release() error
}
