package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const tutorialPlan = "../../data/tariffplans/tutorial"

// planFolder makes a folder of CSV texts.
func planFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func TestCheckCountsWhatATariffPlanHas(t *testing.T) {
	status, out, errs := runPurser(t, "", nil, "tariffplan", "check", "--validate", tutorialPlan)
	require.Equal(t, exitOK, status, errs)
	require.Equal(t, `TABLE             ROWS  MAKE
Destinations      6     4
Timings           4     4
Rates             9     parts of plans
DestinationRates  9     parts of plans
RatingPlans       10    5
RatingProfiles    5     5
SharedGroups      1     1
Actions           2     2
ActionTriggers    2     1
`, out)
	require.Empty(t, errs)
}

func TestCheckPrintsErrorsAndWarningsWithTheirPlace(t *testing.T) {
	dir := planFolder(t, map[string]string{"Destinations.csv": "D1,44\nD1\n",
		"Rates.csv": "R1,0,1,1,1,0\nR1,2,1,1,1,60\nR2,0,1,0,1,0\n"})
	status, out, errs := runPurser(t, "", nil, "tariffplan", "check", dir)
	require.Equal(t, exitFailed, status)
	require.Equal(t, dir+`/Rates.csv:2:4: warning: ConnectFee: 2 has no effect: the connect fee is that of the rate's first row, 0
`+dir+`/Destinations.csv:2:1: record on line 2: wrong number of fields: 1, want 2 (Id,Prefix)
`+dir+`/Rates.csv:3:8: RateUnit: missing or 0: write how many units the price is for, such as 1s for voice, `+
		"1 for messages, 1024 for data\n", out)
	require.Equal(t, "purser: "+dir+": the plan is wrong: 2 errors, 2 shown\n", errs)
}

func TestCheckValidatesWhenAsked(t *testing.T) {
	dir := planFolder(t, map[string]string{"Rates.csv": "R1,0,1,1,7,0\nR1,0,1,1,1,60\n"})
	status, out, _ := runPurser(t, "", nil, "tariffplan", "check", dir)
	require.Equal(t, exitOK, status)
	require.Contains(t, out, "Rates.csv:2:12: warning: GroupIntervalStart: ")
	status, out, _ = runPurser(t, "", nil, "tariffplan", "check", "--validate", dir)
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "Rates.csv:2:12: GroupIntervalStart: invalid data: ")
}

func TestAFolderThatIsNoTariffPlanIsNoSuccess(t *testing.T) {
	status, _, errs := runPurser(t, "", nil, "tariffplan", "check", t.TempDir())
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "no rows in any table")
	status, _, errs = runPurser(t, "", nil, "tariffplan", "show", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, exitUsage, status)
	require.Contains(t, errs, "is not a folder that can be read")
	status, out, _ := runPurser(t, "", nil, "tariffplan", "show", planFolder(t, map[string]string{"Rates.csv": "R1\n"}))
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "Rates.csv:1:1: record on line 1: wrong number of fields")
}

func TestShowShowsATariffPlanAsTables(t *testing.T) {
	status, out, errs := runPurser(t, "", nil, "tariffplan", "show", tutorialPlan)
	require.Equal(t, exitOK, status, errs)
	want, err := os.ReadFile("testdata/tariffplan_show.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), out)
}

func TestShowShowsATariffPlanAsJSON(t *testing.T) {
	status, out, errs := runPurser(t, "", nil, "tariffplan", "show", "--json", tutorialPlan)
	require.Equal(t, exitOK, status, errs)
	var set struct {
		Destinations []struct{ ID string }
		Triggers     []struct {
			List []struct{ MinSleep int64 }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &set))
	require.Len(t, set.Destinations, 4)
	require.Len(t, set.Triggers[0].List, 2)
}

// A plan is text from elsewhere: it must not steer the terminal.
func TestShowLeavesTheTerminalAlone(t *testing.T) {
	dir := planFolder(t, map[string]string{"Destinations.csv": "D\u009b31m,44\n"})
	status, out, _ := runPurser(t, "", nil, "tariffplan", "show", dir)
	require.Equal(t, exitOK, status)
	require.NotContains(t, out, "\u009b")
	many := strings.Builder{}
	for _, digit := range "0123456789" {
		many.WriteString("D1,4" + string(digit) + "\n")
	}
	_, out, _ = runPurser(t, "", nil, "tariffplan", "show", planFolder(t, map[string]string{"Destinations.csv": many.String()}))
	require.Equal(t, "DESTINATION  PREFIXES\nD1           40 41 42 43 44 45 46 47 and 2 more\n", out)
}

func TestLoadHasTheDaemonReadTheFolder(t *testing.T) {
	stub := newStubDaemon(t, nil)
	status, out, errs := runPurser(t, "", nil, "--server", stub.address, "tariffplan", "load", "retail/2026")
	require.Equal(t, exitOK, status, errs)
	require.Equal(t, "OK\n", out)
	status, _, errs = runPurser(t, "", nil, "--server", stub.address, "tariffplan", "load", "--dry-run", "--validate", "x")
	require.Equal(t, exitOK, status, errs)
	require.Equal(t, []string{
		`APIerSv1.LoadTariffPlanFromFolder {"FolderPath":"retail/2026","DryRun":false,"Validate":false}`,
		`APIerSv1.LoadTariffPlanFromFolder {"FolderPath":"x","DryRun":true,"Validate":true}`,
	}, stub.requests())

	stub = newStubDaemon(t, map[string]string{"APIerSv1.LoadTariffPlanFromFolder": "!INVALID_PATH"})
	status, _, errs = runPurser(t, "", nil, "--server", stub.address, "tariffplan", "load", "none")
	require.Equal(t, exitFailed, status)
	require.Equal(t, "purser: load: INVALID_PATH (it must be a folder below the daemon's tariffplan.dir; while that "+
		"is empty, none can be loaded)\n", errs)
}

func TestProgressOfAReadIsShownInPlaceAndCleared(t *testing.T) {
	var out strings.Builder
	progress := &tariffPlanProgress{out: &out}
	progress.show("sub/Destinations.csv", 10_000)
	progress.show("Rates.csv", 10_002)
	progress.clear()
	require.Equal(t, "\r10000 rows, sub/Destinations.csv\r10002 rows, Rates.csv           \r"+strings.Repeat(" ", 21)+"\r",
		out.String())
	(&tariffPlanProgress{}).show("x", 1)
}
