package amount

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMulQuoRoundsOnceHalfToEven(t *testing.T) {
	for _, c := range []struct {
		a        string
		num, den int64
		want     string
	}{
		{"0.6", 61, 60, "0.61"},
		{"0.07", 1, 60, "0.001166666666666667"},
		{"0.07", 60, 60, "0.07"},
		{"1", 1, 3, "0.333333333333333333"},
		{"2", 1, 3, "0.666666666666666667"},
		{"-2", 1, 3, "-0.666666666666666667"},
		{"2", -1, 3, "-0.666666666666666667"},
		{"100", 1, 3, "33.333333333333333333"},
		{"0.000000000000000001", 1, 2, "0"},
		{"0.000000000000000001", 3, 2, "0.000000000000000002"},
		{"0.000000000000000001", 5, 2, "0.000000000000000002"},
		{"-0.000000000000000001", 3, 2, "-0.000000000000000002"},
		{"0.000000000000000001", 7, 4, "0.000000000000000002"},
		{"1.999999999999999999", 1, 2, "1"},
		{"3.999999999999999999", 1, 2, "2"},
		{"12345678901.000000000000000001", 1, 2, "6172839450.5"},
		{"0", 5, 7, "0"},
		{"5", 0, 7, "0"},
		{"999999999999999999", 1e18 - 1, 1, "999999999999999998000000000000000001"},
		{"1", math.MaxInt64, math.MaxInt64, "1"},
		{"1", math.MinInt64, 1, "-9223372036854775808"},
	} {
		require.Equal(t, c.want, MulQuo(must(t, c.a), c.num, c.den).String(), "%s * %d / %d", c.a, c.num, c.den)
	}
}

func TestMulQuoKeepsNoZerosThatWouldOverflowLaterSums(t *testing.T) {
	require.Equal(t, Amount{n: 61, scale: 2}, MulQuo(must(t, "0.6"), 61e9, 60e9))
	require.Equal(t, Amount{n: 1025, scale: 1}, MulQuo(must(t, "205"), 1e9, 2e9))
	require.Nil(t, MulQuo(must(t, "12345678901.000000000000000002"), 0, 3).d)
}

// anyAmount is an amount of any size, small ones and few digits as likely as
// large ones and many.
func anyAmount(rt *rapid.T, label string) Amount {
	text := rapid.SampledFrom([]string{`[0-9]{1,3}(\.[0-9]{1,4})?`, `0\.0{10,16}[0-9]{1,2}`, `-?[0-9]{1,18}(\.[0-9]{1,18})?`})
	a, err := Parse(rapid.StringMatching(text.Draw(rt, label+" form")).Draw(rt, label))
	if err != nil {
		rt.Fatal(err)
	}
	return a
}

// anyCount is a whole number from least on, of any size.
func anyCount(rt *rapid.T, label string, least int64) int64 {
	most := rapid.SampledFrom([]int64{10, 1000, 60e9, 1e18, math.MaxInt64}).Draw(rt, label+" most")
	return rapid.Int64Range(least, most).Draw(rt, label)
}

// halfEven rounds r to FractionDigitsMax digits in the slow and plain way.
func halfEven(r *big.Rat) *big.Rat {
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt64(ulp))
	twice := new(big.Int).Lsh(scaled.Num(), 1)
	q := new(big.Int).Div(twice.Add(twice, scaled.Denom()), new(big.Int).Lsh(scaled.Denom(), 1)) // floor(r + 1/2)
	tie := new(big.Rat).Sub(new(big.Rat).SetInt(q), scaled).Cmp(big.NewRat(1, 2)) == 0
	if tie && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	return new(big.Rat).Quo(new(big.Rat).SetInt(q), new(big.Rat).SetInt64(ulp))
}

func TestMulQuoEqualsTheRationalRoundedOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, num, den := anyAmount(rt, "a"), anyCount(rt, "num", math.MinInt64), anyCount(rt, "den", 1)
		want := new(big.Rat).Mul(rat(rt, a.String()), new(big.Rat).Quo(new(big.Rat).SetInt64(num), new(big.Rat).SetInt64(den)))
		got := MulQuo(a, num, den)
		if rat(rt, got.String()).Cmp(halfEven(want)) != 0 {
			rt.Fatalf("%s * %d / %d = %s, want %s", a, num, den, got, halfEven(want).FloatString(20))
		}
	})
}

func TestMulQuoMaxIsTheLargestThatStaysWithin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, den, limit := anyAmount(rt, "a").Abs(), anyCount(rt, "den", 1), anyAmount(rt, "limit")
		if a.IsZero() {
			a = FromInt(1)
		}
		if rapid.Bool().Draw(rt, "at a price") {
			limit = MulQuo(a, anyCount(rt, "num", 0), den)
		}
		n := MulQuoMax(a, den, limit)
		if n != math.MinInt64 && MulQuo(a, n, den).Cmp(limit) > 0 {
			rt.Fatalf("%s for %d: %d are too many for %s", a, den, n, limit)
		}
		if n != math.MaxInt64 && MulQuo(a, n+1, den).Cmp(limit) <= 0 {
			rt.Fatalf("%s for %d: more than %d for %s", a, den, n, limit)
		}
	})
}

func TestMulQuoMaxCountsWhatRoundingGivesAway(t *testing.T) {
	last := must(t, "0.000000000000000001")
	require.EqualValues(t, 5, MulQuoMax(last, 10, FromInt(0)), "5 of 10 are half a digit: to even 0")
	require.EqualValues(t, 14, MulQuoMax(last, 10, last), "15 of 10 are one and a half: to even 2")
	require.EqualValues(t, -6, MulQuoMax(last, 10, last.Neg()))
	require.EqualValues(t, math.MaxInt64, MulQuoMax(last, 1, FromInt(1e17)))
	require.EqualValues(t, math.MaxInt64, MulQuoMax(last, math.MaxInt64, FromInt(1)))
	require.EqualValues(t, math.MinInt64, MulQuoMax(last, 1e18, must(t, "-100000")))
}

func BenchmarkMulQuo(b *testing.B) {
	for _, c := range []struct {
		name, price string
		num, den    int64
	}{
		{"terminating", "0.6", 61e9, 60e9}, {"periodic", "0.07", 61e9, 60e9},
		{"whole", "0.25", 72 * 3600e9, 1e9}, {"big", "0.07", 72*3600e9 - 1e9, 60e9},
	} {
		price := must(b, c.price)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				MulQuo(price, c.num, c.den)
			}
		})
	}
}

func BenchmarkMulQuoMax(b *testing.B) {
	for _, c := range []struct{ name, price, limit string }{{"fits", "0.6", "10"}, {"big", "0.07", "10.001166666666666667"}} {
		price, limit := must(b, c.price), must(b, c.limit)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				MulQuoMax(price, 60e9, limit)
			}
		})
	}
}
