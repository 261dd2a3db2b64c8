package main

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// TestLinesBecomeRequests is the grammar, by example.
func TestLinesBecomeRequests(t *testing.T) {
	for _, c := range []struct{ line, request string }{
		// The hints of the user's document, as printed.
		{`balance_set Tenant="cgrates.org" Account="1003" Direction="\*out" Value=12 BalanceID="23456"`,
			`APIerSv1.SetBalance {"BalanceType":"*monetary","Tenant":"cgrates.org","Account":"1003","Value":12,"BalanceID":"23456"}`},
		{`balance_add Tenant="cgrates.org" Account="1003" BalanceId="123456" Value=10`,
			`APIerSv1.AddBalance {"BalanceType":"*monetary","Tenant":"cgrates.org","Account":"1003","BalanceID":"123456","Value":10}`},
		{`balance_debit Tenant="cgrates.org" Account="1003" BalanceId="23456" Value=5 BalanceType="\*monetary"`,
			`APIerSv1.DebitBalance {"Tenant":"cgrates.org","Account":"1003","BalanceID":"23456","Value":5,"BalanceType":"*monetary"}`},
		{`debit Tenant="cgrates.org" Account="1001" CallDuration=500`,
			`Responder.Debit {"Tenant":"cgrates.org","Account":"1001"}`},
		{`balance_set Tenant="cgrates.org" Account="1001" BalanceType="\*voice" Directions="\*out" Value=100 ` +
			`BalanceID="8d867c57-31b4-407d-afc7-fb4dc359ae4d"`,
			`APIerSv1.SetBalance {"Tenant":"cgrates.org","Account":"1001","BalanceType":"*voice","Directions":"*out",` +
				`"Value":100,"BalanceID":"8d867c57-31b4-407d-afc7-fb4dc359ae4d"}`},
		{`balance_set Tenant="cgrates.org" Account="1001" BalanceType="\*voice" Directions="\*in" Value=600 ` +
			`BalanceID="9d867c57-31b4-407d-afc7-fb4dc359ae4d"`,
			`APIerSv1.SetBalance {"Tenant":"cgrates.org","Account":"1001","BalanceType":"*voice","Directions":"*in",` +
				`"Value":600,"BalanceID":"9d867c57-31b4-407d-afc7-fb4dc359ae4d"}`},
		// Words, quotes, blanks and commas.
		{`account Account=1003`, `APIerSv2.GetAccount {"Account":"1003"}`},
		{`account Account=k1`, `APIerSv2.GetAccount {"Account":"k1"}`},
		{`account Account = "k 1"`, `APIerSv2.GetAccount {"Account":"k 1"}`},
		{`account Account='it\'s "k1"'`, `APIerSv2.GetAccount {"Account":"it's \"k1\""}`},
		{`account Tenant=t1, Account=k1,`, `APIerSv2.GetAccount {"Tenant":"t1","Account":"k1"}`},
		{`account Tenant=t1,Account=k1`, `APIerSv2.GetAccount {"Tenant":"t1","Account":"k1"}`},
		{`account Account=a,b`, `APIerSv2.GetAccount {"Account":"a,b"}`},
		{`account ACCOUNT=k1`, `APIerSv2.GetAccount {"Account":"k1"}`},
		{`account Account=null`, `APIerSv2.GetAccount {"Account":null}`},
		{`account Account="a\"b\\c\u00e9"`, `APIerSv2.GetAccount {"Account":"a\"b\\c\u00e9"}`},
		{`balance_add BalanceType=\*sms Value=1`, `APIerSv1.AddBalance {"BalanceType":"*sms","Value":1}`},
		{`balance_add balancetype=*sms Value=1`, `APIerSv1.AddBalance {"BalanceType":"*sms","Value":1}`},
		{`balance_add Balance={"ID":"a} b","Value":"90s"} Value=0`,
			`APIerSv1.AddBalance {"BalanceType":"*monetary","Balance":{"ID":"a} b","Value":"90s"},"Value":0}`},
		{`accounts AccountIDs=["1001","1002"]`, `APIerSv2.GetAccounts {"AccountIDs":["1001","1002"]}`},
		{`accounts AccountIds=1001;1002`, `APIerSv2.GetAccounts {"AccountIDs":["1001","1002"]}`},
		{`accounts AccountIDs="1001"`, `APIerSv2.GetAccounts {"AccountIDs":["1001"]}`},
		{`accounts AccountIDs=null`, `APIerSv2.GetAccounts {"AccountIDs":null}`},
		// Numbers stay as they were written.
		{`balance_add Value=9007199254740993.000000000000000001`,
			`APIerSv1.AddBalance {"BalanceType":"*monetary","Value":9007199254740993.000000000000000001}`},
		{`balance_add Value=-0.10`, `APIerSv1.AddBalance {"BalanceType":"*monetary","Value":-0.10}`},
		{`balance_add Value=90s`, `APIerSv1.AddBalance {"BalanceType":"*monetary","Value":"90s"}`},
		// Commands without arguments, items, other names.
		{`accounts`, `APIerSv2.GetAccounts {}`},
		{`ping`, `CoreSv1.Ping {}`},
		{`ping apiers`, `APIerSv1.Ping {}`},
		{`status`, `CoreSv1.Status {}`},
		{`debit_max Account=1001`, `Responder.MaxDebit {"Account":"1001"}`},
		{`balance_remove Account=1001 BalanceID=b1`,
			`APIerSv1.RemoveBalances {"BalanceType":"*monetary","Account":"1001","BalanceID":"b1"}`},
		{`account_set Account=1001 AllowNegative=true`, `APIerSv2.SetAccount {"Account":"1001","AllowNegative":true}`},
		{`account_remove Account=1001`, `APIerSv1.RemoveAccount {"Account":"1001"}`},
		{`balance_add Account=1001 Value=1 APIOpts={"*idempotencyKey":"k1"}`, `APIerSv1.AddBalance ` +
			`{"BalanceType":"*monetary","Account":"1001","Value":1,"APIOpts":{"*idempotencyKey":"k1"}}`},
	} {
		parsed, err := parseLine(c.line)
		require.NoError(t, err, c.line)
		cmd, ok := findCommand(parsed.command)
		require.True(t, ok, c.line)
		request, err := cmd.request(parsed)
		require.NoError(t, err, c.line)
		require.Equal(t, c.request, request.method+" "+string(request.argument), c.line)
	}
}

