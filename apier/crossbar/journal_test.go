package crossbar

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
)

// shown is what tests look at of an entry.
type shown struct {
	Seq      uint64
	Op       string
	Postings []struct {
		UUID   string      `json:"balance_uuid"`
		Before json.Number `json:"before"`
		Delta  json.Number `json:"delta"`
		After  json.Number `json:"after"`
	}
}

// journal reads a page of an account's journal as the master, and where to go on.
func (r *rig) journal(t testing.TB, query string) (list []shown, after uint64) {
	t.Helper()
	a := r.send(t, "GET /v2/accounts/"+query, "", "token: M", "Accept: application/x-ndjson")
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Equal(t, typeLines, a.header.Get("Content-Type"))
	for lines := bufio.NewScanner(strings.NewReader(a.body)); lines.Scan(); {
		var e shown
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		list = append(list, e)
	}
	after, err := strconv.ParseUint(a.header.Get(headerAfterSeq), 10, 64)
	require.NoError(t, err)
	return list, after
}

func seqsOf(list []shown) (seqs []uint64) {
	for _, e := range list {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

// accountID is how the engine names one of the rig's accounts.
func (r *rig) accountID(name string) engine.AccountID {
	return engine.AccountID{Tenant: "cgrates.org", Account: r.ids[name].String()}
}

func TestAnEntryShowsWhatItDidToTheAccount(t *testing.T) {
	r := newRig(t)
	start := r.Stats().Seq
	data := strings.TrimSuffix(line("7.50", "calls", "x"), "}") +
		`,"description":"d","period":{"start":5,"end":9},"metadata":{"a":[1,` + "\n" + `2]}}`
	a := r.put(t, "{A}/ledgers/debit", data, `,"impact_reseller":true`)
	own, copied := a.env["data"].(map[string]any)[r.ids["A"].String()], a.env["data"].(map[string]any)[r.ids["R"].String()]
	id := func(doc any) string { return doc.(map[string]any)["ledger"].(map[string]any)["id"].(string) }
	const doc = `[{"seq":%d,"time":"2026-01-01T10:00:00Z","created":63934480800,"op":"debit","tenant":"cgrates.org",
		"account":"{ME}","account_id":"{ME}",
		"postings":[{"balance_uuid":"%s","balance_id":"*ledger","balance_type":"*monetary","delta":-7.5,"before":0,
			"after":-7.5,"made":true}],
		"ledgers":[{"id":"%s","account":{"id":"{A}","name":"Account A"},"amount":-7.5,"description":"d",
			"source":{"service":"calls","id":"x"},"usage":{"type":"t","quantity":2,"unit":"u"},
			"period":{"start":5,"end":9},"metadata":%s,"executor":{"trigger":"crossbar","module":"cb_ledgers"},
			"created":63934480800}],
		"caller":{"face":"rest","method":"PUT /accounts/{ACCOUNT_ID}/ledgers/debit","peer":"127.0.0.1",
			"audit":{"crossbar_request":true,
				"authentication":{"type":"x-auth-token","account_id":"{M}","account_name":"Master"},
				"request":{"id":"%s","client_ip":"127.0.0.1","method":"PUT","path":"/v2/accounts/{A}/ledgers/debit"}}}}]`
	for name, c := range map[string]struct{ id, metadata string }{
		"A": {id(own), `{"a":[1,2]}`},
		"R": {id(copied), `{"a":[1,2],"origin_ledger":{"id":"` + id(own) + `","account_id":"{A}","created":63934480800}}`},
	} {
		got := r.get(t, fmt.Sprintf("{%s}/journal?after_seq=%d", name, start))
		state := r.balances(t, name)
		require.JSONEq(t, r.fill(strings.ReplaceAll(
			fmt.Sprintf(doc, start+1, state[0].UUID, c.id, c.metadata, a.text("request_id")), "{ME}", "{"+name+"}")), got.data(t))
		require.Equal(t, json.Number(strconv.Itoa(int(start)+1)), got.env["after_seq"])
		require.Equal(t, got.env["after_seq"], got.env["last_seq"])
		require.Equal(t, json.Number("1"), got.env["page_size"])
		lines := r.send(t, fmt.Sprintf("GET /v2/accounts/{%s}/journal?accept=ndjson&after_seq=%d", name, start), "", "token: M")
		require.JSONEq(t, got.data(t), "["+strings.ReplaceAll(strings.TrimSuffix(lines.body, "\n"), "\n", ",")+"]")
		require.Equal(t, 1, strings.Count(lines.body, "\n"))
		require.Equal(t, strconv.Itoa(int(start)+1), lines.header.Get(headerLastSeq))
	}
	texts := r.get(t, fmt.Sprintf("{A}/journal?amounts=string&after_seq=%d", start)).data(t)
	require.Contains(t, texts, `"after":"-7.5","balance_id"`)
	require.Contains(t, texts, `"amount":"-7.5"`)
}

// balances returns the balances that an account has.
func (r *rig) balances(t testing.TB, name string) (list []engine.Balance) {
	t.Helper()
	require.NoError(t, r.Read(t.Context(), func(s engine.State) error {
		a, err := s.Account(r.accountID(name))
		if a != nil {
			list = a.Balances
		}
		return err
	}))
	return list
}

func TestPostingsOfAJournalAddUpToTheBalances(t *testing.T) {
	r := newRig(t, func(o *Options) { o.TokenTTL = 1_000_000 * time.Hour })
	names := []string{"A", "B", "R"}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 8).Draw(rt, "commands") {
			r.clock.Add(time.Hour)
			_, err := r.Do(t.Context(), &engine.Command{Change: r.anyMove(rt, names)})
			var refusal *engine.Error
			if err != nil {
				require.ErrorAs(rt, err, &refusal)
			}
		}
		name := rapid.SampledFrom(names).Draw(rt, "name")
		size := rapid.IntRange(7, 1000).Draw(rt, "page_size")
		values := map[string]*big.Rat{}
		last := uint64(0)
		for after := uint64(0); ; {
			page, next := r.journal(t, fmt.Sprintf("{%s}/journal?page_size=%d&after_seq=%d", name, size, after))
			for _, e := range page {
				require.Greater(rt, e.Seq, last)
				last = e.Seq
				for _, p := range e.Postings {
					value := values[p.UUID]
					if value == nil {
						value = new(big.Rat)
						values[p.UUID] = value
					}
					require.Zero(rt, value.Cmp(exactly(p.Before)), "%s: before is not the after of before", p.UUID)
					require.Zero(rt, value.Add(value, exactly(p.Delta)).Cmp(exactly(p.After)))
				}
			}
			if next == after {
				break
			}
			after = next
		}
		for _, b := range r.balances(t, name) {
			require.NotNil(rt, values[b.UUID.String()])
			require.Zero(rt, values[b.UUID.String()].Cmp(exactly(json.Number(b.Value.String()))))
			delete(values, b.UUID.String())
		}
		for id, value := range values {
			require.Zero(rt, value.Sign(), "balance %s is gone with something in it", id)
		}
	})
}

