package apier

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	minutes  = `APIerSv1.SetBalance {"Account":"1001","BalanceType":"*voice","Value":60000000000,"Balance":{"ID":"v","Weight":5,"Factors":{"peak":2}}}`
	anSMS    = `APIerSv1.AddBalance {"Account":"1001","BalanceType":"*sms","Value":3}`
	odd      = `APIerSv1.AddBalance {"Account":"1001","BalanceType":"*foo","Value":3}`
	tenInTwo = `"Account":"1001","Destination":"<49","ToR":"*voice","Category":"call","TimeStart":"2026-01-14T10:00:00+02:00",` +
		`"TimeEnd":"2026-01-14T10:00:09.5+02:00"`
)

// The exact bytes of a charge: members in their order, times in the zone of the request, Direction echoed, types in
// the order of summaries, the unnamed balance under its UUID, the type *foo left out.
func TestAnswerOfADebit(t *testing.T) {
	f := start(t, nil)
	f.play([2]string{anSMS, isOK}, [2]string{minutes, isOK}, [2]string{odd, isOK})
	account := f.account("1001")
	sms, voice := account.Balances[0].UUID.String(), account.Balances[1].UUID.String()
	require.Equal(t, `{"id":1,"result":{"Direction":"*out","Category":"call","Tenant":"cgrates.org","Subject":"1001",`+
		`"Account":"1001","Destination":"\u003c49","ToR":"*voice","Cost":0,"Timespans":[{`+
		`"TimeStart":"2026-01-14T10:00:00+02:00","TimeEnd":"2026-01-14T10:00:10+02:00","Cost":0,`+
		`"RateInterval":{"Timing":null,"Rating":{"ConnectFee":0,"RoundingMethod":"","RoundingDecimals":0,"MaxCost":0,`+
		`"MaxCostStrategy":"","Rates":[{"GroupIntervalStart":0,"Value":0,"RateIncrement":1000000000,`+
		`"RateUnit":1000000000}]},"Weight":0},"DurationIndex":10000000000,"Increments":[{"Duration":1000000000,"Cost":0,`+
		`"BalanceInfo":{"Unit":{"UUID":"`+voice+`","ID":"v","Value":40000000000,"DestinationID":"\u003c49",`+
		`"Consumed":2000000000,"Factor":2,"Category":"call","ToR":"*voice","RateInterval":null},"Monetary":null,`+
		`"AccountID":"cgrates.org:1001"},"CompressFactor":10}],"RoundIncrement":null,"MatchedSubject":"`+voice+`",`+
		`"MatchedPrefix":"\u003c49","MatchedDestId":"*any","RatingPlanId":"*none","CompressFactor":1}],`+
		`"RatedUsage":10000000000,"AccountSummary":{"Tenant":"cgrates.org","ID":"1001","BalanceSummaries":[`+
		`{"UUID":"`+sms+`","ID":"`+sms+`","Type":"*sms","Initial":3,"Value":3,"Disabled":false},`+
		`{"UUID":"`+voice+`","ID":"v","Type":"*voice","Initial":60000000000,"Value":40000000000,"Weight":5,`+
		`"Disabled":false,"Factors":{"peak":2}}],"AllowNegative":false,"Disabled":false}},"error":null}`,
		f.bytes(`{"method":"Responder.Debit","params":[{`+tenInTwo+`,"Direction":"*out",`+
			`"ExtraFields":{"BalanceFactorID":"peak"}}],"id":1}`))
}

func TestADebitOfNothingShowsTheAccount(t *testing.T) {
	f := start(t, nil)
	f.play([2]string{`APIerSv1.SetAccount {"Account":"empty"}`, isOK})
	require.Equal(t, `{"id":null,"result":{"Category":"","Tenant":"cgrates.org","Subject":"empty","Account":"empty",`+
		`"Destination":"","ToR":"","Cost":0,"Timespans":null,"RatedUsage":0,"AccountSummary":{"Tenant":"cgrates.org",`+
		`"ID":"empty","BalanceSummaries":null,"AllowNegative":false,"Disabled":false}},"error":null}`,
		f.bytes(`{"method":"Responder.Debit","params":[{"Account":"empty"}]}`))
}

func TestTheSubjectPaysWhereNoAccountIsNamed(t *testing.T) {
	f := start(t, nil)
	f.play([2]string{minutes, isOK},
		[2]string{`Responder.Debit {"Subject":"1001"}`, gives(`{"Account":"1001","Subject":"1001"}`)},
		[2]string{`Responder.Debit {"Subject":"other","Account":"1001"}`, gives(`{"Account":"1001","Subject":"other"}`)},
		[2]string{`Responder.Debit {"Subject":"nobody"}`, fails("ACCOUNT_NOT_FOUND")})
}

