package tariffplan

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// instantLayouts are the times that a cell may be; without a zone they are in
// UTC. Source: cgrates-charging, section 1.
var instantLayouts = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05"}

// expiries are the words for an expiry that is reckoned when an action runs.
// Source: cgrates-apier, section 7.3.
var expiries = []string{"", "*unlimited", "*now", "*daily", "*monthly", "*monthly_estimated", "*yearly", "*month_end"}

// instant reads a point in time that stands for itself. What depends on the
// time of loading, as *now and +1h, is refused.
func (x cell) instant() (time.Time, bool) {
	if t, ok := parseInstant(x.text); ok {
		return t, true
	}
	x.fail("%q is not a time such as 2026-01-01T00:00:00Z; it may not depend on when the plan is loaded", x.text)
	return time.Time{}, false
}

// parseInstant reads a layout, or seconds, milliseconds or nanoseconds since
// 1970, which it tells apart by their number of digits.
func parseInstant(text string) (time.Time, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		switch len(text) {
		case 10:
			return time.Unix(n, 0).UTC(), true
		case 13:
			return time.UnixMilli(n).UTC(), true
		case 19:
			return time.Unix(0, n).UTC(), true
		}
		return time.Time{}, false
	}
	for _, layout := range instantLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			t = t.UTC()
			return t, t.Year() >= 1 && t.Year() <= 9999
		}
	}
	return time.Time{}, false
}

// expiry reads when the balance of an action expires, as text: it is reckoned
// when the action runs.
func (x cell) expiry() (string, bool) {
	if slices.Contains(expiries, x.text) {
		return x.text, true
	}
	if _, ok := parseInstant(x.text); ok {
		return x.text, true
	}
	if after, ok := strings.CutPrefix(x.text, "+"); ok {
		if d, err := time.ParseDuration(after); err == nil && d >= 0 {
			return x.text, true
		}
	}
	x.fail("%q is none of %s, nor a time, nor +72h", x.text, strings.Join(expiries[1:], " "))
	return "", false
}
