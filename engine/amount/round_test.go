package amount

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRoundingToDecimals(t *testing.T) {
	for _, c := range []struct {
		a              string
		decimals       int
		up, down, half string
	}{
		{"0.055", 2, "0.06", "0.05", "0.06"},
		{"0.054", 2, "0.06", "0.05", "0.05"},
		{"0.05", 2, "0.05", "0.05", "0.05"},
		{"0.050000000000000001", 2, "0.06", "0.05", "0.05"},
		{"-0.055", 2, "-0.05", "-0.06", "-0.06"},
		{"-0.054", 2, "-0.05", "-0.06", "-0.05"},
		{"1.5", 0, "2", "1", "2"},
		{"-1.5", 0, "-1", "-2", "-2"},
		{"0.4", 0, "1", "0", "0"},
		{"7", 4, "7", "7", "7"},
		{"0", 2, "0", "0", "0"},
		{"123456789012345678.005", 2, "123456789012345678.01", "123456789012345678", "123456789012345678.01"},
		{"-123456789012345678.005", 2, "-123456789012345678", "-123456789012345678.01", "-123456789012345678.01"},
	} {
		a := must(t, c.a)
		require.Equal(t, c.up, a.RoundUp(c.decimals).String(), "%s up", c.a)
		require.Equal(t, c.down, a.RoundDown(c.decimals).String(), "%s down", c.a)
		require.Equal(t, c.half, a.RoundHalf(c.decimals).String(), "%s half", c.a)
	}
}

func TestRoundingIsTheNearestMultipleOnItsSide(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, decimals := anyAmount(rt, "a"), rapid.IntRange(0, FractionDigitsMax).Draw(rt, "decimals")
		if rapid.Bool().Draw(rt, "a product") {
			a = a.Mul(anyAmount(rt, "b"))
		}
		up, down, half := a.RoundUp(decimals), a.RoundDown(decimals), a.RoundHalf(decimals)
		multiple := MulQuo(FromInt(1), 1, powers[decimals])
		require.LessOrEqual(rt, down.Cmp(a), 0)
		require.GreaterOrEqual(rt, up.Cmp(a), 0)
		if up.Cmp(down) != 0 {
			require.Zero(rt, up.Sub(down).Cmp(multiple))
			require.True(rt, half.Cmp(up) == 0 || half.Cmp(down) == 0)
		}
		require.LessOrEqual(rt, half.Sub(a).Abs().Mul(FromInt(2)).Cmp(multiple), 0)
		for _, r := range []Amount{up, down, half} {
			if !new(big.Rat).Mul(rat(rt, r.String()), new(big.Rat).SetInt64(powers[decimals])).IsInt() {
				rt.Fatalf("%s to %d decimals: %s", a, decimals, r)
			}
		}
	})
}
