package rating_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/rating"
)

// anyRate is a rate of up to three slots, the later ones not at whole steps of
// those before.
func anyRate(rt *rapid.T) rating.Rate {
	r := rating.Rate{ID: "R"}
	for at, n := int64(0), rapid.IntRange(1, 3).Draw(rt, "slots"); len(r.Slots) < n; {
		r.Slots = append(r.Slots, rating.Slot{
			From:  at,
			Price: money(rapid.StringMatching(`[0-9]\.[0-9]{1,3}`).Draw(rt, "price")),
			Unit:  rapid.SampledFrom([]int64{second, minute}).Draw(rt, "unit"),
			Step:  rapid.SampledFrom([]int64{second, 6 * second, 7 * second, minute, 3600 * second}).Draw(rt, "step"),
		})
		at += rapid.Int64Range(1, 200).Draw(rt, "length") * second
	}
	return r
}

func anyTiming(rt *rapid.T) rating.Timing {
	g := rating.Timing{ID: "T"}
	g.WeekDays = rapid.SliceOfN(rapid.IntRange(0, 6), 0, 5).Draw(rt, "week days")
	g.MonthDays = rapid.SliceOfN(rapid.IntRange(1, 31), 0, 1).Draw(rt, "days")
	if hours := rapid.IntRange(0, 24).Draw(rt, "start"); hours < 24 {
		g.Start = fmt.Sprintf("%02d:%02d:00", hours, rapid.IntRange(0, 59).Draw(rt, "minute"))
	}
	return g
}

// anyPlan is a plan for destination D; with always there is a price at any time.
func anyPlan(rt *rapid.T, id string, always bool) *rating.Plan {
	p := &rating.Plan{ID: id, Rates: []rating.Rate{anyRate(rt)}}
	if always {
		p.Rows = append(p.Rows, rating.Row{DestinationID: "D"})
	}
	for range rapid.IntRange(0, 6).Draw(rt, "rows") {
		p.Rates = append(p.Rates, anyRate(rt))
		p.Timings = append(p.Timings, anyTiming(rt))
		p.Rows = append(p.Rows, rating.Row{
			DestinationID: "D", Rate: len(p.Rates) - 1, Timing: len(p.Timings),
			Weight: money(rapid.SampledFrom([]string{"0", "1", "2"}).Draw(rt, "weight")),
		})
	}
	return p
}

// anyBook prices calls of anyCall: Any by plan A, s by A and then by B.
func anyBook(rt *rapid.T, t *testing.T, always bool) *book {
	b := newBook()
	b.destination("D", "49")
	b.plan(t, anyPlan(rt, "A", always))
	b.plan(t, anyPlan(rt, "B", always))
	b.profile(t, rating.Any, from("2020-01-01T00:00:00Z", "A"))
	activation := clock(ten).Unix() + rapid.Int64Range(-1000, 1000).Draw(rt, "activation")
	b.profile(t, "s", from("2020-01-01T00:00:00Z", "A"), rating.Activation{At: activation, PlanID: "B"})
	return b
}

func anyCall(rt *rapid.T) rating.Call {
	c := call(rapid.SampledFrom([]string{"s", "x"}).Draw(rt, "subject"), "4930", ten, 0)
	hours := rapid.Int64Range(-1000, 1000).Draw(rt, "hours")
	start := c.Start.Add(time.Duration(hours)*time.Hour + time.Duration(rapid.Int64Range(0, 3600e9).Draw(rt, "nanoseconds")))
	c.Start = start.In(time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(rt, "offset")*60))
	c.ToR = rapid.SampledFrom([]string{rating.Voice, "*data"}).Draw(rt, "ToR")
	c.Units = rapid.Int64Range(1, rapid.SampledFrom([]int64{100, 10 * minute, 189 * 60 * minute}).Draw(rt, "most")).Draw(rt, "units")
	c.Position = rapid.Int64Range(0, 1).Draw(rt, "later") * rapid.Int64Range(0, 300).Draw(rt, "position") * second
	return c
}

func TestSpansFollowEachOtherAndCoverTheUsage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, c := anyBook(rt, t, true), anyCall(rt)
		spans, err := rating.Price(b, c)
		require.NoError(rt, err)
		at := int64(0)
		for i := range spans {
			s := &spans[i]
			require.Equal(rt, at, s.Start, "no hole, no overlap")
			require.Equal(rt, c.Position+at, s.Position)
			require.Positive(rt, s.Length)
			require.Zero(rt, s.Length%s.Slot.Step, "whole steps")
			require.Less(rt, s.Start, c.Units, "none behind the usage")
			require.LessOrEqual(rt, s.Slot.From, s.Position)
			at += s.Length
		}
		last := &spans[len(spans)-1]
		require.GreaterOrEqual(rt, at, c.Units)
		require.Less(rt, at-last.Slot.Step, c.Units, "only the last step runs over")
	})
}

// best is the row that counts at a time, found the slow and plain way.
func best(p *rating.Plan, at time.Time) (row *rating.Row) {
	started := func(r *rating.Row) (string, bool) {
		if r.Timing == 0 {
			return "", true
		}
		g := p.Timings[r.Timing-1]
		return g.Start, g.Holds(at) // none has an end
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		start, ok := started(r)
		if !ok {
			continue
		}
		if row == nil || r.Weight.Cmp(row.Weight) > 0 {
			row = r
			continue
		}
		if before, _ := started(row); r.Weight.Cmp(row.Weight) == 0 && max(start, "00:00:00") > max(before, "00:00:00") {
			row = r
		}
	}
	return row
}

func TestEachSpanHasThePriceOfItsTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, c := anyBook(rt, t, true), anyCall(rt)
		c.ToR = rating.Voice
		spans, err := rating.Price(b, c)
		require.NoError(rt, err)
		begins := b.Profile("t", "call", "s").Activations[1].At
		for i := range spans {
			s := &spans[i]
			// Every minute of the span, as far as its steps leave a choice.
			for at := s.Start; at < s.Start+s.Length; at += max(s.Slot.Step, s.Slot.Step*(minute/s.Slot.Step)) {
				now := c.Start.Add(time.Duration(at))
				plan := "A"
				if c.Subject == "s" && now.Unix() >= begins {
					plan = "B"
				}
				require.Equal(rt, plan, s.PlanID)
				want := best(b.Plan(plan).Plan, now)
				require.Same(rt, want, s.Row, "at %s", now)
				if at-s.Start > 3*24*60*minute {
					break // enough of a long span
				}
			}
		}
	})
}

func TestACallChargedInPartsCostsWhatItCostsWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, c := anyBook(rt, t, true), anyCall(rt)
		if c.ToR != rating.Voice {
			c.Subject = "x" // its parts begin at the start of the whole: the place in time is not theirs
		}
		whole, err := rating.Price(b, c)
		require.NoError(rt, err)

		s := &whole[rapid.IntRange(0, len(whole)-1).Draw(rt, "span")]
		cut := s.Start + rapid.Int64Range(0, s.Length/s.Slot.Step).Draw(rt, "steps")*s.Slot.Step
		if cut == 0 || cut >= c.Units {
			return
		}
		first, rest := c, c
		first.Units, rest.Units, rest.Position = cut, c.Units-cut, c.Position+cut
		if c.ToR == rating.Voice {
			rest.Start = c.Start.Add(time.Duration(cut))
		}
		a, err := rating.Price(b, first)
		require.NoError(rt, err)
		z, err := rating.Price(b, rest)
		require.NoError(rt, err)
		require.Equal(rt, cut, usage(a), "a cut at a step needs no rounding")
		require.Equal(rt, usage(whole), cut+usage(z))
		require.Zero(rt, total(whole).Cmp(total(a).Add(total(z))), "%s = %s + %s", total(whole), total(a), total(z))
	})
}

func TestACallWithGapsIsPricedOrRefused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, c := anyBook(rt, t, false), anyCall(rt)
		c.ToR, c.Subject = rating.Voice, "x"
		p := b.Plan("A").Plan
		spans, err := rating.Price(b, c)
		switch {
		case best(p, c.Start) == nil:
			require.ErrorIs(rt, err, rating.ErrNoPrice)
		case err != nil:
			require.ErrorIs(rt, err, rating.ErrGap)
		default:
			for i := range spans {
				require.Same(rt, best(p, c.Start.Add(time.Duration(spans[i].Start))), spans[i].Row)
			}
		}
	})
}

// FuzzPrice makes plans and calls of any numbers: what Check lets pass is priced
// or refused, fast and without a panic.
func FuzzPrice(f *testing.F) {
	f.Add(int64(0), second, minute, int64(0), int64(60), 1, 0, "08:00:00", "4930", ten, minute, int64(0), true)
	f.Add(int64(rating.UnitsMax), int64(1), int64(rating.UnitsMax), int64(math.MaxInt64), int64(7), 0, 9, "", "", ten,
		int64(rating.UnitsMax), int64(rating.UnitsMax), false)
	f.Fuzz(func(t *testing.T, slotFrom, unit, step, activation, price int64, timing, weekDay int, start, number, begin string,
		units, position int64, voice bool) {
		at, err := time.Parse(time.RFC3339Nano, begin)
		if err != nil || units > 189*60*minute {
			return
		}
		p := &rating.Plan{
			ID: "P",
			Rates: []rating.Rate{{Slots: []rating.Slot{{Price: money(fmt.Sprint(price % 1e18)), Unit: unit, Step: step},
				{From: slotFrom, Price: money("1"), Unit: unit, Step: step}}},
				{Slots: []rating.Slot{{From: slotFrom, Unit: step, Step: unit}}}},
			Timings: []rating.Timing{{Start: start}, {WeekDays: []int{weekDay}, Start: start}, {MonthDays: []int{weekDay}}},
			Rows: []rating.Row{{DestinationID: "D", Timing: timing}, {DestinationID: "D", Timing: 2, Rate: timing},
				{DestinationID: rating.Any, Rate: weekDay, Timing: 3}},
		}
		profile := &rating.Profile{Subject: rating.Any, Activations: []rating.Activation{{PlanID: "P"}, {At: activation, PlanID: "P"}}}
		b := newBook()
		b.destination("D", "4", "49")
		b.plans["P"] = rating.NewIndex(p)
		if profile.Check() == nil {
			b.profiles[subject{"", "", rating.Any}] = profile
		}
		c := rating.Call{Destination: number, Start: at, Units: units, Position: position}
		if voice {
			c.ToR = rating.Voice
		}
		spans, err := rating.Price(b, c)
		if err != nil {
			require.Empty(t, spans)
			return
		}
		require.NoError(t, p.Check())
		require.GreaterOrEqual(t, usage(spans), units)
		require.Less(t, len(spans), 9*(len(p.Timings)+1)+3)
		for i := range spans {
			require.GreaterOrEqual(t, spans[i].Cost(0, spans[i].Length).Sign(), 0)
		}
	})
}
