package crossbar

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/ledger"
)

// morning is what the clock of a test shows first.
var morning = time.Date(2026, time.January, 1, 10, 0, 0, 0, time.UTC)

const masterKey = "master-key"

// rig is a face on an engine in memory, behind a real HTTP server. Its tree: the master M, the reseller R below it,
// the customers A and B below R, and the outsider X below M.
type rig struct {
	*engine.Engine
	face    *Face
	server  *httptest.Server
	clock   *enginetest.Clock
	waiting *Waiting
	ids     map[string]engine.HexID
	tokens  map[string]string
	doc     *openapi3.T

	fails bool // the engine ends with an error

	mu   sync.Mutex
	seen []Observation
}

// newRig starts a rig whose options and routes each change function may change.
func newRig(t testing.TB, change ...func(*Options)) *rig { return newRigOn(t, routes(), change...) }

func newRigOn(t testing.TB, table []route, change ...func(*Options)) *rig {
	t.Helper()
	return newRigWith(t, enginetest.NewJournal(), enginetest.NewState(), table, change...)
}

func newRigWith(t testing.TB, j engine.Journal, folds engine.Folds, table []route, change ...func(*Options)) *rig {
	t.Helper()
	const waitingMax = 3
	r := &rig{clock: enginetest.NewClock(morning), waiting: NewWaiting(waitingMax), ids: map[string]engine.HexID{},
		tokens: map[string]string{}}
	var err error
	ids := &enginetest.UUIDs{}
	ids.New() // the cases of the conformance suite say that there is no account 1
	r.Engine, err = engine.Start(context.Background(), j, folds, engine.Options{Now: r.clock.Now, NewUUID: ids.New,
		Observe: r.waiting.Committed})
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := r.Stop(); !r.fails {
			require.NoError(t, err)
		}
	})
	r.ids["M"] = r.must(t, &engine.SetMaster{Account: engine.AccountID{Tenant: "cgrates.org"}, Name: "Master",
		APIKey: engine.HashAPIKey(masterKey)}).Member
	r.child(t, "R", "M", "Account 1")
	on := true
	r.must(t, &engine.ChangeMember{ID: r.ids["R"], IsReseller: &on})
	r.child(t, "A", "R", "Account A")
	r.child(t, "B", "R", "Account B")
	r.child(t, "X", "M", "Outsider")

	o := Options{Engine: r.Engine, Ledger: r.openLedger(folds), Audit: journalAudit{r}, Now: r.clock.Now, PasswordRounds: 10,
		Version: "1.2.3", Node: "node-1", Waiting: r.waiting,
		Observe: func(seen Observation) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen = append(r.seen, seen)
		}}
	for _, f := range change {
		f(&o)
	}
	r.face, err = newFace(o, table)
	require.NoError(t, err)
	r.doc, err = openapi3.NewLoader().LoadFromData(r.face.openAPI)
	require.NoError(t, err)
	r.server = httptest.NewServer(r.face)
	t.Cleanup(r.server.Close)
	r.tokens["M"] = r.logIn(t, masterKey)
	for _, name := range []string{"R", "A", "B", "X"} {
		hash := engine.HashAPIKey("key of " + name)
		r.must(t, &engine.ChangeMember{ID: r.ids[name], APIKey: &hash})
		r.tokens[name] = r.logIn(t, "key of "+name)
	}
	return r
}

// openLedger opens ledgers of a state in memory; of another there are none.
func (r *rig) openLedger(folds engine.Folds) OpenLedger {
	state, ok := folds.(*enginetest.State)
	if !ok {
		return nil
	}
	return func(owner engine.AccountID) (*ledger.View, func() error, error) {
		v := state.Ledgers().View(owner)
		v.Entries = r.entries
		return v, func() error { return nil }, nil
	}
}

// entries returns the entries of these numbers, as far as there are.
func (r *rig) entries(seqs []uint64) (list []*engine.Entry, err error) {
	enough := errors.New("enough")
	for _, seq := range seqs {
		err := r.Journal(context.Background(), seq, func(e *engine.Entry) error {
			list = append(list, e)
			return enough
		})
		if err != nil && !errors.Is(err, enough) {
			return nil, err
		}
	}
	return list, nil
}

