package engine

import (
	"strings"
	"time"
)

// expiryLayouts are the absolute times that an expiry may be; those without
// zone are in UTC. Fractions of a second are accepted in all of them. Source:
// cgrates-apier, section 7.3.
var expiryLayouts = []string{
	time.RFC3339,
	"2006-01-02T15:04:05-0700",
	"2006-01-02 15:04:05 -0700 MST",
	"2006-01-02 15:04:05 -0700 -0700",
	"2006-01-02 15:04:05",
	"2006-01-02T15:04:05",
	"20060102150405",
	"02.01.2006 15:04:05",
	"02/01/2006 15:04:05",
}

// expiryYearMax is the last year that RFC 3339 can write.
const expiryYearMax = 9999

// durationMax bounds relative times, both ways: 100 years of 365 days.
const durationMax = 100 * 365 * 24 * time.Hour

// ParseExpiry reads when a balance expires; false says that the text is no
// time. The zero Instant is "never". Relative times count from now, in UTC.
func ParseExpiry(text string, now Instant) (Instant, bool) {
	text = strings.TrimSpace(text)
	switch text {
	case "", "*unlimited", "0":
		return Instant{}, true
	}
	t, ok := relativeExpiry(text, now.UTC())
	if !ok {
		t, ok = absoluteExpiry(text)
	}
	t = t.UTC()
	if !ok || t.Year() < 1 || t.Year() > expiryYearMax {
		return Instant{}, false
	}
	return At(t), true
}

// relativeExpiry reads a time that depends on now.
func relativeExpiry(text string, now time.Time) (t time.Time, ok bool) {
	switch text {
	case "*now":
		return now, true
	case "*daily":
		return now.AddDate(0, 0, 1), true
	case "*monthly":
		return now.AddDate(0, 1, 0), true
	case "*monthly_estimated":
		return monthLater(now), true
	case "*yearly":
		return now.AddDate(1, 0, 0), true
	}
	if rest, found := strings.CutPrefix(text, "*month_end"); found {
		end := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
		return plusDuration(end, rest)
	}
	if rest, found := strings.CutPrefix(text, "*mo"); found {
		return plusDuration(now.AddDate(0, 1, 0), rest)
	}
	if text[0] == '+' || text[0] == '-' {
		return plusDuration(now, text)
	}
	return time.Time{}, false
}

// monthLater returns t one month later, on the last day of that month where it
// has no such day: 31 January becomes 28 February, not 3 March.
func monthLater(t time.Time) time.Time {
	later := t.AddDate(0, 1, 0)
	if later.Day() != t.Day() {
		later = later.AddDate(0, 0, -later.Day())
	}
	return later
}

// plusDuration returns t plus the duration that text says, t for "".
func plusDuration(t time.Time, text string) (time.Time, bool) {
	if text == "" {
		return t, true
	}
	d, err := time.ParseDuration(text)
	return t.Add(d), err == nil && d <= durationMax && d >= -durationMax
}

// absoluteExpiry reads a time that stands for itself.
func absoluteExpiry(text string) (t time.Time, ok bool) {
	if n, digits := allDigits(text); digits {
		switch len(text) {
		case 10:
			return time.Unix(n, 0), true
		case 13:
			return time.UnixMilli(n), true
		case 16:
			return time.UnixMicro(n), true
		case 19:
			return time.Unix(0, n), true
		}
	}
	for _, layout := range expiryLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// allDigits returns the number that text is, where it consists of digits and fits.
func allDigits(text string) (n int64, ok bool) {
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, false
		}
		digit := int64(r - '0')
		if n > (1<<63-1-digit)/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, text != ""
}
