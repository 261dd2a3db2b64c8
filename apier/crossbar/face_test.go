package crossbar

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

const (
	dataRequired = `{"data":{"required":{"message":"Field is required but missing"}}}`
	dataNotJSON  = `{"json":{"invalid":{"message":"All JSON must be valid","target":"body"}}}`
	dataBadCreds = `{"message":"invalid credentials"}`
	dataNotFound = `{"message":"not found"}`
	dataLocked   = `{"account":{"disabled":{"message":"account disabled"}}}`
)

// failing are routes that end in each error that the real ones cannot be made to end in.
func failing() []route {
	fails := func(err error) handler { return func(*Face, *request) (*reply, error) { return nil, err } }
	table := []route{
		{verb: "GET", path: "/fault", handler: fails(errors.New("secret detail")), reply: "Empty"},
		{verb: "GET", path: "/panic", handler: func(*Face, *request) (*reply, error) { panic("secret detail") }, reply: "Empty"},
		{verb: "PUT", path: "/data", handler: func(_ *Face, rq *request) (*reply, error) {
			return &reply{data: struct{}{}}, rq.form().err()
		}, body: "Empty", reply: "Empty"},
	}
	for _, c := range engine.Codes {
		table = append(table, route{verb: "GET", path: "/code/" + strings.ReplaceAll(string(c), " ", "-"), reply: "Empty",
			handler: fails(fmt.Errorf("wrapped: %w", &engine.Error{Code: c, Fields: []string{"f"}, Text: "why"}))})
	}
	return table
}

