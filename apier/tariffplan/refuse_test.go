package tariffplan

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// base is a small plan in which everything refers to something.
func base() map[string]string {
	return map[string]string{
		"Destinations.csv":     "D1,44\nD2,33\n",
		"Timings.csv":          "T1,*any,*any,*any,*any,00:00:00\n",
		"Rates.csv":            "R1,0,0.6,60s,1s,0s\n",
		"DestinationRates.csv": "DR1,D1,R1,*up,4,0,\n",
		"RatingPlans.csv":      "RP1,DR1,T1,10\n",
		"RatingProfiles.csv":   "t,call,*any,2026-01-01T00:00:00Z,RP1,\n",
		"SharedGroups.csv":     "G1,*any,*lowest,\n",
		"Actions.csv":          "A1,*topup,,,b1,*voice,,D1;!D2,,G1,*unlimited,T1,60s,1,,,10\n",
		"ActionTriggers.csv":   "TR1,u1,*min_balance,2,,,,,,,,,,,,,,,,A1,10\n",
	}
}

// Each case replaces one file of base by rows that are wrong in one way.
func TestWrongRowsAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ file, rows, want string }{
		{"Destinations", "D1,44\nD2\n", "2:1: record on line 2: wrong number of fields: 1, want 2 (Id,Prefix)"},
		{"Destinations", "D1,44\nD2,33,\n", "2:1: record on line 2: wrong number of fields: 3, want 2 (Id,Prefix)"},
		{"Destinations", "D1,44\nD2,\n", "2:4: Prefix: missing"},
		{"Destinations", "D1,44\n,33\nD2,33\n", "2:1: Id: missing"},
		{"Destinations", "D1,44\nD2,33\n*any,1\n", "3:1: Id: *any is built in"},
		{"Destinations", "D1,44\nD2,33\nD1,44\n", "3:4: Prefix: the prefix is given already in Destinations.csv:1"},
		{"Destinations", "D1,44\nD2,33\nD3," + strings.Repeat("1", 129) + "\n", "3:4: Prefix: name of more than 128 bytes"},
		{"Destinations", "D1,44\nD2,33\nD3,4\x01\n", "3:4: Prefix: control character"},
		{"Destinations", "D1,44\nD2,33\nD3,\xff\n", "3:4: Prefix: not UTF-8"},
		{"Destinations", "D1,44\nD2,\"33\n", `2:7: record on line 2: extraneous or missing " in quoted-field`},
		{"Destinations", "D1,44\nD2,3\"3\n", `2:5: record on line 2: bare " in non-quoted-field`},

		{"Rates", "R1,0,0.6,60s,1s,0s\n,0,0.6,60s,1s,0s\n", "2:1: Id: missing"},
		{"DestinationRates", "DR1,D1,R1,*up,4,0,\n,D1,R1,*up,4,0,\n", "2:1: Id: missing"},
		{"RatingPlans", "RP1,DR1,T1,10\n,DR1,T1,10\n", "2:1: Id: missing"},
		{"ActionTriggers", ",u1,*min_balance,2,,,,,,,,,,,,,,,,A1,10\n", "1:1: Id: missing"},

		{"Timings", "T1,*any,*any,*any,*any,8:00:00\n",
			`1:24: Time: "8:00:00" is not a time of day such as 08:00:00, nor two with a semicolon between`},
		{"Timings", "T1,*any,*any,*any,*any,*asap\n",
			`1:24: Time: "*asap" is not a time of day such as 08:00:00, nor two with a semicolon between`},
		{"Timings", "T1,*any,*any,*any,*any,22:00:00;06:00:00\n",
			"1:24: Time: the end lies before the start: write two timings"},
		{"Timings", "T1,*any,*any,*any,8,00:00:00\n", `1:19: WeekDays: "8" is not a number from 0 to 7`},
		{"Timings", "T1,*any,13,*any,*any,00:00:00\n", `1:9: Months: "13" is not a number from 1 to 12`},
		{"Timings", "T1,*any,*any,x,*any,00:00:00\n", `1:14: MonthDays: "x" is not a number from 1 to 31`},
		{"Timings", "T1,0,*any,*any,*any,00:00:00\n", `1:4: Years: "0" is not a number from 1 to 9999`},
		{"Timings", "T1," + strings.Repeat("1;", 256) + "2,,,,\n", "1:4: Years: list of more than 256"},
		{"Timings", "T1,,,,,\nT1,,,,,\n", "2:1: Id: the timing is given already in Timings.csv:1"},
		{"Timings", "T1,,,,,\n*any,,,,,\n", "2:1: Id: *any is built in"},

		{"Rates", "R1,-1,0.6,60s,1s,0s\n", "1:4: ConnectFee: -1 is negative"},
		{"Rates", "R1,0,-0.6,60s,1s,0s\n", "1:6: Rate: -0.6 is negative"},
		{"Rates", "R1,0,,60s,1s,0s\n", "1:6: Rate: missing: 0 is free"},
		{"Rates", "R1,0,1e400,60s,1s,0s\n",
			`1:6: Rate: "1e400": amount out of range: at most 18 digits before and 18 after the point`},
		{"Rates", "R1,0,\"0,6\",60s,1s,0s\n", `1:6: Rate: "0,6": not a decimal number`},
		{"Rates", "R1,0,0.6,0,1s,0s\n", "1:10: RateUnit: missing or 0: write how many units the price is for, " +
			"such as 1s for voice, 1 for messages, 1024 for data"},
		{"Rates", "R1,0,0.6,60s,,0s\n", "1:14: RateIncrement: missing or 0: write how many units are charged as one, " +
			"such as 1s for voice, 1 for messages, 1024 for data"},
		{"Rates", "R1,0,0.6,1 minute,1s,0s\n",
			`1:10: RateUnit: "1 minute" is neither a whole number of units nor a duration such as 60s`},
		{"Rates", "R1,0,0.6,60s,1.5,0s\n",
			`1:14: RateIncrement: "1.5" is neither a whole number of units nor a duration such as 60s`},
		{"Rates", "R1,0,0.6,-60s,1s,0s\n", "1:10: RateUnit: -60s is not from 0 to 999999999999999999 units"},
		{"Rates", "R1,0,0.6,1000000000000000000,1s,0s\n",
			"1:10: RateUnit: 1000000000000000000 is not from 0 to 999999999999999999 units"},
		{"Rates", "R1,0,0.6,60s,1s,30s\n",
			`1:17: GroupIntervalStart: rate "R1" has no price before 30000000000 units: its first slot must start at 0`},
		{"Rates", "R1,0,0.6,60s,1s,0s\nR1,0,0.5,60s,1s,60s\nR1,0,0.4,60s,1s,1m\n",
			`3:17: GroupIntervalStart: rate "R1" has another slot from here, in Rates.csv:2`},

		{"DestinationRates", "DR1,D9,R1,*up,4,0,\n", `1:5: DestinationId: could not get destination for tag "D9"`},
		{"DestinationRates", "DR1,,R1,*up,4,0,\n", `1:5: DestinationId: could not get destination for tag ""`},
		{"DestinationRates", "DR1,D1,R9,*up,4,0,\n", `1:8: RatesTag: could not find rate for tag "R9"`},
		{"DestinationRates", "DR1,D1,R1,*ceil,4,0,\n", `1:11: RoundingMethod: "*ceil" is none of *up *down *middle`},
		{"DestinationRates", "DR1,D1,R1,*up,19,0,\n", `1:15: RoundingDecimals: "19" is not a number from 0 to 18`},
		{"DestinationRates", "DR1,D1,R1,*up,-1,0,\n", `1:15: RoundingDecimals: "-1" is not a number from 0 to 18`},
		{"DestinationRates", "DR1,D1,R1,*up,4,-2,*free\n", "1:17: MaxCost: -2 is negative"},
		{"DestinationRates", "DR1,D1,R1,*up,4,2,\n",
			"1:19: MaxCostStrategy: missing: a MaxCost needs *free or *disconnect"},
		{"DestinationRates", "DR1,D1,R1,*up,4,2,*stop\n", `1:19: MaxCostStrategy: "*stop" is none of *free *disconnect`},
		{"DestinationRates", "DR1,D1,R1,*up,4,0,\nDR1,D1,R1,*up,4,0,\n",
			"2:5: DestinationId: the destination is given already in DestinationRates.csv:1"},

		{"RatingPlans", "RP1,DR9,T1,10\n", `1:5: DestinationRatesId: could not find destination rate for tag "DR9"`},
		{"RatingPlans", "RP1,DR1,T9,10\n", `1:9: TimingTag: could not get timing for tag "T9"`},
		{"RatingPlans", "RP1,DR1,,10\n", `1:9: TimingTag: could not get timing for tag ""`},
		{"RatingPlans", "RP1,DR1,T1,-1\n", "1:12: Weight: -1 is negative"},
		{"RatingPlans", "RP1,DR1,T1,10\nRP1,DR1,T1,20\n",
			"2:5: DestinationRatesId: the pair of prices and timing is given already in RatingPlans.csv:1"},
		{"RatingPlans", "RP1,DR1,T1,10\nRP1,DR1,*any,10.0\n", `2:5: DestinationRatesId: destination "D1" has two prices ` +
			`of weight 10 in timing "*any", the other by RatingPlans.csv:1`},

		{"RatingProfiles", "t,call,*any,2026-01-01T00:00:00Z,RP9,\n",
			`1:34: RatingPlanId: could not load rating plans for tag: "RP9"`},
		{"RatingProfiles", ",call,*any,2026-01-01T00:00:00Z,RP1,\n", "1:1: Tenant: missing"},
		{"RatingProfiles", "t,,*any,2026-01-01T00:00:00Z,RP1,\n", "1:3: Category: missing"},
		{"RatingProfiles", "t,call,,2026-01-01T00:00:00Z,RP1,\n", "1:8: Subject: missing"},
		{"RatingProfiles", "t,call,*any,*now,RP1,\n", `1:13: ActivationTime: "*now" is not a time such as ` +
			"2026-01-01T00:00:00Z; it may not depend on when the plan is loaded"},
		{"RatingProfiles", "t,call,*any,20260101,RP1,\n", `1:13: ActivationTime: "20260101" is not a time such as ` +
			"2026-01-01T00:00:00Z; it may not depend on when the plan is loaded"},
		{"RatingProfiles", "t,call,*any,2026-13-01T00:00:00Z,RP1,\n", `1:13: ActivationTime: "2026-13-01T00:00:00Z" is ` +
			"not a time such as 2026-01-01T00:00:00Z; it may not depend on when the plan is loaded"},
		{"RatingProfiles", "t,call,*any,2026-01-01T00:00:00.5Z,RP1,\n",
			`1:13: ActivationTime: "2026-01-01T00:00:00.5Z" is not a whole second`},
		{"RatingProfiles", "t,call,*any,1767225600,RP1,\nt,call,*any,2026-01-01 00:00:00,RP1,\n",
			"2:13: ActivationTime: a plan from this time on is given already in RatingProfiles.csv:1"},
		{"RatingProfiles", "t,call,*any,,RP1," + strings.Repeat("x", 129) + "\n",
			"1:18: RatesFallbackSubject: name of more than 128 bytes"},
		{"RatingProfiles", "t,call,*any,,RP1," + strings.Repeat("x;", 17) + "\n",
			"1:18: RatesFallbackSubject: 17 fallback subjects, at most 16"},

		{"SharedGroups", "G1,*any,*cheapest,\n", `1:9: Strategy: "*cheapest" is none of *lowest *highest *random ` +
			"*mine_lowest *mine_highest *mine_random"},
		{"SharedGroups", "G1,1001,*lowest,\n", `1:4: Account: "1001" is neither *any nor tenant:account`},
		{"SharedGroups", "G1,t:" + strings.Repeat("x", 129) + ",*lowest,\n", "1:4: Account: name of more than 128 bytes"},
		{"SharedGroups", "G1,*any,*lowest,\nG1,*any,*highest,\n",
			"2:4: Account: the account is given already in SharedGroups.csv:1"},

		{"Actions", "A1,*log,,x,,,,,,,,,,,,,\n", "1:10: Filter: filters are not supported: leave it empty"},
		{"Actions", "A1,*topup,,,b1,,,,,,,,5,,,,\n", "1:16: BalanceType: missing"},
		{"Actions", "A1,*topup,,,b1,*vioce,,,,,,,5,,,,\n",
			`1:16: BalanceType: "*vioce" is none of *monetary *voice *data *sms *mms *generic`},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,,,-5,,,,\n", "1:29: Units: -5 is negative"},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,,,five,,,,\n", `1:29: Units: "five": not a decimal number`},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,,,300000h,,,,\n",
			"1:29: Units: 300000h is longer than an amount may be"},
		{"Actions", "A1,*topup,,,b1,*voice,,D9,,,,,5,,,,\n", `1:24: DestinationIds: there is no "D9"`},
		{"Actions", "A1,*topup,,,b1,*voice,,,,G9,,,5,,,,\n", `1:26: SharedGroup: there is no "G9"`},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,,T9,5,,,,\n", `1:28: TimingIds: there is no "T9"`},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,+3 days,,5,,,,\n", `1:27: ExpiryTime: "+3 days" is none of *unlimited ` +
			"*now *daily *monthly *monthly_estimated *yearly *month_end, nor a time, nor +72h"},
		{"Actions", "A1,*topup,,,b1,*voice,,,,,,,5,,maybe,,\n", `1:32: BalanceBlocker: "maybe" is neither true nor false`},
		{"Actions", "A1,*http_post,,,,,,,,,,,,,,,\n", "1:15: ExtraParameters: missing: *http_post needs an address"},
		{"Actions", "A1,*log,,,,,,,,,,,,,,,\nA1,*log,,,,,,,,,,,,,,,\n",
			"2:1: ActionsId: the same action is given already in Actions.csv:1"},

		{"ActionTriggers", "TR1,u1,*low,2,,,,,,,,,,,,,,,,A1,10\n", `1:8: ThresholdType: "*low" is none of *min_balance ` +
			"*max_balance *min_event_counter *max_event_counter *min_balance_counter *max_balance_counter *balance_expired"},
		{"ActionTriggers", "TR1,u1,*min_balance,2,,,,,,,,,,,,,,,,A9,10\n",
			`1:38: ActionsId: could not get actions for tag "A9"`},
		{"ActionTriggers", "TR1,u1,*min_balance,2,,1 hour,,,,,,,,,,,,,,A1,10\n",
			`1:24: MinSleep: "1 hour" is neither a whole number of units nor a duration such as 60s`},
		{"ActionTriggers", "TR1,u1,*min_balance,2,,,+1h,,,,,,,,,,,,,A1,10\n",
			`1:25: ExpiryTime: "+1h" is not a time such as 2026-01-01T00:00:00Z; it may not depend on when the plan is loaded`},
		{"ActionTriggers", "TR1,TR1_2,*min_balance,2,,,,,,,,,,,,,,,,A1,1\nTR1,,*min_balance,3,,,,,,,,,,,,,,,,A1,1\n",
			"2:5: UniqueId: the trigger is given already in ActionTriggers.csv:1"},
	} {
		t.Run(c.file+" "+c.want, func(t *testing.T) {
			plan := base()
			plan[c.file+".csv"] = c.rows
			_, _, err := load(t.Context(), plan, nil, Options{})
			require.Equal(t, []string{c.file + ".csv:" + c.want}, wrong(t, err))
		})
	}
}

