package store

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// residentKiB returns how much of a mapped file is resident in this process.
func residentKiB(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	total, inside := 0, false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text := lines.Text()
		if fields := strings.Fields(text); strings.Contains(fields[0], "-") {
			inside = strings.HasSuffix(text, path)
		}
		var kib int
		if _, err := fmt.Sscanf(text, "Rss: %d kB", &kib); err == nil && inside {
			total += kib
		}
	}
	return total
}

// TestTheJournalDoesNotStayInMemory reads all that was written, which maps it,
// and then commits what is over the limit.
func TestTheJournalDoesNotStayInMemory(t *testing.T) {
	j, err := OpenJournal(t.TempDir())
	require.NoError(t, err)
	epoch, end, err := j.Own(t.Context())
	require.NoError(t, err)
	const bodyBytes = 100_000
	entry := &engine.Entry{Op: engine.OpTopUp, Origin: engine.Origin{Method: strings.Repeat("m", bodyBytes)}}
	commit := func() {
		t.Helper()
		g := enginetest.NewGroup(t, end, epoch, entry)
		require.NoError(t, j.Commit(t.Context(), g))
		end = g.End()
	}
	for j.mapped < residentMax-bodyBytes {
		commit()
	}
	require.NoError(t, j.Read(t.Context(), 1, func(engine.Group) error { return nil }))
	before := residentKiB(t, j.path)
	require.Greater(t, before, residentMax>>11, "half of it at least")
	commit()
	commit()
	require.Less(t, residentKiB(t, j.path), before/4)
	require.NoError(t, j.Close())
}
