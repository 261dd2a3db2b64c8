package rating_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/rating"
)

const ten = "2026-01-14T10:00:00Z" // a Wednesday

func TestPricesThatCGRateSWasSeenToCharge(t *testing.T) {
	b := tutorial(t)
	for _, c := range []struct {
		rule                 string
		subject, destination string
		start                string
		units                int64
		cost                 string
		charged              int64
	}{
		{"by the second", "x", "4420123", ten, 61 * second, "0.61", 61 * second},
		{"a started second counts", "x", "4420123", ten, second / 5, "0.01", second},
		{"a started minute counts", "x", "4930", ten, 61 * second, "0.2", 120 * second},
		{"steps of six seconds", "x", "1212", ten, 7 * second, "0.01", 12 * second},
		{"first minute, then by the second", "x", "447700", ten, 90 * second, "0.36", 90 * second},
		{"three slots", "x", "5512", ten, 150 * second, "0.366", 150 * second},
		{"a price of nothing", "x", "8001", ten, 90 * second, "0", 90 * second},
		{"the longest prefix", "x", "449012", ten, 11 * second, "0.4", 20 * second},
		{"one rounding, not one a second", "x", "3312", ten, 61 * second, "0.071166666666666667", 61 * second},
		{"night into peak", "timed", "4930", "2026-01-14T07:59:30Z", minute, "0.36", minute},
		{"peak goes on behind the end of its timing", "timed", "4930", "2026-01-14T12:00:00Z", minute, "0.6", minute},
		{"peak into evening", "timed", "4930", "2026-01-14T17:59:30Z", minute, "0.42", minute},
		{"Friday night into weekend", "timed", "4930", "2026-01-16T23:59:30Z", minute, "0.15", minute},
		{"Sunday into Monday", "timed", "4930", "2026-01-18T23:59:30Z", minute, "0.09", minute},
		{"the clock of the request", "timed", "4930", "2026-01-14T07:59:30+02:00", minute, "0.36", minute},
		{"the clock of the request, west", "timed", "4930", "2026-01-16T23:59:30-11:00", minute, "0.15", minute},
		{"a heavier Christmas", "timed", "4930", "2026-12-25T12:00:00Z", minute, "0.03", minute},
		{"Christmas ends at midnight", "timed", "4930", "2026-12-25T23:59:30Z", minute, "0.045", minute},
		{"a subject of its own", "gold", "4420", ten, 10 * second, "0.01", 10 * second},
		{"a fallback subject", "onlyfr_fb", "4930", ten, 10 * second, "0.01", 10 * second},
		{"the first fallback subject that has it", "onlyfr_fb", "4420", ten, 10 * second, "0.02", minute},
		{"active from the very second on", "switch", "4420", "2026-01-14T10:00:30Z", minute, "0.06", minute},
		{"the older plan", "switch", "4420", ten, 20 * second, "0.2", 20 * second},
		{"a new plan during the call counts", "switch", "4420", ten, minute, "0.33", minute},
		{"a new plan counts behind a started step", "switch", "4930", ten, 61 * second, "0.101", 61 * second},
		{"Any before the own profile begins", "late", "4420", "2029-12-31T23:59:30Z", minute, "0.33", minute},
		{"active years later", "late", "4420", "2031-01-01T00:00:00Z", minute, "0.06", minute},
		{"any destination", "anydest", "whatever", ten, 6 * second, "0.06", 6 * second},
		{"no destination", "anydest", "", ten, 6 * second, "0.06", 6 * second},
		{"destination *any", "anydest", "*any", ten, 6 * second, "0.06", 6 * second},
	} {
		spans, err := rating.Price(b, call(c.subject, c.destination, c.start, c.units))
		require.NoError(t, err, c.rule)
		require.Equal(t, c.cost, total(spans).String(), c.rule)
		require.Equal(t, c.charged, usage(spans), c.rule)
	}
}