func TestTheBaseOfTheRefusalsIsRight(t *testing.T) {
	set := loaded(t, base())
	require.Len(t, set.Plans, 1)
	require.Len(t, set.Triggers, 1)
}

func TestUnknownActionsAreRefusedAndTheKnownNamed(t *testing.T) {
	plan := base()
	plan["Actions.csv"] = "A1,*mail_async,,,,,,,,,,,,,,,\n"
	_, _, err := load(t.Context(), plan, nil, Options{})
	require.ErrorContains(t, err, `"*mail_async" is none of *topup *topup_reset `)
}

// Clients of CGRateS look for how its texts begin.
func TestAnErrorBeginsAsInCGRateSAndSaysWhere(t *testing.T) {
	plan := base()
	plan["DestinationRates.csv"] = "DR1,D1,R9,*up,4,0,\nDR1,D9,R1,*up,4,0,\n"
	_, _, err := load(t.Context(), plan, nil, Options{})
	require.EqualError(t, err, `could not find rate for tag "R9" (DestinationRates.csv:1:8 RatesTag) and 1 more`)
	plan["DestinationRates.csv"] = "DR1,D1\n"
	_, _, err = load(t.Context(), plan, nil, Options{})
	require.EqualError(t, err, "record on line 1: wrong number of fields: 2, want 7 (Id,DestinationId,RatesTag,"+
		"RoundingMethod,RoundingDecimals,MaxCost,MaxCostStrategy) (DestinationRates.csv:1:1)")
}

