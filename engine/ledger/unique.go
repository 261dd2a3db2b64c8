package ledger

import (
	"crypto/sha256"
	"encoding/binary"

	"purser/engine"
)

// UniqueKey stands for an owner, a source ID and a period: the first half of
// their SHA-256.
type UniqueKey [16]byte

// Unique returns the key that no other line may have, and whether the line has
// one. Source: ledgers-and-services 5.6.
func (l *Line) Unique() (UniqueKey, bool) {
	f := &l.Entry.Facts
	if !f.Unique || l.Part() != Asked {
		return UniqueKey{}, false
	}
	start, end := l.Period()
	return UniqueOf(l.Owner, f.SourceID, start, end), true
}

// UniqueOf returns the key of a line of that owner, source ID and period; no
// end is an end of its own.
func UniqueOf(owner engine.AccountID, sourceID string, start int64, end *int64) UniqueKey {
	b := appendText(appendText(appendText(nil, owner.Tenant), owner.Account), sourceID)
	b = binary.AppendVarint(b, start)
	if end != nil {
		b = binary.AppendVarint(b, *end)
	}
	sum := sha256.Sum256(b)
	return UniqueKey(sum[:16])
}
