package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// RESTCase is one case of the REST face.
type RESTCase struct {
	About     string
	Needs     []string // features that a server may lack
	Setup     []restStep
	Request   *restStep
	Response  *restResponse
	Unordered bool

	Where string // file:line
}

// restStep is a request and, unless any 2xx will do, what must be answered.
type restStep struct {
	Method, Path string
	Headers      map[string]string
	Body         json.RawMessage
	Response     *restResponse
	Unordered    bool
}

// restResponse is what must be answered.
type restResponse struct {
	Status  any // a number or a list
	Headers map[string]any
	Body    any
	Text    any
}

// LoadREST reads the cases of all files that match the pattern of filepath.Glob, sorted by path. That there is none
// is a failure.
func LoadREST(t testing.TB, pattern string) (cases []*RESTCase) {
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	slices.Sort(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		number := 0
		for l := range bytes.Lines(text) {
			number++
			if len(bytes.TrimSpace(l)) == 0 {
				continue
			}
			c := &RESTCase{Where: fmt.Sprintf("%s:%d", filepath.Base(path), number)}
			require.NoError(t, decode(l, c), c.Where)
			if c.Request != nil { // else it is a heading
				c.Request.Response, c.Request.Unordered = c.Response, c.Unordered
				cases = append(cases, c)
			}
		}
	}
	require.NotEmpty(t, cases, "no cases in %s", pattern)
	return cases
}

// Paths returns the method and path of each request of the case, with the accounts in it as they are written there.
func (c *RESTCase) Paths() (list []string) {
	for _, s := range append(slices.Clone(c.Setup), *c.Request) {
		list = append(list, s.Method+" "+s.Path)
	}
	if slices.Contains(c.Needs, "plans") {
		list = append(list, "PUT "+plansPath)
	}
	return list
}

// RESTServer is a server under test: where it is (without /v2), a token of its master account, and its clock.
type RESTServer struct {
	URL, Token string
	Now        func() time.Time // default: the real time
}

// ReplayREST plays a case and fails t at the first answer that is another than wanted.
func ReplayREST(t *testing.T, s RESTServer, c *RESTCase) {
	if s.Now == nil {
		s.Now = time.Now
	}
	r := &restReplay{t: t, server: s, vars: map[string]string{"TM": s.Token},
		matcher: matcher{bound: map[string]any{}, now: s.Now}}
	now := s.Now().UTC()
	r.vars["NOW"] = fmt.Sprint(now.Unix() + gregorianEpoch)
	r.vars["MONTH"], r.vars["DAY"] = now.Format("200601"), now.Format(time.DateOnly)
	r.build(c)
	for i := range c.Setup {
		require.Empty(t, r.step(&c.Setup[i], c.Unordered), "%s %s, setup %d", c.Where, c.About, i+1)
	}
	require.Empty(t, r.step(c.Request, c.Unordered), "%s %s", c.Where, c.About)
}

const (
	gregorianEpoch = 62_167_219_200 // seconds from year 0 to 1970

	// fixtureTime is when the accounts of a case are made where the server has a test clock: before every dated case.
	fixtureTime = "63713520000"

	plansPath = "/v2/accounts/{{R}}/service_plans"
)

// fixturePlans are {{PLAN}} and {{PLAN2}}.
var fixturePlans = []string{
	`{"id":"plan_simple","name":"Super Simple Service Plan","description":"charges for devices","category":"Base Plan",
	  "plan":{"devices":{"sip_device":{"rate":1}}}}`,
	`{"id":"plan_complex","name":"More Complex Service Plan","description":"charges for users and numbers",
	  "category":"Base Plan","plan":{"users":{"user":{"name":"User","rate":18.99}},
	  "phone_numbers":{"did_us":{"name":"US DID Phone Number","rate":1,"activation_charge":2.5}}}}`,
}

// restReplay is a case being played.
type restReplay struct {
	t      *testing.T
	server RESTServer
	vars   map[string]string
	matcher
}

