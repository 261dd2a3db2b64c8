package audit

import "time"

// Day is a UTC day, counted from 0000-01-01.
type Day int32

const (
	daySeconds = 86_400
	// gregorianOffset is the number of seconds from year 0 to the Unix epoch,
	// 1970-01-01T00:00:00Z. Kazoo counts all times from year 0.
	gregorianOffset = 62_167_219_200
)

// DayOf returns the day of a Gregorian second that is not negative.
func DayOf(gregorian int64) Day { return Day(gregorian / daySeconds) }

// Time returns the beginning of a Gregorian second, in UTC.
func Time(gregorian int64) time.Time { return time.Unix(gregorian-gregorianOffset, 0).UTC() }

// Start returns the first Gregorian second of d.
func (d Day) Start() int64 { return int64(d) * daySeconds }

// String returns d as in 2019-04-03.
func (d Day) String() string {
	return Time(d.Start()).Format(time.DateOnly)
}

// Window returns the days of a window of Gregorian seconds, both ends inclusive
// and whole: the samples of the Kazoo documents show rows later than the end of
// their windows.
func Window(from, to int64) (first, last Day) { return DayOf(from), DayOf(to) }
