package crossbar

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
)

// line is the data of a line of 2 units of usage.
func line(value, service, id string) string {
	return fmt.Sprintf(`{"amount":%s,"source":{"service":%q,"id":%q},"usage":{"type":"t","quantity":2,"unit":"u"}}`,
		value, service, id)
}

// put makes a line and returns its answer.
func (r *rig) put(t *testing.T, line, data, beside string, headers ...string) *got {
	t.Helper()
	a := r.send(t, "PUT /v2/accounts/"+line, `{"data":`+data+beside+`}`, append(headers, "token: M")...)
	require.Equal(t, http.StatusCreated, a.status, a.body)
	return a
}

// get reads a view of a ledger as the master.
func (r *rig) get(t *testing.T, path string) *got {
	t.Helper()
	a := r.send(t, "GET /v2/accounts/"+path, "", "token: M")
	require.Equal(t, http.StatusOK, a.status, a.body)
	return a
}

const conflicting = "datastore_conflict"

func TestADuplicateLineNamesTheFirst(t *testing.T) {
	r := newRig(t)
	data := strings.TrimSuffix(line("7", "s", "x"), "}") + `,"period":{"start":5}}`
	first := r.put(t, "{A}/ledgers/debit", data, "")
	id := first.env["data"].(map[string]any)["id"].(string)
	require.Equal(t, id, first.header.Get("Location"))
	r.refused(t, http.StatusConflict, conflicting, `{"message":"conflicting documents","cause":"`+id+`"}`,
		"PUT /v2/accounts/{A}/ledgers/credit", `{"data":`+data+`}`, "token: M")

	r.put(t, "{R}/ledgers/debit", strings.Replace(data, `"x"`, `"y"`, 1), "")
	r.refused(t, http.StatusConflict, conflicting, `{"message":"conflicting documents"}`, "PUT /v2/accounts/{A}/ledgers/debit",
		`{"data":`+strings.Replace(data, `"x"`, `"y"`, 1)+`,"impact_reseller":true}`, "token: M")
	require.Equal(t, `{"amount":-7}`, r.get(t, "{A}/ledgers/total").data(t), "nothing changed")
}

func TestAResellersCopyNamesItsOrigin(t *testing.T) {
	r := newRig(t)
	data := strings.TrimSuffix(line("7", "s", "x"), "}") + `,"metadata":{"origin_ledger":1,"k":[1]}}`
	r.put(t, "{A}/ledgers/debit", data, `,"impact_reseller":true`)
	own := r.get(t, "{A}/ledgers/s").env["data"].([]any)[0].(map[string]any)
	copied := r.get(t, "{R}/ledgers/s").env["data"].([]any)[0].(map[string]any)
	require.NotEqual(t, own["id"], copied["id"])
	require.Equal(t, own["account"], copied["account"])
	origin := copied["metadata"].(map[string]any)["origin_ledger"].(map[string]any)
	require.Equal(t, own["id"], origin["id"])
	require.Equal(t, r.ids["A"].String(), origin["account_id"])
	require.Equal(t, own["created"], origin["created"])
	require.Empty(t, r.get(t, "{M}/ledgers").env["data"], "the reseller's reseller has none")
}

func TestWhatIsAvailableIsTheBalanceAfterAllThatHappened(t *testing.T) {
	r := newRig(t)
	over := engine.At(r.clock.Now().Add(time.Second))
	r.must(t, &engine.Adjust{Op: engine.OpTopUp, ToR: engine.Monetary, Value: amount.FromInt(9),
		Account: engine.AccountID{Tenant: "cgrates.org", Account: r.ids["A"].String()}, Wanted: engine.Wanted{Expires: &over}})
	r.clock.Add(time.Minute)
	a := r.put(t, "{A}/ledgers/debit", line("5", "s", "x"), `,"impact_reseller":true`)
	for name, want := range map[string]string{"A": "-5", "R": "-5"} {
		of := a.env["data"].(map[string]any)[r.ids[name].String()].(map[string]any)
		require.Equal(t, json.Number(want), of["available_dollars"], name)
		require.Equal(t, `{"amount":`+want+`}`, r.get(t, "{"+name+"}/ledgers/total").data(t))
	}
}

