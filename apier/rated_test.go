package apier

import (
	"fmt"
	"testing"
	"time"

	"purser/apier/apitest"
)

// rated starts a server with the plan of the transcripts.
func rated(t *testing.T) *fixture {
	f := start(t, withTariff)
	f.loadTariff()
	return f
}

// call is the argument of a call at ten on a Wednesday; more, where not empty, are members behind it.
func call(account, destination string, length time.Duration, more string) string {
	begin := time.Date(2026, 1, 14, 10, 0, 0, 0, time.UTC)
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"Tenant":"rated.example","Category":"call","Account":%q,"Destination":%q,"ToR":"*voice",`+
		`"TimeStart":%q,"TimeEnd":%q%s}`, account, destination, begin.Format(time.RFC3339),
		begin.Add(length).Format(time.RFC3339Nano), more)
}

// data is the argument of a session of some bytes.
func data(account, subject string, bytes int64, more string) string {
	begin := time.Date(2026, 1, 14, 10, 0, 0, 0, time.UTC)
	return fmt.Sprintf(`{"Tenant":"rated.example","Category":"data","Account":%q,"Subject":%q,"ToR":"*data",`+
		`"TimeStart":%q,"TimeEnd":%q%s}`, account, subject, begin.Format(time.RFC3339),
		begin.Add(time.Duration(bytes)).Format(time.RFC3339Nano), more)
}

// has sets a balance.
func has(account, tor, value, balance string) [2]string {
	return [2]string{`APIerSv1.SetBalance {"Tenant":"rated.example","Account":"` + account + `","BalanceType":"` + tor +
		`","Value":` + value + `,"Balance":{` + balance + `}}`, isOK}
}

// empty makes an account without balances.
func empty(account string) [2]string {
	return [2]string{`APIerSv2.SetAccount {"Tenant":"rated.example","Account":"` + account + `"}`, isOK}
}

// holds is what one balance of an account must hold.
func holds(account, tor, id, value string) [2]string {
	return [2]string{`APIerSv2.GetAccount {"Tenant":"rated.example","Account":"` + account + `"}`,
		gives(`{"BalanceMap":{"` + tor + `":[{"ID":"` + id + `","Value":` + value + `}]}}`)}
}

// Source of what is wrong there: cgrates-charging, section 9, items 4 to 20.

func TestADryRunOfMaxDebitKeepsTheAccount(t *testing.T) {
	f := rated(t)
	f.play(
		has("dry", "*monetary", "1", `"ID":"m"`),
		[2]string{`Responder.MaxDebit ` + call("dry", "6120", 2*time.Second, `"DryRun":true`),
			gives(`{"Cost":0.5,"RatedUsage":2000000000,"AccountSummary":{"BalanceSummaries":[{"Initial":1,"Value":0.5}]}}`)},
		holds("dry", "*monetary", "m", "1"),
		[2]string{`Responder.Debit ` + call("dry", "3312", 5*time.Second, `"DryRun":true,"PerformRounding":true`),
			gives(`{"Cost":0.01,"AccountSummary":{"BalanceSummaries":[{"Initial":1,"Value":0.99}]}}`)},
		holds("dry", "*monetary", "m", "1"))
}

func TestManySmallStepsBelowZeroDoNotDrift(t *testing.T) {
	f := rated(t)
	f.play(
		empty("drift"),
		[2]string{`Responder.Debit ` + call("drift", "4420", 20*time.Second, ""),
			gives(`{"Cost":0.2,"RatedUsage":20000000000,"AccountSummary":{"BalanceSummaries":[{"ID":"*default","Initial":0,"Value":-0.2}]}}`)},
		holds("drift", "*monetary", "*default", "-0.2"))
	for range 20 {
		f.play([2]string{`Responder.Debit ` + call("drift", "4420", time.Second, ""), gives(`{"Cost":0.01}`)})
	}
	f.play(holds("drift", "*monetary", "*default", "-0.4"))
}

