package ledger

import (
	"time"

	"purser/engine"
)

// yearZero is the number of seconds from year 0, where ledgers count from, to
// 1970. Source: ledgers-and-services 1.7 (63742805754 is 2019-12-05T22:55:54Z).
const yearZero = 62167219200

// lastSecond ends year 9999, as an id has four digits of a year.
const lastSecond = 315569519999

// Second returns the Gregorian second of an instant: whole seconds since year
// 0, fractions cut off. What lies before year 0 or behind year 9999 is brought
// to that bound.
func Second(i engine.Instant) int64 { return i.Gregorian() }

// Month is a month in UTC: 12 times the year, and 0 for January to 11.
type Month int

// MonthOf returns the month of a Gregorian second.
func MonthOf(second int64) Month {
	t := time.Unix(second-yearZero, 0).UTC()
	return Month(12*t.Year() + int(t.Month()) - 1)
}

// First returns the month's first Gregorian second.
func (m Month) First() int64 {
	return time.Date(0, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC).Unix() + yearZero
}

// Window returns the whole month.
func (m Month) Window() Window { return Window{m.First(), (m + 1).First() - 1} }

// String returns YYYYMM.
func (m Month) String() string { return time.Unix(m.First()-yearZero, 0).UTC().Format("200601") }

// ParseMonth reads YYYYMM, and YYYYM as Kazoo does.
func ParseMonth(text string) (m Month, ok bool) {
	if len(text) != 5 && len(text) != 6 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		if i < 4 {
			m = 10*m + Month(text[i]-'0')
		}
	}
	month := Month(text[4] - '0')
	if len(text) == 6 {
		month = 10*month + Month(text[5]-'0')
	}
	return 12*m + month - 1, month >= 1 && month <= 12
}

// Window is a time in Gregorian seconds, both ends included.
type Window struct{ From, To int64 }

// Ever is all time.
func Ever() Window { return Window{-1 << 63, 1<<63 - 1} }

// places returns the places of the window's first line and of the first behind it.
func (w Window) places() (from, to Place) {
	if w.To == 1<<63-1 {
		return Place{Created: w.From}, Place{Created: w.To, Number: 1<<64 - 1}
	}
	return Place{Created: w.From}, Place{Created: w.To + 1}
}
