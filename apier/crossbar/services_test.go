package crossbar

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	simplePlan = `{"id":"simple","name":"Simple","category":"Base","plan":{"devices":{"sip_device":{"rate":1.5,` +
		`"activation_charge":5}}},"mine":{"kept":[1.50,null]}}`
	billedPlan = `{"id":"billed","plan":{"users":{"_all":{"rate":10}}},"bookkeeper":{"id":"b","type":"http"}}`
)

// done sends what must be answered with 200 or 201 and returns the data.
func (r *rig) done(t *testing.T, line, data string, headers ...string) string {
	t.Helper()
	body := ""
	if data != "" {
		body = `{"data":` + data + `}`
	}
	a := r.send(t, line, body, append(headers, "token: R")...)
	require.Equal(t, 2, a.status/100, "%s: %s", line, a.body)
	return a.data(t)
}

// newShop starts a rig whose reseller has two plans.
func newShop(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := newRig(t, change...)
	r.done(t, "PUT /v2/accounts/{R}/service_plans", simplePlan)
	r.done(t, "PUT /v2/accounts/{R}/service_plans", billedPlan)
	return r
}

func TestServicePlansAreKeptAsTheyWereSent(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "PUT /v2/accounts/{R}/service_plans", `{"data":`+simplePlan+`}`, "token: R")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	require.Equal(t, "simple", a.header.Get("Location"))
	require.JSONEq(t, simplePlan, a.data(t))
	require.JSONEq(t, simplePlan, r.done(t, "GET /v2/accounts/{R}/service_plans/simple", ""))
	require.JSONEq(t, "["+simplePlan+"]", r.done(t, "GET /v2/accounts/{R}/service_plans", ""))
	require.JSONEq(t, `[]`, r.done(t, "GET /v2/accounts/{R}/service_plans?filter_name=Other", ""))

	require.JSONEq(t, `{"id":"simple","plan":{"users":{}}}`,
		r.done(t, "POST /v2/accounts/{R}/service_plans/simple", `{"plan":{"users":{}}}`))
	tag := r.send(t, "GET /v2/accounts/{R}/service_plans/simple", "", "token: R").header.Get("ETag")
	require.JSONEq(t, `{"id":"simple","name":"N","plan":{"users":{}}}`,
		r.done(t, "PATCH /v2/accounts/{R}/service_plans/simple", `{"name":"N"}`, "If-Match: "+tag))
	for _, line := range []string{"PATCH", "POST", "DELETE"} {
		r.refused(t, http.StatusConflict, conflicting,
			`{"message":"the document is not the one that If-Match names"}`,
			line+" /v2/accounts/{R}/service_plans/simple", `{"data":{"plan":{}}}`, "token: R", "If-Match: "+tag)
	}

	made := r.send(t, "PUT /v2/accounts/{R}/service_plans", `{"data":{"plan":{}}}`, "token: M")
	require.Len(t, made.header.Get("Location"), 32, "an id of our own")
	r.done(t, "DELETE /v2/accounts/{R}/service_plans/simple", "")
	r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"simple","message":"bad identifier"}`,
		"GET /v2/accounts/{R}/service_plans/simple", "", "token: R")
}

func TestServicePlansAreOfResellersAndOfOneID(t *testing.T) {
	r := newShop(t)
	const line = "PUT /v2/accounts/{R}/service_plans"
	for data, want := range map[string]string{
		simplePlan:                   `{"id":{"unique":{"message":"Value is taken already"}}}`,
		`{"id":"summary","plan":{}}`: `{"id":{"forbidden":{"message":"Value is a word of the API's paths","value":"summary"}}}`,
		`{}`:                         `{"plan":{"required":{"message":"Field is required but missing","value":"plan"}}}`,
		`[]`:                         `{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}`,
		`{"plan":{"a":{"b":{"rate":"x","minimum":-1}}}}`: `{
			"plan.a.b.rate":{"type":{"message":"Value did not match type(s): number","target":"number","value":"x"}},
			"plan.a.b.minimum":{"minimum":{"message":"Value must be at least 0","target":0,"value":-1}}}`,
	} {
		r.refused(t, http.StatusBadRequest, wordValidation, want, line, `{"data":`+data+`}`, "token: R")
	}
	a := r.send(t, "PUT /v2/accounts/{A}/service_plans", `{"data":`+simplePlan+`}`, "token: R")
	require.Equal(t, http.StatusBadRequest, a.status, "no reseller: %s", a.body)
	r.refused(t, http.StatusForbidden, wordForbidden, `{"message":"forbidden"}`, line, `{"data":{"plan":{}}}`, "token: A")

	r.done(t, "POST /v2/accounts/{A}/services/simple", "")
	r.refused(t, http.StatusConflict, conflicting, `{"message":"it is in use"}`,
		"DELETE /v2/accounts/{R}/service_plans/simple", "", "token: R")
	r.done(t, "DELETE /v2/accounts/{A}/services/simple", "")
	r.done(t, "DELETE /v2/accounts/{R}/service_plans/simple", "")
}

func TestServicesShowWhatTheAccountHasAndPays(t *testing.T) {
	r := newShop(t)
	r.done(t, "POST /v2/accounts/{A}/services/manual", `{"devices":{"sip_device":4}}`)
	require.JSONEq(t, `{"simple":{"vendor_id":"`+r.fill("{R}")+`","overrides":{}}}`,
		r.done(t, "POST /v2/accounts/{A}/services/simple", ""))
	require.JSONEq(t, r.fill(`{"billing_id":"{A}","reseller":false,"reseller_id":"{R}","in_good_standing":true,
		"dirty":false,"plans":{"simple":{"vendor_id":"{R}","overrides":{}}},"overrides":{},
		"account_quantities":{"accounts":{"account":1}},"cascade_quantities":{},
		"quantities":{"account":{"accounts":{"account":1}},"cascade":{},"manual":{"devices":{"sip_device":4}}},
		"items":{"devices":{"sip_device":{"category":"devices","item":"sip_device","quantity":4,"rate":1.5}}}}`),
		r.done(t, "GET /v2/accounts/{A}/services", ""))
	require.JSONEq(t, r.fill(`{"simple":{"vendor_id":"{R}","overrides":{}}}`),
		r.done(t, "GET /v2/accounts/{A}/services?shape=plans", "", "token: A"))

	summary := r.send(t, "GET /v2/accounts/{A}/services/summary", "", "token: A")
	require.JSONEq(t, r.fill(`{"plans":{"simple":{"vendor_id":"{R}","overrides":{}}},"overrides":{},
		"invoices":[{"items":[{"category":"devices","item":"sip_device","name":"devices/sip_device","quantity":4,
			"billable":4,"rate":1.5,"maximum":4,"prorate":{"additions":true,"removals":true},"total":6}],
			"activation_charges":[],"taxes":[],"summary":{"today":0,"recurring":6},
			"plan":{"devices":{"sip_device":{"rate":1.5,"activation_charge":5}}},
			"bookkeeper":{"id":"default_bookkeeper","type":"default","vendor_id":"{R}"}}],
		"quantities":{"account":{"accounts":{"account":1}},"cascade":{},"manual":{"devices":{"sip_device":4}}},
		"reseller":{"id":"{R}","is_reseller":false},"ratedeck":{},"applications":{},"limits":{},"im":{},
		"payment_tokens":{},"billing_cycle":{"next":63937123200,"period":1,"unit":"month"},
		"status":{"acceptable":true,"reason":"good standing not required"}}`), summary.data(t))
	csv := r.send(t, "GET /v2/accounts/{A}/services/summary?accept=csv", "", "token: A")
	require.Equal(t, "Bookkeeper,Category,Item,Name,Quantity,Billable,Rate,Total\r\n"+
		"default_bookkeeper,devices,sip_device,devices/sip_device,4,4,1.5,6\r\n", csv.body)
	csv = r.send(t, "GET /v2/accounts/{A}/services/manual?accept=csv", "", "token: R")
	require.Equal(t, "Category,Item,Quantity\r\ndevices,sip_device,4\r\n", csv.body)
}

func TestServicesAreEditedAllOrNothing(t *testing.T) {
	r := newShop(t)
	const line = "POST /v2/accounts/{A}/services"
	seq := r.Stats().Seq
	r.refused(t, http.StatusBadRequest, "invalid_billing_id",
		`{"billing_id":{"invalid":"Requested billing id is not the parent of this account"}}`,
		line, `{"data":{"billing_id":"{X}"}}`, "token: R")
	for _, data := range []string{`{"add":["simple","none"]}`, `{"add":["simple"],"delete":["none"]}`} {
		r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"none","message":"bad identifier"}`,
			line, `{"data":`+data+`}`, "token: R")
	}
	r.done(t, line, `{"billing_id":"{A}"}`)
	require.Equal(t, seq, r.Stats().Seq, "nothing has changed")

	require.Contains(t, r.done(t, line, `{"billing_id":"{R}","plans":["simple",{"id":"billed","overrides":
		{"plan":{"users":{"user":{"rate":2}}}}}],"overrides":{"plan":{"devices":{"sip_device":{"rate":0.25}}}}}`),
		r.fill(`"billing_id":"{R}"`))
	a := r.send(t, line, `{"data":{"overrides":{"plan":{"devices":{"ata":{"rate":1}}}}},"merge":true}`, "token: R")
	require.Contains(t, a.data(t),
		`"overrides":{"plan":{"devices":{"ata":{"rate":1},"sip_device":{"rate":0.25}}}}`)
	r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"none","message":"bad identifier"}`,
		"DELETE /v2/accounts/{A}/services/none", "", "token: R")
}

func TestAQuoteKeepsNothing(t *testing.T) {
	r := newShop(t)
	r.done(t, "POST /v2/accounts/{A}/services/manual", `{"devices":{"sip_device":3},"users":{"user":2}}`)
	r.done(t, "POST /v2/accounts/{A}/services/billed", "")
	seq := r.Stats().Seq
	got := r.done(t, "POST /v2/accounts/{A}/services/quote", `{"plans":["simple"]}`, "token: A")
	require.Contains(t, got, `"summary":{"recurring":4.5,"today":0}`)
	require.NotContains(t, got, "billed", "its own plans do not count")
	r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"none","message":"bad identifier"}`,
		"POST /v2/accounts/{A}/services/quote", `{"data":{"plans":["none"]}}`, "token: A")
	r.refused(t, http.StatusBadRequest, wordValidation,
		`{"plans":{"type":{"message":"Value did not match type(s): array","target":"array","value":"simple"}}}`,
		"POST /v2/accounts/{A}/services/quote", `{"data":{"plans":"simple"}}`, "token: A")
	require.Equal(t, seq, r.Stats().Seq)
}

