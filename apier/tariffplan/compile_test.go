package tariffplan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/rating"
)

// number is a decimal number in a test.
func number(t *testing.T, text string) amount.Amount {
	t.Helper()
	a, err := amount.Parse(text)
	require.NoError(t, err)
	return a
}

func TestSlotsAreSortedAndTheFeeIsTheFirstRows(t *testing.T) {
	plan := base()
	plan["Rates.csv"] = "R1,0.3,0.4,1m,1s,1m0s\nR1,0.1,0.6,60s,60s,\n"
	set, warnings, err := load(t.Context(), plan, nil, Options{})
	require.NoError(t, err)
	const second = int64(time.Second)
	require.Equal(t, []rating.Rate{{ID: "R1", ConnectFee: number(t, "0.3"), Slots: []rating.Slot{
		{Price: number(t, "0.6"), Unit: 60 * second, Step: 60 * second},
		{From: 60 * second, Price: number(t, "0.4"), Unit: 60 * second, Step: second},
	}}}, set.Plans[0].Rates)
	require.Equal(t, []string{
		"Rates.csv:2:4: ConnectFee: 0.1 has no effect: the connect fee is that of the rate's first row, 0.3",
	}, texts(warnings))
}

func TestBareNumbersAreUnits(t *testing.T) {
	plan := base()
	plan["Rates.csv"] = "R1,0,0.02,1048576,1024,0\n"
	require.Equal(t, []rating.Slot{{Price: number(t, "0.02"), Unit: 1 << 20, Step: 1 << 10}},
		loaded(t, plan).Plans[0].Rates[0].Slots)
}

func TestWeekDaysCountFromSunday(t *testing.T) {
	for text, want := range map[string][]int{
		"*any": nil, "": nil, "7": {0}, "0": {0}, "0;7": {0}, "6;7": {0, 6}, "5;1;3;1": {1, 3, 5},
	} {
		plan := base()
		plan["Timings.csv"] = "T1,,,," + text + ",\n"
		require.Equal(t, want, loaded(t, plan).Timings[0].WeekDays, text)
	}
}

func TestATimingKeepsItsEndForBalancesAndAPlanWarns(t *testing.T) {
	plan := base()
	plan["Timings.csv"] = "T1,2026;2027,1,1;15,*any,08:00:00;18:00:00\nT2,*any,*any,*any,*any,00:00:00;12:00:00\n"
	set, warnings, err := load(t.Context(), plan, nil, Options{})
	require.NoError(t, err)
	require.Equal(t, []rating.Timing{
		{ID: "T1", Years: []int{2026, 2027}, Months: []int{1}, MonthDays: []int{1, 15}, Start: "08:00:00", End: "18:00:00"},
		{ID: "T2", End: "12:00:00"},
	}, set.Timings)
	require.Equal(t, []string{
		`RatingPlans.csv:1:9: TimingTag: timing "T1": its end, 18:00:00, has no effect on prices: they last until ` +
			"another timing of the plan starts",
		`RatingPlans.csv:1:9: TimingTag: plan "RP1" does not cover all week days from 00:00:00`,
	}, texts(warnings))
}

func TestAPlanHoldsWhatItUses(t *testing.T) {
	plan := base()
	plan["Rates.csv"] += "R2,0,1,1,1,0\nUNUSED,0,1,1,1,0\n"
	plan["DestinationRates.csv"] += "DR1,D2,R2,,,5,*free\nDR2,*any,R1,*down,2,0,*free\n"
	plan["Timings.csv"] += "T2,,,,6;7,\nUNUSED,,,,,\n"
	plan["RatingPlans.csv"] += "RP1,DR2,*any,5.5\nRP1,DR1,T2,20\n"
	ten, twenty, half := amount.FromInt(10), amount.FromInt(20), number(t, "5.5")
	got := loaded(t, plan).Plans
	require.Len(t, got, 1)
	require.Len(t, got[0].Rates, 2)
	require.Equal(t, []string{"T1", "T2"}, []string{got[0].Timings[0].ID, got[0].Timings[1].ID})
	d1 := rating.Row{DestinationID: "D1", Timing: 1, Weight: ten, RoundingMethod: "*up", RoundingDecimals: 4}
	d2 := rating.Row{DestinationID: "D2", Rate: 1, Timing: 1, Weight: ten, MaxCost: amount.FromInt(5), MaxCostStrategy: "*free"}
	rows := []rating.Row{d1, d2,
		{DestinationID: "*any", Weight: half, RoundingMethod: "*down", RoundingDecimals: 2}, d1, d2}
	for _, i := range []int{3, 4} {
		rows[i].Timing, rows[i].Weight = 2, twenty
	}
	require.Equal(t, rows, got[0].Rows)
}

