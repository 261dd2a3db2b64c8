package tariffplan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkLoad reads and compiles 100,000 destinations, each with a rate of
// its own, in one plan.
func BenchmarkLoad(b *testing.B) {
	const n = 100_000
	var destinations, rates, prices strings.Builder
	for i := range n {
		fmt.Fprintf(&destinations, "DST_%06d,%d\n", i, 100_000+i)
		fmt.Fprintf(&rates, "RT_%06d,0.05,0.%06d,60s,1s,0s\n", i, i)
		fmt.Fprintf(&prices, "DR_ALL,DST_%06d,RT_%06d,*up,4,0,\n", i, i)
	}
	folder := files(map[string]string{"Destinations.csv": destinations.String(), "Rates.csv": rates.String(),
		"DestinationRates.csv": prices.String(), "RatingPlans.csv": "RP,DR_ALL,*any,10\n"})
	b.ReportAllocs()
	for b.Loop() {
		tables, err := Read(b.Context(), folder, Options{})
		require.NoError(b, err)
		set, _, err := Compile(tables, nil, Options{})
		require.NoError(b, err)
		require.Len(b, set.Plans[0].Rows, n)
	}
}
