package apier

import (
	"time"

	"purser/engine"
)

// parseExpiry reads an ExpiryTime. All it refuses is Unsupported time format, as a client of CGRateS expects.
func parseExpiry(text string, now time.Time) (engine.Instant, error) {
	expires, ok := engine.ParseExpiry(text, engine.At(now))
	if !ok {
		return engine.Instant{}, wireError(textUnsupportedTime)
	}
	return expires, nil
}

// parseEventTime reads a time of an event: what an expiry may be, and "" is the zero time.
// Source: cgrates-charging, section 1.
func parseEventTime(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil // in its own zone: prices go by its wall clock
		}
	}
	at, err := parseExpiry(text, now)
	return at.Time, err
}
