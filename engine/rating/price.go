package rating

import (
	"errors"
	"math"
	"time"
)

// Prices is what a pricing looks at; the engine's state implements it.
type Prices interface {
	// Profile returns the profile of exactly this subject, nil when there is none.
	Profile(tenant, category, subject string) *Profile

	// Plan returns a plan that was made ready by [NewIndex], nil when there is none.
	Plan(id string) *Index

	// DestinationsOf returns the IDs of the destinations that list exactly this
	// prefix, sorted.
	DestinationsOf(prefix string) []string
}

// Why usage has no price.
var (
	ErrNoProfile = errors.New("no rating profile")                // neither of the subject nor of Any
	ErrNoPrice   = errors.New("no price for the destination")     // a profile is there
	ErrGap       = errors.New("no price for a time in the usage") // the usage runs into it
	ErrUnits     = errors.New("units or position out of range")   // less than 0 or more than UnitsMax
)

// UnitsMax bounds every count of units: what an amount can hold before the
// point, so that sums of a few counts fit into an int64.
const UnitsMax = 1_000_000_000_000_000_000 - 1

// Voice is the ToR whose units are nanoseconds on the clock: what it costs may
// change during the usage. All other usage has the price of its start.
const Voice = "*voice"

// Call is usage to be priced.
type Call struct {
	Tenant, Category, Subject string
	Destination               string    // as dialled; "" is Any
	ToR                       string    // Voice or another
	Start                     time.Time // its offset from UTC is the clock that timings go by
	Units                     int64     // 0 or more; 0 finds the price only
	Position                  int64     // units of the call before Start
}

// Span is a part of the usage with one price: as much as follows each other at
// the same slot of the same row for the same subject.
type Span struct {
	Start    int64 // units from Call.Start
	Length   int64 // units, whole steps of Slot; 0 only for a call of no units
	Position int64 // units of the call before the span
	Row      *Row
	Rate     *Rate
	Timing   *Timing // nil for all times
	Slot     *Slot

	Subject string // rating key that priced it
	Prefix  string // what matched the destination; Any where the destination's is Any
	PlanID  string
}

// Price finds the spans of a call, in the order of time, one behind the other
// from 0 until Units are covered; the last may run over. A span is rounded up to
// whole steps, and the next begins, and finds its price, where it ends. Errors:
// [ErrNoProfile], [ErrNoPrice] when there is no price at the start, [ErrGap] when
// there is none later, [ErrUnits].
//
// The price changes at the borders of slots and, for [Voice], when a plan
// becomes active (it is looked up anew then), at midnight, and when a timing
// begins. What it takes grows with the number of changes, not of steps or units.
// Source: cgrates-charging, section 6.
func Price(p Prices, c Call) ([]Span, error) {
	if c.Units < 0 || c.Units > UnitsMax || c.Position < 0 || c.Position > UnitsMax {
		return nil, ErrUnits
	}
	r := pricing{prices: p, call: &c, profile: p.Profile(c.Tenant, c.Category, c.Subject)}
	if r.profile == nil {
		r.profile = p.Profile(c.Tenant, c.Category, Any)
	}
	if r.profile == nil {
		return nil, ErrNoProfile
	}
	spans := make([]Span, 0, 1)
	for at := int64(0); len(spans) == 0 || at < c.Units; {
		next, err := r.span(at)
		if err != nil {
			return nil, err
		}
		at += next.Length
		if last := len(spans) - 1; last >= 0 && spans[last].goesOnAs(&next) {
			spans[last].Length += next.Length
		} else {
			spans = append(spans, next)
		}
	}
	return spans, nil
}

// pricing is one run of [Price].
type pricing struct {
	prices  Prices
	call    *Call
	profile *Profile // of the subject, or of Any where it has none

	found found
	until int64 // unit where found must be looked up anew
}

// never is a unit that no call reaches.
const never = math.MaxInt64

// span returns the span that begins at a unit and ends, up to whole steps, with
// the call or where the price may change.
func (r *pricing) span(at int64) (Span, error) {
	now := r.moment(at)
	if at == 0 || at >= r.until {
		if !r.lookUp(at, &now) {
			return Span{}, r.unpriced(at)
		}
	}
	i := r.found.tariff.at(&now)
	if i < 0 {
		return Span{}, r.unpriced(at)
	}
	row := &r.found.tariff.rows[i]
	length := min(r.call.Units, r.until) - at
	if r.call.ToR == Voice {
		length = min(length, r.found.tariff.unchanged(i, &now))
	}
	slot, left := row.rate.slot(r.call.Position + at)
	return Span{
		Start: at, Length: wholeSteps(min(length, left), slot.Step), Position: r.call.Position + at,
		Row: row.Row, Rate: row.rate, Timing: row.timing, Slot: slot,
		Subject: r.found.subject, Prefix: r.found.prefix, PlanID: r.found.planID,
	}, nil
}

// unpriced is the error of a call without a price at a unit.
func (r *pricing) unpriced(at int64) error {
	if at == 0 {
		return ErrNoPrice
	}
	return ErrGap
}

// time returns when a unit is used: what is no Voice is all used at the start.
func (r *pricing) time(at int64) time.Time {
	if r.call.ToR != Voice {
		at = 0
	}
	return r.call.Start.Add(time.Duration(at))
}

// moment returns when a unit is used, by the clock of the offset that the call
// has at its start.
func (r *pricing) moment(at int64) moment {
	_, offset := r.call.Start.Zone()
	return momentOf(r.time(at).UTC().Add(time.Duration(offset) * time.Second))
}

// wholeSteps returns units rounded up to a multiple of step.
func wholeSteps(units, step int64) int64 { return (units + step - 1) / step * step }