func TestEveryErrorHasItsStatusWordAndData(t *testing.T) {
	r := newRigOn(t, append(routes(), failing()...), func(o *Options) { o.BodyBytesMax = 1000 })
	const account = "/v2/accounts/{A}"
	for _, c := range []struct {
		status           int
		word, data       string
		line, body, head string
	}{
		{400, wordValidation, dataNotJSON, "PUT /v2/data", `{"data":`, ""},
		{400, wordValidation, dataNotJSON, "PUT /v2/data", `{"data":{}} x`, ""},
		{400, wordValidation, dataNotJSON, "PUT /v2/data", `{"data":{},"data":{}}`, ""},
		{400, wordValidation, dataNotJSON, "PUT /v2/data", "{\"data\":{\"a\":\"\xff\"}}", ""},
		{400, wordValidation, dataNotJSON, "PUT /v2/data", `{"data":{"a":NaN}}`, ""},
		{400, wordValidation, dataRequired, "PUT /v2/data", `{"amount":1}`, ""},
		{400, wordValidation, dataRequired, "PUT /v2/data", `[1]`, ""},
		{400, wordValidation, dataRequired, "PUT /v2/data", `5`, ""},
		{400, wordValidation, dataRequired, "PUT /v2/data", `"x"`, ""},
		{400, wordValidation, `{"data":{"type":{"message":"Value did not match type(s): object, array",
			"target":"object, array","value":"x"}}}`, "PUT /v2/data", `{"data":"x"}`, ""},
		{400, wordValidation, `{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}`,
			"PUT /v2/data", `{"data":[1]}`, ""},
		{401, "invalid_credentials", dataBadCreds, "GET " + account, "", ""},
		{401, "invalid_credentials", dataBadCreds, "GET " + account, "", "X-Auth-Token: nonsense"},
		{401, "invalid_credentials", dataBadCreds, "PUT /v2/api_auth", `{"data":{"api_key":"wrong"}}`, ""},
		{402, "no_credit", `{"message":"not enough credit to perform action"}`, "GET /v2/code/insufficient-credit", "", ""},
		{402, "no_credit", `{"message":"not enough credit to perform action"}`, "GET /v2/code/blocker", "", ""},
		{403, "forbidden", `{"message":"forbidden"}`, "GET " + account, "", "token: X"},
		{403, "forbidden", `{"message":"forbidden"}`, "GET " + account, "", "token: B"},
		{403, "forbidden", `{"message":"forbidden"}`, "GET /v2/accounts/{M}", "", "token: R"},
		{403, "forbidden", `{"message":"forbidden"}`, "GET /v2/code/master-account", "", ""},
		{404, "bad identifier", `{"message":"invalid account_id 'xyz'"}`, "GET /v2/accounts/xyz", "", "token: M"},
		{404, "bad_identifier", `{"cause":"ffffffffffffffffffffffffffffff01","message":"bad identifier"}`,
			"GET /v2/accounts/ffffffffffffffffffffffffffffff01", "", "token: M"},
		{404, "bad_identifier", `{"cause":"f","message":"bad identifier"}`, "GET /v2/code/not-found", "", ""},
		{404, "bad_identifier", `{"cause":"f","message":"bad identifier"}`, "GET /v2/code/account-not-found", "", ""},
		{404, "not_found", dataNotFound, "GET /v2/nowhere", "", ""},
		{404, "not_found", dataNotFound, "GET /", "", ""},
		{404, "not_found", dataNotFound, "GET /v2/accounts", "", "token: M"},
		{404, "not_found", dataNotFound, "GET /v2/accounts/{A}/../{B}", "", "token: M"},
		{404, "not_found", dataNotFound, "GET /v2/accounts/%2E%2E/children", "", "token: M"},
		{404, "not_found", dataNotFound, "GET /v2/accounts/{A}%00", "", "token: M"},
		{404, "not_found", dataNotFound, "GET /v2/accounts//{A}", "", "token: M"},
		{405, "invalid_method", `{"message":"method not allowed"}`, "DELETE /v2/accounts/{A}/children", "", "token: M"},
		{405, "invalid_method", `{"message":"method not allowed"}`, "TRACE /v2/token_auth", "", ""},
		{409, wordConflict, `{"message":"idempotency key reused"}`, "GET /v2/code/idempotency-conflict", "", ""},
		{409, wordConflict, `{"message":"why"}`, "GET /v2/code/nothing-done", "", ""},
		{409, "account_has_descendants", `{"message":"account has descendants"}`, "GET /v2/code/has-resellers", "", ""},
		{413, "request_too_large", `{"message":"request too large"}`, "PUT /v2/data", `{"data":"` + strings.Repeat("x", 1000) + `"}`, ""},
		{415, "unsupported_media_type", `{"message":"the body must be JSON, and not compressed"}`,
			"PUT /v2/data", `{"data":{}}`, "Content-Type: text/plain"},
		{415, "unsupported_media_type", `{"message":"the body must be JSON, and not compressed"}`,
			"PUT /v2/data", `{"data":{}}`, "Content-Encoding: gzip"},
		{423, "locked", dataLocked, "GET /v2/code/account-disabled", "", ""},
		{500, "unspecified_fault", `{"message":"unspecified fault"}`, "GET /v2/fault", "", ""},
		{500, "unspecified_fault", `{"message":"unspecified fault"}`, "GET /v2/panic", "", ""},
		{500, "unspecified_fault", `{"message":"unspecified fault"}`, "GET /v2/code/internal", "", ""},
		{500, "unspecified_fault", `{"message":"it may or may not have happened: retry with the same Idempotency-Key"}`,
			"GET /v2/code/outcome-unknown", "", ""},
		{503, "datastore_fault", `{"message":"datastore fatal error"}`, "GET /v2/code/unavailable", "", ""},
		{400, wordValidation, `{"f":{"invalid":{"message":"why"}}}`, "GET /v2/code/invalid", "", ""},
		{400, wordValidation, `{"f":{"required":{"message":"why"}}}`, "GET /v2/code/missing", "", ""},
		{400, wordValidation, `{"f":{"maximum":{"message":"why"}}}`, "GET /v2/code/limit", "", ""},
		{400, wordValidation, `{"f":{"unique":{"message":"Value is taken already"}}}`, "GET /v2/code/exists", "", ""},
	} {
		a := r.refused(t, c.status, c.word, c.data, c.line, c.body, c.head)
		require.NotContains(t, a.body, "secret")
		require.Equal(t, typeJSON, a.header.Get("Content-Type"))
	}
}

func TestEveryCodeOfTheEngineHasAnAnswer(t *testing.T) {
	for _, c := range engine.Codes {
		require.Contains(t, engineAnswers, c)
		require.NotPanics(t, func() { problemOf(&engine.Error{Code: c}) }, "%s without fields", c)
	}
}

func TestFlagsBesideTheData(t *testing.T) {
	o := Options{}.withDefaults()
	e, err := o.decodeEnvelope([]byte(`{"data":{},"merge":true,"impact_reseller":"true","verb":5,"off":false,"one":1}`))
	require.NoError(t, err)
	require.True(t, e.flag("merge"))
	require.True(t, e.flag("impact_reseller"))
	require.False(t, e.flag("off") || e.flag("one") || e.flag("none"))
	require.Empty(t, e.text("verb"))
}

