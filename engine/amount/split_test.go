package amount_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/amount"
)

func TestSharesAddUpToTheWhole(t *testing.T) {
	for _, c := range []struct {
		whole  string
		n      int64
		each   string
		larger int64
	}{
		{"0.6", 60, "0.01", 0}, {"0.07", 60, "0.001166666666666666", 40}, {"1", 3, "0.333333333333333333", 1},
		{"0", 5, "0", 0}, {"0.000000000000000001", 2, "0", 1}, {"123456789012345678.5", 7, "17636684144620811.214285714285714285", 5},
	} {
		whole, err := amount.Parse(c.whole)
		require.NoError(t, err)
		each, larger := whole.Split(c.n)
		require.Equal(t, c.each, each.String(), c.whole)
		require.Equal(t, c.larger, larger, c.whole)
	}
}

func TestSharesOfAnyAmountAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,17}(\.[0-9]{1,18})?`).Draw(t, "whole")
		n := rapid.Int64Range(1, 1<<40).Draw(t, "n")
		whole, err := amount.Parse(text)
		require.NoError(t, err)
		each, larger := whole.Split(n)
		require.True(t, larger >= 0 && larger < n)
		sum := each.Mul(amount.FromInt(n)).Add(amount.Smallest.Mul(amount.FromInt(larger)))
		require.Zero(t, sum.Cmp(whole), "%s * %d + %d is %s, not %s", each, n, larger, sum, whole)
	})
}
