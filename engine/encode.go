package engine

import (
	"errors"
	"fmt"

	"purser/engine/amount"
	"purser/engine/cborwire"
	"purser/engine/rating"
)

// encoder writes entries and accounts by hand, as reflection would cost more
// than deciding does: a function a type, here, in encode_account.go,
// encode_charged.go, encode_profile.go and encode_service.go, with its counterpart of the same
// name in the decode files.
//
// The keys are those of docs/file-format.md and of the fields' tags. By these
// github.com/fxamacker/cbor writes the same bytes, where speed does not matter
// (idempotency keys, timings of a checkpoint) and in the tests that compare. A
// tag without omitempty or omitzero is a member that is always there.
type encoder struct {
	cborwire.Writer
	err error // the first value that could not be read again
}

// encodeEntries appends the entries to the body of g, one after the other, and
// where each begins. An entry has one sequence of bytes on every machine: CBOR
// core deterministic.
func encodeEntries(g *Group, entries []*Entry) error {
	e, starts := encoder{Writer: cborwire.Writer{Buf: g.Body}}, g.Starts
	for _, entry := range entries {
		starts = append(starts, uint32(len(e.Buf)))
		if e.entry(entry); e.err != nil {
			return fmt.Errorf("engine: encode entry %d: %w", entry.Seq, e.err)
		}
	}
	g.Body, g.Starts = e.Buf, starts
	return nil
}

func (e *encoder) entry(v *Entry) {
	m := e.Map()
	e.Key(m, 1)
	e.instant(v.At)
	e.Key(m, 2)
	e.Text(string(v.Op))
	e.Key(m, 3)
	e.origin(&v.Origin)
	if e.list(m, 4, len(v.Accounts)) {
		for i := range v.Accounts {
			e.accountChange(&v.Accounts[i])
		}
	}
	if v.Destination != nil {
		e.Key(m, 5)
		e.destinationChange(v.Destination)
	}
	if v.Timing != nil {
		e.Key(m, 6)
		e.timingChange(v.Timing)
	}
	if !v.Facts.isZero() {
		e.Key(m, 7)
		e.facts(&v.Facts)
	}
	e.text(m, 8, v.Key)
	e.bytes(m, 9, v.Digest)
	if v.Result != nil {
		e.Key(m, 10)
		e.result(v.Result)
	}
	e.text(m, 11, v.Tenant)
	if v.Tariff != nil {
		e.item(m, 12, v.Tariff)
	}
	if e.list(m, 13, len(v.Fired)) {
		for i := range v.Fired {
			e.firing(&v.Fired[i])
		}
	}
	if v.Services != nil {
		e.Key(m, 15)
		e.serviceChange(v.Services)
	}
}

func (e *encoder) origin(v *Origin) {
	m := e.Map()
	e.text(m, 1, v.Face)
	e.text(m, 2, v.Method)
	e.text(m, 3, v.Peer)
}

func (e *encoder) facts(v *Facts) {
	m := e.Map()
	e.text(m, 1, v.Category)
	e.text(m, 2, v.Destination)
	e.int(m, 3, v.Usage)
	e.text(m, 4, v.ToR)
	e.text(m, 5, v.CgrID)
	e.text(m, 6, v.RunID)
	e.bytes(m, 7, v.Metadata)
	e.text(m, 8, v.Source)
	e.text(m, 9, v.SourceID)
	e.text(m, 10, v.UsageType)
	e.number(m, 11, v.UsageQuantity)
	e.text(m, 12, v.UsageUnit)
	e.text(m, 13, v.Description)
	e.number(m, 14, v.PeriodStart)
	e.number(m, 15, v.PeriodEnd)
	e.amount(m, 16, v.Cost)
	if !v.Created.IsZero() {
		e.Key(m, 17)
		e.instant(v.Created)
	}
	e.text(m, 18, v.Trigger)
	e.text(m, 19, v.Module)
	e.bytes(m, 20, v.Audit)
	if v.About != nil {
		e.Key(m, 21)
		e.accountName(v.About)
	}
	e.yes(m, 22, v.Unique)
	e.text(m, 23, v.Reverses)
}

func (e *encoder) accountName(v *AccountName) {
	m := e.Map()
	e.text(m, 1, v.ID)
	e.text(m, 2, v.Name)
}

