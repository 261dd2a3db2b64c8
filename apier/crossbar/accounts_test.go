package crossbar

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestAnAccountIsMadeBelowAnother(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "PUT /v2/accounts/{A}", `{"data":{"name":"Child","realm":"Child.Example"}}`, "token: R")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	id := a.header.Get("Location")
	require.JSONEq(t, r.fill(`{"id":"`+id+`","name":"Child","parent_id":"{A}","tree":["{M}","{R}","{A}"],"enabled":true,
		"is_reseller":false,"reseller_id":"{R}","superduper_admin":false,"realm":"Child.Example","billing_id":"`+id+`",
		"created":63934480800,"tenant":"cgrates.org","account":"`+id+`"}`), a.data(t))
	require.Equal(t, a.data(t), r.send(t, "GET /v2/accounts/"+id, "", "token: A").data(t))

	a = r.send(t, "PUT /v2/accounts/{A}", `{"data":{"name":"x","tenant":"t","account":" 1003 ","enabled":false}}`, "token: A")
	require.Contains(t, a.data(t), `"account":"1003"`)
	require.Contains(t, a.data(t), `"tenant":"t"`)
	require.Contains(t, a.data(t), `"enabled":false`)
	require.Regexp(t, `"realm":"[0-9a-f]{6,}\.sip\.internal"`, a.data(t))
}

func TestAnAccountThatCannotBeIsRefused(t *testing.T) {
	r := newRig(t)
	require.Equal(t, 200, r.send(t, "PATCH /v2/accounts/{B}", `{"data":{"realm":"b.example"}}`, "token: B").status)
	required := `{"name":{"required":{"message":"Field is required but missing","value":"name"}}}`
	invalid := `{"invalid":{"message":"Value is invalid"}}`
	for _, c := range []struct{ line, body, data string }{
		{"PUT", `{}`, required}, {"POST", `{}`, required}, {"PUT", `{"name":""}`, required},
		{"PATCH", `{"name":""}`, `{"name":{"required":{"message":"Field is required but missing"}}}`},
		{"PUT", `{"name":5,"enabled":"yes"}`, `{"name":{"type":{"message":"Value did not match type(s): string","target":"string",
			"value":5}},"enabled":{"type":{"message":"Value did not match type(s): boolean","target":"boolean","value":"yes"}}}`},
		{"PUT", `{"name":"` + strings.Repeat("x", 129) + `","realm":"a b"}`, `{"name":` + invalid + `,"realm":` + invalid + `}`},
		{"PATCH", `{"realm":"B.EXAMPLE"}`, `{"realm":{"unique":{"message":"Value is taken already"}}}`},
		{"PUT", `{"name":"x","account":"{B}"}`, `{"account":{"unique":{"message":"Value is taken already"}}}`},
		{"PUT", `{"name":"x","account":"a\u0007b"}`, `{"account":{"invalid":{"message":"control character"}}}`},
		{"PUT", `{"name":"x","tenant":"a\u0007b"}`, `{"tenant":{"invalid":{"message":"control character"}}}`},
	} {
		r.refused(t, 400, wordValidation, c.data, c.line+" /v2/accounts/{A}", `{"data":`+c.body+`}`, "token: A")
	}
}

func TestWhatIsNotGivenOfAnAccountStays(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "PATCH /v2/accounts/{A}", `{"data":{"realm":"a.example"}}`, "token: A")
	require.Contains(t, a.data(t), `"name":"Account A"`)
	a = r.send(t, "POST /v2/accounts/{A}", `{"data":{"name":"New"}}`, "token: A")
	require.Contains(t, a.data(t), `"name":"New"`)
	require.Contains(t, a.data(t), `"realm":"a.example"`)
	a = r.send(t, "PATCH /v2/accounts/{A}", "", "token: A")
	require.Equal(t, 200, a.status, "an empty body changes nothing")
	require.Contains(t, a.data(t), `"name":"New"`)
}

