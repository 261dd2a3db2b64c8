package crossbar

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// request is one request as a handler sees it: all that is the same for every endpoint is checked.
type request struct {
	face *Face
	http *http.Request
	ctx  context.Context

	id    string    // 32 hexadecimal digits, shown to the client and in the log
	now   time.Time // the face's clock, or the test's; the time of all that the request does
	query url.Values
	peer  string // IP address of the client

	allowed   []string // the verbs of the path
	route     *route
	verb      string            // as meant: tunnelled verbs are taken out of their tunnel
	vars      map[string]string // the path's variables, decoded
	envelope  envelope
	bodyError error  // what is wrong with the body; told only to those who may send one
	release   func() // gives back the room that the body takes

	token   presented
	claims  claims
	caller  *account // the token's account; nil where the route needs no token
	account *account // the path's account; nil where the path has none
}

// headerTestTime sets the time of a request where Options.TestClock is on, in Gregorian seconds.
// Source: ledgers-and-services, section 9.5.
const headerTestTime = "X-Purser-Time"

// testTime returns the time that the request wants it to be.
func (rq *request) testTime() (time.Time, bool) {
	if !rq.face.opts.TestClock {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(rq.http.Header.Get(headerTestTime), 10, 64)
	if err != nil || seconds < 1 || seconds > gregorianMax {
		return time.Time{}, false
	}
	return fromGregorian(seconds), true
}

// dropBody gives back what the body takes, for a request that takes long.
func (rq *request) dropBody() {
	rq.envelope = envelope{}
	rq.release()
}

// asks tells whether a parameter of the query is true.
func (rq *request) asks(name string) bool { return rq.query.Get(name) == "true" }