func (e *encoder) accountChange(v *AccountChange) {
	m := e.Map()
	e.Key(m, 1)
	e.accountID(&v.ID)
	e.yes(m, 2, v.Made)
	e.yes(m, 3, v.Removed)
	e.choice(m, 4, v.AllowNegative)
	e.choice(m, 5, v.Disabled)
	if e.list(m, 6, len(v.Postings)) {
		for i := range v.Postings {
			e.posting(&v.Postings[i])
		}
	}
	if v.Triggers != nil {
		e.Key(m, 7)
		e.accountTriggers(v.Triggers)
	}
	if e.list(m, 8, len(v.TriggerUpdates)) {
		for i := range v.TriggerUpdates {
			e.triggerUpdate(&v.TriggerUpdates[i])
		}
	}
	e.profile(m, 9, v.Profile)
}

func (e *encoder) posting(v *Posting) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.UUID[:])
	e.text(m, 2, v.ID)
	e.Key(m, 3)
	e.Text(v.ToR)
	e.amount(m, 4, v.Delta)
	e.amount(m, 5, v.After)
	e.yes(m, 6, v.Made)
	e.yes(m, 7, v.Removed)
	e.yes(m, 8, v.Expired)
	e.yes(m, 9, v.Renamed)
	if v.Attributes != nil {
		e.Key(m, 10)
		e.attributes(v.Attributes)
	}
	e.amount(m, 11, v.Charged)
}

func (e *encoder) destinationChange(v *DestinationChange) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.ID)
	e.texts(m, 2, v.Prefixes)
	e.yes(m, 3, v.Removed)
}

func (e *encoder) timingChange(v *TimingChange) {
	m := e.Map()
	e.Key(m, 1)
	e.timing(&v.Timing)
	e.yes(m, 2, v.Removed)
}

func (e *encoder) timing(v *rating.Timing) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.ID)
	e.ints(m, 2, v.Years)
	e.ints(m, 3, v.Months)
	e.ints(m, 4, v.MonthDays)
	e.ints(m, 5, v.WeekDays)
	e.text(m, 6, v.Start)
	e.text(m, 7, v.End)
}

// instant writes an instant in one of the two forms of [Instant.MarshalCBOR].
func (e *encoder) instant(v Instant) {
	if beyondNanos(v) {
		e.List(2)
		e.Int(v.Unix())
		e.Int(int64(v.Nanosecond()))
		return
	}
	e.Int(v.UnixNano())
}

// beyondNanos tells whether v is too far from 1970 for the form of one integer.
func beyondNanos(v Instant) bool {
	s := v.Unix()
	return s > nanosFit || s < -nanosFit
}

// The rest writes members that are left out where they have their zero value.

func (e *encoder) text(m cborwire.Map, key byte, v string) {
	if v != "" {
		e.Key(m, key)
		e.Text(v)
	}
}

func (e *encoder) bytes(m cborwire.Map, key byte, v []byte) {
	if len(v) > 0 {
		e.Key(m, key)
		e.Bytes(v)
	}
}

func (e *encoder) int(m cborwire.Map, key byte, v int64) {
	if v != 0 {
		e.Key(m, key)
		e.Int(v)
	}
}

func (e *encoder) number(m cborwire.Map, key byte, v *int64) {
	if v != nil {
		e.Key(m, key)
		e.Int(*v)
	}
}

func (e *encoder) yes(m cborwire.Map, key byte, v bool) {
	if v {
		e.Key(m, key)
		e.Bool(true)
	}
}

func (e *encoder) choice(m cborwire.Map, key byte, v *bool) {
	if v != nil {
		e.Key(m, key)
		e.Bool(*v)
	}
}

func (e *encoder) amount(m cborwire.Map, key byte, v amount.Amount) {
	if !v.IsZero() {
		e.Key(m, key)
		e.amountText(v)
	}
}

// amountText writes an amount as its text. One that is out of range would never
// be read again, so it must not reach the journal.
func (e *encoder) amountText(v amount.Amount) {
	var room [2 + amount.IntegerDigitsMax + amount.FractionDigitsMax]byte // with sign and point
	text, err := v.AppendText(room[:0])
	if err = errors.Join(err, v.Check()); err != nil && e.err == nil {
		e.err = err
	}
	e.Text(string(text))
}

// list begins a list of n items and tells whether there are any.
func (e *encoder) list(m cborwire.Map, key byte, n int) bool {
	if n == 0 {
		return false
	}
	e.Key(m, key)
	e.List(n)
	return true
}

func (e *encoder) texts(m cborwire.Map, key byte, v []string) {
	if e.list(m, key, len(v)) {
		for _, s := range v {
			e.Text(s)
		}
	}
}

func (e *encoder) ints(m cborwire.Map, key byte, v []int) {
	if e.list(m, key, len(v)) {
		for _, n := range v {
			e.Int(int64(n))
		}
	}
}
