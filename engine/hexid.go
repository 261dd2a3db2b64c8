package engine

import (
	"crypto/md5"
	"encoding/hex"
)

// HexID is how Kazoo's clients name accounts and users: 16 bytes, written as
// 32 lower-case hex digits. The zero HexID stands for none.
type HexID [16]byte

// String returns the 32 digits.
func (id HexID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns String, so that an id in JSON is its digits.
func (id HexID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// IsZero tells whether id is none.
func (id HexID) IsZero() bool { return id == HexID{} }

// ParseHexID reads 32 lower-case hex digits and tells whether text is that.
func ParseHexID(text string) (id HexID, ok bool) {
	if len(text) != hex.EncodedLen(len(id)) {
		return HexID{}, false
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil || id.String() != text {
		return HexID{}, false
	}
	return id, true
}

// Derived returns the ID of an account that has no profile: the MD5 of
// tenant:account, so that clients can compute it. It is a name and guards
// nothing: two accounts may have the same. Source: ledgers-and-services, 9.2.
func (id AccountID) Derived() HexID { return md5.Sum([]byte(id.String())) }