func exactly(n json.Number) *big.Rat {
	v, ok := new(big.Rat).SetString(n.String())
	if !ok {
		panic(n)
	}
	return v
}

// anyMove draws a change of balances.
func (r *rig) anyMove(rt *rapid.T, names []string) engine.Change {
	one := r.accountID(rapid.SampledFrom(names).Draw(rt, "account"))
	other := r.accountID(rapid.SampledFrom(names).Draw(rt, "other"))
	id := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "balance")
	value := amount.FromInt(int64(rapid.IntRange(0, 100).Draw(rt, "value")))
	expires := engine.At(r.clock.Now().Add(2 * time.Hour))
	switch rapid.IntRange(0, 4).Draw(rt, "move") {
	case 0:
		return &engine.SetBalances{Account: one, Items: []engine.SetItem{{ToR: engine.Monetary, Value: &value,
			Wanted: engine.Wanted{ID: &id, Expires: &expires}}}}
	case 1:
		return &engine.Adjust{Op: engine.OpDebit, Account: one, ToR: engine.Monetary, Value: value,
			Wanted: engine.Wanted{ID: &id}}
	case 2:
		return &engine.Transfer{Source: one, Destination: other, SourceBalanceID: id, DestinationBalanceID: id, Units: value}
	case 3:
		return &engine.PostLedger{Op: engine.OpTopUp, Account: r.ids["A"], Amount: value, Reseller: true}
	}
	return &engine.Adjust{Op: engine.OpTopUp, Account: one, ToR: engine.Voice, Value: value, Wanted: engine.Wanted{ID: &id}}
}