// TestBadLinesAreUsageErrors also holds that a missing value is never taken
// from the next argument.
func TestBadLinesAreUsageErrors(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{`account Account="k1`, "closing quote"},
		{`account Account='k1`, "closing '"},
		{`balance_add Balance={"ID":`, "closing quote or bracket"},
		{`balance_add Balance={ID:x}`, "not JSON"},
		{`balance_add Balance=[}`, "not JSON"},
		{`account Account="\q"`, "not JSON"},
		{`balance_add Value= Account="1003"`, "value is missing"},
		{`balance_add Value=, Account="1003"`, "value is missing"},
		{`balance_add Value=`, "value is missing"},
		{`account =k1`, "no name"},
		{`account Account=a account=b`, "twice"},
		{`account k1`, "not Name=value"},
		{`account Account=k1 k2`, "not Name=value"},
		{`account k1 Account=k2`, "not Name=value"},
		{`ping nobody`, "no service"},
		{"account Account='\xff'", "not UTF-8"},
		{strings.Repeat("x", lineBytesMax+1), "more than"},
	} {
		parsed, err := parseLine(c.line)
		if err == nil {
			cmd, ok := findCommand(parsed.command)
			require.True(t, ok, c.line)
			_, err = cmd.request(parsed)
		}
		require.ErrorContains(t, err, c.says, c.line)
		require.Equal(t, exitUsage, exitStatus(err), c.line)
	}
}

func TestEmptyLinesAndCommentsHaveNoCommand(t *testing.T) {
	for _, input := range []string{"", "  \t", "# balance_set", "  #"} {
		parsed, err := parseLine(input)
		require.NoError(t, err)
		require.Empty(t, parsed.command, input)
	}
}

// Without its misspelt BalanceID a debit would take from every balance of the type.
func TestAnUnknownArgumentIsRefusedWithTheNearestName(t *testing.T) {
	stub := newStubDaemon(t, nil)
	for line, want := range map[string]string{
		"balance_debit Account=1003 BalanecID=b1 Value=5": "unknown argument BalanecID (did you mean BalanceID?)",
		"balance_debit Account=1003 Zzz=1":                "unknown argument Zzz (see: help balance_debit)",
	} {
		status, _, errText := runPurser(t, "", nil, "--server", stub.address, line)
		require.Equal(t, exitUsage, status)
		require.Equal(t, "purser: balance_debit: "+want+"\n", errText)
	}
	require.Empty(t, stub.requests(), "nothing was sent")
}

// FuzzLine: whatever is typed, the answer is an error or one valid JSON object.
func FuzzLine(f *testing.F) {
	f.Add(`balance_set Tenant="cgrates.org" Account="1003" Direction="\*out" Value=12 BalanceID="23456"`)
	f.Add(`accounts AccountIDs=["a","b"] Filter={"Disabled":true}, Limit = 10`)
	f.Add(`account Account='a\'b' Foo=x,y,Bar=\*`)
	f.Add("account A\xff=\xfe")
	f.Fuzz(func(t *testing.T, input string) {
		parsed, err := parseLine(input)
		if err != nil {
			require.Equal(t, exitUsage, exitStatus(err))
			return
		}
		cmd, ok := findCommand(parsed.command)
		if !ok {
			return
		}
		request, err := cmd.request(parsed)
		if err != nil {
			require.Equal(t, exitUsage, exitStatus(err))
			return
		}
		require.Equal(t, jsontext.Kind('{'), request.argument.Kind())
		require.True(t, request.argument.IsValid(jsontext.AllowDuplicateNames(true)), "%s", request.argument)
	})
}
