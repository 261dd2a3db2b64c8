package crossbar

import "time"

// gregorianOffset is the number of seconds from year 0 of the proleptic Gregorian calendar to 1970. Kazoo counts every
// time of this API from year 0: 63742805754 is 2019-12-05T22:55:54Z. Source: ledgers-and-services, section 1.7.
const gregorianOffset = 62_167_219_200

// gregorianMax is the last second of year 9999: later times have no RFC 3339 form.
const gregorianMax = 253_402_300_799 + gregorianOffset

// gregorian returns the Gregorian second of t.
func gregorian(t time.Time) int64 { return t.Unix() + gregorianOffset }

// fromGregorian returns the beginning of a Gregorian second, in UTC.
func fromGregorian(seconds int64) time.Time { return time.Unix(seconds-gregorianOffset, 0).UTC() }
