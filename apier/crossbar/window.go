package crossbar

import (
	"fmt"
	"strconv"
)

// How far back a window goes that does not say, in seconds: 31 days and an hour for lists and totals, a year for the
// day summaries of service audits that say how far forward. Source: ledgers-and-services, section 1.8.
const (
	windowBack        = 2_682_000
	windowBackSummary = 31_540_000
)

// window is a span of Gregorian seconds, both ends in it.
type window struct{ from, to int64 }

// holds tells whether a Gregorian second is in the window.
func (w window) holds(second int64) bool { return w.from <= second && second <= w.to }

// window reads created_from and created_to. What is no positive whole number counts as not given. There is no widest
// window, and back says how wide one is that gives created_to alone.
func (rq *request) window(back int64) (window, error) {
	to, hasTo := rq.second("created_to")
	if !hasTo {
		to, back = gregorian(rq.now), windowBack
	}
	from, hasFrom := rq.second("created_from")
	if !hasFrom {
		from = max(to-back, 1)
	}
	if from > to {
		return window{}, invalidField("created_from", fault{code: codeDateRange, cause: from,
			message: fmt.Sprintf("created_to %d is prior to created_from %d", to, from)})
	}
	return window{from, to}, nil
}

// second reads a parameter that is a Gregorian second.
func (rq *request) second(name string) (int64, bool) {
	n, err := strconv.ParseInt(rq.query.Get(name), 10, 64)
	return n, err == nil && n > 0
}