func TestTooManyBodiesAtOnceAreRefused(t *testing.T) {
	r := newRig(t)
	r.face.bodies.TryAcquire(int64(r.face.opts.BodiesBytesMax))
	r.refused(t, 503, "datastore_fault", `{"message":"too many requests are being read; nothing was done"}`,
		"PUT /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: M")
	r.face.bodies.Release(int64(r.face.opts.BodiesBytesMax))
	require.Equal(t, 201, r.send(t, "PUT /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: M").status)
	require.True(t, r.face.bodies.TryAcquire(int64(r.face.opts.BodiesBytesMax)), "all room was given back")
}

func TestAClientThatSendsTooMuchHearsSo(t *testing.T) {
	const limit = 4 << 20
	r := newRig(t, func(o *Options) { o.BodyBytesMax = limit })
	for _, how := range []string{"Content-Length: %d\r\n\r\n%s", "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"} {
		body := strings.Repeat("x", limit*7/4)
		conn, err := net.Dial("tcp", r.server.Listener.Addr().String())
		require.NoError(t, err)
		_, err = fmt.Fprintf(conn, "PUT /v2/api_auth HTTP/1.1\r\nHost: localhost\r\n"+how, len(body), body)
		require.NoError(t, err, "all of it can be sent before the answer is read")
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
		require.NoError(t, errors.Join(answer.Body.Close(), conn.Close()))
	}
}

func TestABodyThatDoesNotArriveIsTheClientsFault(t *testing.T) {
	r := newRig(t, func(o *Options) { o.RequestTimeout = 20 * time.Millisecond })
	for range 12 { // the server takes a failed read for the end of the request's context
		conn, err := net.Dial("tcp", r.server.Listener.Addr().String())
		require.NoError(t, err)
		_, err = fmt.Fprintf(conn, "PUT /v2/accounts/%s HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: %s\r\n"+
			"Content-Length: 100\r\n\r\n{", r.ids["A"], r.tokens["A"])
		require.NoError(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestTimeout, answer.StatusCode)
		require.NoError(t, errors.Join(answer.Body.Close(), conn.Close()))
	}
}

func TestAClientThatHangsUpIsNoFaultOfOurs(t *testing.T) {
	r := newRig(t)
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	for range 12 { // the request may be served all the same
		request := httptest.NewRequestWithContext(ctx, "GET", "http://localhost/v2/accounts/"+r.ids["A"].String(), nil)
		request.Header.Set("X-Auth-Token", r.tokens["A"])
		answer := httptest.NewRecorder()
		r.face.ServeHTTP(answer, request)
		require.Contains(t, []int{http.StatusOK, http.StatusRequestTimeout}, answer.Code)
	}
}

func TestChecksComeInOneOrder(t *testing.T) {
	r := newRig(t)
	// Each line has all the faults of those below it, too.
	require.Equal(t, 404, r.send(t, "BREW /v2/nowhere/xyz", "{").status)
	require.Equal(t, 405, r.send(t, "BREW /v2/accounts/xyz", "{").status)
	require.Equal(t, 401, r.send(t, "PATCH /v2/accounts/xyz", "{").status)
	require.Equal(t, "bad identifier", r.send(t, "PATCH /v2/accounts/xyz", "{", "token: X").text("message"))
	require.Equal(t, 403, r.send(t, "PATCH /v2/accounts/{A}", "{", "token: X").status)
	require.Equal(t, 415, r.send(t, "PATCH /v2/accounts/{A}", "{", "token: A", "Content-Type: text/css").status)
	require.Equal(t, dataNotJSON, r.send(t, "PATCH /v2/accounts/{A}", "{", "token: A").data(t))
	require.Equal(t, dataRequired, r.send(t, "PATCH /v2/accounts/{A}", "{}", "token: A").data(t))
}

