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

// Holds tells whether t lies in the timing, by t's own wall clock. The second
// that End names belongs to it.
func (g *Timing) Holds(t time.Time) bool {
	m := momentOf(t)
	return m.clock >= clockOf(g.Start) && g.onDay(&m) &&
		(g.End == "" || m.clock < clockOf(g.End)+int64(time.Second))
}

// onDay tells whether the day of m is one of the timing.
func (g *Timing) onDay(m *moment) bool {
	in := func(list []int, v int) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(g.Years, m.year) && in(g.Months, m.month) && in(g.MonthDays, m.day) && in(g.WeekDays, m.weekDay)
}

// moment is a time as timings look at it.
type moment struct {
	year, month, day, weekDay int
	clock                     int64 // nanoseconds of the day
}

const nanosecondsOfDay = 24 * time.Hour

func momentOf(t time.Time) moment {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return moment{
		year: year, month: int(month), day: day, weekDay: int(t.Weekday()),
		clock: int64(time.Duration(hour*3600+minute*60+second)*time.Second) + int64(t.Nanosecond()),
	}
}

// clockOf returns the nanoseconds of the day of a text in ClockLayout, or of "".
func clockOf(text string) int64 {
	if len(text) != len(ClockLayout) {
		return 0
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	return int64(time.Duration(two(0)*3600+two(3)*60+two(6)) * time.Second)
}
