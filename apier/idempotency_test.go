package apier

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

func digestOf(t *testing.T, method, text string, args any) string {
	readArgs(t, text, args)
	sum, err := digest(method, args)
	require.NoError(t, err)
	return string(sum)
}

func TestAnotherSpellingOfARequestIsTheSameRequest(t *testing.T) {
	first := digestOf(t, "M", `{"Account":"a","BalanceType":"*voice","Value":10,"Balance":{"ID":"5","Weight":1.5,
		"DestinationIDs":"D1;!D2"},"ActionExtraData":{"x":1,"y":2}}`, new(addBalance))
	for _, text := range []string{
		`{"balance":{"Weight":"1.50","ID":5,"DestinationIDs":["!D2","D1"]},"VALUE":1e1,"BalanceType":"*voice","account":"a",
			"ActionExtraData":{ "y":2, "x":1 }}`,
		`{"Account":"a","BalanceType":"*voice","Value":10.0,"Balance":{"ID":"5","Weight":1.5,"DestinationIDs":" D1;!D2;"},
			"ActionExtraData":{"x":1,"y":2},"Overwrite":false,"Cdrlog":null,"Unknown":[1],
			"APIOpts":{"*idempotencyKey":"k","other":1}}`,
	} {
		require.Equal(t, first, digestOf(t, "M", text, new(addBalance)), text)
	}
}

func TestAnythingElseIsAnotherRequest(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{
		`{}`, `{"Account":"a"}`, `{"Account":"b"}`, `{"Tenant":"a"}`, `{"BalanceType":"a"}`, `{"Value":0}`, `{"Value":1}`,
		`{"Balance":{}}`, `{"Balance":{"ID":"a"}}`, `{"BalanceID":"a"}`, `{"Balance":{"UUID":"a"}}`,
		`{"Balance":{"Value":1}}`, `{"Balance":{"ExpiryTime":"+1h"}}`, `{"Balance":{"Weight":1}}`, `{"Weight":1}`,
		`{"Balance":{"DestinationIDs":"a"}}`, `{"Balance":{"DestinationIDs":"!a"}}`, `{"Balance":{"Categories":"a"}}`,
		`{"Balance":{"SharedGroups":"a"}}`, `{"Balance":{"TimingIDs":"a"}}`, `{"Balance":{"RatingSubject":"a"}}`,
		`{"Balance":{"Disabled":true}}`, `{"Balance":{"Disabled":false}}`, `{"Balance":{"Blocker":true}}`,
		`{"Balance":{"Factors":{"a":1}}}`, `{"ActionExtraData":{"a":1}}`, `{"ExtraData":{"a":2}}`, `{"Overwrite":true}`,
		`{"APIOpts":{"*ralsDryRun":true}}`,
	} {
		sum := digestOf(t, "M", text, new(addBalance))
		require.NotContains(t, seen, sum, "%s is like %s", text, seen[sum])
		seen[sum] = text
	}
	require.NotEqual(t, digestOf(t, "AddBalance", `{}`, new(addBalance)), digestOf(t, "DebitBalance", `{}`, new(debitBalance)))
}

const aMinute = `{"Account":"1001","ToR":"*voice","TimeStart":"2026-01-14T10:00:00Z","TimeEnd":"2026-01-14T10:01:00Z",` +
	`"APIOpts":{"*idempotencyKey":"call-1"}}`

func TestARepeatedRequestIsAppliedOnce(t *testing.T) {
	f := start(t, nil)
	const add = `{"Account":"1001","BalanceType":"*voice","Value":180000000000,"Balance":{"ID":"v","ExpiryTime":"+720h"},` +
		`"APIOpts":{"*idempotencyKey":"k1"}}`
	f.play(
		[2]string{`APIerSv1.AddBalance ` + add, isOK},
		[2]string{`ApierV1.AddBalance ` + add, isOK}, // another name of the same method
		[2]string{`Responder.Debit ` + aMinute, gives(`{"RatedUsage": 60000000000}`)})
	f.clock.Add(time.Hour) // +720h is another time now, and still the same request
	f.play(
		[2]string{`APIerSv1.AddBalance ` + add, isOK},
		[2]string{`Responder.Debit ` + aMinute, gives(`{"RatedUsage": 60000000000, "AccountSummary": {"BalanceSummaries":
			[{"ID": "v", "Initial": 180000000000, "Value": 120000000000}]}}`)},
		[2]string{`APIerSv2.GetAccount {"Account":"1001"}`, gives(`{"BalanceMap": {"*voice": [{"Value": 120000000000}]}}`)})
}

