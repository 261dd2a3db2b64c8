package rating_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine/rating"
)

// fullPlan is a plan with one of everything.
func fullPlan() *rating.Plan {
	return &rating.Plan{
		ID:    "P",
		Rates: []rating.Rate{rate("R", "0.1", slot("0.3", minute, 30*second, 0), slot("0.06", minute, 6*second, minute))},
		Timings: []rating.Timing{{ID: "T", Years: []int{2026}, Months: []int{12}, MonthDays: []int{31}, WeekDays: []int{0, 6},
			Start: "08:00:00", End: "23:59:59"}},
		Rows: []rating.Row{{DestinationID: "D", Timing: 1, RoundingMethod: rating.RoundUp, RoundingDecimals: 18, MaxCost: money("2"),
			MaxCostStrategy: rating.CapFree}},
	}
}

func TestAPlanThatCannotBeChargedByIsRefused(t *testing.T) {
	require.NoError(t, fullPlan().Check())
	for text, breaks := range map[string]func(*rating.Plan){
		"plan without an ID":            func(p *rating.Plan) { p.ID = "" },
		"connect fee -1 is below 0":     func(p *rating.Plan) { p.Rates[0].ConnectFee = money("-1") },
		"connect fee: amount out":       func(p *rating.Plan) { p.Rates[0].ConnectFee = money("1e17").Mul(money("10")) },
		"no slot from 0":                func(p *rating.Plan) { p.Rates[0].Slots = nil },
		`rate "R": no slot from 0`:      func(p *rating.Plan) { p.Rates[0].Slots = p.Rates[0].Slots[1:] },
		"slot from 0 behind":            func(p *rating.Plan) { p.Rates[0].Slots[1].From = 0 },
		"slot from -5 behind":           func(p *rating.Plan) { p.Rates[0].Slots[1].From = -5 },
		"slot from 1000000000000000000": func(p *rating.Plan) { p.Rates[0].Slots[1].From = rating.UnitsMax + 1 },
		"rate unit 0":                   func(p *rating.Plan) { p.Rates[0].Slots[1].Unit = 0 },
		"rate unit 1000000000000000000": func(p *rating.Plan) { p.Rates[0].Slots[1].Unit = rating.UnitsMax + 1 },
		"rate increment -1":             func(p *rating.Plan) { p.Rates[0].Slots[1].Step = -1 },
		"rate increment 10000000000000": func(p *rating.Plan) { p.Rates[0].Slots[1].Step = rating.UnitsMax + 1 },
		"rate -0.3 is below 0":          func(p *rating.Plan) { p.Rates[0].Slots[0].Price = money("-0.3") },
		"no destination":                func(p *rating.Plan) { p.Rows[0].DestinationID = "" },
		"rate 2 of 1":                   func(p *rating.Plan) { p.Rows[0].Rate = 1 },
		"rate 0 of 1":                   func(p *rating.Plan) { p.Rows[0].Rate = -1 },
		"timing 2 of 1":                 func(p *rating.Plan) { p.Rows[0].Timing = 2 },
		"timing -1 of 1":                func(p *rating.Plan) { p.Rows[0].Timing = -1 },
		"19 rounding decimals":          func(p *rating.Plan) { p.Rows[0].RoundingDecimals = 19 },
		"-1 rounding decimals":          func(p *rating.Plan) { p.Rows[0].RoundingDecimals = -1 },
		"weight: amount out of range":   func(p *rating.Plan) { p.Rows[0].Weight = money("1e17").Mul(money("10")) },
		"maximum cost -2 is below 0":    func(p *rating.Plan) { p.Rows[0].MaxCost = money("-2") },
		`strategy "*fre" of the`:        func(p *rating.Plan) { p.Rows[0].MaxCostStrategy = "*fre" },
		"year 0 is not":                 func(p *rating.Plan) { p.Timings[0].Years[0] = 0 },
		"month 13 is not":               func(p *rating.Plan) { p.Timings[0].Months[0] = 13 },
		"day 32 is not":                 func(p *rating.Plan) { p.Timings[0].MonthDays[0] = 32 },
		"week day 7 is not":             func(p *rating.Plan) { p.Timings[0].WeekDays[0] = 7 },
		`"8:00:00" is no time of day`:   func(p *rating.Plan) { p.Timings[0].Start = "8:00:00" },
		`"24:00:00" is no time of day`:  func(p *rating.Plan) { p.Timings[0].End = "24:00:00" },
	} {
		p := fullPlan()
		breaks(p)
		require.ErrorContains(t, p.Check(), text)
		require.NotPanics(t, func() {
			b := newBook()
			b.destination("D", "49")
			b.plans["P"] = rating.NewIndex(p)
			b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "P"))
			_, err := rating.Price(b, call("x", "49", "2026-12-31T10:00:00Z", minute))
			require.ErrorIs(t, err, rating.ErrNoPrice, text)
		}, text)
	}
}

func TestACapOfNothingNeedsNoStrategy(t *testing.T) {
	p := fullPlan()
	p.Rows[0].MaxCost, p.Rows[0].MaxCostStrategy = money("0"), ""
	require.NoError(t, p.Check())
}

func TestAProfileThatCannotBeUsedIsRefused(t *testing.T) {
	full := func() *rating.Profile {
		return &rating.Profile{Tenant: "t", Category: "call", Subject: "s", Activations: []rating.Activation{
			from("0001-01-01T00:00:00Z", "A"), from("9999-12-31T23:59:59Z", "B", "x", "y")}}
	}
	require.NoError(t, full().Check())
	for text, breaks := range map[string]func(*rating.Profile){
		"without a subject":           func(p *rating.Profile) { p.Subject = "" },
		"activation 1 without a plan": func(p *rating.Profile) { p.Activations[0].PlanID = "" },
		"activation 1 is not in the":  func(p *rating.Profile) { p.Activations[0].At-- },
		"activation 2 is not in the":  func(p *rating.Profile) { p.Activations[1].At++ },
		"activation 2 is not after":   func(p *rating.Profile) { p.Activations[1].At = p.Activations[0].At },
		"1001 activations, at most 1000": func(p *rating.Profile) {
			p.Activations = make([]rating.Activation, 1001)
		},
		"17 fallback subjects, at most": func(p *rating.Profile) { p.Activations[1].Fallbacks = make([]string, 17) },
	} {
		p := full()
		breaks(p)
		require.ErrorContains(t, p.Check(), text)
	}
}
