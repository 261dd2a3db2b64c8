package crossbar

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"purser/paced"
)

// bodyTypes are the types that a JSON body may come as. The last is what curl says when nobody tells it.
var bodyTypes = []string{"application/json", "application/x-json", "application/x-www-form-urlencoded"}

// readBody reads all of the body, in the time that a request has. The room that it takes is the request's until
// release is called, once or more.
func (f *Face) readBody(w http.ResponseWriter, r *http.Request) (body []byte, release func(), err error) {
	release = func() {}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, release, nil
	}
	if err := checkBodyType(r.Header); err != nil {
		return nil, release, err
	}
	control := http.NewResponseController(w)
	if err := paced.Deadline(control.SetReadDeadline, f.opts.RequestTimeout); err != nil {
		return nil, release, err
	}
	limit := int64(f.opts.BodyBytesMax)
	if r.ContentLength > limit {
		discard(r, limit)
		return nil, release, errTooLarge
	}
	room := r.ContentLength
	if room < 0 {
		room = limit
	}
	if !f.bodies.TryAcquire(room) {
		return nil, release, errNoRoom
	}
	release = sync.OnceFunc(func() { f.bodies.Release(room) })
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		buf.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err = buf.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		discard(r, limit)
		return nil, release, errTooLarge
	case err != nil:
		return nil, release, errBodyIncomplete
	}
	return buf.Bytes(), release, paced.Deadline(control.SetReadDeadline, 0)
}

// discard reads what is left of a body that is too large, as far as it is not too large twice over: a client that is
// still sending when the connection is closed sees a reset connection in place of the answer. That reading fails is no
// news: the request is refused, and its connection closed, in any case.
func discard(r *http.Request, limit int64) {
	if r.ContentLength <= 2*limit {
		_, _ = io.CopyN(io.Discard, r.Body, 2*limit)
	}
}

// checkBodyType refuses bodies that are not sent as JSON, and compressed ones, whose size nobody knows.
func checkBodyType(h http.Header) error {
	if encoding := h.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return errMediaType
	}
	given := h.Get("Content-Type")
	if given == "" {
		return nil
	}
	media, _, err := mime.ParseMediaType(given)
	if err != nil || !slices.Contains(bodyTypes, media) {
		return errMediaType
	}
	return nil
}