// The walk: no route can be reached without the right token. A new row in the table is walked without a line here.
func TestEveryRouteRefusesWhoMayNot(t *testing.T) {
	r := newRig(t)
	off := true
	r.child(t, "D", "A", "Disabled")
	hash := engine.HashAPIKey("key of D")
	r.must(t, &engine.ChangeMember{ID: r.ids["D"], APIKey: &hash})
	r.tokens["D"] = r.logIn(t, "key of D")
	r.must(t, &engine.ChangeMember{ID: r.ids["D"], Disabled: &off})
	r.tokens["expired"] = r.logIn(t, "key of A")
	r.face.tokens.revoke(new(presented{text: r.tokens["expired"]}).key())
	r.clock.Add(time.Minute) // so that the logins do not count as too many

	may := map[reach][]string{ // who may do what to A
		reachToken: {"M", "R", "A", "B", "X"}, reachTree: {"M", "R", "A"}, reachReseller: {"M", "R"},
		reachTopUp: {"M", "R"}, reachMaster: {"M"},
	}
	before := r.Stats().Seq
	for _, route := range routes() {
		if route.reach == reachNone {
			continue
		}
		line := route.verb + " " + base + strings.NewReplacer("{ACCOUNT_ID}", "{A}").Replace(route.path)
		r.refused(t, 401, "invalid_credentials", dataBadCreds, line, "")
		r.refused(t, 401, "invalid_credentials", dataBadCreds, line, "", "X-Auth-Token: 00")
		r.refused(t, 401, "invalid_credentials", dataBadCreds, line, "", "token: expired")
		r.refused(t, 423, "locked", dataLocked, line, "", "token: D")
		for _, who := range []string{"M", "R", "A", "B", "X"} {
			if !strings.Contains(strings.Join(may[route.reach], " "), who) {
				r.refused(t, 403, "forbidden", `{"message":"forbidden"}`, line, "", "token: "+who)
			}
		}
	}
	require.Equal(t, before, r.Stats().Seq, "nothing was changed")
}

func TestReach(t *testing.T) {
	r := newRig(t)
	accounts := map[string]*account{}
	for name, id := range r.ids {
		a, err := r.face.readAccount(t.Context(), id)
		require.NoError(t, err)
		accounts[name] = a
	}
	for reach, pairs := range map[reach]string{
		reachTree:     "MM MR MA MX RR RA AA XX",
		reachReseller: "MM MR MA MX RA",
		reachMaster:   "MM MR MA MX",
	} {
		for _, caller := range "MRAX" {
			for _, about := range "MRAX" {
				pair := string(caller) + string(about)
				require.Equal(t, strings.Contains(pairs, pair), reach.allows(accounts[string(caller)], accounts[string(about)]),
					"%d %s", reach, pair)
			}
		}
		require.False(t, reach.allows(accounts["A"], nil))
	}
}

func TestAVerbMayComeInATunnel(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		line, body string
		status     int
	}{
		{"POST /v2/accounts/{R}", `{"data":{"name":"x"},"verb":"PUT"}`, 201},
		{"POST /v2/accounts/{R}?verb=PUT", `{"data":{"name":"x"}}`, 201},
		{"POST /v2/accounts/{R}?verb=put", `{"data":{"name":"x"}}`, 201},
		{"POST /v2/accounts/{R}", `{"data":{"realm":"y.example"},"verb":"patch"}`, 200},
		{"POST /v2/accounts/{R}", `{"data":{"name":"x"}}`, 200},
		{"POST /v2/accounts/{R}", `{"data":{"realm":"x.example"},"verb":"PATCH"}`, 200},
		{"POST /v2/accounts/{R}", `{"data":{"name":"x"},"verb":"BREW"}`, 405},
		{"GET /v2/accounts/{R}?verb=DELETE", "", 200},
		{"PATCH /v2/accounts/{B}?verb=DELETE", `{"data":{}}`, 200},
	} {
		require.Equal(t, c.status, r.send(t, c.line, c.body, "token: R").status, c.line)
	}
	b, err := r.face.readAccount(t.Context(), r.ids["B"])
	require.NoError(t, err)
	require.True(t, b.Enabled(), "only POST is a tunnel")
}

func TestARequestIsObservedUnderItsRoute(t *testing.T) {
	r := newRig(t)
	r.send(t, "GET /v2/accounts/{A}", "", "token: A")
	r.send(t, "GET /v2/accounts/{A}", "", "token: X")
	r.send(t, "BREW /v2/accounts/{A}", "", "token: X")
	r.server.Close() // waits until all is observed
	var seen []Observation
	for _, o := range r.seen {
		if o.Route != "/api_auth" {
			seen = append(seen, o)
		}
	}
	const path = "/accounts/{ACCOUNT_ID}"
	require.Equal(t, []Observation{{Verb: "GET", Route: path, Status: 200}, {Verb: "GET", Route: path, Status: 403},
		{Verb: "other", Status: 405}}, seen)
}
