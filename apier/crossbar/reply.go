package crossbar

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// reply is what a handler returns.
type reply struct {
	data     any    // a value whose JSON is the same each time it is written
	page     *page  // of a list
	location string // of something made: its id
	token    string // of a login: the new token
	replayed bool   // it was done before, under the same idempotency key
	table    func() table
	lines    []jsontext.Value // of data, for those who ask for JSON Lines; nil where there is no such form
	document []byte           // instead of all that: JSON to be sent without an envelope
}

// page is what a list's envelope says beside its items.
type page struct {
	size        int
	start, next string // "" for none
	journal     *journalPlace
}

// sameJSON writes equal data as equal text.
var sameJSON = json.JoinOptions(json.Deterministic(true), json.FormatNilSliceAsNull(false),
	json.FormatNilMapAsNull(false))

// amountsAsTexts writes amounts as texts, for clients that have no exact numbers.
var amountsAsTexts = json.JoinOptions(sameJSON, json.WithMarshalers(json.MarshalToFunc(
	func(enc *jsontext.Encoder, a amount.Amount) error { return enc.WriteToken(jsontext.String(a.String())) })))

// amountsJSON is sameJSON with amounts as the request wants them. Source: ledgers-and-services, section 13.
func (rq *request) amountsJSON() json.Options {
	if rq.query.Get("amounts") == "string" {
		return amountsAsTexts
	}
	return sameJSON
}

// revisionOf returns the digest that names a state of data: 32 hexadecimal digits.
func revisionOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// answer is a finished answer: a status, headers and a body.
type answer struct {
	status int
	header http.Header
	body   []byte
}

const (
	typeJSON = "application/json"
	typeCSV  = "text/csv"
	// typeLines is a JSON document a line. Source: ledgers-and-services, section 13.
	typeLines = "application/x-ndjson"
)

// render makes the answer of a reply.
func (rq *request) render(r *reply) (*answer, error) {
	a := &answer{status: http.StatusOK, header: http.Header{}}
	if rq.verb == http.MethodPut {
		a.status = http.StatusCreated
	}
	if r.location != "" {
		a.header.Set("Location", r.location)
	}
	if r.replayed {
		a.header.Set("Idempotent-Replayed", "true")
	}
	if r.page != nil && r.page.journal != nil {
		r.page.journal.setHeaders(a.header)
	}
	revision := ""
	switch {
	case r.document != nil:
		a.body, revision = r.document, revisionOf(r.document)
		a.header.Set("Content-Type", typeJSON)
	case r.table != nil && rq.wantsCSV():
		if err := rq.renderCSV(a, r.table()); err != nil {
			return nil, err
		}
		revision = revisionOf(a.body)
	case r.lines != nil && rq.wants("ndjson", []string{typeLines}):
		for _, line := range r.lines {
			a.body = append(append(a.body, line...), '\n')
		}
		revision = revisionOf(a.body)
		a.header.Set("Content-Type", typeLines)
	default:
		data, err := json.Marshal(r.data, rq.amountsJSON())
		if err != nil {
			return nil, err
		}
		revision = revisionOf(data)
		a.body = rq.successEnvelope(r, data, revision)
		a.header.Set("Content-Type", typeJSON)
	}
	if rq.verb == http.MethodGet {
		a.header.Set("ETag", strconv.Quote(revision))
		if matches(rq.http.Header.Get("If-None-Match"), revision) {
			a.status, a.body = http.StatusNotModified, nil
			a.header.Del("Content-Type")
		}
	}
	return a, rq.indent(a)
}

