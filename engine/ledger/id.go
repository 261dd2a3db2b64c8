package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// The id of a line is YYYYMM-, 16 hex digits of its owner and 16 of the number
// of its entry, so that the lines of one entry differ and a fetch is one read.
// The part of the entry stands in the two highest bits of the number.
// Source: ledgers-and-services 10.3.
const (
	idMonthBytes = len("YYYYMM-")
	idPartBits   = 62
)

// ID returns the id of the line at p of the account with that id.
func ID(ownerID string, p Place) string {
	number := p.Seq() | uint64(p.Part())<<idPartBits
	id := append([]byte(MonthOf(p.Created).String()), '-')
	id = append(id, ownerDigits(ownerID)...)
	return string(hex.AppendEncode(id, binary.BigEndian.AppendUint64(nil, number)))
}

// numberOf returns the number of the line that an id names, and false for what
// is no id of a line of that account.
func numberOf(ownerID, id string) (number uint64, ok bool) {
	if len(id) <= idMonthBytes || id[idMonthBytes-1] != '-' {
		return 0, false
	}
	digits, ok := strings.CutPrefix(id[idMonthBytes:], ownerDigits(ownerID))
	n, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil || len(digits) != 16 {
		return 0, false
	}
	return n<<2>>2*partCount + n>>idPartBits, true
}

// ownerDigits returns what ids have of their owner.
func ownerDigits(ownerID string) string {
	sum := sha256.Sum256([]byte(ownerID))
	return hex.EncodeToString(sum[:8])
}