func TestAJournalShowsNothingOfOtherAccounts(t *testing.T) {
	r := newRig(t)
	x, ten := "x", amount.FromInt(10)
	for _, name := range []string{"A", "B"} {
		r.must(t, &engine.Adjust{Op: engine.OpTopUp, Account: r.accountID(name), ToR: engine.Monetary, Value: ten,
			Wanted: engine.Wanted{ID: &x}})
	}
	r.must(t, &engine.Transfer{Source: r.accountID("A"), Destination: r.accountID("B"), SourceBalanceID: x,
		DestinationBalanceID: x, Units: amount.FromInt(3)})
	r.put(t, "{B}/ledgers/debit", line("7", "s", "x"), `,"impact_reseller":true`)
	own := r.send(t, "GET /v2/accounts/{A}/journal?page_size=1000", "", "token: A")
	require.Contains(t, own.body, `"op":"transfer"`)
	require.Contains(t, own.body, r.balances(t, "A")[0].UUID.String())
	for _, other := range []string{"B", "R"} {
		for _, b := range r.balances(t, other) {
			require.NotContains(t, own.body, b.UUID.String())
		}
	}
	require.NotContains(t, own.body, r.ids["B"].String())
	require.NotContains(t, own.body, "Account B")
	list, _ := r.journal(t, "{X}/journal")
	require.Len(t, list, 2, "it was made and got a key")
	all, _ := r.journal(t, "{A}/journal")
	part, _ := r.journal(t, "{A}/journal?page_size=2&after_seq="+strconv.FormatUint(all[1].Seq, 10))
	require.Equal(t, seqsOf(all[2:4]), seqsOf(part))
}

func TestTheJournalShowsServicesAndTriggers(t *testing.T) {
	r := newShop(t)
	start := r.Stats().Seq
	r.done(t, "POST /v2/accounts/{A}/services/simple", "{}")
	r.done(t, "PATCH /v2/accounts/{A}/services/manual", `{"devices":{"sip_device":2}}`)
	r.done(t, "PATCH /v2/accounts/{A}/services/overrides", `{"x":{"y":{"k":1.50}}}`)
	r.send(t, "POST /v2/accounts/{A}/services/status", `{"data":{"in_good_standing":false,"reason":"late"}}`, "token: M")
	a := r.get(t, fmt.Sprintf("{A}/journal?after_seq=%d", start)).data(t)
	for _, part := range []string{
		`"type":["plan"]`, `"plans":{"simple":{"overrides":{},"vendor_id":"{R}"}}`,
		`"type":["manual"]`, `"manual_quantities":{"devices":{"sip_device":2}}`,
		`"quantities":[{"category":"devices","difference":2,"item":"sip_device","quantity":2,"scope":"manual"}]`,
		`"type":["overrides"]`, `"overrides":{"x":{"y":{"k":1.5}}}`,
		`"type":["status"]`, `"status":{"in_good_standing":false,"reason":"late"}`,
		`"authentication":{"account_id":"{R}","account_name":"Account 1","type":"x-auth-token"}`,
	} {
		require.Contains(t, a, r.fill(part))
	}
	r.child(t, "C", "A", "Account C")
	cascade := r.get(t, fmt.Sprintf("{R}/journal?after_seq=%d", start)).data(t)
	require.Contains(t, cascade, r.fill(`"cascade_quantities":{"accounts":{"account":3}},"cause":{"id":"{C}","name":"Account C"}`))
	require.NotContains(t, cascade, "sip_device")
	r.done(t, "DELETE /v2/accounts/{R}/service_plans/billed", "")
	plans := r.get(t, "{R}/journal?page_size=1000").data(t)
	require.Contains(t, plans, `"service_plans":[{"document":{"bookkeeper":{"id":"b","type":"http"},"id":"billed"`)
	require.Contains(t, plans, `"service_plans":[{"id":"billed","removed":true}]`)

	r.armA(t, engine.Action{Type: engine.ActionLog})
	r.put(t, "{A}/ledgers/debit", line("7", "s", "x"), "")
	fired := r.get(t, fmt.Sprintf("{A}/journal?after_seq=%d", start)).data(t)
	require.Contains(t, fired, `"triggers":[{"actions":"ACT","count":0,"executed":false,"group":"LOW","threshold":0,`+
		`"trigger":"low","type":"*min_balance"}]`)
	require.Contains(t, fired, `"trigger_updates":[{"count":0,"executed":true,"last":"2026-01-01T10:00:00Z","position":0}]`)
	require.Contains(t, fired, `"fired":[{"actions":"ACT","balance_type":"*monetary","balance_uuid":"`+
		r.balances(t, "A")[0].UUID.String()+`","group":"LOW","moved":[],"threshold":0,"trigger":"low","type":"*min_balance","value":-7}]`)
}