func TestOnlyTheMasterMakesResellers(t *testing.T) {
	r := newRig(t)
	require.Equal(t, 403, r.send(t, "PUT /v2/accounts/{A}/reseller", `{"data":{}}`, "token: R").status)
	a := r.send(t, "PUT /v2/accounts/{A}/reseller", `{"data":{}}`, "token: M")
	require.Equal(t, http.StatusCreated, a.status)
	require.Contains(t, a.data(t), `"is_reseller":true`)
	child := r.send(t, "PUT /v2/accounts/{A}", `{"data":{"name":"x"}}`, "token: A")
	require.Contains(t, child.data(t), r.fill(`"reseller_id":"{A}"`))
	r.refused(t, 409, "account_has_descendants", `{"message":"account has descendants"}`,
		"DELETE /v2/accounts/{R}/reseller", "", "token: M")
	a = r.send(t, "DELETE /v2/accounts/{A}/reseller", "", "token: M")
	require.Equal(t, 200, a.status)
	require.Contains(t, r.send(t, "GET /v2/accounts/"+child.header.Get("Location"), "", "token: M").data(t),
		r.fill(`"reseller_id":"{R}"`))
	require.Equal(t, 403, r.send(t, "PUT /v2/accounts/{M}/reseller", "", "token: M").status)
	require.Equal(t, 403, r.send(t, "DELETE /v2/accounts/{M}/reseller", "", "token: M").status)
}

func TestDeletingDisablesAndOnlyAtTheEndOfATree(t *testing.T) {
	r := newRig(t)
	r.refused(t, 409, "account_has_descendants", `{"message":"account has descendants"}`, "DELETE /v2/accounts/{R}", "", "token: M")
	a := r.send(t, "DELETE /v2/accounts/{A}", "", "token: R")
	require.Equal(t, 200, a.status)
	require.Contains(t, a.data(t), `"enabled":false`)
	require.Contains(t, r.send(t, "GET /v2/accounts/{A}", "", "token: R").data(t), `"enabled":false`)
	require.Equal(t, 403, r.send(t, "PATCH /v2/accounts/{M}", `{"data":{"enabled":false}}`, "token: M").status)
}

func TestAnAccountOfTheOtherFacesIsInTheTree(t *testing.T) {
	r := newRig(t)
	id := engine.AccountID{Tenant: "cgrates.org", Account: "1003"}
	r.must(t, &engine.SetAccount{Account: id})
	path := "/v2/accounts/" + id.Derived().String()
	a := r.send(t, "GET "+path, "", "token: M")
	require.JSONEq(t, r.fill(`{"id":"`+id.Derived().String()+`","name":"1003","parent_id":"{M}","tree":["{M}"],"enabled":true,
		"is_reseller":false,"reseller_id":"{M}","superduper_admin":false,"billing_id":"`+id.Derived().String()+`",
		"tenant":"cgrates.org","account":"1003"}`), a.data(t))
	require.Equal(t, 403, r.send(t, "GET "+path, "", "token: R").status)
	require.Equal(t, 200, r.send(t, "DELETE "+path, "", "token: M").status)
	require.NoError(t, r.Read(t.Context(), func(s engine.State) error {
		acc, err := s.Account(id)
		require.True(t, acc.Disabled)
		return err
	}))
}

// names returns the names of a list.
func names(t *testing.T, a *got) (list []string) {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	for _, item := range a.env["data"].([]any) {
		list = append(list, item.(map[string]any)["name"].(string))
	}
	return list
}

func TestListsOfAccounts(t *testing.T) {
	r := newRig(t)
	require.ElementsMatch(t, []string{"Account 1", "Outsider"}, names(t, r.send(t, "GET /v2/accounts/{M}/children", "", "token: M")))
	require.ElementsMatch(t, []string{"Account 1", "Account A", "Account B", "Outsider"},
		names(t, r.send(t, "GET /v2/accounts/{M}/descendants", "", "token: M")))
	require.Equal(t, []string{"Master", "Account 1"}, names(t, r.send(t, "GET /v2/accounts/{A}/parents", "", "token: A")))
	require.Empty(t, names(t, r.send(t, "GET /v2/accounts/{A}/children", "", "token: A")))
	require.Equal(t, []string{"Account B"},
		names(t, r.send(t, "GET /v2/accounts/{R}/children?filter_name=Account+B", "", "token: R")))
}

