package rating_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/amount"
	"purser/engine/rating"
)

// book is a [rating.Prices] on maps.
type book struct {
	destinations map[string][]string // by prefix
	profiles     map[string]*rating.Profile
	plans        map[string]*rating.Index
}

func newBook() *book {
	return &book{map[string][]string{}, map[string]*rating.Profile{}, map[string]*rating.Index{}}
}

func (b *book) Profile(tenant, category, subject string) *rating.Profile {
	return b.profiles[rating.Key(tenant, category, subject)]
}

func (b *book) Plan(id string) *rating.Index { return b.plans[id] }

func (b *book) DestinationsOf(prefix string) []string { return b.destinations[prefix] }

func (b *book) destination(id string, prefixes ...string) {
	for _, p := range prefixes {
		b.destinations[p] = append(b.destinations[p], id)
		slices.Sort(b.destinations[p])
	}
}

func (b *book) plan(t testing.TB, p *rating.Plan) {
	require.NoError(t, p.Check())
	b.plans[p.ID] = rating.NewIndex(p)
}

// profile makes a profile of tenant t and category call.
func (b *book) profile(t testing.TB, subject string, activations ...rating.Activation) {
	p := &rating.Profile{Tenant: "t", Category: "call", Subject: subject, Activations: activations}
	require.NoError(t, p.Check())
	b.profiles[p.Key()] = p
}

func from(at, plan string, fallbacks ...string) rating.Activation {
	return rating.Activation{At: clock(at).Unix(), PlanID: plan, Fallbacks: fallbacks}
}