func TestAKeyOfAnotherRequestIsRefused(t *testing.T) {
	f := start(t, nil)
	const opts = `"APIOpts":{"*idempotencyKey":"k1"}}`
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"1","BalanceType":"*sms","Value":1,` + opts, isOK},
		[2]string{`APIerSv1.AddBalance {"Account":"1","BalanceType":"*sms","Value":2,` + opts, fails("IDEMPOTENCY_CONFLICT")},
		[2]string{`APIerSv1.DebitBalance {"Account":"1","BalanceType":"*sms","Value":1,` + opts, fails("IDEMPOTENCY_CONFLICT")},
		[2]string{`APIerSv1.TransferBalance {"SourceAccountID":"1","SourceBalanceID":"a","DestinationAccountID":"2",
			"DestinationBalanceID":"b","Units":1,` + opts, fails("IDEMPOTENCY_CONFLICT")},
		[2]string{`APIerSv1.AddBalance {"Tenant":"other","Account":"1","BalanceType":"*sms","Value":2,` + opts, isOK},
		[2]string{`APIerSv1.AddBalance {"Account":"1","BalanceType":"*sms","Value":1,
			"APIOpts":{"*idempotencyKey":"` + strings.Repeat("k", 129) + `"}}`, `{"error": "$any"}`},
		[2]string{`APIerSv2.GetAccount {"Account":"1"}`, gives(`{"BalanceMap": {"*sms": [{"Value": 1}]}}`)})
}

func TestTheHeaderIdempotencyKeyIsAKeyToo(t *testing.T) {
	f := start(t, nil)
	post := func(key, opts string) string {
		body := `{"method":"APIerSv1.AddBalance","params":[{"Account":"1","BalanceType":"*sms","Value":1` + opts + `}],"id":1}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+f.HTTP+"/jsonrpc", strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Idempotency-Key", key)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return string(answer)
	}
	const done = `{"id":1,"result":"OK","error":null}` + "\n"
	require.Equal(t, done, post("k1", ""))
	require.Equal(t, done, post("k1", ""))
	require.Equal(t, done, post("k1", `,"APIOpts":{"*idempotencyKey":"k1"}`))
	require.Contains(t, post("k1", `,"APIOpts":{"*idempotencyKey":"k2"}`), "SERVER_ERROR: *idempotencyKey: is not the key")
	f.play([2]string{`APIerSv2.GetAccount {"Account":"1"}`, gives(`{"BalanceMap": {"*sms": [{"Value": 1}]}}`)})
}

// Every method that changes something takes a key: a second request under it is refused, whatever it asks.
func TestEveryChangeTakesAKey(t *testing.T) {
	f := start(t, nil)
	const opts = `"APIOpts":{"*idempotencyKey":"used"}`
	f.play([2]string{`APIerSv1.SetAccount {"Account":"first",` + opts + `}`, isOK})
	for name, args := range map[string]string{
		"APIerSv1.SetBalance":        `"Account":"a","BalanceType":"*sms","BalanceID":"x","Value":1`,
		"APIerSv1.SetBalances":       `"Account":"a","Balances":[{"BalanceType":"*sms","BalanceID":"x","Value":1}]`,
		"APIerSv1.AddBalance":        `"Account":"a","BalanceType":"*sms","Value":1`,
		"APIerSv1.DebitBalance":      `"Account":"a","BalanceType":"*sms","Value":1`,
		"APIerSv1.RemoveBalances":    `"Account":"a","BalanceType":"*sms"`,
		"APIerSv1.SetAccount":        `"Account":"a"`,
		"APIerSv1.RemoveAccount":     `"Account":"a"`,
		"APIerSv1.SetDestination":    `"Id":"D","Prefixes":["49"]`,
		"APIerSv1.RemoveDestination": `"DestinationIDs":["D"]`,
		"APIerSv1.SetTiming":         `"ID":"T"`,
		"APIerSv1.RemoveTiming":      `"ID":"T"`,
		"Responder.Debit":            `"Account":"first"`,
		"Responder.MaxDebit":         `"Account":"first"`,
		"APIerSv1.TransferBalance": `"SourceAccountID":"1","SourceBalanceID":"a","DestinationAccountID":"2",` +
			`"DestinationBalanceID":"b","Units":1`,
	} {
		f.play([2]string{name + ` {` + args + `,` + opts + `}`, fails("IDEMPOTENCY_CONFLICT")})
	}
}

func FuzzAPIOpts(f *testing.F) {
	for _, seed := range []string{
		`{"*idempotencyKey":"k"}`, `{"*ralsDryRun":"true"}`, `{"*ralsDryRun":false,"x":[{}]}`, `null`, `{"*idempotencyKey":"\u0000"}`,
		`{"0*idempotencyKey":""}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := apiOpts{Key: "left over", DryRun: true}
		if jsonv2.Unmarshal([]byte(text), &o) != nil {
			return
		}
		require.NotEqual(t, "left over", o.Key)
		var members map[string]any
		require.NoError(t, jsonv2.Unmarshal([]byte(text), &members))
		_, has := members[optKey]
		require.Equal(t, has, o.Key != "")
	})
}
