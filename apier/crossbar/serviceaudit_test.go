package crossbar

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// setUsers sets a quantity at a Gregorian second.
func (r *rig) setUsers(t *testing.T, n int, at int64) {
	t.Helper()
	r.done(t, "PATCH /v2/accounts/{A}/services/manual", fmt.Sprintf(`{"users":{"user":%d}}`, n),
		fmt.Sprintf("X-Purser-Time: %d", at))
}

func withTestClock(o *Options) { o.TestClock = true }

const (
	day   = 86_400
	april = 63_721_536_000 // 2019-04-03T18:40:00Z
)

func TestAuditLogsComeInPagesNewestFirst(t *testing.T) {
	r := newShop(t, withTestClock)
	const logs = 7
	for i := range logs {
		r.setUsers(t, i+1, april+int64(i)*day)
	}
	// The same place twice: both invoices of one entry.
	r.done(t, "POST /v2/accounts/{A}/services", `{"add":["simple","billed"]}`, fmt.Sprintf("X-Purser-Time: %d", april+8*day))
	window := fmt.Sprintf("created_from=%d&created_to=%d", april, april+9*day)
	for _, direction := range []string{"", "&ascending=true"} {
		var ids []any
		key := ""
		for pages := 0; ; pages++ {
			require.Less(t, pages, logs+3)
			a := r.get(t, "{A}/services/audit?page_size=2&"+window+direction+key)
			for _, item := range a.env["data"].([]any) {
				ids = append(ids, item.(map[string]any)["id"])
			}
			if a.text("next_start_key") == "" {
				break
			}
			key = "&start_key=" + a.text("next_start_key")
		}
		require.Len(t, ids, logs+2, direction)
		var whole []any
		for _, item := range r.get(t, "{A}/services/audit?paginate=false&"+window+direction).env["data"].([]any) {
			whole = append(whole, item.(map[string]any)["id"])
		}
		require.Equal(t, whole, ids, direction)
		for _, id := range ids {
			require.Contains(t, r.get(t, "{A}/services/audit/"+id.(string)).body, id)
		}
	}
	inside := fmt.Sprintf("{A}/services/audit?created_from=%d&created_to=%d", april+day, april+2*day)
	require.Len(t, r.get(t, inside).env["data"], 2, "both ends are in it")
	require.Len(t, r.get(t, "{A}/services/audit?filter_status=pending&"+window).env["data"], 1)
	oldest := fmt.Sprintf("{A}/services/audit?page_size=1&filter_created=%d&%s", april, window)
	require.Len(t, r.get(t, oldest).env["data"], 1, "a filter fills the page from behind what it drops")
	require.Contains(t, r.get(t, inside+"&details=true").body, `"quantities":[{"category":"users","item":"user"`)
}

func TestAnAuditLogSaysWhoDidWhat(t *testing.T) {
	r := newRig(t)
	r.done(t, "PATCH /v2/accounts/{A}/services/manual", `{"users":{"user":2}}`)
	list := r.get(t, "{A}/services/audit").env["data"].([]any)
	require.Len(t, list, 1)
	id := list[0].(map[string]any)["id"].(string)
	log := r.get(t, "{A}/services/audit/"+id).env["data"].(map[string]any)
	who := log["audit"].(map[string]any)
	require.Equal(t, r.fill("{R}"), who["authentication"].(map[string]any)["account_id"])
	require.Equal(t, "PATCH", who["request"].(map[string]any)["method"])
	require.Equal(t, "completed", log["status"])
	require.NotContains(t, log, "invoice")

	for _, bad := range []string{"none", id + "0", id[:len(id)-1] + "f", "209912-" + id[7:]} {
		r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"`+bad+`","message":"bad identifier"}`,
			"GET /v2/accounts/{A}/services/audit/"+bad, "", "token: M")
	}
	r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"`+id+`","message":"bad identifier"}`,
		"GET /v2/accounts/{B}/services/audit/"+id, "", "token: M")
}

