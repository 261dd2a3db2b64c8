package amount

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func must(t testing.TB, s string) Amount {
	t.Helper()
	a, err := Parse(s)
	require.NoError(t, err)
	return a
}

func TestParseKeepsEveryDigit(t *testing.T) {
	for in, want := range map[string]string{
		"12": "12", "0": "0", "-0": "0", "+5": "5", "1.50": "1.5", "-4.25": "-4.25", ".5": "0.5", "5.": "5",
		"1.5e3": "1500", "1e-18": "0.000000000000000001", "0.30000000000000004": "0.30000000000000004",
		"9007199254740993": "9007199254740993", "999999999999999999.999999999999999999": "999999999999999999.999999999999999999",
		"000012": "12", "2.5E+3": "2500", "0e50": "0", "100e-2": "1", "0.000001e6": "1",
	} {
		require.Equal(t, want, must(t, in).String(), in)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{"", "-", "+", ".", "e5", "1e", "NaN", "Inf", "Infinity", "0x10", "1_000", "1 ", " 1", "1.2.3", "--1", "١", "1e1e1"} {
		_, err := Parse(in)
		require.ErrorIs(t, err, ErrSyntax, in)
	}
	for _, in := range []string{"1e400", "1e100000000", "1e-19", "1e18", "1000000000000000000", "1e99999999999999999999",
		"0.0000000000000000001", strings.Repeat("9", 100_000), "1e-400"} {
		_, err := Parse(in)
		require.ErrorIs(t, err, ErrRange, in)
	}
}

func TestJSONTakesNumbersOnly(t *testing.T) {
	for _, in := range []string{`"5"`, `null`, `true`, `{}`, `[]`, ``} {
		var a Amount
		require.Error(t, a.UnmarshalJSON([]byte(in)), in)
	}
	var a Amount
	require.NoError(t, a.UnmarshalJSON([]byte("-1.25")))
	require.Equal(t, "-1.25", a.String())
}

func TestSumsThatLeaveTheRangeAreFound(t *testing.T) {
	big := must(t, "999999999999999999")
	require.NoError(t, big.Check())
	require.ErrorIs(t, big.Add(FromInt(1)).Check(), ErrRange)
	require.ErrorIs(t, big.Neg().Sub(FromInt(1)).Check(), ErrRange)
	small := must(t, "0.000000000000000001")
	require.NoError(t, small.Check())
	require.ErrorIs(t, small.Mul(must(t, "0.1")).Check(), ErrRange)
	require.NoError(t, small.Mul(FromInt(10)).Check())
}

func TestQuoFloorCountsWholeSteps(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int64
	}{{"10", "3", 3}, {"9", "3", 3}, {"0.3", "0.1", 3}, {"0.29999", "0.1", 2}, {"0", "5", 0}, {"-1", "3", -1},
		{"999999999999999999", "0.000000000000000001", 1<<63 - 1}, {"107374182400", "1", 107374182400}} {
		require.Equal(t, c.want, must(t, c.a).QuoFloor(must(t, c.b)), "%s / %s", c.a, c.b)
	}
}

func anyText(rt *rapid.T, label string) string {
	return rapid.StringMatching(`-?[0-9]{1,18}(\.[0-9]{1,18})?`).Draw(rt, label)
}

func rat(rt *rapid.T, s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		rt.Fatalf("no rational: %q", s)
	}
	return r
}

func TestArithmeticEqualsRationals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, y := anyText(rt, "x"), anyText(rt, "y")
		a, b := must(t, x), must(t, y)
		ra, rb := rat(rt, x), rat(rt, y)
		for name, c := range map[string]struct {
			got  Amount
			want *big.Rat
		}{
			"add": {a.Add(b), new(big.Rat).Add(ra, rb)}, "sub": {a.Sub(b), new(big.Rat).Sub(ra, rb)},
			"mul": {a.Mul(b), new(big.Rat).Mul(ra, rb)}, "neg": {a.Neg(), new(big.Rat).Neg(ra)}, "abs": {a.Abs(), new(big.Rat).Abs(ra)},
		} {
			if rat(rt, c.got.String()).Cmp(c.want) != 0 {
				rt.Fatalf("%s of %s and %s: got %s, want %s", name, x, y, c.got, c.want)
			}
		}
		if a.Cmp(b) != ra.Cmp(rb) {
			rt.Fatalf("cmp %s %s", x, y)
		}
	})
}

func TestTextAndCBORComeBackTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := must(t, anyText(rt, "x")).Add(must(t, anyText(rt, "y")))
		if a.Check() != nil {
			return
		}
		require.Equal(t, a.String(), must(t, a.String()).String())
		data, err := a.MarshalCBOR()
		require.NoError(t, err)
		var back Amount
		require.NoError(t, back.UnmarshalCBOR(data))
		require.Equal(t, a.String(), back.String())
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1", "-0.5", "1e400", "NaN", "0x1", "1e", "999999999999999999.999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			return
		}
		require.NoError(t, a.Check())
		want, ok := new(big.Rat).SetString(s)
		require.True(t, ok, s)
		got, _ := new(big.Rat).SetString(a.String())
		require.Zero(t, got.Cmp(want), s)
	})
}

func FuzzUnmarshalCBOR(f *testing.F) {
	f.Add([]byte{cborText | 1, '5'})
	f.Fuzz(func(t *testing.T, data []byte) {
		var a Amount
		if a.UnmarshalCBOR(data) == nil {
			require.NoError(t, a.Check())
		}
	})
}

func BenchmarkAmount(b *testing.B) {
	x, y := must(b, "59999999999"), must(b, "0.0125")
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x.Add(y)
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse("1234.5678"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("string", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = x.String()
		}
	})
}

func TestDigitsThatFitAreCountedWithoutADecimal(t *testing.T) {
	a := must(t, "12345.678").Add(must(t, "0.0000000001")).Mul(FromInt(-3)).Sub(FromInt(1))
	require.Nil(t, a.d)
	require.Equal(t, "-37038.0340000003", a.String())
	big := must(t, "123456789012345678.123456789")
	require.NotNil(t, big.d)
	require.Nil(t, big.Sub(must(t, "123456789012345678")).d, "what fits again is kept as digits again")
}

func TestTheLargestDigitsDoNotOverflow(t *testing.T) {
	most := must(t, "922337203685477580.7")
	for _, c := range []struct{ got, want string }{
		{most.Add(most).String(), "1844674407370955161.4"},
		{most.Neg().Sub(most).String(), "-1844674407370955161.4"},
		{most.Mul(FromInt(10)).String(), "9223372036854775807"},
		{most.Mul(FromInt(100)).String(), "92233720368547758070"},
		{FromInt(-1 << 63).String(), "-9223372036854775808"},
		{FromInt(-1 << 63).Neg().String(), "9223372036854775808"},
		{FromInt(1<<63 - 1).Add(FromInt(1)).String(), "9223372036854775808"},
		{FromInt(-1<<63 + 1).Sub(FromInt(1)).String(), "-9223372036854775808"},
	} {
		require.Equal(t, c.want, c.got)
	}
	require.Equal(t, -1, FromInt(-1<<63).Cmp(FromInt(1<<63-1)))
	require.Equal(t, 1, must(t, "999999999999999999").Cmp(must(t, "0.000000000000000001")))
}
