package tariffplan

import (
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
)

// tables reads a plan's rows.
func tables(t *testing.T, plan map[string]string) *Tables {
	t.Helper()
	tables, err := Read(t.Context(), files(plan), Options{})
	require.NoError(t, err)
	return tables
}

// of makes rows as a request gives them.
func of(rows ...[]string) []Row {
	var list []Row
	for i, cells := range rows {
		list = append(list, Row{File: "SetTPRate", Line: i + 1, Cells: cells})
	}
	return list
}

func TestPutReplacesTheRowsOfTheSameThings(t *testing.T) {
	all := tables(t, base())
	before := *all
	all.Put(Rates, of([]string{"R2", "0", "1", "1", "1", "0"})...)
	all.Put(Rates, of([]string{"R1", "0", "0.5", "1", "1", "0"}, []string{"R1", "0", "0.4", "1", "1", "60"})...)
	require.Equal(t, [][]string{{"R2", "0", "1", "1", "1", "0"}, {"R1", "0", "0.5", "1", "1", "0"},
		{"R1", "0", "0.4", "1", "1", "60"}}, cells(all[Rates]))
	require.Equal(t, [][]string{{"R1", "0", "0.6", "60s", "1s", "0s"}}, cells(before[Rates]), "what was read stays")

	all.Put(RatingProfiles, of([]string{"t", "call", "gold", "", "RP1", ""})...)
	all.Put(RatingProfiles, of([]string{"t", "call", "*any", "", "RP1", "gold"})...)
	require.Equal(t, [][]string{{"t", "call", "gold", "", "RP1", ""}, {"t", "call", "*any", "", "RP1", "gold"}},
		cells(all[RatingProfiles]))
}

// cells are the texts of rows.
func cells(rows []Row) [][]string {
	var list [][]string
	for _, r := range rows {
		list = append(list, r.Cells)
	}
	return list
}

func TestRowsOfARequestAreNamedByItsMethodAndItem(t *testing.T) {
	all := tables(t, base())
	all.Put(Rates, of([]string{"R1", "0", "1", "1", "1", "0"}, []string{"R1", "0", "x", "1", "1", "60"})...)
	_, _, err := Compile(all, nil, Options{})
	require.Equal(t, []string{`SetTPRate:2:3: Rate: "x": not a decimal number`}, wrong(t, err))
	all.Put(Rates, Row{File: "SetTPRate", Line: 1}, Row{File: "SetTPRate", Line: 2, Cells: []string{"R1"}})
	_, _, err = Compile(all, nil, Options{})
	require.Len(t, wrong(t, err), 2)
}

func TestAPlanCanBeCompiledAlone(t *testing.T) {
	plan := base()
	plan["Rates.csv"] += "OTHER,0,wrong,1,1,0\n"
	plan["DestinationRates.csv"] += "OTHER,D2,OTHER,*up,4,0,\n"
	plan["RatingPlans.csv"] += "OTHER,OTHER,*any,10\n"
	set, _, err := Compile(tables(t, plan).ForPlan("RP1"), nil, Options{})
	require.NoError(t, err)
	require.Equal(t, []Destination{{ID: "D1", Prefixes: []string{"44"}}}, set.Destinations)
	require.Len(t, set.Plans, 1)
	require.Equal(t, "RP1", set.Plans[0].ID)
	require.Empty(t, set.Profiles)

	set, _, err = Compile(tables(t, plan).ForPlan("NONE"), nil, Options{})
	require.NoError(t, err)
	require.Empty(t, set.Plans)
}

func TestAProfileAloneNeedsItsPlanLoaded(t *testing.T) {
	part := tables(t, base()).ForProfile("t", "call", "*any")
	_, _, err := Compile(part, nil, Options{})
	require.Equal(t, []string{`RatingProfiles.csv:1:34: RatingPlanId: could not load rating plans for tag: "RP1"`},
		wrong(t, err))
	set, _, err := Compile(part, have{plan: "RP1"}, Options{})
	require.NoError(t, err)
	require.Len(t, set.Profiles, 1)
	set, _, err = Compile(tables(t, base()).ForProfile("t", "call", "gold"), nil, Options{})
	require.NoError(t, err)
	require.Empty(t, set.Profiles)
}

// Tables are values that an engine can keep.
func TestTablesSurviveCBOR(t *testing.T) {
	all := tables(t, base())
	data, err := cbor.Marshal(all)
	require.NoError(t, err)
	var back Tables
	require.NoError(t, cbor.Unmarshal(data, &back))
	want, _, err := Compile(all, nil, Options{})
	require.NoError(t, err)
	got, _, err := Compile(&back, nil, Options{})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestEachTableHasAFileAndColumns(t *testing.T) {
	for table := range tableCount {
		found, ok := tableOfFile(table.String() + ".csv")
		require.True(t, ok)
		require.Equal(t, table, found)
		require.NotEmpty(t, table.Columns())
	}
	require.Len(t, Actions.Columns(), 17)
	require.Len(t, ActionTriggers.Columns(), 21)
}