func TestAQuoteIsWhatServicesWouldCost(t *testing.T) {
	r := newShop(t)
	r.done(t, "POST /v2/accounts/{A}/services/manual", `{"devices":{"sip_device":3}}`)
	r.done(t, "POST /v2/accounts/{A}/services/overrides", `{"plan":{"devices":{"sip_device":{"minimum":10}}}}`)
	for _, beside := range []string{`,"merge":true}`, `}`} {
		body := `{"data":{"plans":["simple"],"overrides":{"plan":{"devices":{"sip_device":{"rate":2}}}}}` + beside
		quoted := r.send(t, "POST /v2/accounts/{A}/services/quote", body, "token: A").env["data"].(map[string]any)
		require.Equal(t, http.StatusOK, r.send(t, "POST /v2/accounts/{A}/services", body, "token: R").status)
		now := r.get(t, "{A}/services/summary").env["data"].(map[string]any)
		require.Equal(t, now["invoices"], quoted["invoices"], beside)
		require.Equal(t, now["overrides"], quoted["overrides"], beside)
	}
}

func TestServicesAreForResellersToChange(t *testing.T) {
	r := newShop(t)
	for _, line := range []string{"POST services", "POST services/simple", "DELETE services/simple", "GET services/manual",
		"POST services/manual", "PATCH services/manual", "POST services/overrides", "PATCH services/overrides",
		"POST services/reconciliation", "POST services/synchronization", "POST services/topup", "POST services/status"} {
		line = strings.Replace(line, " ", " /v2/accounts/{A}/", 1)
		for _, token := range []string{"A", "B", "X"} {
			r.refused(t, http.StatusForbidden, wordForbidden, `{"message":"forbidden"}`, line, "", "token: "+token)
		}
	}
	r.refused(t, http.StatusForbidden, wordForbidden, `{"message":"forbidden"}`,
		"POST /v2/accounts/{A}/services/status", "", "token: R")
	for _, path := range []string{"services", "services/status", "services/overrides", "services/summary",
		"services/available", "services/editable", "services/audit", "services/audit_summary", "services/audit/summary",
		"services/audit_summary/user", "services/audit/summary/user"} {
		for token, want := range map[string]int{"A": 200, "R": 200, "M": 200, "B": 403, "X": 403} {
			a := r.send(t, "GET /v2/accounts/{A}/"+path, "", "token: "+token)
			require.Equal(t, want, a.status, "%s as %s: %s", path, token, a.body)
		}
	}
}