// must makes a change that must not be refused.
func (r *rig) must(t testing.TB, c engine.Change) engine.Result {
	t.Helper()
	done, err := r.Do(t.Context(), &engine.Command{Change: c})
	require.NoError(t, err)
	return done
}

func (r *rig) child(t testing.TB, name, parent, title string) {
	t.Helper()
	r.ids[name] = r.must(t, &engine.MakeMember{Parent: r.ids[parent], Name: title,
		Account: engine.AccountID{Tenant: "cgrates.org"}}).Member
}

func (r *rig) logIn(t testing.TB, key string) string {
	t.Helper()
	a := r.send(t, "PUT /v2/api_auth", `{"data":{"api_key":"`+key+`"}}`)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	return a.text("auth_token")
}

// got is an answer.
type got struct {
	status int
	header http.Header
	body   string
	env    map[string]any // the envelope, with numbers as they came
}

func (g *got) text(name string) string {
	text, _ := g.env[name].(string)
	return text
}

// data returns the data of the envelope as JSON.
func (g *got) data(t *testing.T) string {
	t.Helper()
	b, err := json.Marshal(g.env["data"])
	require.NoError(t, err)
	return string(b)
}

// send sends "VERB /path" with a body, "" for none, and headers as "Name: value"; "token: A" stands for A's token, and
// {A} anywhere for the id of A. The answer must be as the OpenAPI document says.
func (r *rig) send(t testing.TB, line, body string, headers ...string) *got {
	t.Helper()
	verb, path, _ := strings.Cut(r.fill(line), " ")
	request, err := http.NewRequestWithContext(t.Context(), verb, r.server.URL+path, strings.NewReader(r.fill(body)))
	require.NoError(t, err)
	if body == "" {
		request.Body, request.ContentLength = http.NoBody, 0
	} else {
		request.Header.Set("Content-Type", typeJSON)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		switch name {
		case "":
		case "token":
			request.Header.Set("X-Auth-Token", r.tokens[value])
		case "Host":
			request.Host = value
		default:
			request.Header.Set(name, r.fill(value))
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	a := &got{status: response.StatusCode, header: response.Header, body: string(text)}
	if len(text) > 0 && a.header.Get("Content-Type") == typeJSON {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&a.env), a.body)
	}
	r.checkDocumented(t, request, response, text)
	return a
}

// fill replaces {NAME} by the id of an account.
func (r *rig) fill(text string) string {
	for name, id := range r.ids {
		text = strings.ReplaceAll(text, "{"+name+"}", id.String())
	}
	return text
}

// checkDocumented holds an answer against the OpenAPI document.
func (r *rig) checkDocumented(t testing.TB, request *http.Request, response *http.Response, body []byte) {
	t.Helper()
	at, _ := r.face.places.find(first(splitPath(request.URL.EscapedPath())))
	verb := request.Method
	if verb == http.MethodPost && response.StatusCode == http.StatusCreated {
		verb = http.MethodPut // it came in a tunnel
	}
	if at == nil || at.routes[verb] == nil || response.StatusCode == http.StatusNotModified {
		return
	}
	path := base + at.routes[verb].path
	item := r.doc.Paths.Value(path)
	require.NotNil(t, item, path)
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request,
			Route: &routers.Route{Spec: r.doc, Path: path, PathItem: item, Method: verb,
				Operation: item.GetOperation(verb)}},
		Status: response.StatusCode, Header: response.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true}})
	require.NoError(t, err, "%s %s: %s", verb, path, body)
}

func first[T any](v T, _ bool) T { return v }

// refused asks for what must be answered with an error of this status, word and data.
func (r *rig) refused(t *testing.T, status int, word, data, line, body string, headers ...string) *got {
	t.Helper()
	a := r.send(t, line, body, headers...)
	require.Equal(t, status, a.status, "%s: %s", line, a.body)
	require.Equal(t, "error", a.text("status"))
	require.Equal(t, word, a.text("message"))
	require.Equal(t, http.StatusText(status), http.StatusText(atoi(t, a.text("error"))))
	require.JSONEq(t, r.fill(data), a.data(t))
	require.NotContains(t, a.env, "revision")
	return a
}

func atoi(t *testing.T, text string) (n int) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &n))
	return n
}