func TestADefaultBalanceBuysAsMuchAsAnyOther(t *testing.T) {
	f := rated(t)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Tenant":"rated.example","Account":"full","BalanceType":"*monetary","Value":1}`, isOK},
		[2]string{`Responder.GetMaxSessionTime ` + call("full", "4420", time.Hour, ""), gives(`100000000000`)})
}

func TestPricesOfSmallStepsAreExact(t *testing.T) {
	f := rated(t)
	f.play(
		[2]string{`Responder.GetCost ` + data("any", "odd", 1<<20, ""), gives(`{"Cost":0.02}`)},
		[2]string{`Responder.GetCost ` + data("any", "perbyte", 1<<20, ""), gives(`{"Cost":0.02}`)},
		has("exact", "*monetary", "1", `"ID":"m"`),
		[2]string{`Responder.Debit ` + data("exact", "perbyte", 1<<20, ""), gives(`{"Cost":0.02,"RatedUsage":1048576}`)},
		[2]string{`Responder.Debit ` + data("exact", "odd", 1<<20, ""), gives(`{"Cost":0.02,"RatedUsage":1048576}`)},
		[2]string{`Responder.Debit ` + call("exact", "3312", time.Minute, ""), gives(`{"Cost":0.07}`)},
		holds("exact", "*monetary", "m", "0.89"))
}

func TestABigDataDebitIsChargedInFull(t *testing.T) {
	f := rated(t)
	f.play(
		has("big", "*data", "100000000000", `"ID":"d"`),
		[2]string{`Responder.Debit ` + data("big", "", 5_000_000, ""), gives(`{"Cost":0,"RatedUsage":5000000}`)},
		holds("big", "*data", "d", "99995000000"),
		[2]string{`Responder.MaxDebit ` + data("big", "", 90_000_000_000, ""), gives(`{"RatedUsage":90000000000}`)},
		holds("big", "*data", "d", "9995000000"),
		has("bytes", "*monetary", "1000", `"ID":"m"`),
		[2]string{`Responder.Debit ` + data("bytes", "perbyte", 10<<30, ""), gives(`{"Cost":204.8,"RatedUsage":10737418240}`)},
		holds("bytes", "*monetary", "m", "795.2"))
}

func TestTheSameCallTwiceIsChargedTwiceWithoutAKey(t *testing.T) {
	f := rated(t)
	once := `Responder.Debit ` + call("twice", "6120", time.Second, `"CgrID":"c1","RunID":"*default"`)
	keyed := `Responder.Debit ` + call("twice", "6120", time.Second, `"CgrID":"c1","APIOpts":{"*idempotencyKey":"slice-3"}`)
	other := `Responder.Debit ` + call("twice", "6120", 2*time.Second, `"CgrID":"c1","APIOpts":{"*idempotencyKey":"slice-3"}`)
	f.play(
		has("twice", "*monetary", "1", `"ID":"m"`),
		[2]string{once, gives(`{"Cost":0.25,"AccountSummary":{"BalanceSummaries":[{"Initial":1,"Value":0.75}]}}`)},
		[2]string{once, gives(`{"Cost":0.25,"AccountSummary":{"BalanceSummaries":[{"Initial":0.75,"Value":0.5}]}}`)},
		[2]string{keyed, gives(`{"Cost":0.25,"AccountSummary":{"BalanceSummaries":[{"Initial":0.5,"Value":0.25}]}}`)},
		[2]string{keyed, gives(`{"Cost":0.25,"AccountSummary":{"BalanceSummaries":[{"Initial":0.5,"Value":0.25}]}}`)},
		[2]string{other, fails("IDEMPOTENCY_CONFLICT")},
		holds("twice", "*monetary", "m", "0.25"))
}

