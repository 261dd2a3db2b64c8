package apier

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"purser/engine/amount"
)

// durationMax bounds durations in arguments, both ways: 100 years of 365 days.
const durationMax = 100 * 365 * 24 * time.Hour

// errDuration says that a text is no Go duration within durationMax.
var errDuration = errors.New("not a duration of at most 100 years, such as 1h30m")

// parseDuration reads a Go duration: h, m, s, ms, us, ns; no days.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d > durationMax || d < -durationMax {
		return 0, errDuration
	}
	return d, nil
}

// parseValue reads the text of a value in Balance: a decimal number, or, where it ends in s, m or h, a Go duration,
// which becomes nanoseconds. The sign is kept. Source: cgrates-apier, section 7.1; what is not finite or has more
// digits than an amount may have is refused, unlike there.
func parseValue(text string) (amount.Amount, error) {
	if text != "" {
		switch text[len(text)-1] {
		case 's', 'm', 'h':
			d, err := parseDuration(text)
			if err != nil {
				return amount.Amount{}, err
			}
			v := amount.FromInt(int64(d))
			return v, v.Check()
		}
	}
	return amount.Parse(text)
}

// parseBool reads the text of a bool as Go writes it in any form: true, T, 1, false, f, 0.
func parseBool(text string) (bool, error) {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%.40q is neither true nor false", text)
	}
	return b, nil
}

// parseUsage reads the usage of an event: a Go duration, or a number of units. Source: cgrates-charging, section 1.
func parseUsage(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	d, err := parseDuration(text)
	if err != nil {
		return 0, invalid("Usage", "%.40q: %v", text, err)
	}
	return int64(d), nil
}