func TestWhatHasNoPrice(t *testing.T) {
	b := tutorial(t)
	b.profile(t, "empty")
	b.profile(t, "noplan", from("2020-01-01T00:00:00Z", "NO_SUCH_PLAN"))
	b.profile(t, "withdrawn", from("2020-01-01T00:00:00Z", "STD"), from("2026-01-14T10:00:30Z", "ONLY_FR"))
	b.plan(t, &rating.Plan{ID: "MORNING", Rates: []rating.Rate{rate("UK", "0", slot("0.6", minute, second, 0))},
		Timings: []rating.Timing{{ID: "WEDNESDAY", WeekDays: []int{3}, Start: "08:00:00"}},
		Rows:    []rating.Row{{DestinationID: "D_UK", Timing: 1}}})
	b.profile(t, "morning", from("2020-01-01T00:00:00Z", "MORNING"))
	for _, c := range []struct {
		rule string
		call rating.Call
		want error
	}{
		{"another tenant", rating.Call{Tenant: "other", Category: "call", Destination: "44", ToR: rating.Voice}, rating.ErrNoProfile},
		{"no category", rating.Call{Tenant: "t", Destination: "44", ToR: rating.Voice}, rating.ErrNoProfile},
		{"a destination without a rate", call("x", "9991", ten, minute), rating.ErrNoPrice},
		{"a number of no destination", call("x", "777", ten, minute), rating.ErrNoPrice},
		{"no number and no rate for any", call("x", "", ten, minute), rating.ErrNoPrice},
		{"an own profile hides Any", call("onlyfr", "4420", ten, minute), rating.ErrNoPrice},
		{"no fallback subject has it", call("onlyfr_fb", "12", ten, minute), rating.ErrNoPrice},
		{"active after the call", call("late", "4420", ten, minute), rating.ErrNoPrice},
		{"active when the call is over", call("late", "4420", "2029-12-31T23:59:00Z", minute), rating.ErrNoPrice},
		{"a profile without plans", call("empty", "4420", ten, minute), rating.ErrNoPrice},
		{"a plan that is not there", call("noplan", "4420", ten, minute), rating.ErrNoPrice},
		{"before the timing begins", call("morning", "4420", "2026-01-14T07:59:59Z", minute), rating.ErrNoPrice},
		{"the day ends without a price for the next", call("morning", "4420", "2026-01-14T23:59:30Z", minute), rating.ErrGap},
		{"the new plan does not have the destination", call("withdrawn", "4420", ten, minute), rating.ErrGap},
		{"before the first of all activations", call("x", "4420", "2019-12-31T00:00:00Z", minute), rating.ErrNoPrice},
		{"less than no usage", call("x", "4420", ten, -1), rating.ErrUnits},
		{"more usage than can be counted", call("x", "4420", ten, rating.UnitsMax+1), rating.ErrUnits},
	} {
		spans, err := rating.Price(b, c.call)
		require.ErrorIs(t, err, c.want, c.rule)
		require.Empty(t, spans, c.rule)
	}
	c := call("x", "4420", ten, 1)
	c.Position = -1
	_, err := rating.Price(b, c)
	require.ErrorIs(t, err, rating.ErrUnits)
}

func TestASpanSaysWhereItsPriceWasFound(t *testing.T) {
	b := tutorial(t)
	spans, err := rating.Price(b, call("onlyfr_fb", "4930", ten, 90*second))
	require.NoError(t, err)
	require.Len(t, spans, 1)
	s := spans[0]
	require.Equal(t, []string{"*out:t:call:gold", "49", "GOLD", "D_DE", "GOLD"},
		[]string{s.Subject, s.Prefix, s.PlanID, s.Row.DestinationID, s.Rate.ID})
	require.Nil(t, s.Timing)

	spans, err = rating.Price(b, call("timed", "4930", "2026-01-14T07:59:30Z", minute))
	require.NoError(t, err)
	require.Len(t, spans, 2)
	require.Equal(t, "NIGHT", spans[0].Timing.ID)
	require.Equal(t, "PEAK", spans[1].Timing.ID)
	require.Equal(t, 30*second, spans[1].Start)
	require.Equal(t, 30*second, spans[1].Position)

	spans, err = rating.Price(b, call("anydest", "4930", ten, minute))
	require.NoError(t, err)
	require.Equal(t, rating.Any, spans[0].Prefix)
}

func TestNoUsageFindsThePriceOnly(t *testing.T) {
	b := tutorial(t)
	c := call("x", "447700", ten, 0)
	c.Position = 70 * second
	spans, err := rating.Price(b, c)
	require.NoError(t, err)
	require.Len(t, spans, 1)
	require.Zero(t, spans[0].Length)
	require.Equal(t, "0.15", spans[0].Rate.ConnectFee.String())
	require.Equal(t, minute, spans[0].Slot.From, "the slot at the position")
	require.Equal(t, "0", total(spans).String())
}

func TestASpanIsAsLongAsItsPrice(t *testing.T) {
	b := tutorial(t)
	spans, err := rating.Price(b, call("x", "4420", "2026-01-14T10:00:00Z", 72*60*minute))
	require.NoError(t, err)
	require.Len(t, spans, 1, "midnights change nothing")
	spans, err = rating.Price(b, call("timed", "4930", "2026-01-16T19:00:00Z", 72*60*minute))
	require.NoError(t, err)
	var got []string
	for _, s := range spans {
		got = append(got, fmt.Sprint(s.Rate.ID, " ", time.Duration(s.Length)))
	}
	require.Equal(t, []string{"EVENING 5h0m0s", "WEEKEND 48h0m0s", "NIGHT 8h0m0s", "PEAK 10h0m0s", "EVENING 1h0m0s"}, got)
}

