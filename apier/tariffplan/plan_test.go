package tariffplan

import (
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/stretchr/testify/require"

	"purser/engine/rating"
)

var update = flag.Bool("update", false, "rewrite golden files")

const (
	conformancePlan = "../testdata/conformance/charging/tariffplan"
	tutorialPlan    = "../../data/tariffplans/tutorial"
)

// files makes a folder of texts.
func files(texts map[string]string) fstest.MapFS {
	folder := fstest.MapFS{}
	for name, text := range texts {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

// load reads and compiles.
func load(ctx context.Context, folder map[string]string, known Known, o Options) (*Set, []Problem, error) {
	t, err := Read(ctx, files(folder), o)
	if err != nil {
		return nil, nil, err
	}
	return Compile(t, known, o)
}

// loaded is load of what must be right.
func loaded(t *testing.T, folder map[string]string) *Set {
	t.Helper()
	set, _, err := load(t.Context(), folder, nil, Options{})
	require.NoError(t, err)
	return set
}

// texts returns problems as text.
func texts(list []Problem) []string {
	var lines []string
	for _, p := range list {
		lines = append(lines, p.String())
	}
	return lines
}

// wrong returns the problems of an error.
func wrong(t *testing.T, err error) []string {
	t.Helper()
	var errs *Errors
	require.ErrorAs(t, err, &errs)
	require.Equal(t, len(errs.Problems), errs.Total)
	return texts(errs.Problems)
}

// folder reads and compiles a folder of the repository.
func folder(t *testing.T, dir string) (*Set, []Problem) {
	t.Helper()
	tables, err := Read(t.Context(), os.DirFS(dir), Options{})
	require.NoError(t, err)
	set, warnings, err := Compile(tables, nil, Options{})
	require.NoError(t, err)
	return set, warnings
}

// The golden file was read against the rows by hand; a change of it is reviewed.
func TestPlanOfTheTranscriptsCompiles(t *testing.T) {
	set, warnings := folder(t, conformancePlan)
	require.Equal(t, []string{
		"Rates.csv:17:8: ConnectFee: 0.7 has no effect: the connect fee is that of the rate's first row, 0.1",
	}, texts(warnings))
	text := golden(t, set)
	const file = "testdata/conformance.golden.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

// golden is a set with a line for each thing in it.
func golden(t *testing.T, set *Set) string {
	t.Helper()
	var text strings.Builder
	lists := reflect.ValueOf(*set)
	for i := range lists.NumField() {
		for j := range lists.Field(i).Len() {
			item, err := json.Marshal(lists.Field(i).Index(j).Interface(), json.Deterministic(true),
				json.OmitZeroStructFields(true), jsonv1.FormatDurationAsNano(true))
			require.NoError(t, err)
			fmt.Fprintf(&text, "%s %s\n", lists.Type().Field(i).Name, item)
		}
	}
	return text.String()
}

func TestTutorialPlanCompilesWithoutWarnings(t *testing.T) {
	set, warnings := folder(t, tutorialPlan)
	require.Empty(t, warnings)
	require.Len(t, set.Plans, 5)
	require.Len(t, set.Profiles, 5)
	tables, err := Read(t.Context(), os.DirFS(tutorialPlan), Options{})
	require.NoError(t, err)
	for table, rows := range tables {
		require.NotEmpty(t, rows, "the tutorial shows each table, %s too", Table(table))
	}
	_, _, err = Compile(tables, nil, Options{Validate: true})
	require.NoError(t, err)
}

// have is a Known for tests.
type have struct{ destination, timing, plan, group, actions string }

func (h have) Destination(id string) bool { return id == h.destination }
func (h have) Timing(id string) (rating.Timing, bool) {
	return rating.Timing{ID: id, Start: "08:00:00", End: "18:00:00"}, id == h.timing
}
func (h have) Plan(id string) bool    { return id == h.plan }
func (h have) Group(id string) bool   { return id == h.group }
func (h have) Actions(id string) bool { return id == h.actions }