func TestServicePathsSayWhichVerbsTheyTake(t *testing.T) {
	r := newRig(t)
	for line, allow := range map[string]string{
		"PUT services":                  "GET, HEAD, OPTIONS, POST",
		"GET services/quote":            "OPTIONS, POST",
		"GET services/some_plan":        "DELETE, OPTIONS, POST",
		"PUT services/manual":           "GET, HEAD, OPTIONS, PATCH, POST",
		"DELETE services/overrides":     "GET, HEAD, OPTIONS, PATCH, POST",
		"POST services/summary":         "GET, HEAD, OPTIONS",
		"POST services/audit":           "GET, HEAD, OPTIONS",
		"DELETE services/audit_summary": "GET, HEAD, OPTIONS",
		"GET services/topup":            "OPTIONS, POST",
		"DELETE service_plans":          "GET, HEAD, OPTIONS, PUT",
		"PUT service_plans/p":           "DELETE, GET, HEAD, OPTIONS, PATCH, POST",
	} {
		verb, path, _ := strings.Cut(line, " ")
		a := r.refused(t, http.StatusMethodNotAllowed, "invalid_method", `{"message":"method not allowed"}`,
			verb+" /v2/accounts/{A}/"+path, "", "token: R")
		require.Equal(t, allow, a.header.Get("Allow"), line)
	}
}

