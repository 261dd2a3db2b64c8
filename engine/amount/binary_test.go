package amount

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bytesOf returns the binary form.
func bytesOf(t require.TestingT, a Amount) []byte {
	b, err := a.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

func TestBinaryComesBackTheSameAndEqualAmountsHaveEqualBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := must(t, anyText(rt, "x"))
		for range rapid.IntRange(0, 4).Draw(rt, "times") {
			a = a.Mul(FromInt(1 << 40)) // beyond the bound of one amount
		}
		back, rest, err := CutBinary(append(bytesOf(rt, a), "rest"...))
		if len(bytesOf(rt, a)) > 3+digitBytesMax {
			return
		}
		require.NoError(rt, err)
		require.Equal(rt, "rest", string(rest))
		require.Equal(rt, a.String(), back.String())

		b := must(t, anyText(rt, "y"))
		roundabout := a.Add(b).Sub(b) // more zeros, or a decimal.Big
		require.Equal(rt, bytesOf(rt, a), bytesOf(rt, roundabout))
	})
}

func TestBinaryIsShort(t *testing.T) {
	for text, want := range map[string]int{"0": 2, "-1.25": 3, "-0.2262": 3, "10": 2, "1000000": 4} {
		require.Len(t, bytesOf(t, must(t, text)), want, text)
	}
	require.Equal(t, []byte{0, 0}, bytesOf(t, must(t, "1.5").Sub(must(t, "1.5"))), "0 has no digits behind the point")
}

func TestBinaryTakesTheLargestDigits(t *testing.T) {
	for _, a := range []Amount{FromInt(math.MaxInt64), FromInt(math.MinInt64), FromInt(math.MinInt64).Mul(FromInt(10)),
		must(t, "-999999999999999999.999999999999999999")} {
		back, rest, err := CutBinary(bytesOf(t, a))
		require.NoError(t, err)
		require.Empty(t, rest)
		require.Equal(t, a.String(), back.String())
	}
}

func TestCutBinaryRefuses(t *testing.T) {
	for _, data := range [][]byte{nil, {0}, {scaleMax + 1, 0}, {0, 0x80}, {bigMark}, {bigMark, 0}, {bigMark, 0, 4, 1},
		{bigMark, scaleMax + 1, 0}, append([]byte{bigMark, 0, 2 * (digitBytesMax + 1)}, make([]byte, 40)...)} {
		_, _, err := CutBinary(data)
		require.ErrorIs(t, err, errBinary, "%x", data)
	}
}

func FuzzCutBinary(f *testing.F) {
	f.Add([]byte{2, 0xf9, 1})
	f.Add([]byte{bigMark, 3, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		a, rest, err := CutBinary(data)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(rest), len(data))
		back, _, err := CutBinary(bytesOf(t, a))
		require.NoError(t, err)
		require.Zero(t, a.Cmp(back))
	})
}