func TestActivationsAreSortedAndReadInManyForms(t *testing.T) {
	plan := base()
	plan["RatingProfiles.csv"] = `t,call,a,2026-01-01T00:00:02Z,RP1,x; y ;;z
t,call,a,,RP1,
t,call,a,1767225601,RP1,
t,call,a,2026-01-01 00:00:03,RP1,
t,call,a,1767225604000,RP1,
t,call,a,2026-01-01T01:00:05+01:00,RP1,
s,call,*any,1767225600000000000,RP1,
`
	const start = 1767225600
	require.Equal(t, []rating.Profile{
		{Tenant: "s", Category: "call", Subject: "*any", Activations: []rating.Activation{{At: start, PlanID: "RP1"}}},
		{Tenant: "t", Category: "call", Subject: "a", Activations: []rating.Activation{
			{At: time.Time{}.Unix(), PlanID: "RP1"},
			{At: start + 1, PlanID: "RP1"},
			{At: start + 2, PlanID: "RP1", Fallbacks: []string{"x", "y", "z"}},
			{At: start + 3, PlanID: "RP1"},
			{At: start + 4, PlanID: "RP1"},
			{At: start + 5, PlanID: "RP1"},
		}},
	}, loaded(t, plan).Profiles)
}

func TestMembersOfAGroupAreSorted(t *testing.T) {
	plan := base()
	plan["SharedGroups.csv"] = "G1,t:b,*highest,\nG1,*any,*lowest,gold\nG1,t:a,*mine_random,\n"
	require.Equal(t, []engine.SharedGroup{{ID: "G1", Members: []engine.GroupMember{
		{Account: "*any", Strategy: "*lowest", RatingSubject: "gold"},
		{Account: "t:a", Strategy: "*mine_random"},
		{Account: "t:b", Strategy: "*highest"},
	}}}, loaded(t, plan).Groups)
}

func TestAnActionTakesAllItsColumns(t *testing.T) {
	plan := base()
	plan["Actions.csv"] = "A1,*set_balance,\"{\"\"a\"\": 1}\",,b1,*voice,call;!sms,D1;!D2;*any,gold,G1,+72h,T1;*any,-1m," +
		"1.5,true,1,2\nA1,*log,,,,,,,,,,,,,,,\n"
	require.Equal(t, []engine.Actions{{ID: "A1", List: []engine.Action{
		{Type: "*set_balance", Parameters: `{"a": 1}`, Weight: amount.FromInt(2), Balance: engine.ActionBalance{
			ID: "b1", ToR: "*voice", Units: amount.FromInt(-60_000_000_000), Expires: "+72h", Attributes: engine.Attributes{
				Weight:         number(t, "1.5"),
				Categories:     engine.Names{{ID: "call"}, {ID: "sms", Excluded: true}},
				DestinationIDs: engine.Names{{ID: "*any"}, {ID: "D1"}, {ID: "D2", Excluded: true}},
				SharedGroups:   engine.Names{{ID: "G1"}}, TimingIDs: engine.Names{{ID: "*any"}, {ID: "T1"}},
				RatingSubject: "gold", Blocker: true, Disabled: true,
			}}},
		{Type: "*log"},
	}}}, loaded(t, plan).Actions)
}

func TestAnExpiryOfAnActionIsKeptAsText(t *testing.T) {
	for _, text := range []string{"", "*unlimited", "*now", "*month_end", "+720h", "2026-01-01T00:00:00Z", "1767225600"} {
		plan := base()
		plan["Actions.csv"] = "A1,*topup,,,,*sms,,,,," + text + ",,5,,,,\n"
		require.Equal(t, text, loaded(t, plan).Actions[0].List[0].Balance.Expires)
	}
}

func TestATriggerTakesAllItsColumns(t *testing.T) {
	plan := base()
	plan["ActionTriggers.csv"] = "TR1,,*max_balance_counter,10s,true,1h,2027-01-01T00:00:00Z,2026-01-01T00:00:00Z,b1,*voice," +
		"call,!D2,gold,G1,2028-01-01T00:00:00Z,T1,0,false,true,A1,3\nTR1,own,*balance_expired,,,,*unlimited,,,,,,,,,,,,,A1,\n" +
		"TR1,,*min_balance,-5,,,,,,,,,,,,,,,,A1,\n"
	instant := func(year int) engine.Instant { return engine.At(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)) }
	no, yes, zero := false, true, amount.Amount{}
	require.Equal(t, []engine.ActionTriggers{{ID: "TR1", List: []engine.ActionTrigger{
		{UniqueID: "TR1_1", Type: "*max_balance_counter", Threshold: amount.FromInt(10_000_000_000), Recurrent: true,
			MinSleep: time.Hour, Activates: instant(2026), Expires: instant(2027), ActionsID: "A1", Weight: amount.FromInt(3),
			Balance: engine.TriggerFilter{ID: "b1", ToR: "*voice", Categories: engine.Names{{ID: "call"}},
				DestinationIDs: engine.Names{{ID: "D2", Excluded: true}}, SharedGroups: engine.Names{{ID: "G1"}},
				TimingIDs: engine.Names{{ID: "T1"}}, RatingSubject: "gold", Expires: instant(2028),
				Weight: &zero, Blocker: &no, Disabled: &yes}},
		{UniqueID: "own", Type: "*balance_expired", ActionsID: "A1"},
		{UniqueID: "TR1_3", Type: "*min_balance", Threshold: amount.FromInt(-5), ActionsID: "A1"},
	}}}, loaded(t, plan).Triggers)
}

