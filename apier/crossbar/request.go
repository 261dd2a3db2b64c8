package crossbar

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"purser/engine"
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

	place     *place // where the path leads; nil where no route has it
	route     *route
	verb      string            // as meant: tunnelled verbs are taken out of their tunnel
	vars      map[string]string // the path's variables, decoded
	envelope  envelope
	bodyError error  // what is wrong with the body; told only to those who may send one
	release   func() // gives back the room that the body takes
	hasWhole  bool   // it has taken what giveWhole gives back

	token   presented
	claims  claims
	seen    chan error // tells when what look saw is on the disk; nil when it is
	caller  *account   // the token's account; nil where the route needs no token
	account *account   // the path's account; nil where the path has none

	auditText []byte // what audit has returned
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

// look reads the tree, as readTree does, without waiting until what it sees is on the disk: the answer waits for that.
// A change that follows is on the disk after what was seen, so that it waits once.
func (rq *request) look(fn func(engine.Tree) error) error {
	looked, seen := make(chan error, 1), make(chan error, 1)
	err := rq.face.opts.Engine.View(rq.ctx, func(s engine.State) error {
		err := fn(engine.Tree{State: s})
		looked <- err
		return err
	}, func(err error) { seen <- err })
	if err != nil {
		return err
	}
	rq.seen = seen
	select {
	case err = <-looked:
	case err = <-seen: // fn has been called long ago, or never will be
		rq.seen = nil
	}
	return err
}

// settle waits until all that the request saw is on the disk.
func (rq *request) settle() error {
	if rq.seen == nil {
		return nil
	}
	return <-rq.seen
}

// dropBody gives back what the body takes, for a request that takes long.
func (rq *request) dropBody() {
	rq.envelope = envelope{}
	rq.release()
}

// asks tells whether a parameter of the query is true.
func (rq *request) asks(name string) bool { return rq.query.Get(name) == "true" }