func TestManualQuantitiesAreCheckedAtTheirFields(t *testing.T) {
	r := newRig(t)
	const path = " /v2/accounts/{A}/services/manual"
	whole := func(value string) string {
		return `{"type":{"message":"Value did not match type(s): integer","target":"integer"` + value + `}}`
	}
	for data, want := range map[string]string{
		`{"users":{"user":-1,"admin":1.5}}`: `{
			"users.user":{"minimum":{"message":"Value must be at least 0","target":0,"value":-1}},
			"users.admin":` + whole(`,"value":1.5`) + `}`,
		`{"users":{"user":"x"}}`:       `{"users.user":` + whole(`,"value":"x"`) + `}`,
		`{"users":{"user":{"a":1}}}`:   `{"users.user":` + whole(`,"value":{"a":1}`) + `}`,
		`{"a.b":{"c":true}}`:           `{"a%2Eb.c":` + whole(`,"value":true`) + `}`,
		`[]`:                           `{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}`,
		`{"users":{"user":1e9},"x":1}`: `{"x":{"type":{"message":"Value did not match type(s): object","target":"object","value":1}}}`,
	} {
		for _, verb := range []string{"POST", "PATCH"} {
			r.refused(t, http.StatusBadRequest, wordValidation, want, verb+path, `{"data":`+data+`}`, "token: R")
		}
	}
	r.refused(t, http.StatusBadRequest, wordValidation, `{"json":{"invalid":{"message":"All JSON must be valid","target":"body"}}}`,
		"POST"+path, `{"data":`, "token: R")
	r.refused(t, http.StatusBadRequest, wordValidation, `{"data":{"required":{"message":"Field is required but missing"}}}`,
		"POST"+path, `{"users":{}}`, "token: R")
}