func TestAWalkThroughPagesFindsEachAccountOnce(t *testing.T) {
	r := newRig(t)
	var want []string
	for i := range 25 {
		parent := "A"
		if i%3 == 0 {
			parent = "B"
		}
		name := fmt.Sprintf("child %d", i)
		r.child(t, name, parent, name)
		want = append(want, name)
	}
	want = append(want, "Account A", "Account B")
	for _, size := range []int{1, 4, 13, 14, 27, 50} {
		var found []string
		next := ""
		for pages := 0; ; pages++ {
			require.Less(t, pages, 30)
			line := fmt.Sprintf("GET /v2/accounts/{R}/descendants?page_size=%d&start_key=%s", size, next)
			a := r.send(t, line, "", "token: R")
			list := names(t, a)
			require.Equal(t, json.Number(fmt.Sprint(len(list))), a.env["page_size"])
			if next != "" {
				require.Equal(t, next, a.text("start_key"))
			}
			found = append(found, list...)
			if next = a.text("next_start_key"); next == "" {
				break
			}
		}
		require.ElementsMatch(t, want, found, "page_size %d", size)
	}
	all := r.send(t, "GET /v2/accounts/{R}/descendants?paginate=false", "", "token: R")
	require.ElementsMatch(t, want, names(t, all))
	require.NotContains(t, all.env, "page_size")
	require.Equal(t, 400, r.send(t, "GET /v2/accounts/{R}/descendants?page_size=1001", "", "token: R").status)
	first := r.send(t, "GET /v2/accounts/{R}/descendants?page_size=1", "", "token: R").text("next_start_key")
	require.Equal(t, 400, r.send(t, "GET /v2/accounts/{M}/descendants?start_key="+first, "", "token: M").status, "another list")
}

func TestAListLongerThanAChunkIsWhole(t *testing.T) {
	r := newRig(t)
	rq := asking("paginate=false")
	rq.face, rq.ctx, rq.route, rq.account = r.face, t.Context(), &route{}, &account{Member: &engine.Member{}}
	const count = 2*chunkMax + 1
	var asked []int
	counting := func(_ engine.Tree, _, after engine.HexID, limit int) (list []*engine.Member, err error) {
		asked = append(asked, limit)
		for n := binary.BigEndian.Uint64(after[8:]) + 1; n <= count && len(list) < limit; n++ {
			m := &engine.Member{}
			binary.BigEndian.PutUint64(m.ID[8:], n)
			list = append(list, m)
		}
		return list, nil
	}
	a, err := rq.listAccounts(counting)
	require.NoError(t, err)
	items := a.data.([]accountItem)
	require.Len(t, items, count)
	require.EqualValues(t, count, binary.BigEndian.Uint64(items[count-1].ID[8:]))
	require.Equal(t, []int{chunkMax, chunkMax, chunkMax}, asked)

	r.face.opts.ListMax = count - 1
	_, err = rq.listAccounts(counting)
	require.ErrorContains(t, err, "paginate")
}

func TestAnIdempotencyKeyMakesARequestHappenOnce(t *testing.T) {
	r := newRig(t)
	const line, body, key = "PUT /v2/accounts/{A}", `{"data":{"name":"Child"}}`, headerIdempotencyKey + ": k1"
	first := r.send(t, line, body, "token: A", key)
	require.Equal(t, 201, first.status)
	require.Empty(t, first.header.Get("Idempotent-Replayed"))
	for _, same := range []string{body, `{"auth_token":"x","data":{"name":"Child"}}`} {
		again := r.send(t, line, same, "token: A", key)
		require.Equal(t, 201, again.status)
		require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
		require.Equal(t, first.data(t), again.data(t))
	}
	r.refused(t, 409, wordConflict, `{"message":"idempotency key reused"}`, line, `{"data":{"name":"Other"}}`, "token: A", key)
	r.refused(t, 409, wordConflict, `{"message":"idempotency key reused"}`, line+"?x=1", body, "token: A", key)
	require.Len(t, names(t, r.send(t, "GET /v2/accounts/{A}/children", "", "token: A")), 1)

	// The key is the caller's own, for this verb and path.
	require.Equal(t, 201, r.send(t, line, body, "token: R", key).status)
	require.Equal(t, 200, r.send(t, "POST /v2/accounts/{A}", body, "token: A", key).status)
	require.Len(t, names(t, r.send(t, "GET /v2/accounts/{A}/children", "", "token: A")), 2)
	a := r.send(t, line, body, "token: A", headerIdempotencyKey+": "+strings.Repeat("x", 256))
	require.Equal(t, 400, a.status)
}