func TestAuditsNameTheMethodOfJSONRPC(t *testing.T) {
	r := newRig(t)
	keyOf := func(name string) engine.AccountID {
		return engine.AccountID{Tenant: "cgrates.org", Account: r.ids[name].String()}
	}
	for method, c := range map[string]engine.Change{
		"APIerSv1.AddBalance": &engine.Adjust{Op: engine.OpTopUp, Account: keyOf("A"), ToR: engine.Monetary,
			Value: amount.FromInt(5)},
		"APIerSv1.RemoveAccount": &engine.RemoveAccount{Account: keyOf("B")},
	} {
		_, err := r.Do(t.Context(), &engine.Command{Change: c,
			Origin: engine.Origin{Face: "tcp", Method: method, Peer: "192.0.2.7"}})
		require.NoError(t, err)
	}
	log := r.get(t, "{R}/services/audit?page_size=1&details=true").env["data"].([]any)[0].(map[string]any)
	line := r.get(t, "{A}/ledgers/adjustments").env["data"].([]any)[0].(map[string]any)
	for method, doc := range map[string]map[string]any{"APIerSv1.RemoveAccount": log, "APIerSv1.AddBalance": line} {
		who := doc["audit"].(map[string]any)
		require.Equal(t, false, who["crossbar_request"], method)
		require.Equal(t, map[string]any{"method": method, "client_ip": "192.0.2.7"}, who["request"])
		require.NotContains(t, who, "authentication")
	}
}

func TestBothShapesOfTheDaysAreOnBothPaths(t *testing.T) {
	r := newRig(t, withTestClock)
	r.setUsers(t, 3, april)
	r.setUsers(t, 5, april+day)
	query := fmt.Sprintf("created_from=%d&created_to=%d", april, april+day)
	first := `{"addition":3,"last_timestamp":63721536000,"quantity":3,"removal":0,"sum_quantity":false}`
	second := `{"addition":2,"last_timestamp":63721622400,"quantity":5,"removal":0,"sum_quantity":false}`
	object := `{"user":[{"2019-04-03":` + first + `},{"2019-04-04":` + second + `}]}`
	array := `[{"user":{"2019-04-03":` + first + `,"2019-04-04":` + second + `}}]`
	for path, want := range map[string]string{
		"audit_summary?":                             object,
		"audit/summary?":                             array,
		"audit_summary?shape=array&":                 array,
		"audit/summary?shape=object&":                object,
		"audit_summary?shape=x&":                     object,
		"audit_summary/user?":                        `[{"2019-04-04":` + second + `},{"2019-04-03":` + first + `}]`,
		"audit/summary/user?ascending=true&":         `[{"2019-04-03":` + first + `},{"2019-04-04":` + second + `}]`,
		"audit/summary/none?":                        `[]`,
		"audit_summary?created_from=1&created_to=2#": `{}`,
		"audit/summary?created_from=1&created_to=2#": `[]`,
	} {
		require.JSONEq(t, want, r.get(t, "{A}/services/"+path+query).data(t), path)
	}
	require.JSONEq(t, object, r.get(t, fmt.Sprintf("{A}/services/audit_summary?created_to=%d", april+300*day)).data(t),
		"a year back from a given end")
	require.JSONEq(t, `{}`, r.get(t, "{A}/services/audit_summary?created_from=9223372036854775807&created_to=9223372036854775807").
		data(t), "times without an end")
	csv := r.send(t, "GET /v2/accounts/{A}/services/audit_summary/user?accept=csv&"+query, "", "token: A")
	require.Equal(t, "Source,Day,Addition,Removal,Quantity,Unit,Last Timestamp,Sum Quantity\r\n"+
		"user,2019-04-04,2,0,5,,63721622400,false\r\nuser,2019-04-03,3,0,3,,63721536000,false\r\n", csv.body)
	r.done(t, "PATCH /v2/accounts/{A}/services/manual", `{"devices":{"ata":1}}`, fmt.Sprintf("X-Purser-Time: %d", april))
	for _, path := range []string{"audit_summary", "audit/summary"} {
		csv = r.send(t, "GET /v2/accounts/{A}/services/"+path+"?accept=csv&"+query, "", "token: A")
		require.Regexp(t, "\r\nata,2019-04-03.*\r\nuser,2019-04-03.*\r\nuser,2019-04-04.*\r\n$", csv.body, "in the order of the JSON")
	}
	csv = r.send(t, "GET /v2/accounts/{A}/services/audit?accept=csv&details=true&created_to=63721536000", "", "token: A")
	require.Contains(t, csv.body, "ID,Status,Type,Today,Recurring,Created\r\n201904-", "a table has no room for details")
	csv = r.send(t, "GET /v2/accounts/{A}/services/audit?accept=csv&created_to=63721536000", "", "token: A")
	require.Contains(t, csv.body, "ID,Status,Type,Today,Recurring,Created\r\n201904-")
	for _, path := range []string{"audit", "audit_summary", "audit/summary", "audit/summary/user"} {
		r.refused(t, http.StatusBadRequest, wordValidation,
			`{"created_from":{"date_range":{"message":"created_to 5 is prior to created_from 9","cause":9}}}`,
			"GET /v2/accounts/{A}/services/"+path+"?created_from=9&created_to=5", "", "token: A")
	}
}

