package engine

import (
	"crypto/sha256"
	"encoding/binary"
)

// UniqueKey stands for something that only one line of a ledger may say: the
// first half of the SHA-256 of it and the ledger's owner.
type UniqueKey [16]byte

// UniqueLine returns the key of the source ID and period that the entry's line
// in the owner's ledger has for itself, and whether it has. Source:
// ledgers-and-services 5.6.
func (e *Entry) UniqueLine(owner AccountID) (UniqueKey, bool) {
	f := &e.Facts
	if !f.Unique {
		return UniqueKey{}, false
	}
	start := e.Created().Gregorian()
	if f.PeriodStart != nil {
		start = *f.PeriodStart
	}
	key := binary.AppendVarint(appendUnique(owner, f.SourceID), start)
	if f.PeriodEnd != nil { // none is an end of its own
		key = binary.AppendVarint(key, *f.PeriodEnd)
	}
	return uniqueKey(key), true
}

// Reversal returns the key of the line that the entry's line in the owner's
// ledger undoes, and whether it does. A reseller's copy undoes nothing. Source:
// ledgers-and-services 13.
func (e *Entry) Reversal(owner AccountID) (UniqueKey, bool) {
	f := &e.Facts
	if f.Reverses == "" || e.Accounts[0].ID != owner {
		return UniqueKey{}, false
	}
	return uniqueKey(append(appendUnique(owner, ""), f.Reverses...)), true // no unique line has "" for its source ID
}

// appendUnique returns the beginning of what is hashed.
func appendUnique(owner AccountID, sourceID string) (b []byte) {
	for _, text := range []string{owner.Tenant, owner.Account, sourceID} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

func uniqueKey(of []byte) UniqueKey {
	sum := sha256.Sum256(of)
	return UniqueKey(sum[:])
}