// matches tells whether a list of entity tags has one, with quotes or, as Kazoo's clients send it, without.
func matches(list, revision string) bool {
	return list == "*" || slices.ContainsFunc(strings.Split(list, ","), func(tag string) bool {
		return strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`) == revision
	})
}

// indent makes the body readable for those who ask.
func (rq *request) indent(a *answer) error {
	asked := rq.asks("pretty_print") || rq.http.Header.Get("X-Pretty-Print") == "true"
	if !asked || len(a.body) == 0 || a.header.Get("Content-Type") != typeJSON {
		return nil
	}
	pretty := jsontext.Value(slices.Clone(a.body))
	err := pretty.Indent(jsontext.WithIndent("    "))
	a.body = pretty
	return err
}

// successEnvelope puts data into its envelope. Source: ledgers-and-services, section 1.4.
func (rq *request) successEnvelope(r *reply, data []byte, revision string) []byte {
	b := append(make([]byte, 0, len(data)+512), `{"data":`...)
	b = append(b, data...)
	if r.page != nil {
		b = append(b, `,"page_size":`...)
		b = strconv.AppendInt(b, int64(r.page.size), 10)
		b = appendText(b, "start_key", r.page.start)
		b = appendText(b, "next_start_key", r.page.next)
		b = r.page.journal.append(b)
	}
	b = appendText(b, "revision", revision)
	token := rq.token.text
	if r.token != "" {
		token = r.token
	}
	return rq.endEnvelope(b, "success", token)
}

// errorEnvelope puts a problem into its envelope. Source: ledgers-and-services, section 1.5.
func (rq *request) errorEnvelope(p *problem) ([]byte, error) {
	data, err := json.Marshal(p.data, sameJSON)
	if err != nil {
		return nil, err
	}
	b := append([]byte(`{"data":`), data...)
	b = appendText(b, "error", strconv.Itoa(p.status))
	b = appendText(b, "message", p.word)
	return rq.endEnvelope(b, "error", rq.token.text), nil
}

// endEnvelope appends what all envelopes have.
func (rq *request) endEnvelope(b []byte, status, token string) []byte {
	b = appendText(b, "status", status)
	b = appendText(b, "request_id", rq.id)
	b = appendText(b, "auth_token", token)
	b = appendText(b, "node", rq.face.opts.Node)
	b = appendText(b, "timestamp", rq.now.UTC().Format(time.RFC3339))
	b = appendText(b, "version", rq.face.opts.Version)
	return append(b, '}')
}

// appendText appends a member that is a text, nothing for "".
func appendText(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	b, err := jsontext.AppendQuote(b, strings.ToValidUTF8(text, "\ufffd"))
	if err != nil { // only for broken UTF-8, which there is none of
		return append(b, `""`...)
	}
	return b
}

// fail makes the answer of an error.
func (rq *request) fail(err error) *answer {
	p := problemOf(err)
	if found := rq.findToken(); rq.token.text == "" { // refused before who asks was looked at
		if _, ok := rq.face.tokens.find(rq.face.opts.Now(), found.key()); ok {
			rq.token = found
		}
	}
	if p.status >= http.StatusInternalServerError {
		rq.face.opts.Log.Error("request failed", "request_id", rq.id, "peer", rq.peer, "err", err)
	}
	a := &answer{status: p.status, header: http.Header{"Content-Type": {typeJSON}}}
	if p.verbs != nil {
		a.header.Set("Allow", strings.Join(p.verbs, ", "))
	}
	if p.seconds > 0 {
		a.header.Set("Retry-After", strconv.Itoa(p.seconds))
	}
	if p.status == http.StatusUnauthorized {
		a.header.Set("WWW-Authenticate", "Bearer")
	}
	if p.status == http.StatusRequestEntityTooLarge || p.status == http.StatusRequestTimeout {
		a.header.Set("Connection", "close") // what is left of the body is not read
	}
	if a.body, err = rq.errorEnvelope(p); err == nil {
		err = rq.indent(a)
	}
	if err != nil { // data of ours that has no JSON
		rq.face.opts.Log.Error("error envelope", "request_id", rq.id, "err", err)
		a.body = []byte(`{"data":{},"status":"error","error":"500","message":"` + wordFault + `"}`)
		a.status = http.StatusInternalServerError
	}
	return a
}