// FuzzServiceBodies sends anything to whatever takes a body. Nothing that a client sends is a fault of ours.
func FuzzServiceBodies(f *testing.F) {
	lines := []string{"PUT {R}/service_plans", "POST {R}/service_plans/simple", "PATCH {R}/service_plans/simple",
		"POST {A}/services", "POST {A}/services/simple", "POST {A}/services/manual", "PATCH {A}/services/manual",
		"POST {A}/services/overrides", "PATCH {A}/services/overrides", "POST {A}/services/quote",
		"POST {A}/services/status", "POST {A}/services/topup", "POST {A}/services/reconciliation",
		"POST {A}/services/synchronization"}
	for i := range lines {
		for _, data := range []string{simplePlan, billedPlan, `{"users":{"user":1e9}}`, `{"add":["simple"],"delete":["x"]}`,
			`{"plan":{"":{"":{"rate":1e999,"rates":{"x":1}}}}}`, `{"amount":1e300}`, `{"in_good_standing":false}`, `null`} {
			f.Add(i, `{"data":`+data+`}`)
		}
		f.Add(i, "")
	}
	r := newRig(f)
	a := r.send(f, "PUT /v2/accounts/{R}/service_plans", `{"data":`+simplePlan+`}`, "token: M")
	require.Equal(f, http.StatusCreated, a.status)
	ask := func(t *testing.T, verb, path, body string) {
		rq := httptest.NewRequest(verb, "http://localhost"+r.fill("/v2/accounts/"+path), strings.NewReader(body))
		rq.Header.Set("X-Auth-Token", r.tokens["M"])
		w := httptest.NewRecorder()
		r.face.ServeHTTP(w, rq)
		require.Less(t, w.Code, http.StatusInternalServerError, "%s %s: %s", verb, path, w.Body)
	}
	f.Fuzz(func(t *testing.T, n int, body string) {
		verb, path, _ := strings.Cut(lines[uint(n)%uint(len(lines))], " ")
		ask(t, verb, path, body)
		for _, path := range []string{"services", "services/summary", "services/audit?details=true&page_size=5"} {
			ask(t, http.MethodGet, "{A}/"+path, "")
		}
	})
}

// The answers are held against the OpenAPI document, too.
func TestQuantitiesOfTheAuditAreTextsForThoseWhoAsk(t *testing.T) {
	r := newRig(t, withTestClock)
	r.setUsers(t, 3, gregorian(morning))
	for _, path := range []string{"audit/summary?", "audit/summary?shape=object&", "audit/summary/user?"} {
		require.Contains(t, r.get(t, "{A}/services/"+path+"amounts=string").data(t), `"quantity":"3"`)
	}
}
