package crossbar

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// undoing is a line that reverses another; amount "" is none.
func undoing(id, amount, sourceID string) string {
	data := strings.TrimSuffix(line("0", "s", sourceID), "}") + fmt.Sprintf(`,"reverses":%q}`, id)
	if amount == "" {
		return strings.Replace(data, `"amount":0,`, "", 1)
	}
	return strings.Replace(data, `"amount":0`, `"amount":`+amount, 1)
}

func TestALineIsReversedByOneOfTheOppositeDirectionOnce(t *testing.T) {
	r := newRig(t)
	id := r.put(t, "{A}/ledgers/debit", line("7.5", "s", "x"), "").header.Get("Location")
	refuse := func(direction, data, wrong string) {
		t.Helper()
		r.refused(t, http.StatusBadRequest, wordValidation, wrong, "PUT /v2/accounts/{A}/ledgers/"+direction,
			`{"data":`+data+`}`, "token: M")
	}
	refuse("debit", undoing(id, "7.5", "y"),
		`{"reverses":{"invalid":{"message":"A line is reversed by one of the opposite direction","value":"`+id+`"}}}`)
	refuse("credit", undoing("201912-7", "7.5", "y"),
		`{"reverses":{"invalid":{"message":"There is no such line in this ledger","value":"201912-7"}}}`)
	refuse("credit", undoing(id, "7.6", "y"),
		`{"amount":{"maximum":{"message":"Value is more than what it reverses","target":7.5,"value":7.6}}}`)
	undone := r.put(t, "{A}/ledgers/credit", undoing(id, "", "y"), "")
	require.Equal(t, id, undone.env["data"].(map[string]any)["reverses"])
	require.Equal(t, `{"amount":0}`, r.get(t, "{A}/ledgers/total").data(t), "without an amount all of it")
	again := r.send(t, "PUT /v2/accounts/{A}/ledgers/credit", `{"data":`+undoing(id, "1", "z")+`}`, "token: M")
	require.Equal(t, http.StatusBadRequest, again.status)
	require.Contains(t, again.body, `{"reverses":{"invalid":{"message":"entry `)
	r.put(t, "{A}/ledgers/debit", undoing(undone.header.Get("Location"), "", "z"), "")
}

func TestALineOfAnotherLedgerIsNotReversed(t *testing.T) {
	r := newRig(t)
	id := r.put(t, "{R}/ledgers/debit", line("7", "s", "x"), "").header.Get("Location")
	r.refused(t, http.StatusBadRequest, wordValidation,
		`{"reverses":{"invalid":{"message":"There is no such line in this ledger","value":"`+id+`"}}}`,
		"PUT /v2/accounts/{A}/ledgers/credit", `{"data":`+undoing(id, "7", "y")+`}`, "token: M")
}

func TestTheCopyOfAReversalReversesNothing(t *testing.T) {
	r := newRig(t)
	id := r.put(t, "{A}/ledgers/debit", line("7", "s", "x"), `,"impact_reseller":true`).header.Get("Location")
	both := r.put(t, "{A}/ledgers/credit", undoing(id, "", "y"), `,"impact_reseller":true`)
	data := both.env["data"].(map[string]any)
	require.Equal(t, id, data[r.ids["A"].String()].(map[string]any)["ledger"].(map[string]any)["reverses"])
	require.NotContains(t, data[r.ids["R"].String()].(map[string]any)["ledger"], "reverses")
	require.Equal(t, `{"amount":0}`, r.get(t, "{R}/ledgers/total").data(t))
}

func TestALineOfNothingHasTheDirectionThatWasAskedFor(t *testing.T) {
	r := newRig(t)
	id := r.put(t, "{A}/ledgers/debit", line("0", "s", "x"), "").header.Get("Location")
	r.refused(t, http.StatusBadRequest, wordValidation,
		`{"reverses":{"invalid":{"message":"A line is reversed by one of the opposite direction","value":"`+id+`"}}}`,
		"PUT /v2/accounts/{A}/ledgers/debit", `{"data":`+undoing(id, "", "y")+`}`, "token: M")
	r.put(t, "{A}/ledgers/credit", undoing(id, "", "y"), "")
}
