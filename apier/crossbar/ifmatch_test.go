package crossbar

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARepeatedRequestIsAnsweredWhateverIfMatchSays(t *testing.T) {
	r := newShop(t)
	for path, data := range map[string]string{
		"{A}/services/manual":      `{"users":{"user":1}}`,
		"{A}/services/overrides":   `{"mine":1}`,
		"{R}/service_plans/simple": `{"plan":{}}`,
		"{A}":                      `{"name":"Other"}`,
	} {
		path = "/v2/accounts/" + path
		tag := r.send(t, "GET "+path, "", "token: R").header.Get("ETag")
		headers := []string{"token: R", "If-Match: " + tag, headerIdempotencyKey + ": k"}
		first := r.send(t, "POST "+path, `{"data":`+data+`}`, headers...)
		require.Equal(t, http.StatusOK, first.status, first.body)
		again := r.send(t, "POST "+path, `{"data":`+data+`}`, headers...)
		require.Equal(t, http.StatusOK, again.status, again.body)
		require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
		require.JSONEq(t, first.data(t), again.data(t))
		r.refused(t, http.StatusConflict, wordConflict, `{"message":"the document is not the one that If-Match names"}`,
			"POST "+path, `{"data":`+data+`}`, "token: R", "If-Match: "+tag)
	}
	r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"none","message":"bad identifier"}`,
		"PATCH /v2/accounts/{R}/service_plans/none", "", "token: R", "If-Match: *")
}

func TestTheRoutesThatHeedIfMatchAreThoseThatSaySo(t *testing.T) {
	r := newShop(t)
	r.done(t, "POST /v2/accounts/{A}/services/simple", "")
	bodies := map[string]string{"NewAccount": `{"name":"x"}`, "AccountPatch": `{"name":"x"}`, "ServicePlan": `{"plan":{}}`}
	for _, route := range routes() {
		if route.verb == http.MethodGet || route.reach == reachNone || route.path == "/token_auth" {
			continue
		}
		about := "A"
		switch {
		case strings.Contains(route.path, "/service_plans"):
			about = "R"
		case route.verb == http.MethodPut: // it may get a child, and could then not be disabled
			about = "B"
		}
		path := "/v2" + strings.NewReplacer("{ACCOUNT_ID}", "{"+about+"}", "{PLAN_ID}", "simple").Replace(route.path)
		body := bodies[route.body]
		if body == "" {
			body = "{}"
		}
		a := r.send(t, route.verb+" "+path, `{"data":`+body+`}`, "token: M", `If-Match: "other"`)
		require.Equal(t, route.ifMatch, strings.Contains(a.body, "If-Match"), "%s %s: %s", route.verb, path, a.body)
	}
}

// TestARepeatedChangeOfServicesShowsWhatItDid: the first answer got lost, and somebody else went on.
func TestARepeatedChangeOfServicesShowsWhatItDid(t *testing.T) {
	r := newShop(t)
	r.done(t, "POST /v2/accounts/{A}/services/manual", `{"devices":{"ata":2}}`)
	for _, c := range []struct{ line, data, then, later string }{
		{"PATCH /v2/accounts/{A}/services/manual", `{"users":{"user":1}}`,
			"POST /v2/accounts/{A}/services/manual", `{"users":{"user":2}}`},
		{"PATCH /v2/accounts/{A}/services/overrides", `{"mine":1}`, "POST /v2/accounts/{A}/services/overrides", `{}`},
		{"POST /v2/accounts/{A}/services/simple", `{"contract":{"n":1}}`, "DELETE /v2/accounts/{A}/services/simple", ``},
		{"POST /v2/accounts/{A}/services/billed", `{}`, "POST /v2/accounts/{A}/services/simple", ``},
		{"DELETE /v2/accounts/{A}/services/billed", ``, "POST /v2/accounts/{A}/services/billed", ``},
		{"PUT /v2/accounts/{R}/service_plans", `{"id":"new","plan":{}}`, "DELETE /v2/accounts/{R}/service_plans/new", ``},
		{"PATCH /v2/accounts/{R}/service_plans/simple", `{"name":"First"}`,
			"PATCH /v2/accounts/{R}/service_plans/simple", `{"name":"Second"}`},
	} {
		body := ""
		if c.data != "" {
			body = `{"data":` + c.data + `}`
		}
		first := r.send(t, c.line, body, "token: R", headerIdempotencyKey+": k")
		require.Less(t, first.status, 300, first.body)
		r.done(t, c.then, c.later)
		again := r.send(t, c.line, body, "token: R", headerIdempotencyKey+": k")
		require.Equal(t, first.status, again.status, again.body)
		require.Equal(t, "true", again.header.Get("Idempotent-Replayed"), c.line)
		require.JSONEq(t, first.data(t), again.data(t), c.line)
	}
}