func clock(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

func money(text string) amount.Amount {
	a, err := amount.Parse(text)
	if err != nil {
		panic(err)
	}
	return a
}

const (
	second = int64(time.Second)
	minute = int64(time.Minute)
)

// slot is a price from a place in the call on.
func slot(price string, unit, step, from int64) rating.Slot {
	return rating.Slot{From: from, Price: money(price), Unit: unit, Step: step}
}

func rate(id, connectFee string, slots ...rating.Slot) rating.Rate {
	return rating.Rate{ID: id, ConnectFee: money(connectFee), Slots: slots}
}

// everyDay is a plan of the same rate for each of some destinations.
func everyDay(id string, r rating.Rate, destinations ...string) *rating.Plan {
	p := &rating.Plan{ID: id, Rates: []rating.Rate{r}}
	for _, d := range destinations {
		p.Rows = append(p.Rows, rating.Row{DestinationID: d})
	}
	return p
}

// tutorial is the tariff that the recorded conversations with CGRateS use, as
// far as calls go.
func tutorial(t testing.TB) *book {
	b := newBook()
	for _, d := range []string{"D_UK 44", "D_UK_MOB 447", "D_DE 49", "D_FR 33", "D_PREM 4490", "D_US 1", "D_FREE 800",
		"D_NO_RATE 999", "D_SLOT 55"} {
		f := strings.Fields(d)
		b.destination(f[0], f[1:]...)
	}
	std := &rating.Plan{ID: "STD"}
	for _, r := range []rating.Rate{
		rate("D_UK", "0", slot("0.6", minute, second, 0)),
		rate("D_UK_MOB", "0.15", slot("0.3", minute, minute, 0), slot("0.12", minute, second, minute)),
		rate("D_DE", "0", slot("0.1", minute, minute, 0)),
		rate("D_FR", "0", slot("0.07", minute, second, 0)),
		rate("D_PREM", "0.5", slot("1.2", minute, 10*second, 0)),
		rate("D_US", "0", slot("0.05", minute, 6*second, 0)),
		rate("D_FREE", "0", slot("0", minute, second, 0)),
		rate("D_SLOT", "0.1", slot("0.3", minute, 30*second, 0), slot("0.06", minute, 6*second, minute),
			slot("0.012", minute, second, 2*minute)),
	} {
		std.Rows = append(std.Rows, rating.Row{DestinationID: r.ID, Rate: len(std.Rates)})
		std.Rates = append(std.Rates, r)
	}
	b.plan(t, std)
	week := []int{1, 2, 3, 4, 5}
	b.plan(t, &rating.Plan{
		ID: "TIME",
		Rates: []rating.Rate{
			rate("NIGHT", "0", slot("0.12", minute, second, 0)), rate("PEAK", "0", slot("0.6", minute, second, 0)),
			rate("EVENING", "0", slot("0.24", minute, second, 0)), rate("WEEKEND", "0", slot("0.06", minute, second, 0)),
			rate("XMAS", "0", slot("0.03", minute, second, 0)),
		},
		Timings: []rating.Timing{
			{ID: "NIGHT", WeekDays: week}, {ID: "PEAK", WeekDays: week, Start: "08:00:00", End: "09:00:00"},
			{ID: "EVENING", WeekDays: week, Start: "18:00:00"}, {ID: "WEEKEND", WeekDays: []int{6, 0}},
			{ID: "XMAS", Months: []int{12}, MonthDays: []int{25}},
		},
		Rows: []rating.Row{
			{DestinationID: "D_DE", Rate: 0, Timing: 1, Weight: money("10")},
			{DestinationID: "D_DE", Rate: 1, Timing: 2, Weight: money("10")},
			{DestinationID: "D_DE", Rate: 2, Timing: 3, Weight: money("10")},
			{DestinationID: "D_DE", Rate: 3, Timing: 4, Weight: money("10")},
			{DestinationID: "D_DE", Rate: 4, Timing: 5, Weight: money("20")},
		},
	})
	b.plan(t, everyDay("GOLD", rate("GOLD", "0", slot("0.06", minute, second, 0)), "D_UK", "D_DE"))
	b.plan(t, everyDay("GOLD_MIN", rate("GOLD_MIN", "0.05", slot("0.02", minute, minute, 0)), "D_UK"))
	b.plan(t, everyDay("ONLY_FR", rate("FR", "0", slot("0.07", minute, second, 0)), "D_FR"))
	b.plan(t, everyDay("ANY", rate("UK", "0", slot("0.6", minute, second, 0)), rating.Any))

	b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "STD"))
	b.profile(t, "timed", from("2020-01-01T00:00:00Z", "TIME"))
	b.profile(t, "gold", from("2020-01-01T00:00:00Z", "GOLD"))
	b.profile(t, "goldmin", from("2020-01-01T00:00:00Z", "GOLD_MIN"))
	b.profile(t, "onlyfr", from("2020-01-01T00:00:00Z", "ONLY_FR"))
	b.profile(t, "onlyfr_fb", from("2020-01-01T00:00:00Z", "ONLY_FR", "goldmin", "unknown", "gold", "timed"))
	b.profile(t, "switch", from("2020-01-01T00:00:00Z", "STD"), from("2026-01-14T10:00:30Z", "GOLD"))
	b.profile(t, "late", from("2030-01-01T00:00:00Z", "GOLD"))
	b.profile(t, "anydest", from("2020-01-01T00:00:00Z", "ANY"))
	return b
}

// call is usage of tenant t, category call, voice.
func call(subject, destination, start string, units int64) rating.Call {
	return rating.Call{Tenant: "t", Category: "call", Subject: subject, Destination: destination, ToR: rating.Voice,
		Start: clock(start), Units: units}
}

// total returns what spans cost without connect fees.
func total(spans []rating.Span) amount.Amount {
	var sum amount.Amount
	for i := range spans {
		sum = sum.Add(spans[i].Cost(0, spans[i].Length))
	}
	return sum
}

// usage returns how many units spans charge.
func usage(spans []rating.Span) int64 {
	if len(spans) == 0 {
		return 0
	}
	last := &spans[len(spans)-1]
	return last.Start + last.Length
}
