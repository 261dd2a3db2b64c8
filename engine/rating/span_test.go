package rating_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/amount"
	"purser/engine/rating"
)

// spanOf is a span of steps whole steps, position units into the call.
func spanOf(price string, unit, step, position, steps int64) *rating.Span {
	s := slot(price, unit, step, 0)
	return &rating.Span{Length: steps * step, Position: position, Slot: &s}
}

func TestCostIsOneQuotient(t *testing.T) {
	s := spanOf("0.07", minute, second, 0, 72*3600)
	require.Equal(t, "0.001166666666666667", s.Cost(0, second).String())
	require.Equal(t, "0.001166666666666666", s.Cost(second, 2*second).String(), "so that both together")
	require.Equal(t, "0.002333333333333333", s.Cost(0, 2*second).String(), "are this")
	require.Equal(t, "0.07", s.Cost(0, minute).String())
	require.Equal(t, "302.4", s.Cost(0, s.Length).String())
	require.Equal(t, "0", s.Cost(minute, minute).String())
	mebibyte := int64(1 << 20)
	require.Equal(t, "2048", spanOf("0.02", mebibyte, 1, 0, 100<<30).Cost(0, 100<<30).String(), "a price per byte is not 0")
}

func TestAffordableCountsWholeSteps(t *testing.T) {
	for _, c := range []struct {
		span  *rating.Span
		from  int64
		value string
		want  int64
	}{
		{spanOf("0.6", minute, second, 0, 100), 0, "0.5", 50},
		{spanOf("0.6", minute, second, 0, 100), 0, "0.509999", 50},
		{spanOf("0.6", minute, second, 0, 100), 0, "10", 100},
		{spanOf("0.6", minute, second, 0, 100), 90 * second, "10", 10},
		{spanOf("0.6", minute, second, 0, 100), 100 * second, "10", 0},
		{spanOf("0.1", minute, minute, 0, 3), 0, "0.25", 2},
		{spanOf("0.1", minute, minute, 0, 3), 0, "0.09", 0},
		{spanOf("0.1", minute, minute, 0, 3), 0, "0", 0},
		{spanOf("0.1", minute, minute, 0, 3), 0, "-1", 0},
		{spanOf("0", minute, minute, 0, 3), 0, "0", 3},
		{spanOf("0", minute, minute, 0, 3), minute, "0", 2},
		{spanOf("0", minute, minute, 0, 3), 0, "-0.01", 0},
		{spanOf("0.07", minute, second, 0, 60), 0, "0.07", 60},
		{spanOf("0.07", minute, second, 30*second, 60), 0, "0.034999999999999999", 29},
		{spanOf("0.01", second, second, 0, 100), 0, "1", 100},
		{spanOf("0.000000000000000001", 1e18, 1, 0, 1e17), 0, "0", 1e17},
		{spanOf("0.02", 1<<20, 1, 0, 100<<30), 0, "1", 52428800},
		{spanOf("0.02", 1<<20, 1024, 0, 100<<20), 0, "1", 51200},
	} {
		require.Equal(t, c.want, c.span.Affordable(c.from, money(c.value)), "%+v from %d for %s", c.span.Slot, c.from, c.value)
	}
}

func TestStepsUntilTheCapMayExceedItByTheLast(t *testing.T) {
	s := spanOf("0.1", second, second, 0, 25)
	for _, c := range []struct {
		from              int64
		spent, limit      string
		want              int64
		whatThenCostsThat string
	}{
		{0, "0", "2", 20, "2"},
		{0, "1.5", "2", 5, "0.5"},
		{0, "0", "1.95", 20, "2"},
		{0, "0", "1.900000000000000001", 20, "2"},
		{0, "0", "100", 25, "2.5"},
		{20 * second, "0", "2", 5, "0.5"},
		{0, "2", "2", 0, "0"},
		{0, "3", "2", 0, "0"},
		{0, "0", "0.000000000000000001", 1, "0.1"},
	} {
		n := s.StepsUntil(c.from, money(c.spent), money(c.limit))
		require.Equal(t, c.want, n, "%s of %s", c.spent, c.limit)
		require.Equal(t, c.whatThenCostsThat, s.Cost(c.from, c.from+n*second).String())
	}
	require.EqualValues(t, 7, spanOf("0", second, second, 0, 7).StepsUntil(0, money("0"), money("2")), "never reached")
	require.Zero(t, spanOf("0", second, second, 0, 7).StepsUntil(0, money("2"), money("2")))
}

// anySpan is a span of a slot that need not begin where the span does.
func anySpan(rt *rapid.T) *rating.Span {
	step := rapid.SampledFrom([]int64{1, 7, 1024, second, 6 * second, minute}).Draw(rt, "step")
	s := rating.Slot{
		From:  rapid.Int64Range(0, 10).Draw(rt, "from") * minute,
		Price: money(rapid.StringMatching(`[0-9]{1,2}(\.[0-9]{1,5})?|0\.0{12,16}[0-9]|[0-9]{8}\.[0-9]{9}`).Draw(rt, "price")),
		Unit:  rapid.SampledFrom([]int64{1, 7, 1 << 20, second, minute, 3600 * second}).Draw(rt, "unit"),
		Step:  step,
	}
	return &rating.Span{
		Length:   step * min(rapid.SampledFrom([]int64{0, 1, 60, 10_000, 1e9}).Draw(rt, "steps"), rating.UnitsMax/step),
		Position: s.From + rapid.Int64Range(0, 1e12).Draw(rt, "position"),
		Slot:     &s,
	}
}