func TestAPriceThatRoundsToZeroIsCharged(t *testing.T) {
	f := rated(t)
	second := call("cents", "3312", time.Second, "")
	f.play(
		empty("cents"),
		[2]string{`Responder.GetMaxSessionTime ` + second, gives(`0`)},
		[2]string{`Responder.MaxDebit ` + second, gives(`{"Cost":0,"RatedUsage":0}`)},
		[2]string{`Responder.Debit ` + call("cents", "3312", time.Second, `"DenyNegativeAccount":true`), gives(`{"RatedUsage":0}`)})
	for range 60 {
		f.play([2]string{`Responder.Debit ` + second, gives(`{"RatedUsage":1000000000}`)})
	}
	// Sixty calls of a second, each rounded at the 18th digit, which 60 slices of one call are not.
	f.play(holds("cents", "*monetary", "*default", "-0.07000000000000002"),
		[2]string{`Responder.MaxDebit ` + call("cents", "8001", time.Hour, ""), gives(`{"Cost":0,"RatedUsage":3600000000000}`)})
}

func TestACostCapHoldsBelowZero(t *testing.T) {
	f := rated(t)
	f.play(
		empty("cap"),
		[2]string{`Responder.Debit ` + call("cap", "88", 30*time.Second, ""), gives(`{"Cost":2,"RatedUsage":30000000000}`)},
		holds("cap", "*monetary", "*default", "-2"))
}

func TestARefusedDebitKeepsNothing(t *testing.T) {
	f := rated(t)
	f.play(
		has("block", "*voice", "5000000000", `"ID":"v"`),
		has("block", "*monetary", "0.50", `"ID":"m","Blocker":true`),
		[2]string{`Responder.Debit ` + call("block", "6120", time.Minute, ""), fails("INSUFFICIENT_CREDIT_BALANCE_BLOCKER")},
		holds("block", "*voice", "v", "5000000000"),
		holds("block", "*monetary", "m", "0.50"))
}

func TestDenyNegativeCoversFeesAndPricedUnits(t *testing.T) {
	f := rated(t)
	deny := `"DenyNegativeAccount":true`
	f.play(
		has("fee", "*monetary", "0.60", `"ID":"m"`),
		[2]string{`Responder.Debit ` + call("fee", "6220", time.Minute, deny), gives(`{"Cost":0,"RatedUsage":0}`)},
		[2]string{`Responder.MaxDebit ` + call("fee", "6220", time.Minute, ""), gives(`{"Cost":0,"RatedUsage":0}`)},
		holds("fee", "*monetary", "m", "0.60"),
		has("fee", "*monetary", "0.75", `"ID":"m"`),
		[2]string{`Responder.Debit ` + call("fee", "6220", time.Minute, deny), gives(`{"Cost":0.75,"RatedUsage":1000000000}`)},
		has("units", "*voice", "60000000000", `"ID":"v","RatingSubject":"gold"`),
		has("units", "*monetary", "0.002", `"ID":"m"`),
		[2]string{`Responder.Debit ` + call("units", "4420", time.Minute, deny), gives(`{"Cost":0.002,"RatedUsage":2000000000}`)},
		holds("units", "*monetary", "m", "0"))
}

func TestBehindABundleTheCallGoesOn(t *testing.T) {
	f := rated(t)
	f.play(
		has("bundle", "*voice", "60000000000", `"ID":"v"`),
		has("bundle", "*monetary", "1", `"ID":"m"`),
		[2]string{`Responder.Debit ` + call("bundle", "4470", 90*time.Second, ""), gives(`{"Cost":0.06,"RatedUsage":90000000000}`)},
		has("bundle", "*voice", "60000000000", `"ID":"v"`),
		[2]string{`Responder.MaxDebit ` + call("bundle", "4470", 90*time.Second, ""), gives(`{"Cost":0.06,"RatedUsage":90000000000}`)})
}

func TestANewPlanPricesFromItsActivation(t *testing.T) {
	f := rated(t)
	f.play([2]string{`Responder.GetCost ` + call("any", "4420", time.Minute, `"Subject":"switch"`),
		gives(`{"Cost":0.33,"Timespans":[{"RatingPlanId":"RP_STD","Cost":0.3},{"RatingPlanId":"RP_GOLD","Cost":0.03}]}`)})
}

