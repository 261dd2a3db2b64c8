package rating

import (
	"slices"
	"time"
)

// Timing is when something holds: an empty list is "any". Balances name
// timings to be usable only then. Source: cgrates-charging, section 5.2.
type Timing struct {
	ID        string `cbor:"1,keyasint"`
	Years     []int  `cbor:"2,keyasint,omitempty"`
	Months    []int  `cbor:"3,keyasint,omitempty"` // 1 to 12
	MonthDays []int  `cbor:"4,keyasint,omitempty"` // 1 to 31
	WeekDays  []int  `cbor:"5,keyasint,omitempty"` // 0 to 6, Sunday is 0
	Start     string `cbor:"6,keyasint,omitempty"` // "15:04:05", "" is midnight
	End       string `cbor:"7,keyasint,omitempty"` // inclusive, "" is the end of the day
}

// ClockLayout is the layout of Start and End; as text of fixed width they compare
// as times do.
const ClockLayout = "15:04:05"

// Holds tells whether t lies in the timing, by t's own wall clock.
func (g *Timing) Holds(t time.Time) bool {
	in := func(list []int, v int) bool { return len(list) == 0 || slices.Contains(list, v) }
	clock := t.Format(ClockLayout)
	return in(g.Years, t.Year()) && in(g.Months, int(t.Month())) && in(g.MonthDays, t.Day()) &&
		in(g.WeekDays, int(t.Weekday())) && clock >= g.Start && (g.End == "" || clock <= g.End)
}
