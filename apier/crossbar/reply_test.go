package crossbar

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
	"purser/paced"
)

func TestTheSuccessEnvelopeHasAllMembers(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "GET /v2/accounts/{A}", "", "token: A")
	require.Equal(t, "success", a.text("status"))
	require.Regexp(t, `^[0-9a-f]{32}$`, a.text("request_id"))
	require.Equal(t, a.text("request_id"), a.header.Get("X-Request-ID"))
	require.Regexp(t, `^[0-9a-f]{32}$`, a.text("revision"))
	require.Equal(t, r.tokens["A"], a.text("auth_token"))
	require.Equal(t, "node-1", a.text("node"))
	require.Equal(t, "1.2.3", a.text("version"))
	require.Equal(t, "2026-01-01T10:00:00Z", a.text("timestamp"))
	require.NotContains(t, a.env, "page_size")
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
}

func TestTheRevisionNamesTheDataAndIsTheEntityTag(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "GET /v2/accounts/{A}", "", "token: A")
	revision := a.text("revision")
	require.Equal(t, `"`+revision+`"`, a.header.Get("ETag"))
	require.Equal(t, revision, r.send(t, "GET /v2/accounts/{A}", "", "token: R").text("revision"), "whoever reads it")
	for _, tag := range []string{`"` + revision + `"`, `W/"` + revision + `"`, revision, `"x", "` + revision + `"`, "*"} {
		b := r.send(t, "GET /v2/accounts/{A}", "", "token: A", "If-None-Match: "+tag)
		require.Equal(t, http.StatusNotModified, b.status, tag)
		require.Empty(t, b.body)
		require.Equal(t, a.header.Get("ETag"), b.header.Get("ETag"))
	}
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A", `If-None-Match: "x"`).status)
	require.Equal(t, 403, r.send(t, "GET /v2/accounts/{A}", "", "token: X", "If-None-Match: *").status)

	r.refused(t, 409, wordConflict, `{"message":"the document is not the one that If-Match names"}`,
		"PATCH /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: A", `If-Match: "x"`)
	b := r.send(t, "PATCH /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: A", "If-Match: "+revision)
	require.Equal(t, 200, b.status)
	require.NotEqual(t, revision, b.text("revision"))
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	r := newRig(t)
	get := r.send(t, "GET /v2/accounts/{A}", "", "token: A")
	head := r.send(t, "HEAD /v2/accounts/{A}", "", "token: A")
	require.Equal(t, 200, head.status)
	require.Empty(t, head.body)
	require.Equal(t, get.header.Get("ETag"), head.header.Get("ETag"))
	require.Equal(t, get.header.Get("Content-Length"), head.header.Get("Content-Length"))
	require.Equal(t, 405, r.send(t, "HEAD /v2/api_auth", "").status)
}

func TestJSONIsIndentedForThoseWhoAsk(t *testing.T) {
	r := newRig(t)
	plain := r.send(t, "GET /v2/accounts/{A}", "", "token: A")
	require.NotContains(t, plain.body, "\n")
	for _, a := range []*got{r.send(t, "GET /v2/accounts/{A}?pretty_print=true", "", "token: A"),
		r.send(t, "GET /v2/accounts/{A}", "", "token: A", "X-Pretty-Print: true")} {
		require.Contains(t, a.body, "\n    \"data\": {\n")
		require.Equal(t, plain.text("revision"), a.text("revision"))
	}
	require.Contains(t, r.send(t, "GET /v2/accounts/{A}?pretty_print=true", "").body, "\n    \"error\": \"401\"")
	nothing := r.send(t, "OPTIONS /v2/accounts/{A}?pretty_print=true", "")
	require.Equal(t, 200, nothing.status, "there is nothing to indent in the answer to a preflight")
	require.Empty(t, nothing.body)
}

func TestPagesOfOtherOriginsMaySendWhatKazooLetsThem(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "OPTIONS /v2/accounts/{A}", "", "Origin: http://ui.example", "Access-Control-Request-Method: PUT")
	require.Equal(t, 200, a.status)
	require.Empty(t, a.body)
	require.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "OPTIONS, DELETE, GET, HEAD, PATCH, POST, PUT", a.header.Get("Access-Control-Allow-Methods"))
	require.Contains(t, a.header.Get("Access-Control-Allow-Headers"), "x-auth-token")
	require.Contains(t, a.header.Get("Access-Control-Allow-Headers"), "idempotency-key")
	require.Contains(t, a.header.Get("Access-Control-Expose-Headers"), "etag")
	require.Equal(t, "86400", a.header.Get("Access-Control-Max-Age"))
	nowhere := r.send(t, "OPTIONS /v2/nowhere", "", "Origin: http://ui.example")
	require.Equal(t, 404, nowhere.status)
	require.Equal(t, "OPTIONS", nowhere.header.Get("Access-Control-Allow-Methods"))

	for _, line := range []string{"GET /v2/accounts/{A}", "GET /v2/nowhere"} { // errors, too, must be readable
		require.Equal(t, "*", r.send(t, line, "", "Origin: http://ui.example").header.Get("Access-Control-Allow-Origin"))
	}
	require.Empty(t, r.send(t, "GET /v2/accounts/{A}", "").header.Get("Access-Control-Allow-Origin"))
}

