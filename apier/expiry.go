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
