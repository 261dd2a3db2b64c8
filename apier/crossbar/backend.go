package crossbar

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"purser/engine"
)

// ID names an account, or a user of one, on this face: 16 bytes, written as 32 lower-case hexadecimal digits. The zero
// ID names nothing. Source: ledgers-and-services, section 9.1.
type ID [16]byte

// String returns the 32 digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns String, so that an ID in JSON is its digits.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// IsZero tells whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// ParseID reads 32 lower-case hexadecimal digits.
func ParseID(s string) (id ID, ok bool) {
	if len(s) != 2*len(id) {
		return ID{}, false
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil || id.String() != s {
		return ID{}, false
	}
	return id, true
}

// Account is an account as this face shows it. It is shared and must not be changed.
// Source: ledgers-and-services, section 9.1.
type Account struct {
	ID         ID
	Name       string
	Tree       []ID // the ancestors, the master first, the parent last; empty for the master
	IsReseller bool
	ResellerID ID // the nearest ancestor that is a reseller; the master's is itself
	Enabled    bool
	Realm      string
	BillingID  ID
	Created    time.Time
	Key        engine.AccountID // the engine's name for it
	Users      []User
}

// IsMaster tells whether a is the account that all others descend from.
func (a *Account) IsMaster() bool { return len(a.Tree) == 0 }

// Parent returns the account that a is a child of, the zero ID for the master.
func (a *Account) Parent() ID {
	if a.IsMaster() {
		return ID{}
	}
	return a.Tree[len(a.Tree)-1]
}

// Below tells whether ancestor is above a in the tree.
func (a *Account) Below(ancestor ID) bool { return slices.Contains(a.Tree, ancestor) }

// User may log in with a name and a password.
type User struct {
	ID          ID
	Name        string // as given; names of one account differ in more than case
	Credentials []byte // slow hashes, in the form that credentials.go writes
}

// Tree reads one snapshot of the accounts. An error means that it cannot be read; an account that is not there is nil.
type Tree interface {
	// ByID returns the account of that id.
	ByID(id ID) (*Account, error)

	// ByRealm returns the account of that realm, which is unique and in lower case.
	ByRealm(realm string) (*Account, error)

	// ByName returns the account of that name, nil when several have it.
	ByName(name string) (*Account, error)

	// ByAPIKey returns the account whose API key has that SHA-256.
	ByAPIKey(hash [32]byte) (*Account, error)

	// Children returns up to limit children of an account in the order of their ids, from the first id behind after.
	Children(parent, after ID, limit int) ([]*Account, error)
}

// Accounts is what the face needs of the engine's accounts. Its errors are engine errors: CodeNotFound, CodeExists with
// the fields that are taken, CodeInvalid and CodeMissing with the fields meant, CodeNothingDone for what the state does
// not allow, and those of a writer that cannot work.
type Accounts interface {
	// Read calls fn with a snapshot that holds every change answered before, and waits until all that it shows is
	// on the disk. fn must be quick, and return no errors but those of the Tree: any other would end the engine.
	Read(ctx context.Context, fn func(Tree) error) error

	// Create makes an account below a parent.
	Create(ctx context.Context, by Order, a NewAccount) (Done, error)

	// Change changes what is given of an account.
	Change(ctx context.Context, by Order, id ID, c AccountChange) (Done, error)
}

// Order is what every change carries beside what it changes.
type Order struct {
	Origin engine.Origin
	Tenant string // the key's scope
	Key    string // "" for none, else it makes the change happen once; see engine.Command
	Digest []byte
	At     time.Time // the time of the change where the test clock is on; zero for the engine's own clock
}

// Done tells what a change did.
type Done struct {
	Account  *Account // after it
	Replayed bool     // it had been done before under the same key; Account is as it was left then
}

// NewAccount is an account to be made.
type NewAccount struct {
	ID      ID
	Parent  ID
	Name    string
	Realm   string
	Enabled bool
	Key     engine.AccountID
}

// AccountChange is what is to change of an account; nil leaves a field as it is.
type AccountChange struct {
	Name       *string
	Realm      *string
	Enabled    *bool
	IsReseller *bool
	APIKey     *[32]byte // SHA-256 of the key
	Users      *[]User
}
