package tariffplan

import (
	"strings"
	"time"

	"purser/engine/rating"
)

// Columns of Timings.
const (
	timingYears = iota + 1
	timingMonths
	timingMonthDays
	timingWeekDays
	timingTime
)

// allTimings compiles Timings and keeps them for the plans.
func (c *compiler) allTimings() []rating.Timing {
	seen := map[string]*Row{}
	for r := range c.rows(Timings) {
		id, ok := c.cell(Timings, r, columnID).ownName()
		if !ok || !unseen(c, seen, id, Timings, r, columnID, "the timing") {
			continue
		}
		if g, ok := c.timing(r); ok {
			c.timings[id] = g
		}
	}
	return sorted(c.timings, func(_ string, g rating.Timing) rating.Timing { return g })
}

// timing compiles one row.
func (c *compiler) timing(r *Row) (rating.Timing, bool) {
	years, ok1 := c.cell(Timings, r, timingYears).numbers(1, 9999)
	months, ok2 := c.cell(Timings, r, timingMonths).numbers(1, 12)
	monthDays, ok3 := c.cell(Timings, r, timingMonthDays).numbers(1, 31)
	weekDays, ok4 := c.cell(Timings, r, timingWeekDays).weekDays()
	start, end, ok5 := c.cell(Timings, r, timingTime).clock()
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return rating.Timing{}, false
	}
	if weekDays != nil && (years != nil || months != nil || monthDays != nil) {
		c.doubt(Timings, r, timingWeekDays, "both week days and dates: it holds only where both do")
	}
	return rating.Timing{ID: r.Cells[columnID], Years: years, Months: months, MonthDays: monthDays, WeekDays: weekDays,
		Start: start, End: end}, true
}

// weekDays reads week days, of which 0 and 7 are Sunday.
func (x cell) weekDays() ([]int, bool) {
	const sunday = 7
	days, ok := x.numbers(0, sunday)
	if n := len(days); n > 0 && days[n-1] == sunday {
		days = days[:n-1]
		if n == 1 || days[0] != 0 {
			days = append([]int{0}, days...)
		}
	}
	return days, ok
}

// clock reads a start, or a start and an end with a semicolon between.
// Midnight as a start is "", as is *any.
func (x cell) clock() (start, end string, ok bool) {
	if x.text == "" || x.text == rating.Any {
		return "", "", true
	}
	start, end, hasEnd := strings.Cut(x.text, ";")
	if !isClock(start) || hasEnd && !isClock(end) {
		x.fail("%q is not a time of day such as 08:00:00, nor two with a semicolon between", x.text)
		return "", "", false
	}
	if hasEnd && end < start {
		x.fail("the end lies before the start: write two timings")
		return "", "", false
	}
	if start == midnight {
		start = ""
	}
	return start, end, true
}

const midnight = "00:00:00"

// isClock tells whether text is a time of day as the engine keeps it.
func isClock(text string) bool {
	t, err := time.Parse(rating.ClockLayout, text)
	return err == nil && t.Format(rating.ClockLayout) == text
}