func TestAPatchRemovesAndAPostReplaces(t *testing.T) {
	r := newRig(t)
	const path = " /v2/accounts/{A}/services/manual"
	r.done(t, "POST"+path, `{"users":{"user":3,"admin":1},"devices":{"ata":2}}`)
	require.JSONEq(t, `{"users":{"user":3}}`, r.done(t, "PATCH"+path, `{"users":{"admin":null},"devices":null}`))
	a := r.send(t, "POST"+path, `{"data":{"users":{"admin":"2"}},"merge":true}`, "token: R")
	require.JSONEq(t, `{"users":{"user":3,"admin":2}}`, a.data(t))
	tag := r.send(t, "GET"+path, "", "token: R").header.Get("ETag")
	require.JSONEq(t, `{}`, r.done(t, "POST"+path, `{}`, "If-Match: "+tag))
	a = r.send(t, "POST"+path, `{"data":{"users":{"user":1}}}`, "token: R", "If-Match: "+tag)
	require.Equal(t, http.StatusConflict, a.status)

	const overrides = " /v2/accounts/{A}/services/overrides"
	r.done(t, "POST"+overrides, `{"plan":{"a":{"b":{"rate":1}}},"bookkeeper":{"type":"x"}}`)
	require.JSONEq(t, `{"plan":{},"mine":1}`, r.done(t, "PATCH"+overrides, `{"plan":{},"bookkeeper":null,"mine":1}`))
	r.refused(t, http.StatusBadRequest, wordValidation,
		`{"plan.a":{"type":{"message":"Value did not match type(s): object","target":"object","value":1}}}`,
		"PATCH"+overrides, `{"data":{"plan":{"a":1}}}`, "token: R")
}

func TestStandingIsMarkedByTheMaster(t *testing.T) {
	r := newRig(t)
	const path = " /v2/accounts/{A}/services/status"
	require.JSONEq(t, `{"in_good_standing":true,"acceptable":true}`, r.done(t, "GET"+path, ""))
	bad := `{"in_good_standing":false,"acceptable":false,"reason":"card expired","message":"card expired","reason_code":5}`
	a := r.send(t, "POST"+path, `{"data":{"in_good_standing":false,"reason":"card expired","reason_code":5}}`, "token: M")
	require.JSONEq(t, bad, a.data(t))
	require.JSONEq(t, bad, r.done(t, "GET"+path, "", "token: A"))
	require.Contains(t, r.done(t, "GET /v2/accounts/{A}/services", ""), `"in_good_standing":false`)
	require.Contains(t, r.done(t, "GET /v2/accounts/{A}/services/summary", ""), `"acceptable":false`)
	a = r.send(t, "POST"+path, `{"data":{"in_good_standing":true}}`, "token: M")
	require.JSONEq(t, `{"in_good_standing":true,"acceptable":true}`, a.data(t))
	r.refused(t, http.StatusBadRequest, wordValidation,
		`{"in_good_standing":{"required":{"message":"Field is required but missing","value":"in_good_standing"}}}`,
		"POST"+path, `{"data":{}}`, "token: M")
}

func TestATopUpIsMoreThanNothing(t *testing.T) {
	r := newRig(t)
	const line = "POST /v2/accounts/{A}/services/topup"
	for _, data := range []string{`{}`, `{"amount":0}`, `{"amount":-1}`} {
		a := r.send(t, line, `{"data":`+data+`}`, "token: R")
		require.Equal(t, http.StatusBadRequest, a.status, data)
		require.Contains(t, a.data(t), `"required":{"message":"Field is required but missing"`, data)
	}
	first := r.send(t, line, `{"data":{"amount":"10.50"}}`, "token: R", "Idempotency-Key: k")
	require.Equal(t, http.StatusOK, first.status, first.body)
	require.Contains(t, first.data(t), `"description":"Manual top-up"`)
	again := r.send(t, line, `{"data":{"amount":"10.50"}}`, "token: R", "Idempotency-Key: k")
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.JSONEq(t, first.data(t), again.data(t), "the same line")
	require.JSONEq(t, `{"amount":10.5}`, r.get(t, "{A}/ledgers/total").data(t))
}

func TestWithSelfTopUpWhoeverReachesAnAccountTopsItUp(t *testing.T) {
	r := newRig(t, func(o *Options) { o.SelfTopUp = true })
	const line = "POST /v2/accounts/{A}/services/topup"
	for _, token := range []string{"A", "R", "M"} {
		a := r.send(t, line, `{"data":{"amount":10}}`, "token: "+token)
		require.Equal(t, http.StatusOK, a.status, "as %s: %s", token, a.body)
		require.Contains(t, a.data(t), `"amount":10,`)
	}
	for _, token := range []string{"B", "X"} {
		r.refused(t, http.StatusForbidden, wordForbidden, `{"message":"forbidden"}`, line, `{"data":{"amount":10}}`,
			"token: "+token)
	}
	r.refused(t, http.StatusForbidden, wordForbidden, `{"message":"forbidden"}`,
		"PUT /v2/accounts/{A}/ledgers/credit", `{"data":{"amount":10}}`, "token: A")
	require.JSONEq(t, `{"amount":30}`, r.get(t, "{A}/ledgers/total").data(t))
}

