package apier

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTransferMovesUnitsBothWays(t *testing.T) {
	f := start(t, nil)
	const pair = `"SourceAccountID":" a ","SourceBalanceID":" x ","DestinationAccountID":"b","DestinationBalanceID":"y"`
	balances := func(a, b string) [2]string {
		return [2]string{`APIerSv2.GetAccounts {"AccountIDs":["a","b"]}`, gives(
			`[{"BalanceMap":{"*sms":[{"ID":"x","Value":` + a + `}]}},{"BalanceMap":{"*sms":[{"ID":"y","Value":` + b + `}]}}]`)}
	}
	const refused = "SERVER_ERROR: PARTIALLY_EXECUTED"
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*sms","BalanceID":"x","Value":10}`, isOK},
		[2]string{`APIerSv1.SetAccount {"Account":"b"}`, isOK},
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":4}`, gives(`""`)},
		balances("6", "4"),
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":-1.5}`, gives(`""`)},
		balances("7.5", "2.5"),
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":9999,"DestinationReferenceValue":5}`, gives(`""`)},
		balances("5", "5"),
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":-5.01}`, fails(refused)},
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":5.01}`, fails(refused)},
		[2]string{`APIerSv1.TransferBalance {` + pair + `}`, fails(refused)},
		[2]string{`APIerSv1.TransferBalance {` + pair + `,"Units":"1"}`, `{"error":"$any"}`},
		[2]string{`APIerSv1.TransferBalance {"SourceAccountID":"  ","SourceBalanceID":"x"}`,
			fails("MANDATORY_IE_MISSING: [SourceAccountID DestinationAccountID DestinationBalanceID]")},
		balances("5", "5"))
}

func TestSetBalancesRefusesMoreItemsThanAnAccountMayHold(t *testing.T) {
	f := start(t, nil)
	most := f.engine.Rules().BalancesMax
	items := strings.Repeat(`{"BalanceType":"*sms","BalanceID":"x"},`, most)
	f.play(
		[2]string{`APIerSv1.SetBalances {"Account":"a","Balances":[` + items + `{}]}`, fails("SERVER_ERROR: Balances: 1001 items, at most 1000")},
		[2]string{`APIerSv1.SetBalances {"Account":"a","Balances":[` + strings.TrimSuffix(items, ",") + `]}`, isOK})
}

func TestSetBalancesKeepsWhatStandsBeforeTheRefusal(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetBalances {"Account":"a","Balances":[{"BalanceType":" *sms ","BalanceID":"x","Value":1},
			{"BalanceType":"*sms","TimingIDs":"NONE","BalanceID":"y"},{"BalanceType":"*sms","BalanceID":"z"}]}`, fails("NOT_FOUND")},
		[2]string{`APIerSv2.GetAccount {"Account":"a"}`, gives(`{"BalanceMap":{"*sms":[{"ID":"x","Value":1}]}}`)})
}

func TestSetBalancesWithATimeThatIsNoneChangesNothing(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetBalances {"Account":"a","Balances":[{"BalanceType":"*sms","BalanceID":"x","Value":1},
			{"BalanceType":"*sms","BalanceID":"y","ExpiryTime":"tomorrow"}]}`, fails("Unsupported time format")},
		[2]string{`APIerSv2.GetAccount {"Account":"a"}`, fails("NOT_FOUND")})
}

func TestAccountOptionsAreTakenFlatAndNestedAndNestedWins(t *testing.T) {
	f := start(t, nil)
	is := func(negative, disabled string) [2]string {
		return [2]string{`APIerSv2.GetAccount {"Account":"a"}`,
			gives(`{"AllowNegative":` + negative + `,"Disabled":` + disabled + `}`)}
	}
	f.play(
		[2]string{`ApierV1.SetAccount {"Account":"a","AllowNegative":true}`, isOK},
		is("true", "false"),
		[2]string{`ApierV2.SetAccount {"Account":"a","AllowNegative":true,"ExtraOptions":{"AllowNegative":false,"Disabled":true}}`, isOK},
		is("false", "true"),
		[2]string{`APIerSv1.SetAccount {"Account":"a","ExtraOptions":{"disabled":false,"Other":1,"AllowNegative":null}}`, isOK},
		is("false", "true"),
		[2]string{`APIerSv2.SetAccount {"Account":"a","ActionPlanIds":[],"ActionPlansOverwrite":true,"ActionTriggerIDs":[],
			"ExtraOptions":{"Disabled":false},"ReloadScheduler":true}`, isOK},
		is("false", "false"),
		[2]string{`APIerSv1.SetAccount {"Account":"a","ExtraOptions":{"Disabled":"true"}}`, `{"error":"$any"}`})
	for _, plan := range []string{
		`"ActionPlanId":"P"`, `"ActionTriggersId":"T"`, `"ActionPlanIDs":["P"]`, `"ActionTriggerIDs":["T"]`,
	} {
		f.play([2]string{`APIerSv2.SetAccount {"Account":"new",` + plan + `}`, fails("SERVER_ERROR: NOT_FOUND")})
	}
	f.play([2]string{`APIerSv2.GetAccount {"Account":"new"}`, fails("NOT_FOUND")})
}