// armA gives A a trigger that fires when it has nothing left.
func (r *rig) armA(t *testing.T, does engine.Action) {
	t.Helper()
	r.must(t, &engine.SetActions{Actions: engine.Actions{ID: "ACT", List: []engine.Action{does}}})
	kind, actions := engine.MinBalance, "ACT"
	r.must(t, &engine.SetActionTrigger{GroupID: "LOW", UniqueID: "low", Wish: engine.TriggerWish{Type: &kind,
		Threshold: new(amount.Amount), ActionsID: &actions}})
	r.must(t, &engine.AddAccountTriggers{Account: r.accountID("A"), GroupIDs: []string{"LOW"}})
}

// The journal keeps hashes of keys and passwords for ever; what it shows has neither these nor what they are of.
func TestNoSecretIsInAJournal(t *testing.T) {
	r := newRig(t)
	withUser(t, r)
	made := r.send(t, "PUT /v2/accounts/{A}/api_key", "", "token: R")
	key := made.env["data"].(map[string]any)["api_key"].(string)
	r.put(t, "{A}/ledgers/credit", line("5", "s", "x"), "", "Idempotency-Key: once-only")
	r.armA(t, engine.Action{Type: engine.ActionHTTPPost, Parameters: "https://hooks.example.net/?key=url-secret"})
	r.put(t, "{A}/ledgers/debit", line("7", "s", "y"), "")
	r.must(t, &engine.ExecuteActions{Account: r.accountID("A"), ActionsID: "ACT"})
	var secrets [][]byte
	idempotency := ""
	require.NoError(t, r.Journal(t.Context(), 1, func(e *engine.Entry) error {
		if e.Key != "" {
			idempotency = strings.TrimPrefix(e.Key, "rest:")
			secrets = append(secrets, e.Digest)
		}
		for _, c := range e.Accounts {
			if c.Profile != nil {
				secrets = append(secrets, slices.Clone(c.Profile.APIKey[:]))
				for _, u := range c.Profile.Users {
					secrets = append(secrets, u.Credentials)
				}
			}
		}
		return nil
	}))
	require.NotEmpty(t, idempotency)
	require.Greater(t, len(secrets), 9)
	texts := []string{key, masterKey, "key of", "correct horse", "once-only", idempotency, "url-secret", "hooks.example.net",
		sentCredentials(methodMD5, "ann", "correct horse"), sentCredentials(methodSHA, "ann", "correct horse")}
	for _, token := range r.tokens {
		texts = append(texts, token)
	}
	for _, b := range secrets {
		if len(b) > 0 && slices.Max(b) > 0 {
			texts = append(texts, hex.EncodeToString(b), base64.StdEncoding.EncodeToString(b),
				base64.RawURLEncoding.EncodeToString(b))
		}
	}
	for _, name := range []string{"M", "R", "A"} {
		a := r.send(t, "GET /v2/accounts/{"+name+"}/journal?page_size=1000&accept=ndjson", "", "token: M")
		for _, text := range texts {
			require.NotContains(t, a.body, text, name)
		}
		require.Contains(t, a.body, `"has_api_key":true`)
	}
	own := r.get(t, "{A}/journal?page_size=1000").data(t)
	require.Contains(t, own, `"username":"Ann"`)
	require.Contains(t, own, `"actions":"ACT"`)
}

