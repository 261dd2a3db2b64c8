package tariffplan

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever a folder holds, it is compiled or refused with places, and all that
// a set refers to is there.
func FuzzPlan(f *testing.F) {
	for table := range tableCount {
		for _, dir := range []string{conformancePlan, tutorialPlan} {
			rows, err := os.ReadFile(filepath.Join(dir, table.String()+".csv"))
			require.NoError(f, err)
			f.Add(int(table), string(rows), false)
			f.Add(int(table), string(rows[:len(rows)/2]), true)
		}
	}
	f.Fuzz(func(t *testing.T, table int, rows string, validate bool) {
		plan := base()
		plan[Table(uint(table)%uint(tableCount)).String()+".csv"] = rows
		o := Options{LineBytesMax: 1000, Validate: validate}
		set, warnings, err := load(t.Context(), plan, nil, o)
		if err != nil {
			var errs *Errors
			require.ErrorAs(t, err, &errs)
			require.NotEmpty(t, errs.Problems)
			warnings = append(warnings, errs.Problems...)
		}
		for _, p := range warnings {
			require.NotEmpty(t, p.File)
			require.Positive(t, p.Line)
			require.Positive(t, p.Column)
			require.NotEmpty(t, p.Text)
		}
		if set != nil {
			requireWhole(t, set)
		}
	})
}

// requireWhole checks what the engine relies on.
func requireWhole(t *testing.T, set *Set) {
	t.Helper()
	for i := range set.Plans {
		require.NoError(t, set.Plans[i].Check())
	}
	for i := range set.Profiles {
		require.NoError(t, set.Profiles[i].Check())
	}
	for i := range set.Timings {
		require.NoError(t, set.Timings[i].Check())
	}
	for _, d := range set.Destinations {
		require.NotEmpty(t, d.Prefixes)
		require.True(t, slices.IsSorted(d.Prefixes))
	}
}
