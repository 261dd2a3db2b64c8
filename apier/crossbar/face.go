package crossbar

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/semaphore"

	"purser/engine"
	"purser/paced"
)

// Face answers the requests below /v2. It is an http.Handler, safe for concurrent use; make it with [New].
type Face struct {
	opts     Options
	places   *place
	openAPI  []byte
	bodies   *semaphore.Weighted // bytes of bodies that may still be read
	tokens   *tokens
	throttle *throttle
	hashing  *semaphore.Weighted // passwords that may be checked at a time
	journal  *semaphore.Weighted // held by the one request that reads the journal
	whole    *semaphore.Weighted // lists without pages that may be in memory
	users    sync.Mutex          // held while the users of an account are changed
}

// New makes a face. The caller mounts it at the root of an http.Server, whose header limits, idle time-outs and
// allowed peers are the caller's; no ServeMux may stand between, since it would clean paths.
func New(o Options) (*Face, error) { return newFace(o, routes()) }

func newFace(o Options, table []route) (*Face, error) {
	if o.Engine == nil {
		return nil, errors.New("crossbar: Options.Engine is not set")
	}
	o = o.withDefaults()
	doc, err := openAPI(table, o.Version)
	if err != nil {
		return nil, err
	}
	return &Face{
		opts: o, places: newPlaces(table), openAPI: doc,
		bodies:   semaphore.NewWeighted(int64(o.BodiesBytesMax)),
		tokens:   newTokens(o.TokenTTL, o.TokensMax, o.TokensPerAccountMax),
		throttle: newThrottle(o.LoginFailuresMax, o.LoginDelayMax, o.LoginNamesMax),
		hashing:  semaphore.NewWeighted(int64(o.LoginsAtOnceMax)),
		journal:  semaphore.NewWeighted(1),
		whole:    semaphore.NewWeighted(int64(o.WholeListsMax)),
	}, nil
}

// ServeHTTP answers one request.
func (f *Face) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := f.opts.Now()
	rq, err := f.newRequest(r)
	defer rq.giveWhole()
	var a *answer
	if err != nil {
		a = rq.fail(err)
	} else {
		a = rq.answer(w)
	}
	rq.setHeaders(w.Header())
	if err := rq.write(w, a); err != nil {
		f.opts.Log.Debug("writing failed", "request_id", rq.id, "peer", rq.peer, "err", err)
	}
	took := f.opts.Now().Sub(began)
	seen := Observation{Verb: knownVerb(rq.verb), Status: a.status, Took: took}
	if rq.route != nil {
		seen.Route = rq.route.path
	}
	f.opts.Observe(seen)
	f.opts.Log.Debug("request", "request_id", rq.id, "peer", rq.peer, "verb", seen.Verb, "route", seen.Route,
		"status", seen.Status, "took", took)
}

// newRequest makes the request of r. The request is there also when there is an error, to answer with.
func (f *Face) newRequest(r *http.Request) (*request, error) {
	rq := &request{face: f, http: r, ctx: r.Context(), verb: r.Method, now: f.opts.Now()}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		rq.peer = host
	}
	id, err := f.randomID()
	if err != nil {
		return rq, err
	}
	rq.id, rq.query = id.String(), r.URL.Query()
	if at, ok := rq.testTime(); ok {
		rq.now = at
	}
	return rq, nil
}

// random fills b with random bytes.
func (f *Face) random(b []byte) error {
	if _, err := io.ReadFull(f.opts.Random, b); err != nil {
		return fmt.Errorf("crossbar: random bytes: %w", err)
	}
	return nil
}

func (f *Face) randomID() (id engine.HexID, err error) {
	err = f.random(id[:])
	return id, err
}

// randomHex returns n random bytes in hexadecimal digits.
func (f *Face) randomHex(n int) (string, error) {
	b := make([]byte, n)
	err := f.random(b)
	return hex.EncodeToString(b), err
}

// answer serves the request. A panic is a fault of ours that ends neither the process nor the connection.
func (rq *request) answer(w http.ResponseWriter) (a *answer) {
	defer func() {
		if p := recover(); p != nil {
			a = rq.fail(fmt.Errorf("crossbar: panic: %v\n%s", p, debug.Stack()))
		}
	}()
	r, err := rq.serve(w)
	if unsettled := rq.settle(); unsettled != nil {
		err = unsettled
	}
	if err == nil {
		a, err = rq.render(r)
	}
	if err != nil {
		return rq.fail(err)
	}
	return a
}

// serve checks the request, in the order that clients can rely on, and calls its handler.
// Source: ledgers-and-services, section 1.1.
func (rq *request) serve(w http.ResponseWriter) (*reply, error) {
	f, r := rq.face, rq.http
	if err := rq.checkBrowser(); err != nil {
		return nil, err
	}
	if err := rq.findPlace(); err != nil {
		return nil, err
	}
	if r.Method == http.MethodOptions {
		return &reply{document: []byte{}}, nil
	}
	body, release, err := f.readBody(w, r)
	defer release()
	rq.release = release
	if errors.Is(err, errNoRoom) || errors.Is(err, errBodyIncomplete) { // behind the latter the request's context ends
		return nil, err
	}
	if rq.bodyError = err; err == nil {
		rq.envelope, rq.bodyError = f.opts.decodeEnvelope(body)
	}
	rq.verb = rq.tunnelled()
	if rq.route = rq.place.routes[rq.verb]; rq.route == nil {
		return nil, errVerb(rq.place.verbs())
	}
	if rq.route.reach != reachNone {
		if err := rq.authorize(); err != nil {
			return nil, err
		}
	}
	if rq.bodyError == nil && rq.route.body != "" {
		rq.bodyError = rq.envelope.check()
	}
	if rq.bodyError != nil {
		return nil, rq.bodyError
	}
	return rq.route.handler(f, rq)
}

// findPlace finds where the path leads.
func (rq *request) findPlace() error {
	segments, ok := splitPath(rq.http.URL.EscapedPath())
	if !ok {
		return errNoRoute
	}
	if rq.place, rq.vars = rq.face.places.find(segments); rq.place == nil {
		return errNoRoute
	}
	return nil
}

// tunnelled returns the verb that the request means: some proxies and browsers let only GET and POST through, so a
// POST may carry another verb, in any case of letters, in its envelope or query. HEAD means GET, of which net/http
// sends only the head.
func (rq *request) tunnelled() string {
	switch rq.http.Method {
	case http.MethodHead:
		return http.MethodGet
	case http.MethodPost:
		if verb := given(rq.envelope.text("verb"), rq.query.Get("verb")); verb != "" {
			return strings.ToUpper(verb)
		}
	}
	return rq.http.Method
}

// knownVerb is what an observation says of a verb.
func knownVerb(verb string) string {
	known := []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete,
		http.MethodOptions}
	if slices.Contains(known, verb) {
		return verb
	}
	return "other"
}

// write sends the answer.
func (rq *request) write(w http.ResponseWriter, a *answer) error {
	control := http.NewResponseController(w)
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	err := paced.Write(w, control.SetWriteDeadline, rq.face.opts.WriteTimeout, a.body)
	if err == nil {
		err = control.Flush()
	}
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, paced.Deadline(control.SetWriteDeadline, 0))
}