// Whoever makes an account of a name that somebody else had sees nothing of that.
func TestAnAccountMadeAgainBeginsANewJournal(t *testing.T) {
	r := newRig(t)
	r.clock.Add(time.Minute)
	r.put(t, "{A}/ledgers/credit", line("5", "s", "x"), "")
	before, _ := r.journal(t, "{A}/journal")
	r.must(t, &engine.RemoveAccount{Account: r.accountID("A")})
	r.clock.Add(time.Minute)
	made := r.must(t, &engine.MakeMember{Parent: r.ids["X"], Name: "Again", Account: r.accountID("A")})
	r.ids["again"] = made.Member
	list, _ := r.journal(t, "{again}/journal")
	require.Equal(t, []uint64{made.Seq}, seqsOf(list))
	require.Greater(t, len(before), 2)
}

func TestBadQueriesOfAJournal(t *testing.T) {
	r := newRig(t)
	for query, want := range map[string]string{
		"after_seq=x":       `{"after_seq":{"type":{"message":"Value did not match type(s): integer","target":"integer","value":"x"}}}`,
		"after_seq=1.5":     `{"after_seq":{"type":{"message":"Value did not match type(s): integer","target":"integer","value":"1.5"}}}`,
		"after_seq=-1":      `{"after_seq":{"minimum":{"message":"Value must be at least 0","target":0,"value":-1}}}`,
		"wait=x":            `{"wait":{"type":{"message":"Value did not match type(s): integer","target":"integer","value":"x"}}}`,
		"wait=-1":           `{"wait":{"minimum":{"message":"Value must be at least 0","target":0,"value":-1}}}`,
		"wait=61":           `{"wait":{"maximum":{"message":"Value must be at most 60","target":60,"value":61}}}`,
		"page_size=0":       `{"page_size":{"minimum":{"message":"Value must be at least 1","target":1,"value":0}}}`,
		"page_size=1001":    `{"page_size":{"maximum":{"message":"Value must be at most 1000","target":1000,"value":1001}}}`,
		"after_seq=1e3":     `{"after_seq":{"type":{"message":"Value did not match type(s): integer","target":"integer","value":"1e3"}}}`,
		"wait=999999999999": `{"wait":{"maximum":{"message":"Value must be at most 60","target":60,"value":999999999999}}}`,
	} {
		r.refused(t, http.StatusBadRequest, wordValidation, want, "GET /v2/accounts/{A}/journal?"+query, "", "token: A",
			"Accept: application/x-ndjson")
	}
}

func TestBehindTheJournalsEndThereIsNothing(t *testing.T) {
	r := newRig(t)
	end := r.Stats().Seq
	for _, after := range []string{strconv.FormatUint(end, 10), strconv.FormatUint(end+5, 10), "9223372036854775807"} {
		list, at := r.journal(t, "{A}/journal?after_seq="+after)
		require.Empty(t, list)
		require.Equal(t, end, at)
		require.Equal(t, "[]", r.get(t, "{A}/journal?after_seq="+after).data(t))
	}
}