func TestADryRunTakesNothing(t *testing.T) {
	f := start(t, nil)
	rest := func(units string) [2]string {
		return [2]string{`APIerSv2.GetAccount {"Account":"1001"}`, gives(`{"BalanceMap":{"*voice":[{"Value":` + units + `}]}}`)}
	}
	f.play([2]string{minutes, isOK})
	for _, option := range []string{`"DryRun":true`, `"APIOpts":{"*ralsDryRun":true}`, `"APIOpts":{"*ralsDryRun":"true"}`} {
		f.play(
			[2]string{`Responder.Debit {` + tenInTwo + `,` + option + `}`, gives(`{"RatedUsage":10000000000}`)},
			rest("60000000000"))
	}
	f.play(
		[2]string{`Responder.Debit {` + tenInTwo + `,"APIOpts":{"*ralsDryRun":"perhaps"}}`, `{"error":"$any"}`},
		[2]string{`Responder.Debit {` + tenInTwo + `,"APIOpts":{"*ralsDryRun":1}}`, `{"error":"$any"}`},
		[2]string{`Responder.Debit {` + tenInTwo + `,"DryRun":false,"APIOpts":{"*ralsDryRun":false}}`, gives(`{}`)},
		rest("50000000000"))
}

func TestMaxDebitTakesWhatCanBePaid(t *testing.T) {
	f := start(t, nil)
	const call = `"Account":"1001","ToR":"*voice","TimeStart":"2026-01-14T10:00:00Z","TimeEnd":"2026-01-14T10:02:00Z"`
	f.play(
		[2]string{`APIerSv1.SetBalance {"Account":"1001","BalanceType":"*voice","Value":60500000000,"Balance":{"ID":"v","Blocker":true}}`, isOK},
		[2]string{`Responder.GetMaxSessionTime {` + call + `}`, gives(`60000000000`)},
		[2]string{`Responder.MaxDebit {` + call + `,"ForceDuration":true}`, fails("INSUFFICIENT_CREDIT")},
		[2]string{`Responder.Debit {` + call + `}`, fails("INSUFFICIENT_CREDIT_BALANCE_BLOCKER")},
		[2]string{`Responder.MaxDebit {` + call + `}`, gives(`{"RatedUsage":60000000000,"AccountSummary":{"BalanceSummaries":
			[{"Initial":60500000000,"Value":500000000}]}}`)},
		[2]string{`APIerSv1.SetAccount {"Account":"1001","AllowNegative":true}`, isOK},
		[2]string{`Responder.GetMaxSessionTime {` + call + `}`, gives(`-1`)},
		[2]string{`APIerSv1.SetAccount {"Account":"1001","Disabled":true}`, isOK},
		[2]string{`Responder.GetMaxSessionTime {` + call + `}`, fails("ACCOUNT_DISABLED")},
		[2]string{`Responder.MaxDebit {` + call + `}`, fails("ACCOUNT_DISABLED")})
}

func TestThereAreNoPricesYet(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`Responder.GetCost {"Account":"any","Subject":"s","Category":"c","ToR":"*sms"}`,
			gives(`{"$exact":true,"Category":"c","Tenant":"cgrates.org","Subject":"s","Account":"any","Destination":"","ToR":"*sms",
			"Cost":0,"Timespans":null,"RatedUsage":0,"AccountSummary":null}`)},
		[2]string{`Responder.GetCost {` + tenInTwo + `}`, fails("RATING_PLAN_NOT_FOUND")},
		[2]string{`Responder.GetCost {"TimeStart":"2026-01-14T10:00:01Z","TimeEnd":"2026-01-14T10:00:00Z"}`,
			fails("SERVER_ERROR: TimeEnd: before TimeStart")})
}

func TestExtraFieldsOfAChargeAreInTheJournal(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{minutes, isOK},
		[2]string{`Responder.Debit {` + tenInTwo + `,"CgrID":"c1","RunID":"*default","ExtraFields":{"z":"1","BalanceFactorID":"peak","a":"2"}}`,
			gives(`{"RatedUsage":10000000000}`)},
		[2]string{`JournalSv1.GetEntries {"From":2}`, gives(`[{"facts":{"$exact":true,"category":"call","destination":"<49",
			"usage":10000000000,"tor":"*voice","cgrid":"c1","runid":"*default","metadata":{"$exact":true,"a":"2","z":"1"}}}]`)})
}