func TestWhereOriginsAreListedOthersAreRefused(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Origins = []string{"https://portal.example"} })
	a := r.send(t, "GET /v2/accounts/{A}", "", "token: A", "Origin: https://portal.example")
	require.Equal(t, 200, a.status)
	require.Equal(t, "https://portal.example", a.header.Get("Access-Control-Allow-Origin"))
	a = r.send(t, "GET /v2/accounts/{A}", "", "token: A", "Origin: https://evil.example")
	require.Equal(t, 403, a.status)
	require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status, "no browser, no origin")
}

func TestTheHostMustBeOurs(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Hosts = []string{"api.example", "192.0.2.9"} })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(r.server.URL, "http://"))
	require.NoError(t, err)
	for host, status := range map[string]int{"localhost:" + port: 200, "127.0.0.1": 200, "[::1]:" + port: 200, "API.example": 200,
		"192.0.2.9:1": 200, "evil.example": 403, "192.0.2.8": 403, "localhost.evil.example": 403} {
		require.Equal(t, status, r.send(t, "GET /v2/accounts/{A}", "", "token: A", "Host: "+host).status, host)
	}
}

func TestTheTestClockCountsOnlyWhereItIsOn(t *testing.T) {
	const header = headerTestTime + ": 63713520000"
	off, on := newRig(t), newRig(t, func(o *Options) { o.TestClock = true })
	require.Equal(t, "2026-01-01T10:00:00Z", off.send(t, "GET /v2/accounts/{A}", "", "token: A", header).text("timestamp"))
	require.Equal(t, "2019-01-01T00:00:00Z", on.send(t, "GET /v2/accounts/{A}", "", "token: A", header).text("timestamp"))
	made := on.send(t, "PUT /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: A", header)
	require.Equal(t, json.Number("63713520000"), made.env["data"].(map[string]any)["created"])
	for _, bad := range []string{"x", "-1", "0", "99999999999999999"} {
		a := on.send(t, "GET /v2/accounts/{A}", "", "token: A", headerTestTime+": "+bad)
		require.Equal(t, "2026-01-01T10:00:00Z", a.text("timestamp"), bad)
	}
}

func TestABodyMayComeAsCurlSendsIt(t *testing.T) {
	r := newRig(t)
	for _, kind := range []string{"application/json", "application/json; charset=utf-8", "application/x-json",
		"application/x-www-form-urlencoded"} {
		a := r.send(t, "PATCH /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: A", "Content-Type: "+kind)
		require.Equal(t, 200, a.status, kind)
	}
}

func TestAnAnswerRepeatsAGoodTokenEvenWhereNoneIsNeeded(t *testing.T) {
	r := newRig(t)
	for _, line := range []string{"GET /v2/nothing", "DELETE /v2/accounts/{A}/ledgers/total", "GET /v2/accounts/{A}"} {
		require.Equal(t, r.tokens["A"], r.send(t, line, "", "token: A").text("auth_token"), line)
		bad := r.send(t, line, "", "X-Auth-Token: "+strings.Repeat("0", 64))
		require.Empty(t, bad.text("auth_token"), line)
	}
}

// A list without pages takes a slow line longer than Options.WriteTimeout.
func TestALongAnswerHasTheTimeToBeWrittenForEachPiece(t *testing.T) {
	long := `"` + strings.Repeat("x", 3*paced.Piece) + `"`
	table := []route{{verb: "GET", path: "/long", reach: reachNone, reply: "Document",
		handler: func(*Face, *request) (*reply, error) { return &reply{document: []byte(long)}, nil }}}
	f, err := newFace(Options{Engine: newRig(t).Engine}, table)
	require.NoError(t, err)
	w := apitest.NewTimedWriter()
	f.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/v2/long", nil))
	require.Equal(t, long, w.Body.String())
	require.Equal(t, paced.Piece, w.Most)
}
