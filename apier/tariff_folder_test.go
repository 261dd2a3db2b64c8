package apier

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// goodPlan is a whole plan of one price.
var goodPlan = map[string]string{
	"Destinations.csv":     "D,49\n",
	"Rates.csv":            "R,0,0.6,60s,1s,0s\n",
	"DestinationRates.csv": "DR,D,R,*up,4,0,\n",
	"RatingPlans.csv":      "P,DR,*any,10\n",
	"RatingProfiles.csv":   "cgrates.org,call,*any,2026-01-01T00:00:00Z,P,\n",
}

// writePlan writes the good plan into dir, with some files in place of its own.
func writePlan(t *testing.T, dir string, other map[string]string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o700))
	for _, files := range []map[string]string{goodPlan, other} {
		for name, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
	}
}

// folderFixture is a server that may load what is below dir.
func folderFixture(t *testing.T) (f *fixture, dir string) {
	dir = filepath.Join(t.TempDir(), "plans")
	require.NoError(t, os.Mkdir(dir, 0o700))
	return start(t, func(o *Options) { o.TariffPlanDir = dir }), dir
}

// load asks for a folder and returns the error, "" for none.
func (f *fixture) load(path string) string {
	f.Helper()
	argument, err := json.Marshal(path)
	require.NoError(f, err)
	request := `{"method":"APIerSv1.LoadTariffPlanFromFolder","params":[{"FolderPath":` + string(argument) + `}],"id":1}`
	var reply struct{ Error *string }
	require.NoError(f, json.Unmarshal([]byte(f.bytes(request)), &reply))
	if reply.Error == nil {
		return ""
	}
	return *reply.Error
}

// requireNothingLoaded fails where anything is in the tariff.
func (f *fixture) requireNothingLoaded() {
	f.Helper()
	require.NoError(f, f.engine.Read(f.Context(), func(st engine.State) error {
		require.Zero(f, st.TariffLen())
		return nil
	}))
}

func TestAPlanThatIsWrongSaysWhereAndNothingOfItIsLoaded(t *testing.T) {
	f, dir := folderFixture(t)
	for _, c := range []struct {
		name, file, text string
		says             []string
	}{
		{"missing column", "RatingPlans.csv", "P,DR,*any\n", []string{"RatingPlans.csv:1", "wrong number of fields: 3, want 4"}},
		{"Latin-1", "Destinations.csv", "D\xe9,49\n", []string{"Destinations.csv:1", "UTF-8"}},
		{"UTF-16", "Destinations.csv", "\xff\xfeD\x00,\x004\x009\x00\n\x00", []string{"Destinations.csv", "UTF-8"}},
		{"a line of 10 MB", "Destinations.csv", "D," + strings.Repeat("4", 10<<20) + "\n", []string{"Destinations.csv:1"}},
		{"what is not there", "DestinationRates.csv", "DR,D,R2,*up,4,0,\n", []string{"DestinationRates.csv:1", "R2"}},
		{"no number", "Rates.csv", "R,0,cheap,60s,1s,0s\n", []string{"Rates.csv:1", "cheap"}},
	} {
		writePlan(t, filepath.Join(dir, c.name), map[string]string{c.file: c.text})
		got := f.load(c.name)
		for _, text := range append(c.says, "SERVER_ERROR: ") {
			require.Contains(t, got, text, c.name)
		}
		require.Less(t, len(got), 4096, "%s: an error is for people", c.name)
		f.requireNothingLoaded()
	}
	writePlan(t, filepath.Join(dir, "good"), nil)
	require.Empty(t, f.load("good"), "the same plan without the mistake")
}

func TestNothingOutsideOfTheTariffPlanDirIsRead(t *testing.T) {
	f, dir := folderFixture(t)
	outside := filepath.Join(filepath.Dir(dir), "outside")
	writePlan(t, outside, nil)
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "link")))
	writePlan(t, filepath.Join(dir, "inner"), nil)
	require.NoError(t, os.Remove(filepath.Join(dir, "inner", "Rates.csv")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "Rates.csv"), filepath.Join(dir, "inner", "Rates.csv")))
	for _, path := range []string{"../outside", outside, "link", "inner/../../outside", "none", "inner/Destinations.csv"} {
		require.Equal(t, "INVALID_PATH", f.load(path), path)
	}
	require.Equal(t, "SERVER_ERROR: cannot read Rates.csv", f.load("inner"), "a file that is a link to the outside")
	f.requireNothingLoaded()
	require.Equal(t, "MANDATORY_IE_MISSING:FolderPath", f.load(""))
}