func TestARepeatedPostAnswersTheSame(t *testing.T) {
	r := newRig(t)
	first := r.put(t, "{A}/ledgers/debit", line("7", "s", "x"), "", "Idempotency-Key: k")
	again := r.put(t, "{A}/ledgers/debit", line("7", "s", "x"), "", "Idempotency-Key: k")
	require.Equal(t, first.data(t), again.data(t))
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, `{"amount":-7}`, r.get(t, "{A}/ledgers/total").data(t))
	r.refused(t, http.StatusConflict, conflicting, `{"message":"idempotency key reused"}`,
		"PUT /v2/accounts/{A}/ledgers/debit", `{"data":`+line("8", "s", "x")+`}`, "token: M", "Idempotency-Key: k")
}

func TestARepeatedPostAnswersTheSameAlsoWhenItsResellerIsNoneAnyMore(t *testing.T) {
	r := newRig(t)
	item := func(id, rest string) string { return strings.TrimSuffix(line("1", "s", id), "}") + rest + "}" }
	batch := "[" + item("2", `,"direction":"credit","impact_reseller":true`) + "," + item("3", `,"direction":"debit"`) + "]"
	send := func() (docs [2]string) {
		docs[0] = r.put(t, "{A}/ledgers/debit", line("7", "s", "1"), `,"impact_reseller":true`, "Idempotency-Key: k").data(t)
		docs[1] = r.put(t, "{A}/ledgers/batch", batch, "", "Idempotency-Key: k").data(t)
		return docs
	}
	first := send()
	off := false
	r.must(t, &engine.ChangeMember{ID: r.ids["R"], IsReseller: &off})
	require.Equal(t, first, send())
}

func TestWhoseAuditALineShows(t *testing.T) {
	r := newRig(t)
	r.put(t, "{A}/ledgers/credit", line("0.00019", "s", "x"), "")
	a := r.put(t, "{A}/ledgers/debit", line("1", "s", "y"), "")
	audit := a.env["data"].(map[string]any)["audit"].(map[string]any)
	require.Equal(t, true, audit["crossbar_request"])
	require.Equal(t, r.ids["M"].String(), audit["authentication"].(map[string]any)["account_id"])
	require.EqualValues(t, "1", fmt.Sprint(audit["available_units"]), "cut off")
	require.EqualValues(t, "0.00019", fmt.Sprint(audit["available"]))
}

func TestAnAuditShowsABalanceOfNothing(t *testing.T) {
	r := newRig(t)
	a := r.put(t, "{A}/ledgers/credit", line("1", "s", "x"), "")
	audit := a.env["data"].(map[string]any)["audit"].(map[string]any)
	require.Equal(t, json.Number("0"), audit["available"])
	require.Equal(t, json.Number("0"), audit["available_units"])
}

func TestPagesOfALedgerMeet(t *testing.T) {
	r := newRig(t)
	for i := range 7 {
		r.put(t, "{A}/ledgers/debit", line("1", "s", fmt.Sprint(i)), "")
	}
	for query, want := range map[string]string{"": "6543210", "&ascending=true": "0123456"} {
		seen, next, pages := "", "", 0
		for ; pages < 4; pages++ {
			a := r.get(t, "{A}/ledgers/s?page_size=2"+query+next)
			for _, l := range a.env["data"].([]any) {
				seen += l.(map[string]any)["source"].(map[string]any)["id"].(string)
			}
			if a.text("next_start_key") == "" {
				break
			}
			next = "&start_key=" + a.text("next_start_key")
		}
		require.Equal(t, want, seen)
		require.Equal(t, 3, pages)
	}
	whole := r.get(t, "{A}/ledgers/s?paginate=false")
	require.Len(t, whole.env["data"], 7)
	require.NotContains(t, whole.env, "page_size")
	require.NotContains(t, whole.env, "start_key")
	require.Len(t, r.get(t, "{A}/ledgers/s?filter_source.id=3").env["data"], 1)
}