func TestPlansOfTheResellerAreOffered(t *testing.T) {
	r := newShop(t)
	require.JSONEq(t, `[{"id":"billed","name":""},{"id":"simple","name":"Simple","category":"Base"}]`,
		r.done(t, "GET /v2/accounts/{A}/services/available", ""))
	require.Contains(t, r.done(t, "GET /v2/accounts/{A}/services/available?details=true", ""), `"activation_charge":5`)
	page := r.send(t, "GET /v2/accounts/{A}/services/available?page_size=1&descending=true", "", "token: A")
	require.Contains(t, page.data(t), `"simple"`)
	page = r.send(t, "GET /v2/accounts/{A}/services/available?page_size=1&descending=true&start_key="+
		page.text("next_start_key"), "", "token: A")
	require.Contains(t, page.data(t), `"billed"`)
	require.Empty(t, page.text("next_start_key"))
	require.JSONEq(t, `[]`, r.done(t, "GET /v2/accounts/{R}/services/available", ""), "the master sells nothing")
	require.JSONEq(t, r.done(t, "GET /v2/services/editable", "", "token: X"),
		r.done(t, "GET /v2/accounts/{A}/services/editable", ""))
}

func TestReconcilingAndSynchronizingSayNothing(t *testing.T) {
	r := newShop(t)
	require.JSONEq(t, `{}`, r.done(t, "POST /v2/accounts/{A}/services/reconciliation", ""))
	seq := r.Stats().Seq
	require.JSONEq(t, `{}`, r.done(t, "POST /v2/accounts/{A}/services/reconciliation", `{}`))
	r.done(t, "POST /v2/accounts/{A}/services/synchronization", "")
	require.Equal(t, seq, r.Stats().Seq, "nothing differs, and nobody bills")
	r.done(t, "POST /v2/accounts/{A}/services/billed", "")
	r.done(t, "POST /v2/accounts/{A}/services/synchronization", "")
	require.Contains(t, r.done(t, "GET /v2/accounts/{A}/services/audit", ""), `"status":"pending"`)
}

// TestWhatIsPostedIsWhatIsThere also holds that posting it again changes nothing: there is no entry.
func TestWhatIsPostedIsWhatIsThere(t *testing.T) {
	r := newRig(t)
	name := rapid.StringMatching(`[a-z._%]{1,8}`)
	rapid.Check(t, func(rt *rapid.T) {
		r.child(t, "P", "R", "Posted to") // the audit of one account sees so many items and no more
		var categories []string
		items := rapid.MapOfN(name, rapid.Int64Range(0, 1_000_000_000), 1, 4)
		for category, counts := range rapid.MapOfN(name, items, 0, 4).Draw(rt, "manual") {
			var list []string
			for item, n := range counts {
				list = append(list, fmt.Sprintf("%q:%d", item, n))
			}
			categories = append(categories, fmt.Sprintf("%q:{%s}", category, strings.Join(list, ",")))
		}
		manual := "{" + strings.Join(categories, ",") + "}"
		rate := rapid.StringMatching(`[1-9][0-9]{0,11}\.[0-9]{0,11}[1-9]`).Draw(rt, "rate")
		overrides := fmt.Sprintf(`{"plan":{%q:{%q:{"rate":%s}}},%q:[null,{"deep":"é"}]}`, name.Draw(rt, "category"),
			name.Draw(rt, "item"), rate, "x_"+name.Draw(rt, "member"))
		for path, data := range map[string]string{"manual": manual, "overrides": overrides} {
			path = " /v2/accounts/{P}/services/" + path
			require.JSONEq(rt, data, r.done(t, "POST"+path, data))
			require.JSONEq(rt, data, r.done(t, "GET"+path, ""))
			seq := r.Stats().Seq
			r.done(t, "POST"+path, data)
			r.done(t, "PATCH"+path, `{}`)
			require.Equal(rt, seq, r.Stats().Seq, "no change, no entry")
		}
		require.Contains(rt, r.send(t, "GET /v2/accounts/{P}/services/overrides", "", "token: R").body, rate, "exactly")
	})
}