// build makes the accounts of a case.
func (r *restReplay) build(c *RESTCase) {
	r.vars["M"] = r.made("GET", "/v2/token_auth", "", "account_id")
	account := func(name, parent, title string) {
		r.vars[name] = r.made("PUT", "/v2/accounts/{{"+parent+"}}", `{"name":"`+title+`"}`, "id")
	}
	account("R", "M", "Account 1")
	r.made("PUT", "/v2/accounts/{{R}}/reseller", "{}", "id")
	account("A", "R", "Account A")
	account("B", "R", "Account B")
	account("X", "M", "Outsider")
	for _, name := range []string{"R", "A", "B", "X"} {
		key := r.made("PUT", "/v2/accounts/{{"+name+"}}/api_key", "{}", "api_key")
		r.made("PUT", "/v2/api_auth", `{"api_key":"`+key+`"}`, "account_id")
		r.vars["T"+name] = r.vars["auth_token"]
	}
	if slices.Contains(c.Needs, "plans") {
		r.vars["PLAN"] = r.made("PUT", plansPath, fixturePlans[0], "id")
		r.vars["PLAN2"] = r.made("PUT", plansPath, fixturePlans[1], "id")
	}
}

// made sends a request of the fixture and returns a member of the data answered.
func (r *restReplay) made(method, path, data, member string) string {
	s := &restStep{Method: method, Path: path,
		Headers: map[string]string{"X-Auth-Token": "{{TM}}", "X-Purser-Time": fixtureTime}}
	if data != "" {
		s.Body = json.RawMessage(`{"data":` + data + `}`)
	}
	response, body := r.send(s)
	require.Equal(r.t, 2, response.StatusCode/100, "fixture: %s %s: %s", method, path, body)
	var env struct {
		Token string `json:"auth_token"`
		Data  map[string]any
	}
	require.NoError(r.t, decode(body, &env))
	r.vars["auth_token"] = env.Token
	text, _ := env.Data[member].(string)
	return text
}

var variable = regexp.MustCompile(`\{\{(\w+)\}\}`)

// fill replaces variables and bound names.
func (r *restReplay) fill(text string) string {
	text = variable.ReplaceAllStringFunc(text, func(name string) string {
		name = strings.Trim(name, "{}")
		if v, ok := r.vars[name]; ok {
			return v
		}
		return fmt.Sprint(r.bound[name])
	})
	return r.matcher.fill(text)
}

func (r *restReplay) send(s *restStep) (*http.Response, []byte) {
	body := r.fill(string(s.Body))
	var asIs string
	if json.Unmarshal([]byte(body), &asIs) == nil && body != "null" {
		body = asIs
	}
	url := r.server.URL + r.fill(s.Path)
	request, err := http.NewRequestWithContext(r.t.Context(), s.Method, url, strings.NewReader(body))
	require.NoError(r.t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Headers {
		request.Header.Set(name, r.fill(value))
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(r.t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	require.NoError(r.t, response.Body.Close())
	return response, text
}

// step sends a request and returns how the answer is another than wanted.
func (r *restReplay) step(s *restStep, unordered bool) string {
	response, body := r.send(s)
	want := s.Response
	if want == nil {
		want = &restResponse{}
	}
	r.unordered = unordered || s.Unordered
	if !hasStatus(want.Status, response.StatusCode) {
		return fmt.Sprintf("%s %s: status %d, want %v: %s", s.Method, s.Path, response.StatusCode, want.Status, body)
	}
	for name, pattern := range want.Headers {
		if pattern == "$absent" {
			require.NotContains(r.t, response.Header, http.CanonicalHeaderKey(name))
			continue
		}
		if why := r.match(r.filled(pattern), response.Header.Get(name), name); why != "" {
			return why
		}
	}
	if want.Text != nil {
		if why := r.match(r.filled(want.Text), string(body), "text"); why != "" {
			return why
		}
	}
	if want.Body == nil {
		return ""
	}
	var got any
	if err := decode(body, &got); err != nil {
		return fmt.Sprintf("not JSON: %s", body)
	}
	return r.match(r.filled(want.Body), got, "$")
}

// hasStatus tells whether a status is the one wanted, one of those wanted, or any 2xx where none is.
func hasStatus(want any, got int) bool {
	switch want := want.(type) {
	case nil:
		return got/100 == 2
	case []any:
		return slices.ContainsFunc(want, func(one any) bool { return hasStatus(one, got) })
	}
	return fmt.Sprint(want) == fmt.Sprint(got)
}

// filled replaces variables and bound names in what is wanted, inside texts and names.
func (r *restReplay) filled(want any) any {
	text, err := json.Marshal(want)
	require.NoError(r.t, err)
	var v any
	filled := variable.ReplaceAllStringFunc(string(text), func(name string) string {
		bare := strings.Trim(name, "{}")
		if v, ok := r.vars[bare]; ok {
			return v
		}
		if v, ok := r.bound[bare].(string); ok {
			return v
		}
		return name
	})
	require.NoError(r.t, decode([]byte(filled), &v))
	return v
}