func TestTheStartKeyOfAPageLeadsToItAgain(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		r.put(t, "{A}/ledgers/debit", line("1", "s", fmt.Sprint(i)), "")
	}
	for _, path := range []string{"{A}/ledgers/s?page_size=2", "{A}/ledgers/none?page_size=2", "{R}/children?page_size=1"} {
		first := r.get(t, path)
		require.NotEmpty(t, first.text("start_key"), path)
		again := r.get(t, path+"&start_key="+first.text("start_key"))
		require.Equal(t, first.data(t), again.data(t), path)
		require.Equal(t, first.text("start_key"), again.text("start_key"), path)
	}
}

func TestFiltersFillPages(t *testing.T) {
	r := newRig(t, func(o *Options) { o.PageSizeMax = 4 })
	for i := range 100 {
		usage := strings.Replace(line("1", "s", fmt.Sprint(i)), `"t"`, fmt.Sprintf(`"%d"`, i%3), 1)
		r.put(t, "{A}/ledgers/debit", usage, "")
	}
	walk := func(query string) (pages []string) {
		for next := ""; len(pages) < 20; {
			a := r.get(t, "{A}/ledgers/s?"+query+next)
			ids := ""
			for _, l := range a.env["data"].([]any) {
				ids += l.(map[string]any)["source"].(map[string]any)["id"].(string) + " "
			}
			pages = append(pages, ids)
			require.Equal(t, fmt.Sprint(strings.Count(ids, " ")), fmt.Sprint(a.env["page_size"]))
			if a.text("next_start_key") == "" {
				break
			}
			next = "&start_key=" + a.text("next_start_key")
		}
		return pages
	}
	require.Equal(t, []string{"99 96 93 90 ", "87 84 81 78 "}, walk("page_size=4&filter_usage.type=0")[:2])
	pages := walk("page_size=3&filter_usage.type=1&ascending=true")
	require.Len(t, pages, 11)
	require.Equal(t, []string{"1 4 7 ", "10 13 16 "}, pages[:2])
	require.Equal(t, "91 94 97 ", pages[10])
	require.Equal(t, []string{"", "0 "}, walk("page_size=4&filter_source.id=0"), "looking has a bound, and goes on behind it")
	require.Equal(t, []string{"", ""}, walk("page_size=4&filter_source.id=x"))
	require.Len(t, r.get(t, "{A}/ledgers/s?paginate=false&filter_source.id=0").env["data"], 1)
	r.child(t, "C", "R", "Account C")
	require.Equal(t, []string{"Account B"}, names(t, r.get(t, "{R}/children?page_size=1&filter_name=Account%20B")))
}

// heard makes a change as it comes over JSON-RPC and returns the newest line of a source of A.
func (r *rig) heard(t *testing.T, source string, c engine.Change) map[string]any {
	t.Helper()
	_, err := r.Do(t.Context(), &engine.Command{Change: c,
		Origin: engine.Origin{Face: "tcp", Method: "APIerSv1.AddBalance", Peer: "192.0.2.7"}})
	require.NoError(t, err)
	return r.get(t, "{A}/ledgers/"+source).env["data"].([]any)[0].(map[string]any)
}

