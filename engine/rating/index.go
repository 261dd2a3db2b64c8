package rating

import (
	"cmp"
	"slices"
)

// Index is a plan made ready for looking up prices.
type Index struct {
	Plan    *Plan
	tariffs map[string]*tariff // by ID of the destination
}

// tariff is what a destination costs in a plan: its rows, heaviest first, of
// equally heavy ones that which begins latest in the day, so that the first of
// those that hold counts. Source: cgrates-charging, section 6.5.
type tariff struct {
	rows  []tariffRow
	timed bool // not all rows hold at all times
}

// tariffRow is a row with what its indices stand for.
type tariffRow struct {
	*Row
	rate   *Rate
	timing *Timing // nil for all times
	begins int64   // nanoseconds of the day
}

// NewIndex makes p ready; p must not change afterwards. A plan that
// [Plan.Check] refuses has no prices.
func NewIndex(p *Plan) *Index {
	index := &Index{Plan: p, tariffs: map[string]*tariff{}}
	if p.Check() != nil {
		return index
	}
	for i := range p.Rows {
		row := tariffRow{Row: &p.Rows[i], rate: &p.Rates[p.Rows[i].Rate]}
		if n := row.Timing; n > 0 {
			row.timing = &p.Timings[n-1]
			row.begins = clockOf(row.timing.Start)
		}
		t := index.tariffs[row.DestinationID]
		if t == nil {
			t = &tariff{}
			index.tariffs[row.DestinationID] = t
		}
		t.rows = append(t.rows, row)
		t.timed = t.timed || row.timing != nil
	}
	for _, t := range index.tariffs {
		slices.SortStableFunc(t.rows, func(a, b tariffRow) int {
			return cmp.Or(b.Weight.Cmp(a.Weight), cmp.Compare(b.begins, a.begins))
		})
	}
	return index
}

// find returns what a number costs and the prefix that it was found by: the
// longest one listed by a destination with a price at this moment, of several
// destinations the one with the heaviest price, else that of Any.
// Source: cgrates-charging, section 6.3.
func (x *Index) find(p Prices, number string, now *moment) (t *tariff, prefix string) {
	if number == Any {
		number = ""
	}
	for n := len(number); n > 0 && t == nil; n-- {
		var heaviest *tariffRow
		for _, id := range p.DestinationsOf(number[:n]) {
			candidate := x.tariffs[id]
			i := candidate.at(now)
			if i < 0 {
				continue
			}
			if row := &candidate.rows[i]; heaviest == nil || row.Weight.Cmp(heaviest.Weight) > 0 {
				t, prefix, heaviest = candidate, number[:n], row
			}
		}
	}
	if t != nil {
		return t, prefix
	}
	if t = x.tariffs[Any]; t.at(now) >= 0 {
		return t, Any
	}
	return nil, ""
}

// at returns the index of the row that counts, -1 when none holds. The end of a
// timing ends no price: it holds until midnight or until a better one begins.
// Source: cgrates-charging, section 5.2.
func (t *tariff) at(now *moment) int {
	if t == nil {
		return -1
	}
	for i := range t.rows {
		row := &t.rows[i]
		if row.timing == nil || row.begins <= now.clock && row.timing.onDay(now) {
			return i
		}
	}
	return -1
}

// unchanged returns for how many nanoseconds from now on row i surely counts:
// until one in front of it begins, or until midnight.
func (t *tariff) unchanged(i int, now *moment) int64 {
	if !t.timed {
		return never
	}
	next := int64(nanosecondsOfDay)
	for j := range t.rows[:i] {
		if row := &t.rows[j]; row.begins > now.clock && row.timing.onDay(now) {
			next = min(next, row.begins)
		}
	}
	return next - now.clock
}

// slot returns the slot at a place in the call, and for how many units more it
// is the one.
func (r *Rate) slot(position int64) (slot *Slot, left int64) {
	i := len(r.Slots) - 1
	for i > 0 && r.Slots[i].From > position {
		i--
	}
	if i+1 < len(r.Slots) {
		return &r.Slots[i], r.Slots[i+1].From - position
	}
	return &r.Slots[i], never
}
