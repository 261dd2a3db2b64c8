package main

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

const oneAccount = `{"ID":"cgrates.org:1003","BalanceMap":{
"*voice":[{"Uuid":"u3","ID":"","Value":60000000000,"ExpirationDate":"2026-12-24T18:00:00Z","Weight":10,"Blocker":true}],
"*data":null,
"*monetary":[{"Uuid":"u1","ID":"23456","Value":9007199254740993.10,"ExpirationDate":"0001-01-01T00:00:00Z","Weight":0},
{"Uuid":"u2","ID":"b\u001b[2Jx","Value":-0.1,"Weight":null,"Disabled":true}]},
"UnitCounters":null,"ActionTriggers":null,"AllowNegative":true,"Disabled":false,"UpdateTime":"2026-01-01T00:00:00Z"}`

const oneTable = `ACCOUNT           TOR        ID      VALUE                EXPIRES               WEIGHT  FLAGS
cgrates.org:1003  *monetary  23456   9007199254740993.10  never                 0       allow-negative
cgrates.org:1003  *monetary  b` + "\uFFFD" + `[2Jx  -0.1                 never                 -       allow-negative,disabled
cgrates.org:1003  *voice     u3      60000000000          2026-12-24T18:00:00Z  10      allow-negative,blocker
`

func TestAccountsAreATableWithExactAmounts(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{
		"APIerSv2.GetAccount":  compact(oneAccount),
		"APIerSv2.GetAccounts": compact(`[` + oneAccount + `,{"ID":"cgrates.org:empty","BalanceMap":null,"Disabled":true}]`),
	})
	_, out, errText := runPurser(t, "", nil, "--server", stub.address, "account", "Account=1003")
	require.Equal(t, oneTable, out, errText)
	_, out, errText = runPurser(t, "", nil, "--server", stub.address, "accounts")
	require.Contains(t, out, "cgrates.org:1003   *monetary  23456   9007199254740993.10  never", errText)
	require.Contains(t, out, "cgrates.org:empty  -          -       -                    -                     -       account-disabled\n")
}

func TestAChargeShowsItsCostAndWhatIsLeft(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"Responder.Debit": compact(`{"Tenant":"cgrates.org","Account":"1001",
"ToR":"*voice","Cost":0.10,"RatedUsage":1000000000,"Timespans":null,"AccountSummary":{"Tenant":"cgrates.org","ID":"1001",
"BalanceSummaries":[{"UUID":"u","ID":"b1","Type":"*voice","Value":119000000000,"Disabled":false},
{"UUID":"u","ID":"b2","Type":"*monetary","Value":5.000000000000000001,"Disabled":true}]}}`),
		"Responder.MaxDebit": `{"Tenant":"cgrates.org","Account":"1001","Cost":0,"RatedUsage":0,"AccountSummary":null}`})
	_, out, errText := runPurser(t, "", nil, "--server", stub.address, "debit", "Account=1001")
	require.Equal(t, `charged cgrates.org:1001  tor *voice  usage 1000000000  cost 0.10
TOR        ID  VALUE                 FLAGS
*voice     b1  119000000000          -
*monetary  b2  5.000000000000000001  disabled
`, out, errText)
	_, out, _ = runPurser(t, "", nil, "--server", stub.address, "maxdebit", "Account=1001")
	require.Equal(t, "charged cgrates.org:1001  tor -  usage 0  cost 0\n", out)
}

func TestJSONKeepsNumbersAsTheyWereWritten(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv2.GetAccount": `{"V":9007199254740993.10,"E":1e3,"L":[]}`})
	_, out, errText := runPurser(t, "", nil, "--server", stub.address, "--json", "account", "Account=1")
	require.Equal(t, "{\n  \"V\": 9007199254740993.10,\n  \"E\": 1e3,\n  \"L\": []\n}\n", out, errText)
	_, out, _ = runPurser(t, "", nil, "--server", stub.address, "--json", "ping")
	require.Equal(t, "\"OK\"\n", out)
}

func TestAResultOfAnotherShapeIsShownAsItIs(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv2.GetAccount": `[1.50]`, "CoreSv1.Status": `{"pid":1}`})
	_, out, _ := runPurser(t, "", nil, "--server", stub.address, "account", "Account=1")
	require.Equal(t, "[\n  1.50\n]\n", out)
	_, out, _ = runPurser(t, "", nil, "--server", stub.address, "status")
	require.Equal(t, "{\n  \"pid\": 1\n}\n", out)
}

func TestJSONForATerminalHoldsNothingThatSteersIt(t *testing.T) {
	const sent = "{\"a\":\"\u009b31m\u202e\u007f\U000e0001 ä\\u001b\",\"b\":[1]}"
	for _, forPrograms := range []bool{false, true} {
		var out strings.Builder
		require.NoError(t, (&printer{out: &out, json: forPrograms}).plain(jsontext.Value(sent)))
		require.Equal(t, "{\n  \"a\": \"\\u009b31m\\u202e\\u007f\\udb40\\udc01 ä\\u001b\",\n  \"b\": [\n    1\n  ]\n}\n", out.String())
		require.JSONEq(t, sent, out.String())
	}
}
