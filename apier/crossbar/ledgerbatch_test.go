package crossbar

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// directed is a line of a batch.
func directed(direction, line string) string {
	return fmt.Sprintf(`{"direction":%q,%s`, direction, strings.TrimPrefix(line, "{"))
}

func batchOf(items ...string) string { return "[" + strings.Join(items, ",") + "]" }

func TestABatchMakesItsLinesInTheOrderSent(t *testing.T) {
	r := newRig(t)
	a := r.put(t, "{A}/ledgers/batch", batchOf(directed("credit", line("10", "s", "x")), directed("debit", line("4", "s", "y"))), "")
	docs := a.env["data"].([]any)
	require.Len(t, docs, 2)
	lines := r.get(t, "{A}/ledgers/s?ascending=true").env["data"].([]any)
	require.Equal(t, lines, docs)
	require.EqualValues(t, "10", fmt.Sprint(docs[1].(map[string]any)["audit"].(map[string]any)["available"]))
	require.Equal(t, `{"amount":6}`, r.get(t, "{A}/ledgers/total").data(t))
}

func TestABatchGoesToTheResellerLineByLine(t *testing.T) {
	r := newRig(t)
	copied := strings.TrimSuffix(directed("debit", line("4", "s", "y")), "}") + `,"impact_reseller":true}`
	docs := r.put(t, "{A}/ledgers/batch", batchOf(directed("debit", line("1", "s", "x")), copied), "").env["data"].([]any)
	require.Contains(t, docs[0], "id")
	both := docs[1].(map[string]any)
	require.EqualValues(t, "-5", fmt.Sprint(both[r.ids["A"].String()].(map[string]any)["available_dollars"]))
	require.EqualValues(t, "-4", fmt.Sprint(both[r.ids["R"].String()].(map[string]any)["available_dollars"]))
	r.put(t, "{A}/ledgers/batch", batchOf(directed("debit", line("1", "s", "z"))), `,"impact_reseller":true`)
	require.Equal(t, `{"amount":-5}`, r.get(t, "{R}/ledgers/total").data(t), "beside data it goes for all lines")
}

func TestABatchIsAllOrNothing(t *testing.T) {
	r := newRig(t)
	good := directed("credit", line("1", "s", "x"))
	same := func(id string) string {
		return strings.TrimSuffix(directed("credit", line("1", "s", id)), "}") + `,"period":{"start":5}}`
	}
	first := r.put(t, "{A}/ledgers/batch", batchOf(same("there")), "").env["data"].([]any)[0].(map[string]any)["id"].(string)
	refuse := func(status int, word, data string, items ...string) {
		t.Helper()
		r.refused(t, status, word, data, "PUT /v2/accounts/{A}/ledgers/batch", `{"data":`+batchOf(items...)+`}`, "token: M")
		require.Equal(t, `{"amount":1}`, r.get(t, "{A}/ledgers/total").data(t), "nothing changed")
	}
	refuse(http.StatusConflict, conflicting, `{"message":"conflicting documents","cause":"`+first+`","item":1}`, good, same("there"))
	refuse(http.StatusConflict, conflicting, `{"message":"conflicting documents","item":2}`, good, same("new"), same("new"))
	refuse(http.StatusBadRequest, wordValidation, `{"1":{"type":{"message":"Value did not match type(s): object",`+
		`"target":"object","value":7}},"2.direction":{"required":{"message":"Field is required but missing","value":"direction"}}}`,
		good, "7", line("1", "s", "y"))
	refuse(http.StatusBadRequest, wordValidation, `{"0.direction":{"enum":{"message":"Value not found in enumerated list of values",`+
		`"target":["credit","debit"]}},"0.source.id":{"required":{"message":"Field is required but missing","value":"id"}}}`,
		directed("up", line("1", "s", "")))
}

func TestABatchHasOneToSoManyLines(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Engine.Rules().BatchMax = 2 })
	item := directed("credit", line("1", "s", "x"))
	for data, wrong := range map[string]string{
		`[]`:                      `{"data":{"minimum":{"message":"Value must be at least 1","target":1,"value":0}}}`,
		`{}`:                      `{"data":{"type":{"message":"Value did not match type(s): array","target":"array"}}}`,
		batchOf(item, item, item): `{"data":{"maximum":{"message":"Value must be at most 2","target":2,"value":3}}}`,
	} {
		r.refused(t, http.StatusBadRequest, wordValidation, wrong, "PUT /v2/accounts/{A}/ledgers/batch", `{"data":`+data+`}`, "token: M")
	}
}

func TestABatchHappensOnceUnderItsKey(t *testing.T) {
	r := newRig(t)
	items := batchOf(directed("credit", line("1", "s", "x")), directed("credit", line("2", "s", "y")))
	first := r.put(t, "{A}/ledgers/batch", items, "", "Idempotency-Key: k")
	again := r.put(t, "{A}/ledgers/batch", items, "", "Idempotency-Key: k")
	require.Equal(t, first.data(t), again.data(t))
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, `{"amount":3}`, r.get(t, "{A}/ledgers/total").data(t))
}

func TestTheEngineNamesTheItemThatItRefuses(t *testing.T) {
	rq := &request{}
	err := rq.refusedItem(&engine.Error{Code: engine.CodeLimit, Fields: []string{"metadata"}, Text: "long", Item: 3})
	require.Contains(t, problemOf(err).data, "3.metadata")
}