func TestWhatALineOfJSONRPCShows(t *testing.T) {
	r := newRig(t)
	id := engine.AccountID{Tenant: "cgrates.org", Account: r.ids["A"].String()}
	add := func(metadata string) *engine.Adjust {
		return &engine.Adjust{Op: engine.OpTopUp, Account: id, ToR: engine.Monetary, Value: amount.FromInt(5),
			Facts: engine.Facts{Metadata: []byte(metadata)}}
	}
	l := r.heard(t, "adjustments", add(`{"k":1,"SourceID":"x"}`))
	require.Equal(t, map[string]any{"k": json.Number("1"), "SourceID": "x"}, l["metadata"])
	audit := l["audit"].(map[string]any)
	require.Equal(t, false, audit["crossbar_request"])
	require.Equal(t, map[string]any{"method": "APIerSv1.AddBalance", "client_ip": "192.0.2.7"}, audit["request"])
	require.NotContains(t, audit, "authentication")
	for _, metadata := range []string{`{"k":1,"Metadata":{"a":1}}`, `{"metadata":" {\"a\":1}"}`} {
		l = r.heard(t, "adjustments", add(metadata))
		require.Equal(t, map[string]any{"a": json.Number("1")}, l["metadata"])
	}
	require.Equal(t, map[string]any{"Metadata": "{"}, r.heard(t, "adjustments", add(`{"Metadata":"{"}`))["metadata"])

	r.heard(t, "adjustments", &engine.Adjust{Op: engine.OpTopUp, Account: id, ToR: engine.Voice, Value: amount.FromInt(6e10)})
	call := &engine.Charge{Account: id, Usage: engine.Usage{Category: "call", Destination: "49301", ToR: engine.Voice,
		Start: morning, Units: 1e10}, Facts: engine.Facts{Metadata: []byte(`{"from":"1001"}`)}}
	l = r.heard(t, "per-minute-voip", call)
	require.Equal(t, map[string]any{"from": "1001", "to": "49301", "direction": "outbound"}, l["metadata"])
	l = r.heard(t, "per-minute-voip", &engine.Adjust{Op: engine.OpDebit, Account: id, ToR: engine.Voice,
		Value: amount.FromInt(1e9)})
	require.Equal(t, map[string]any{"from": id.Account, "to": "", "direction": "outbound"}, l["metadata"],
		"minutes that were taken without a call")

	r.put(t, "{A}/ledgers/debit", strings.TrimSuffix(line("1", "s", "x"), "}")+`,"metadata":{"Metadata":{"a":1}}}`, "")
	l = r.get(t, "{A}/ledgers/s").env["data"].([]any)[0].(map[string]any)
	require.Equal(t, map[string]any{"Metadata": map[string]any{"a": json.Number("1")}}, l["metadata"], "as REST sent it")
}