func TestAStartedStepIsFinishedAtItsPriceAndTheNextSpanShrinks(t *testing.T) {
	b := tutorial(t)
	b.plan(t, everyDay("ODD", rate("ODD", "0", slot("0.45", 45*second, 45*second, 0), slot("0.01", second, second, minute),
		slot("0.02", second, second, 80*second), slot("0.03", second, second, 100*second)), "D_UK"))
	b.profile(t, "odd", from("2020-01-01T00:00:00Z", "ODD"))
	spans, err := rating.Price(b, call("odd", "4420", ten, 120*second))
	require.NoError(t, err)
	var got []string
	for _, s := range spans {
		got = append(got, fmt.Sprint(s.Start/second, "+", s.Length/second, " slot ", s.Slot.From/second))
	}
	require.Equal(t, []string{"0+90 slot 0", "90+10 slot 80", "100+20 slot 100"}, got)
	require.Equal(t, "1.7", total(spans).String())
}

func TestWhatIsNoVoiceHasThePriceOfItsStart(t *testing.T) {
	b := tutorial(t)
	for _, tor := range []string{"*data", "*sms", "*generic", ""} {
		c := call("timed", "4930", "2026-01-14T07:59:30Z", minute)
		c.ToR = tor
		spans, err := rating.Price(b, c)
		require.NoError(t, err)
		require.Len(t, spans, 1)
		require.Equal(t, "NIGHT", spans[0].Timing.ID)

		c = call("switch", "4420", ten, minute)
		c.ToR = tor
		spans, err = rating.Price(b, c)
		require.NoError(t, err)
		require.Equal(t, "0.6", total(spans).String(), "no activation during the usage")

		c = call("late", "4420", "2029-12-31T23:59:30Z", minute)
		c.ToR = tor
		_, err = rating.Price(b, c)
		require.ErrorIs(t, err, rating.ErrNoPrice, "nor Any before it")

		c = call("x", "447700", ten, 90*second)
		c.ToR = tor
		spans, err = rating.Price(b, c)
		require.NoError(t, err)
		require.Equal(t, "0.36", total(spans).String(), "but slots are places in the usage")
	}
}

func TestAPrefixWithoutAPriceAtTheStartGivesWayToAShorterOne(t *testing.T) {
	b := newBook()
	b.destination("LONG", "4915")
	b.destination("SHORT", "49")
	b.plan(t, &rating.Plan{ID: "P",
		Rates:   []rating.Rate{rate("LONG", "0", slot("1", second, second, 0)), rate("SHORT", "0", slot("2", second, second, 0))},
		Timings: []rating.Timing{{ID: "LATER", Start: "12:00:00"}},
		Rows:    []rating.Row{{DestinationID: "LONG", Rate: 0, Timing: 1}, {DestinationID: "SHORT", Rate: 1}}})
	b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "P"))
	for start, want := range map[string]string{"2026-01-14T11:59:50Z": "SHORT", "2026-01-14T12:00:00Z": "LONG"} {
		spans, err := rating.Price(b, call("x", "491512", start, 20*second))
		require.NoError(t, err)
		require.Len(t, spans, 1, "what was found at the start prices the call")
		require.Equal(t, want, spans[0].Rate.ID)
	}
}

func TestOfDestinationsWithTheSamePrefixTheHeaviestPriceCounts(t *testing.T) {
	b := newBook()
	for _, id := range []string{"A", "B", "C", "D"} {
		b.destination(id, "49")
	}
	p := everyDay("P", rate("R", "0", slot("1", second, second, 0)), "A", "B", "C")
	p.Timings = []rating.Timing{{ID: "EVENING", Start: "18:00:00"}}
	p.Rows[0].Weight, p.Rows[1].Weight, p.Rows[2].Weight = money("5"), money("9"), money("9")
	p.Rows = append(p.Rows, rating.Row{DestinationID: "D", Timing: 1, Weight: money("20")})
	b.plan(t, p)
	b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "P"))
	for start, want := range map[string]string{ten: "B", "2026-01-14T18:00:00Z": "D"} {
		spans, err := rating.Price(b, call("x", "4930", start, second))
		require.NoError(t, err)
		require.Equal(t, want, spans[0].Row.DestinationID)
	}
}