func TestOneRequestLooksAtABoundedPartOfTheJournal(t *testing.T) {
	r := newRig(t, func(o *Options) { o.JournalEntriesMax = 3 })
	whole := newRig(t)
	for range 4 {
		for _, one := range []*rig{r, whole} {
			one.put(t, "{A}/ledgers/credit", line("5", "s", one.put(t, "{B}/ledgers/credit", line("5", "s", strconv.FormatUint(
				one.Stats().Seq, 10)), "").text("request_id")), "")
		}
	}
	want, end := whole.journal(t, "{A}/journal")
	var got []shown
	for after := uint64(0); after < end; {
		a := r.get(t, fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", after))
		require.Equal(t, json.Number(strconv.FormatUint(min(after+3, end), 10)), a.env["after_seq"])
		require.Equal(t, json.Number(strconv.FormatUint(end, 10)), a.env["last_seq"])
		var page []shown
		page, after = r.journal(t, fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", after))
		got = append(got, page...)
	}
	require.Equal(t, seqsOf(want), seqsOf(got))
}

func TestAReplyHasABoundedNumberOfBytes(t *testing.T) {
	r := newRig(t, func(o *Options) { o.JournalBytesMax = 1000 })
	for i := range 5 {
		r.put(t, "{A}/ledgers/credit", line("5", "s", strconv.Itoa(i)), "")
	}
	var seqs []uint64
	pages := 0
	for after := uint64(0); ; pages++ {
		page, next := r.journal(t, fmt.Sprintf("{A}/journal?page_size=1000&after_seq=%d", after))
		require.LessOrEqual(t, len(page), 2)
		seqs = append(seqs, seqsOf(page)...)
		if len(page) == 0 {
			break
		}
		after = next
	}
	require.Greater(t, pages, 4)
	require.True(t, slices.IsSorted(seqs))
	require.Len(t, slices.Compact(seqs), len(seqs))
	require.Len(t, seqs, 7, "made, key, five credits")
}

// Readers that follow while others write see each entry once, in order, whatever the size of their pages.
func TestFollowersMissNothingWhileWritersWrite(t *testing.T) {
	r := newRig(t, func(o *Options) { o.JournalEntriesMax = 7 })
	start := r.Stats().Seq
	const writers, each = 4, 50
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				account := r.ids[[]string{"A", "B"}[i%2]]
				_, err := r.Do(t.Context(), &engine.Command{Change: &engine.PostLedger{Op: engine.OpTopUp, Account: account,
					Amount: amount.FromInt(int64(w + 1)), Facts: engine.Facts{Source: "s", SourceID: "x"}}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	followed := make([][]uint64, 3)
	for i := range followed {
		reading.Go(func() {
			for after := start; len(followed[i]) < writers*each/2; {
				seqs, next, err := r.follow(fmt.Sprintf("{A}/journal?wait=60&page_size=%d&after_seq=%d", i+1, after))
				if err != nil {
					t.Error(err)
					return
				}
				after = next
				followed[i] = append(followed[i], seqs...)
			}
		})
	}
	writing.Wait()
	reading.Wait()
	var want []uint64
	require.NoError(t, r.Journal(t.Context(), start+1, func(e *engine.Entry) error {
		if e.Accounts[0].ID == r.accountID("A") {
			want = append(want, e.Seq)
		}
		return nil
	}))
	for _, got := range followed {
		require.Equal(t, want, got)
	}
}

// follow is journal for goroutines other than the test's.
func (r *rig) follow(query string) (seqs []uint64, after uint64, err error) {
	request, err := http.NewRequest(http.MethodGet, r.server.URL+r.fill("/v2/accounts/"+query), nil)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("X-Auth-Token", r.tokens["M"])
	request.Header.Set("Accept", typeLines)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("status %d", response.StatusCode)
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		var e shown
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, 0, err
		}
		seqs = append(seqs, e.Seq)
	}
	if lines.Err() != nil {
		return nil, 0, lines.Err()
	}
	after, err = strconv.ParseUint(response.Header.Get(headerAfterSeq), 10, 64)
	return seqs, after, err
}