func TestALineIsFoundUnderItsSourceOnly(t *testing.T) {
	r := newRig(t)
	id := r.put(t, "{A}/ledgers/debit", line("1", "s", "x"), "").header.Get("Location")
	require.Equal(t, id, r.get(t, "{A}/ledgers/s/"+id).env["data"].(map[string]any)["id"])
	for _, path := range []string{"{A}/ledgers/other/", "{B}/ledgers/s/", "{A}/ledgers/rollovers/"} {
		r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"`+id+`","message":"bad identifier"}`,
			"GET /v2/accounts/"+path+id, "", "token: M")
	}
}

func TestAMonthBeginsWithWhatTheLastLeft(t *testing.T) {
	r := newRig(t, func(o *Options) { o.TestClock = true })
	r.put(t, "{A}/ledgers/credit", line("5", "s", "1"), "", "X-Purser-Time: 63722937600") // 2019-04
	r.put(t, "{A}/ledgers/debit", line("2", "s", "2"), "", "X-Purser-Time: 63724010400")  // 2019-05
	month := r.get(t, "{A}/ledgers/summary/201905?balances=true").env["data"].(map[string]any)
	require.Equal(t, "5 3", fmt.Sprintf("%v %v", month["opening"], month["closing"]))
	require.Equal(t, `{"breakdown":[],"summary":{}}`, r.get(t, "{A}/ledgers/summary/201903").data(t))

	at := "created_from=1&created_to=63727000000" // 2019-06
	list := r.get(t, "{A}/ledgers/rollovers?"+at).env["data"].([]any)
	require.Len(t, list, 2)
	june := list[0].(map[string]any)
	require.Equal(t, "201906-ledgers_monthly_rollover", june["id"])
	require.Equal(t, "3", fmt.Sprint(june["amount"]))
	require.Equal(t, june, r.get(t, "{A}/ledgers/rollovers/201906-ledgers_monthly_rollover").env["data"])
	oldest := r.get(t, "{A}/ledgers/rollovers?ascending=true&page_size=1&"+at)
	require.Equal(t, "201905-ledgers_monthly_rollover", oldest.env["data"].([]any)[0].(map[string]any)["id"])
	next := r.get(t, "{A}/ledgers/rollovers?ascending=true&page_size=1&"+at+"&start_key="+oldest.text("next_start_key"))
	require.Equal(t, june, next.env["data"].([]any)[0])
	require.NotContains(t, next.env, "next_start_key")
	for _, id := range []string{"209912-ledgers_monthly_rollover", "201904-ledgers_monthly_rollover", "201906-x", "2"} {
		r.refused(t, http.StatusNotFound, "bad_identifier", `{"cause":"`+id+`","message":"bad identifier"}`,
			"GET /v2/accounts/{A}/ledgers/rollovers/"+id, "", "token: M")
	}
	require.Equal(t, `{"amount":5}`, r.get(t, "{A}/ledgers/total?at=63724010399").data(t))
	require.Equal(t, `{"amount":3}`, r.get(t, "{A}/ledgers/total?at=63724010400").data(t))
}

func TestSumsAsCSV(t *testing.T) {
	r := newRig(t, func(o *Options) { o.TestClock = true })
	r.put(t, "{A}/ledgers/credit", line("5", "s", "1"), `,"impact_reseller":true`, "X-Purser-Time: 63722937600") // 2019-04
	r.put(t, "{A}/ledgers/debit", line("2.5", "=b", "2"), "", "X-Purser-Time: 63724010400")                      // 2019-05
	const ever, columns = "?accept=csv&created_from=1", "Source Service,Usage Type,Usage Quantity,Usage Unit,Amount\r\n"
	a := r.get(t, "{A}/ledgers"+ever)
	require.Equal(t, "text/csv", a.header.Get("Content-Type"))
	require.Equal(t, columns+"'=b,t,2,u,-2.5\r\ns,t,2,u,5\r\n", a.body)
	require.Equal(t, r.fill("Account ID,Account Name,"+columns+"{A},Account A,s,t,2,u,5\r\n"),
		r.get(t, "{R}/ledgers/summary_by_accounts"+ever).body)
	require.Equal(t, r.fill("Account ID,Account Name,"+columns+
		"{A},Account A,'=b,t,2,u,-2.5\r\n{A},Account A,rollovers,,0,,5\r\n"),
		r.get(t, "{A}/ledgers/summary/201905?accept=csv").body)
	require.Equal(t, columns, r.get(t, "{B}/ledgers"+ever).body, "the names of the columns are always there")
}

func TestALedgerAsCSV(t *testing.T) {
	r := newRig(t)
	data := strings.TrimSuffix(line("1.5", "s", "=cmd"), "}") + `,"description":"-x","period":{"start":1,"end":2},
		"metadata":{"to":"00","rate":{"name":"US"},"z":{"b":[1],"a":null}}}`
	id := r.put(t, "{A}/ledgers/debit", data, "").header.Get("Location")
	a := r.send(t, "GET /v2/accounts/{A}/ledgers/s?accept=csv&file_name=may.csv", "", "token: M")
	require.Equal(t, "text/csv", a.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="may.csv"`, a.header.Get("Content-Disposition"))
	require.Equal(t, r.fill("ID,Source Service,Source ID,Account ID,Account Name,Usage Type,Usage Quantity,Usage Unit,"+
		"Amount,Description,Start Time,End Time,Rate Name,To,metadata_z_b\r\n"+
		id+",s,'=cmd,{A},Account A,t,2,u,-1.5,'-x,1,2,US,00,[1]\r\n"), a.body)
	empty := r.send(t, "GET /v2/accounts/{B}/ledgers/s?accept=csv", "", "token: M")
	require.Equal(t, strings.Join(lineColumns, ",")+"\r\n", empty.body)
}

func TestRowsOfACSVAreAsLongAsItsHeader(t *testing.T) {
	r := newRig(t)
	for i, metadata := range []string{`{"a":1}`, `{}`, `{"b":{"c":2},"d":3}`} {
		r.put(t, "{A}/ledgers/debit", strings.TrimSuffix(line("1", "s", fmt.Sprint(i)), "}")+`,"metadata":`+metadata+`}`, "")
	}
	a := r.send(t, "GET /v2/accounts/{A}/ledgers/s?accept=csv", "", "token: M")
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll() // which wants rows of one length
	require.NoError(t, err)
	require.Len(t, rows, 4)
	require.Equal(t, []string{"metadata_a", "metadata_b_c", "metadata_d"}, rows[0][len(lineColumns):])
}