// exact returns the cost of units as the rational that it is.
func exact(rt *rapid.T, s *rating.Slot, units int64) *big.Rat {
	price, ok := new(big.Rat).SetString(s.Price.String())
	require.True(rt, ok)
	return price.Mul(price, big.NewRat(units, s.Unit))
}

func TestCostIsTheExactProductRoundedOnce(t *testing.T) {
	half := new(big.Rat).Quo(big.NewRat(1, 2), new(big.Rat).SetInt64(1e18))
	rapid.Check(t, func(rt *rapid.T) {
		s := anySpan(rt)
		s.Position = s.Slot.From
		got, ok := new(big.Rat).SetString(s.Cost(0, s.Length).String())
		require.True(rt, ok)
		off := got.Sub(got, exact(rt, s.Slot, s.Length))
		if off.Abs(off).Cmp(half) > 0 {
			rt.Fatalf("off by %s", off.FloatString(22))
		}
	})
}

func TestCostsOfNeighboursAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anySpan(rt)
		a := rapid.Int64Range(0, s.Length).Draw(rt, "a")
		b := rapid.Int64Range(a, s.Length).Draw(rt, "b")
		sum := s.Cost(0, a).Add(s.Cost(a, b)).Add(s.Cost(b, s.Length))
		require.Zero(rt, sum.Cmp(s.Cost(0, s.Length)))
		rest := *s
		rest.Position, rest.Length = s.Position+a, s.Length-a
		require.Zero(rt, rest.Cost(0, b-a).Cmp(s.Cost(a, b)), "the place in the call counts, not the span")
	})
}

func TestAffordableIsTheMostThatValuePays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anySpan(rt)
		steps := s.Length / s.Slot.Step
		from := rapid.Int64Range(0, steps).Draw(rt, "from") * s.Slot.Step
		value := money(rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,18})?|0\.0{14,16}[0-9]`).Draw(rt, "value"))
		if rapid.Bool().Draw(rt, "at a cost") {
			value = s.Cost(from, from+rapid.Int64Range(0, (s.Length-from)/s.Slot.Step).Draw(rt, "n")*s.Slot.Step)
		}
		n := s.Affordable(from, value)
		require.True(rt, n >= 0 && from+n*s.Slot.Step <= s.Length)
		require.LessOrEqual(rt, s.Cost(from, from+n*s.Slot.Step).Cmp(value), 0, "n can be paid")
		if more := from + (n+1)*s.Slot.Step; more <= s.Length {
			require.Positive(rt, s.Cost(from, more).Cmp(value), "one more cannot")
		}
	})
}

func TestStepsUntilIsTheFirstThatReachesTheCap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anySpan(rt)
		from := rapid.Int64Range(0, s.Length/s.Slot.Step).Draw(rt, "from") * s.Slot.Step
		spent := money(rapid.StringMatching(`[0-9](\.[0-9]{1,18})?`).Draw(rt, "spent"))
		limit := money(rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,18})?`).Draw(rt, "limit"))
		n := s.StepsUntil(from, spent, limit)
		reached := func(n int64) bool { return spent.Add(s.Cost(from, from+n*s.Slot.Step)).Cmp(limit) >= 0 }
		require.True(rt, reached(n) || from+n*s.Slot.Step == s.Length, "none is missing")
		require.True(rt, n == 0 || !reached(n-1), "none is too many")
	})
}

func TestRoundingOfARow(t *testing.T) {
	for _, c := range []struct {
		method     string
		decimals   int
		cost, want string
	}{
		{rating.RoundUp, 4, "0.35001", "0.3501"}, {rating.RoundUp, 4, "0.35", "0.35"},
		{rating.RoundUp, 4, "0.350000000000000001", "0.3501"},
		{rating.RoundDown, 2, "0.055", "0.05"}, {rating.RoundMiddle, 2, "0.005", "0.01"},
		{rating.RoundMiddle, 2, "0.004999", "0"}, {rating.RoundMiddle, 2, "-0.005", "-0.01"},
		{rating.RoundUp, 0, "0.055", "0.055"}, {"", 2, "0.055", "0.055"}, {"*other", 2, "0.055", "0.055"},
	} {
		row := rating.Row{RoundingMethod: c.method, RoundingDecimals: c.decimals}
		require.Equal(t, c.want, row.Round(money(c.cost)).String(), "%s %d of %s", c.method, c.decimals, c.cost)
	}
}

func BenchmarkCost(b *testing.B) {
	s := spanOf("0.07", minute, second, 0, 72*3600)
	b.ReportAllocs()
	for b.Loop() {
		s.Cost(0, 61*second)
	}
}

func BenchmarkAffordable(b *testing.B) {
	for name, value := range map[string]amount.Amount{"whole": money("5"), "periodic": money("5.001166666666666667"),
		"large": money("100.001166666666666667")} {
		s := spanOf("0.07", minute, second, 0, 72*3600)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Affordable(0, value)
			}
		})
	}
}