// A later plan may build on what is loaded.
func TestWhatTheEngineHasMayBeReferredTo(t *testing.T) {
	plan := map[string]string{
		"Rates.csv":            "R1,0,0.6,60s,1s,0s\n",
		"DestinationRates.csv": "DR1,D1,R1,*up,4,0,\n",
		"RatingPlans.csv":      "RP2,DR1,T1,10\n",
		"RatingProfiles.csv":   "t,call,*any,,RP1,\n",
		"Actions.csv":          "A2,*topup,,,b1,*voice,,D1,,G1,*unlimited,T1,60s,1,,,10\n",
		"ActionTriggers.csv":   "TR1,u1,*min_balance,2,,,,,,,,,,,,,,,,A1,10\n",
	}
	known := have{destination: "D1", timing: "T1", plan: "RP1", group: "G1", actions: "A1"}
	set, _, err := load(t.Context(), plan, known, Options{})
	require.NoError(t, err)
	require.Empty(t, set.Timings)
	require.Equal(t, "08:00:00", set.Plans[0].Timings[0].Start)
	_, _, err = load(t.Context(), plan, nil, Options{})
	require.Len(t, wrong(t, err), 7)
}

func TestValidateRefusesWhatIsDoubtful(t *testing.T) {
	for _, c := range []struct{ file, rows, text string }{
		{"Rates", "R1,0,0.6,60s,60s,0s\nR1,0,0.5,60s,1s,90s\n", `Rates.csv:2:17: GroupIntervalStart: rate "R1": the slot ` +
			"before is charged in steps of 60000000000 and is no whole number of them long"},
		{"Timings", "T1,*any,12,*any,1,00:00:00\nT0,,,,,\n",
			"Timings.csv:1:17: WeekDays: both week days and dates: it holds only where both do"},
		{"Timings", "T1,*any,*any,*any,1;2;3;4;5;6,00:00:00\n",
			`RatingPlans.csv:1:9: TimingTag: plan "RP1" does not cover all week days from 00:00:00`},
		{"Timings", "T1,*any,*any,*any,*any,00:00:01\n",
			`RatingPlans.csv:1:9: TimingTag: plan "RP1" does not cover all week days from 00:00:00`},
		{"Timings", "T1,*any,*any,31,*any,00:00:00\n",
			`RatingPlans.csv:1:9: TimingTag: plan "RP1" does not cover all week days from 00:00:00`},
	} {
		plan := base()
		plan[c.file+".csv"] = c.rows
		_, warnings, err := load(t.Context(), plan, nil, Options{})
		require.NoError(t, err)
		require.Contains(t, texts(warnings), c.text)
		_, _, err = load(t.Context(), plan, nil, Options{Validate: true})
		require.ErrorContains(t, err, "invalid data: ")
	}
	_, warnings, err := load(t.Context(), base(), nil, Options{Validate: true})
	require.NoError(t, err)
	require.Empty(t, warnings)
}

// Many bindings of many prices are few rows of CSV and many of a plan.
func TestPricesOfAllPlansTogetherAreBounded(t *testing.T) {
	plan := base()
	plan["DestinationRates.csv"] += "DR1,D2,R1,,,,\n"
	plan["Timings.csv"] += "T2,,,,2,\nT3,,,,3,\nT4,,,,4,\nT5,,,,5,\nT6,,,,6,\nT7,,,,7,\n"
	for _, timing := range []string{"T2", "T3", "T4", "T5", "T6", "T7"} {
		plan["RatingPlans.csv"] += "RP1,DR1," + timing + ",10\n"
	}
	tables, err := Read(t.Context(), files(plan), Options{})
	require.NoError(t, err)
	_, _, err = Compile(tables, nil, Options{RowsMax: 14})
	require.NoError(t, err)
	_, _, err = Compile(tables, nil, Options{RowsMax: 13})
	require.EqualError(t, err, "all plans together have more than 13 prices (RatingPlans.csv:7:5 DestinationRatesId)")
}