func TestAChangeThatFailsMakesNoAccount(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*sms","Value":1,"TimingIds":"NONE"}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.SetBalance {"Account":"a","BalanceType":"*sms","BalanceUUID":"x","Value":1}`, fails("PARTIALLY_EXECUTED")},
		[2]string{`APIerSv2.GetAccount {"Account":"a"}`, fails("NOT_FOUND")})
}

func TestWhatMayBeAMistakeIsInTheLog(t *testing.T) {
	f := start(t, nil)
	f.play([2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*sms","Value":1,"Balance":{"ID":"x"}}`, isOK})
	require.NotContains(t, f.log.String(), "without filter")
	f.play([2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*sms","Value":1,"Balance":{"Id":"x"}}`, isOK})
	require.Contains(t, f.log.String(), "without filter")
	require.Contains(t, f.log.String(), "keys=[Id]")
}

func TestDestinations(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetDestination {}`, fails("MANDATORY_IE_MISSING: [Id Prefixes]")},
		[2]string{`APIerSv1.SetDestination {"Id":"DE","Prefixes":["49","0049","49"]}`, isOK},
		[2]string{`APIerSv1.SetDestination {"Id":" DE ","Prefixes":["48"]}`, fails("EXISTS")},
		[2]string{`APIerSv1.SetDestination {"Id":"EU","Prefixes":["49","33"],"Overwrite":true}`, isOK},
		[2]string{`APIerSv1.GetDestination "DE"`, gives(`{"Id":"DE","Prefixes":["0049","49"]}`)},
		[2]string{`ApierV1.GetDestination " DE "`, gives(`{"Id":"DE"}`)},
		[2]string{`APIerSv1.GetDestination "XX"`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetDestination `, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetDestination {"Id":"DE"}`, `{"error":"$any"}`},
		[2]string{`APIerSv1.GetReverseDestination "49"`, gives(`["DE","EU"]`)},
		[2]string{`APIerSv1.GetReverseDestination "4"`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.RemoveDestination {"DestinationIDs":["EU"],"Prefixes":["49"]}`, isOK},
		[2]string{`APIerSv1.GetReverseDestination "49"`, gives(`["DE"]`)},
		[2]string{`APIerSv1.RemoveDestination {"DestinationIDs":["DE","EU"]}`,
			fails("SERVER_ERROR: DestinationIDs: one destination at a time")},
		[2]string{`APIerSv1.RemoveDestination {"DestinationIDs":["DE"]}`, isOK},
		[2]string{`APIerSv1.RemoveDestination {"DestinationIDs":["DE"]}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.RemoveDestination {}`, fails("MANDATORY_IE_MISSING: [DestinationIDs]")},
		[2]string{`APIerSv1.GetDestination "DE"`, fails("NOT_FOUND")})
}

func TestTimings(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetTiming {}`, fails("MANDATORY_IE_MISSING: [ID]")},
		[2]string{`APIerSv1.SetTiming {"ID":"WE","WeekDays":[6,7],"StartTime":"08:00:00","EndTime":"17:59:59"}`, isOK},
		[2]string{`APIerSv1.SetTiming {"ID":"BAD","Months":[13]}`, fails("SERVER_ERROR: Months: 13 is not from 1 to 12")},
		[2]string{`APIerSv1.GetTiming {"ID":"WE"}`, gives(`{"$exact":true,"ID":"WE","Years":"$empty","Months":"$empty",
			"MonthDays":"$empty","WeekDays":[6,0],"StartTime":"08:00:00","EndTime":"17:59:59"}`)},
		[2]string{`APIerSv1.SetBalance {"Account":"a","BalanceType":"*sms","Balance":{"ID":"w","TimingIDs":"WE","Value":1}}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"a"}`, gives(`{"BalanceMap":{"*sms":[{"TimingIDs":{"WE":true}}]}}`)},
		[2]string{`APIerSv1.GetTiming {"ID":"BAD"}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.GetTiming {}`, fails("MANDATORY_IE_MISSING: [ID]")},
		[2]string{`APIerSv1.RemoveTiming {"ID":"WE"}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"a"}`, gives(`{"BalanceMap":{"*sms":[{"TimingIDs":{"WE":true},"Timings":null}]}}`)},
		[2]string{`APIerSv1.RemoveTiming {"ID":"WE"}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.RemoveTiming {}`, fails("MANDATORY_IE_MISSING: [ID]")})
}
