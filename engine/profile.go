package engine

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// Profile is what the tree of accounts knows of one of them beside its
// balances. An account that JSON-RPC made has none; [Account.Member] derives
// what it would be. A Profile that has been published is immutable. It holds
// no secret in clear: the journal keeps what it was given for ever.
// Source: ledgers-and-services, 9.1.
type Profile struct {
	ID         HexID   `cbor:"1,keyasint"`
	Name       string  `cbor:"2,keyasint,omitempty"`
	Tree       []HexID `cbor:"3,keyasint,omitempty"` // ancestors, the master first, the parent last; they never change
	IsReseller bool    `cbor:"4,keyasint,omitempty"`
	Realm      string  `cbor:"5,keyasint,omitempty"` // unique, in any case of letters; "" is none
	BillingID  HexID   `cbor:"6,keyasint,omitzero"`  // none: the account's own ID
	Created    Instant `cbor:"7,keyasint,omitzero"`  // zero: unknown
	APIKey     KeyHash `cbor:"8,keyasint,omitzero"`
	Users      []User  `cbor:"9,keyasint,omitempty"` // in the order of the request
}

// User is somebody who may log in to an account. Kazoo's clients send a fast
// hash of name and password; the face gives a salt and a slow hash of that, in
// its own form and of 48 bytes or more, so that what clients send cannot get
// into a journal. Source: ledgers-and-services, 1.3.
type User struct {
	ID          HexID  `cbor:"1,keyasint"`
	Name        string `cbor:"2,keyasint"` // unique in the account, in any case of letters
	Credentials []byte `cbor:"3,keyasint,omitempty"`
}

// equal tells whether u and v say the same.
func (u User) equal(v User) bool {
	return u.ID == v.ID && u.Name == v.Name && bytes.Equal(u.Credentials, v.Credentials)
}

// equal tells whether p and q, of one account, say the same.
func (p *Profile) equal(q *Profile) bool {
	return p.Name == q.Name && p.Realm == q.Realm && p.IsReseller == q.IsReseller && p.APIKey == q.APIKey &&
		p.BillingID == q.BillingID && slices.EqualFunc(p.Users, q.Users, User.equal)
}

// KeyHash is the SHA-256 of an API key; the zero KeyHash stands for none.
type KeyHash [sha256.Size]byte

// IsZero tells whether h is none.
func (h KeyHash) IsZero() bool { return h == KeyHash{} }

// HashAPIKey returns the hash of an API key as a client sends it. One round is
// enough: a key has 256 random bits.
func HashAPIKey(key string) KeyHash { return sha256.Sum256([]byte(key)) }

// Member is an account as the tree shows it.
type Member struct {
	Profile // the account's, or the derived one

	Account *Account
}

// Member returns the account's place in the tree whose master has that ID.
// One without a profile is a child of the master, if there is one.
// Source: ledgers-and-services, 9.2.
func (a *Account) Member(master HexID) *Member {
	if a.Profile != nil {
		return &Member{*a.Profile, a}
	}
	m := &Member{Profile{ID: a.ID.Derived(), Name: a.ID.Account}, a}
	if !master.IsZero() {
		m.Tree = []HexID{master}
	}
	return m
}

// IsMaster tells whether m is the root of the tree.
func (m *Member) IsMaster() bool { return m.Account.Profile != nil && len(m.Tree) == 0 }

// Parent returns the ID of the account directly above; none for the master.
func (m *Member) Parent() HexID {
	if len(m.Tree) == 0 {
		return HexID{}
	}
	return m.Tree[len(m.Tree)-1]
}

// IsBelow tells whether that account is an ancestor of m. Nobody is below
// itself.
func (m *Member) IsBelow(ancestor HexID) bool { return slices.Contains(m.Tree, ancestor) }

// Enabled tells whether the account may be used.
func (m *Member) Enabled() bool { return !m.Account.Disabled }

// Billing returns the ID of the account that pays for m's services.
func (m *Member) Billing() HexID {
	if m.BillingID.IsZero() {
		return m.ID
	}
	return m.BillingID
}
