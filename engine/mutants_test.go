package engine_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

// mutant is a bug that somebody could have written: a text of a file that is
// another one.
type mutant struct{ name, file, old, new string }

// mutants are bugs in what has no price. A model test that has never caught
// anything proves nothing: it must find each of them.
var mutants = []mutant{
	{"a transfer may take more than there is", "transfer.go",
		"payer.Value.Sign() < 0 && payer.ID", "false && payer.ID"},
	{"a negative transfer is checked on the wrong side", "transfer.go", "if units.Sign() < 0 {", "if false {"},
	{"the counter-leg of a transfer is forgotten", "transfer.go", "\tto.add(target, units)\n", ""},
	{"a balance is over at its expiry already", "account.go", "expires.Before(at.Time)", "!expires.After(at.Time)"},
	{"overwrite adds", "topup_debit.go", "if c.Overwrite {", "if false {"},
	{"a debit raises", "topup_debit.go", "if c.Op == OpDebit {", "if false {"},
	{"a debit drops the sign of what is there", "topup_debit.go",
		"delta := c.Value", "delta := c.Value\n\tif a.acc.Balances[i].Value.Sign() < 0 {\n\t\tdelta = delta.Neg()\n\t}"},
	{"a *default is made with attributes", "topup_debit.go", "if c.Wanted.name() == DefaultBalance {", "if false {"},
	{"setting a *default gives it attributes", "set.go", "if isDefault {", "if false {"},
	{"an add by UUID looks at the other types too", "topup_debit.go",
		"b.ToR == c.ToR && !b.expired", "(b.ToR == c.ToR || c.Wanted.UUID != \"\") && !b.expired"},
	{"a negated filter matches", "account.go",
		"!ok || have.Excluded || want.Excluded", "!ok || have.Excluded != want.Excluded"},
	{"what expired stays", "decide.go", "\t\t\ta.remove(i, true)\n", "\t\t\tbreak\n"},
	{"a charge ignores the precision", "select.go", "if x.precision != y.precision {", "if false {"},
	{"the lightest balance pays first", "select.go", "return y.balance().With().Weight.Cmp(x.balance().With().Weight)",
		"return x.balance().With().Weight.Cmp(y.balance().With().Weight)"},
	{"an exclusion is overlooked", "select.go", "return found, !excluded", "return found, true"},
	{"a blocker lets others pay", "charging.go", "b.With().Blocker && c.rest > 0", "b.With().Blocker && false"},
	{"steps are rounded down", "units.go", "(c.rest-1)/step + 1", "max(c.rest/step, 1)"},
	{"the factor is left out", "units.go", "perStep = perStep.Mul(factor)", "_ = factor"},
	{"timings are those of the start of the charge", "charging.go",
		"c.req.Start.Add(time.Duration(c.done))", "c.req.Start"},
	{"a key is forgotten by a restart", "encode.go", "\te.text(m, 8, v.Key)\n", ""},
	{"a key is remembered for ever", "decide.go", "c.At.Sub(known.At.Time) <= r.KeepKeys", "true"},
	{"a key may be used for another request", "decide.go",
		"!bytes.Equal(known.Digest, c.Digest)", "bytes.Equal(known.Digest, nil)"},
	{"a key is looked up when the group is on the disk", "decide.go",
		"if known != nil && c.At", "if known != nil && known.At.Before(c.At.Time) && c.At"},
	{"a failed commit is said not to have happened", "writer.go", "\t\treturn errUnknown\n", "\t\treturn errStopped\n"},
	{"a failed commit is answered", "writer.go", "it.result, it.err = Result{}, err", "_ = it"},
	{"what was decided on lost entries is answered", "writer.go", "\t\t\tbroken = true\n", ""},
	{"time goes back", "writer.go", "now.After(e.last.Time)", "true"},
	{"a restart forgets the time of the last entry", "engine.go",
		"e.end, e.next, e.last = end, end.Seq+1, when", "e.end, e.next, _ = end, end.Seq+1, when"},
	{"a dry run is kept", "charge.go", "if c.DryRun {", "if false {"},
	{"accounts that may go negative have a maximum", "charge.go", "case a.acc.AllowNegative:", "case false:"},
}

// TestModelFindsEachPlantedBug runs the model test in memory on an engine with
// one of the bugs at a time. The seed is fixed: it finds them all or it does
// not, today as tomorrow.
func TestModelFindsEachPlantedBug(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine once for each bug")
	}
	if os.Getenv("PURSER_MODEL_OPS") != "" {
		t.Skip("runs inside itself")
	}
	findEach(t, mutants, "TestModelInMemory", "-rapid.checks=10000")
}

// findEach runs the tests of a pattern on an engine without a bug, which they
// must pass, and with every third one of a list, which one of them must find;
// with all of them where PURSER_MUTANTS is all.
func findEach(t *testing.T, list []mutant, tests, checks string) {
	cores := semaphore.NewWeighted(2)
	run := func(t *testing.T, overlay string) (output string, passed bool) {
		t.Helper()
		t.Parallel()
		require.NoError(t, cores.Acquire(t.Context(), 1))
		defer cores.Release(1)
		// Each is run once: it is not worth to be made fast.
		cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-gcflags=-N -l", "-overlay", overlay,
			"-run", "^("+tests+")$", "-timeout", "5m", ".",
			"-rapid.nofailfile", "-rapid.shrinktime=1ms", "-rapid.seed=1", checks)
		cmd.Env = append(os.Environ(), "PURSER_MODEL_OPS=25000")
		out, err := cmd.CombinedOutput()
		return string(out), err == nil
	}
	t.Run("none", func(t *testing.T) {
		overlay := filepath.Join(t.TempDir(), "overlay.json")
		require.NoError(t, os.WriteFile(overlay, []byte(`{"Replace":{}}`), 0o600))
		output, passed := run(t, overlay)
		require.True(t, passed, output)
	})
	all := os.Getenv("PURSER_MUTANTS") == "all"
	for i, m := range list {
		require.Equal(t, 1, occurrences(t, m), "the text of the bug %q must occur once in %s", m.name, m.file)
		if i%3 != 0 && !all {
			continue // each takes seconds to compile; make mutants runs them all
		}
		t.Run(m.name, func(t *testing.T) {
			output, passed := run(t, mutate(t, m.file, m.old, m.new))
			require.False(t, passed, "not found")
			require.Regexp(t, "--- FAIL: ("+tests+")", output, "failed for another reason")
		})
	}
}

// occurrences returns how often the text of a bug stands in its file.
func occurrences(t *testing.T, m mutant) int {
	t.Helper()
	text, err := os.ReadFile(m.file)
	require.NoError(t, err)
	return strings.Count(string(text), m.old)
}

// mutate returns an overlay that replaces one text of a file.
func mutate(t *testing.T, file, old, with string) (overlay string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	dir := t.TempDir()
	mutated := filepath.Join(dir, file)
	require.NoError(t, os.WriteFile(mutated, []byte(strings.Replace(string(text), old, with, 1)), 0o600))
	original, err := filepath.Abs(file)
	require.NoError(t, err)
	data, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutated}})
	require.NoError(t, err)
	overlay = filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, data, 0o600))
	return overlay
}