func TestAllErrorsAreCollectedUpToTheBound(t *testing.T) {
	plan := maps.Clone(base())
	plan["Rates.csv"] = "R1,-1,-1,0,0,0s\n"
	plan["RatingProfiles.csv"] = "t,call,*any,x,RP9,\n"
	_, _, err := load(t.Context(), plan, nil, Options{})
	require.Len(t, wrong(t, err), 6)

	_, _, err = load(t.Context(), plan, nil, Options{ErrorsMax: 2})
	var errs *Errors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs.Problems, 2)
	require.Equal(t, 6, errs.Total)
	require.ErrorContains(t, err, "and 5 more")
}

// What refers to a row that is wrong would be a second error for one mistake.
func TestAWrongRowIsReportedOnce(t *testing.T) {
	for file, rows := range map[string]string{
		"Timings.csv": "T1,x,,,,\n", "Rates.csv": "R1,x,0,1,1,0\n", "DestinationRates.csv": "DR1,D1,R1,x,,,\n",
		"RatingPlans.csv": "RP1,DR1,*any,x\n", "SharedGroups.csv": "G1,*any,x,\n", "Destinations.csv": "D1,44\nD2\n",
		"Actions.csv": "A1,*log,,x,,,,,,,,,,,,,\n",
	} {
		plan := base()
		plan[file] = rows
		_, _, err := load(t.Context(), plan, nil, Options{})
		require.Len(t, wrong(t, err), 1, file)
	}
}
