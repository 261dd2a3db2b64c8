package ledger

import "cmp"

// Place is where a line stands in its ledger: by creation, then by number. A
// page of a list begins at one. Source: ledgers-and-services 9.5, 1.9.
type Place struct {
	Created int64 // Gregorian second

	// Number is the entry's, times partCount, plus the part of the entry that
	// the line is.
	Number uint64
}

// Compare returns -1, 0 or 1 as p is before, at or behind q.
func (p Place) Compare(q Place) int {
	if c := cmp.Compare(p.Created, q.Created); c != 0 {
		return c
	}
	return cmp.Compare(p.Number, q.Number)
}

func (p Place) before(q Place) bool { return p.Compare(q) < 0 }

// Seq returns the number of the line's entry.
func (p Place) Seq() uint64 { return p.Number / partCount }

// Part returns which of the entry's lines for its owner this is.
func (p Place) Part() Part { return Part(p.Number % partCount) }

// Part tells the lines apart that one entry makes in one ledger. The numbers
// stand in checkpoints and in ids of lines.
type Part uint8

// The parts. An entry removes balances that are over and runs actions of
// triggers beside what it was asked for.
const (
	Asked   Part = iota // what the command asked for
	Expired             // what was left in balances that were over
	Acted               // what actions gave, that a charge set off

	partCount = 4 // one is spare
)