func TestTheHeaviestRowThatHoldsCountsAndOfEqualOnesTheLatestBegun(t *testing.T) {
	b := newBook()
	b.destination("D", "49")
	p := everyDay("P", rating.Rate{}, "D", "D", "D", "D")
	p.Rates = nil
	for i, id := range []string{"ALWAYS", "EIGHT", "TWELVE", "HEAVY"} {
		p.Rates = append(p.Rates, rate(id, "0", slot("1", second, second, 0)))
		p.Rows[i].Rate, p.Rows[i].Timing = i, i
		p.Rows[i].Weight = money("1")
	}
	p.Rows[3].Weight = money("1.5")
	p.Timings = []rating.Timing{{ID: "8", Start: "08:00:00"}, {ID: "12", Start: "12:00:00"}, {ID: "H", Start: "10:00:00", WeekDays: []int{4}}}
	b.plan(t, p)
	b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "P"))
	spans, err := rating.Price(b, call("x", "49", "2026-01-14T07:00:00Z", 48*60*minute))
	require.NoError(t, err)
	var got []string
	for _, s := range spans {
		got = append(got, fmt.Sprint(s.Rate.ID, " ", time.Duration(s.Length)))
	}
	require.Equal(t, []string{"ALWAYS 1h0m0s", "EIGHT 4h0m0s", "TWELVE 12h0m0s", // Wednesday
		"ALWAYS 8h0m0s", "EIGHT 2h0m0s", "HEAVY 14h0m0s", "ALWAYS 7h0m0s"}, got)
}

func TestFallbackSubjectsEndAtAChainOfThree(t *testing.T) {
	b := tutorial(t)
	b.plan(t, &rating.Plan{ID: "NOTHING"})
	always := "2020-01-01T00:00:00Z"
	b.profile(t, "one", from(always, "NOTHING", "one", "two"))
	b.profile(t, "two", from(always, "NOTHING", "one", "gold"))
	b.profile(t, "zero", from(always, "NOTHING", "one"))
	spans, err := rating.Price(b, call("one", "4420", ten, minute))
	require.NoError(t, err)
	require.Equal(t, "*out:t:call:gold", spans[0].Subject)
	_, err = rating.Price(b, call("zero", "4420", ten, minute))
	require.ErrorIs(t, err, rating.ErrNoPrice, "gold would be the fourth")
}

func TestAnyRowsOfThePlanGoBeforeItsFallbackSubjects(t *testing.T) {
	b := tutorial(t)
	b.profile(t, "fb", from("2020-01-01T00:00:00Z", "ANY", "gold"))
	spans, err := rating.Price(b, call("fb", "4420", ten, minute))
	require.NoError(t, err)
	require.Equal(t, "ANY", spans[0].PlanID)
}

func TestAFallbackSubjectThatBecomesActiveDuringTheCallCountsFromThen(t *testing.T) {
	b := tutorial(t)
	b.profile(t, "fb", from("2020-01-01T00:00:00Z", "ONLY_FR", "switch"))
	spans, err := rating.Price(b, call("fb", "4420", ten, minute))
	require.NoError(t, err)
	require.Equal(t, "0.33", total(spans).String())
}

func TestOffsetsAreTheSameInstants(t *testing.T) {
	b := tutorial(t)
	for _, start := range []string{"2026-01-14T10:00:00Z", "2026-01-14T12:00:00+02:00", "2026-01-13T22:00:00-12:00"} {
		spans, err := rating.Price(b, call("switch", "4420", start, minute))
		require.NoError(t, err)
		require.Equal(t, "0.33", total(spans).String(), "activations are instants, not days of a calendar")
	}
}

func TestTheOffsetOfTheStartIsKeptThroughTheCall(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here")
	}
	c := call("timed", "4930", ten, 48*60*minute)
	c.Start = time.Date(2026, 3, 28, 0, 0, 0, 0, berlin) // clocks go forward on the 29th
	spans, err := rating.Price(tutorial(t), c)
	require.NoError(t, err)
	require.Len(t, spans, 1)
	require.Equal(t, "WEEKEND", spans[0].Rate.ID)
	require.Equal(t, 48*60*minute, spans[0].Length)
}

func TestTheZeroTimeIsATime(t *testing.T) {
	b := tutorial(t)
	b.profile(t, "ever", from("0001-01-01T00:00:00Z", "GOLD"))
	c := call("ever", "4420", ten, minute)
	c.Start = time.Time{}
	spans, err := rating.Price(b, c)
	require.NoError(t, err)
	require.Equal(t, "0.06", total(spans).String())
}