func TestASourceMayBeCalledLikeARouteOrHaveSlashes(t *testing.T) {
	r := newRig(t)
	start := 0
	for service, segment := range map[string]string{"services": "services", "accounts": "accounts", "users": "users",
		"journal": "journal", "tower/support/...": "tower%2Fsupport%2F...", "0": "0"} {
		start++
		data := strings.TrimSuffix(line("1", service, "0"), "}") + fmt.Sprintf(`,"period":{"start":%d}}`, start)
		id := r.put(t, "{A}/ledgers/debit", data, "").header.Get("Location")
		list := r.get(t, "{A}/ledgers/"+segment).env["data"].([]any)
		require.Len(t, list, 1, service)
		one := r.get(t, "{A}/ledgers/"+segment+"/"+id).env["data"].(map[string]any)
		require.Equal(t, list[0], one)
		require.Equal(t, map[string]any{"service": service, "id": "0"}, one["source"], "an id of 0 is one")
	}
}

func TestAmountsAsTexts(t *testing.T) {
	r := newRig(t)
	r.put(t, "{A}/ledgers/debit", line("1.5", "s", "x"), "")
	require.Equal(t, `{"amount":"-1.5"}`, r.get(t, "{A}/ledgers/total?amounts=string").data(t))
	r.put(t, "{A}/ledgers/debit", line("1", "s", "y"), "")
	newest := r.get(t, "{A}/ledgers/s?amounts=string&page_size=1").env["data"].([]any)[0].(map[string]any)
	require.Equal(t, "-1", newest["amount"])
	require.Equal(t, "-1.5", newest["audit"].(map[string]any)["available"])
	require.Equal(t, `{"s":{"amount":"-2.5","usage":{"quantity":4,"type":"t","unit":"u"}}}`,
		r.get(t, "{A}/ledgers?amounts=string").data(t))
}

func TestWhatALineMustBe(t *testing.T) {
	r := newRig(t)
	long := strings.Repeat("x", 4097)
	for data, field := range map[string]string{
		line(`"ten"`, "s", "x"):                                   "amount.type",
		line(`true`, "s", "x"):                                    "amount.type",
		line(`0.0000000000000000001`, "s", "x"):                   "amount.maximum",
		line(`1`, "", "x"):                                        "source%2Eservice.required",
		line(`1`, "s", ""):                                        "source%2Eid.required",
		line(`1`, "rollovers", "x"):                               "source%2Eservice.forbidden",
		line(`1`, "s", long):                                      "source%2Eid.maximum",
		strings.Replace(line(`1`, "s", "x"), ":2", ":-1", 1):      "usage%2Equantity.minimum",
		`{"source":1,"usage":{"type":"","quantity":0,"unit":""}}`: "source.type",
		strings.TrimSuffix(line("1", "s", "x"), "}") + `,"metadata":{"a":"` + strings.Repeat("x", 65536) + `"}}`: "metadata.maximum",
	} {
		a := r.send(t, "PUT /v2/accounts/{A}/ledgers/debit", `{"data":`+data+`}`, "token: M")
		require.Equal(t, http.StatusBadRequest, a.status, a.body)
		path, code, _ := strings.Cut(field, ".")
		wrong := a.env["data"].(map[string]any)[strings.ReplaceAll(path, "%2E", ".")]
		require.Contains(t, wrong, code, a.body)
	}
	require.Equal(t, `{"amount":0}`, r.get(t, "{A}/ledgers/total").data(t))
}