func TestThePriceOfACallTellsWhenItHolds(t *testing.T) {
	f := rated(t)
	f.play([2]string{`APIerSv1.GetCost {"Tenant":"rated.example","Subject":"timed","Destination":"49301",` +
		`"AnswerTime":"2026-01-14T10:00:00Z","Usage":"60s"}`, gives(`{"Timings":{"T_PEAK":{"$exact":true,"Years":"$empty",
			"Months":"$empty","MonthDays":"$empty","WeekDays":[1,2,3,4,5],"StartTime":"08:00:00"}}}`)})
}

func TestACallIsAsLongAsItsInstantsSay(t *testing.T) {
	f := rated(t)
	f.play(has("zones", "*monetary", "1", `"ID":"m"`),
		[2]string{`Responder.Debit {"Tenant":"rated.example","Category":"call","Account":"zones","Destination":"4420",
			"ToR":"*voice","TimeStart":"2026-01-15T00:29:30+01:00","TimeEnd":"2026-01-14T23:30:30Z"}`,
			gives(`{"Cost":0.6,"RatedUsage":60000000000}`)})
}

func TestLimitsOfACallOutOfRangeAreRefused(t *testing.T) {
	f := rated(t)
	f.play(has("range", "*voice", "1000000000", `"ID":"v"`), has("range", "*monetary", "5", `"ID":"m"`))
	minute := func(more string) string { return call("range", "4470", time.Minute, more) }
	const tooLong = "SERVER_ERROR: DurationIndex: not a length of a call"
	exchanges := [][2]string{
		{`Responder.GetCost ` + minute(`"DurationIndex":9223372036854775807`), fails(tooLong)},
		{`Responder.Debit ` + minute(`"DurationIndex":9223372036854775807`), fails(tooLong)},
		{`Responder.Debit ` + minute(`"DurationIndex":1000000000000000000`), fails(tooLong)},
		{`Responder.Debit ` + minute(`"DurationIndex":-9223372036854775808`), `{"error":"$any"}`},
		{`Responder.Debit ` + minute(`"DurationIndex":9223372036854775808`), `{"error":"$any"}`},
		{`Responder.Debit ` + minute(`"MaxCostSoFar":1e308`), `{"error":"$any"}`},
		{`Responder.Debit ` + minute(`"LoopIndex":"x"`), `{"error":"$any"}`},
		{`Responder.MaxDebit ` + minute(`"MaxRate":1e19,"MaxRateUnit":1`), `{"error":"$any"}`},
		{`Responder.MaxDebit ` + minute(`"MaxRate":0.000000000000000001,"MaxRateUnit":9223372036854775807,"DryRun":true`), gives(`{}`)},
		{`Responder.GetMaxSessionTime ` + minute(`"MaxRate":999999999999999999,"MaxRateUnit":9223372036854775807`), gives(`60000000000`)},
		{`Responder.GetMaxSessionTime ` + minute(`"MaxRate":-1,"MaxRateUnit":-1`), gives(`60000000000`)},
		{`Responder.GetMaxSessionTime ` + minute(`"MaxCostSoFar":-999999999999999999`), gives(`60000000000`)},
		holds("range", "*monetary", "m", "5"),
	}
	for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
		f.playOver(face, exchanges...)
	}
}

func TestARatingPlanIsShownWithItsRowsAndRates(t *testing.T) {
	f := rated(t)
	f.play(
		[2]string{`APIerSv1.GetRatingPlan " RP_SMS "`, gives(`{"$exact":true,"Id":"RP_SMS","Timings":{},"Ratings":"$any",
			"Rates":"$any","DestinationRates":"$any"}`)},
		[2]string{`APIerSv1.GetRatingPlan "RP_TIME"`, gives(`{"Timings":{"T_NIGHT":{"ID":"T_NIGHT"}}}`)},
		[2]string{`APIerSv1.GetRatingPlan "none"`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetRatingPlan " "`, fails("MANDATORY_IE_MISSING: [ID]")})
}
