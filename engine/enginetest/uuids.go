package enginetest

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/google/uuid"
)

// UUIDs counts UUIDs up from 00000000-0000-0000-0000-000000000001. The zero
// value is ready, and safe for concurrent use.
type UUIDs struct{ last atomic.Uint64 }

// New returns the next one; hand it to engine.Options.NewUUID.
func (u *UUIDs) New() uuid.UUID { return NthUUID(u.last.Add(1)) }

// NthUUID returns the UUID that reads as the number n.
func NthUUID(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}