// TestLedgersAddUp holds the equalities of ledgers over random histories that both faces make.
// Source: ledgers-and-services, section 5.9.
func TestLedgersAddUp(t *testing.T) {
	r := newRig(t, func(o *Options) { o.TestClock = true })
	names := []string{"A", "B", "R"}
	months := []string{"201904", "201905", "201906"}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "lines") {
			n++
			who := rapid.SampledFrom(names).Draw(rt, "who")
			cents := rapid.IntRange(0, 99999).Draw(rt, "cents")
			value := fmt.Sprintf("%d.%02d", cents/100, cents%100)
			verb := rapid.SampledFrom([]string{"credit", "debit", "jsonrpc"}).Draw(rt, "verb")
			if verb == "jsonrpc" {
				tenant := engine.AccountID{Tenant: "cgrates.org", Account: r.ids[who].String()}
				v, err := amount.Parse(value)
				require.NoError(t, err)
				r.must(t, &engine.Adjust{Op: engine.OpTopUp, Account: tenant, ToR: engine.Monetary, Value: v})
				continue
			}
			second := 63722937600 + rapid.IntRange(0, 5_000_000).Draw(rt, "second")
			source := rapid.SampledFrom([]string{"s", "payments"}).Draw(rt, "source")
			beside := rapid.SampledFrom([]string{"", `,"impact_reseller":true`}).Draw(rt, "beside")
			r.put(t, "{"+who+"}/ledgers/"+verb, line(value, source, fmt.Sprint(n)), beside,
				fmt.Sprintf("X-Purser-Time: %d", second))
		}
		r.addsUp(t, rapid.SampledFrom(names).Draw(rt, "looked at"), months)
	})
	for _, who := range names {
		r.addsUp(t, who, months)
	}
}

// addsUp checks the equalities of one ledger.
func (r *rig) addsUp(t *testing.T, who string, months []string) {
	seq := r.Stats().Seq
	const ever = "created_from=1&created_to=99999999999"
	total := sumOf(t, r.get(t, "{"+who+"}/ledgers/total").env["data"])
	sums := r.get(t, "{"+who+"}/ledgers?"+ever).env["data"].(map[string]any)
	groups := r.get(t, "{"+who+"}/ledgers/summary_by_accounts?"+ever).env["data"].(map[string]any)
	var ofSums, ofLines, ofBalances amount.Amount
	for source, sum := range sums {
		ofSums = ofSums.Add(sumOf(t, sum))
		var ofGroups amount.Amount
		for _, g := range groups {
			if of, ok := g.(map[string]any)["ledgers"].(map[string]any)[source]; ok {
				ofGroups = ofGroups.Add(sumOf(t, of))
			}
		}
		require.Equal(t, sumOf(t, sum).String(), ofGroups.String(), "sum of groups")
		for _, l := range r.get(t, "{"+who+"}/ledgers/"+source+"?paginate=false&"+ever).env["data"].([]any) {
			ofLines = ofLines.Add(sumOf(t, l))
		}
	}
	require.Equal(t, total.String(), ofSums.String())
	require.Equal(t, total.String(), ofLines.String())
	a, err := r.face.readAccount(t.Context(), r.ids[who])
	require.NoError(t, err)
	for _, b := range a.Account.Balances {
		ofBalances = ofBalances.Add(b.Value)
	}
	require.Equal(t, total.String(), ofBalances.String(), "balances")
	for i, month := range months[:len(months)-1] {
		var left amount.Amount
		summary := r.get(t, "{"+who+"}/ledgers/summary/"+month).env["data"].(map[string]any)["summary"].(map[string]any)
		for _, sum := range summary {
			left = left.Add(sumOf(t, sum))
		}
		next := r.get(t, "{"+who+"}/ledgers/summary/"+months[i+1]).env["data"].(map[string]any)["summary"].(map[string]any)
		if carried, ok := next["rollovers"]; ok {
			require.Equal(t, left.String(), sumOf(t, carried).String(), "rollover")
		} else {
			require.Empty(t, summary)
		}
	}
	require.Equal(t, seq, r.Stats().Seq, "reading never writes")
}

func sumOf(t *testing.T, of any) amount.Amount {
	v, err := amount.Parse(fmt.Sprint(of.(map[string]any)["amount"]))
	require.NoError(t, err)
	return v
}
