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

// TestTheJournalDoesNotStayInMemory writes more than is kept, in groups as a
// daemon writes them.
func TestTheJournalDoesNotStayInMemory(t *testing.T) {
	j, err := OpenJournal(t.TempDir())
	require.NoError(t, err)
	epoch, end, err := j.Own(t.Context())
	require.NoError(t, err)
	entry := &engine.Entry{Op: engine.OpTopUp, Origin: engine.Origin{Method: strings.Repeat("m", 100_000)}}
	most := 0
	for range 3 * residentMax / 100_000 {
		g := enginetest.NewGroup(t, end, epoch, entry)
		require.NoError(t, j.Commit(t.Context(), g))
		end = g.End()
		most = max(most, residentKiB(t, j.path))
	}
	require.Positive(t, most, "the file is not mapped?")
	require.Less(t, most, 2*residentMax>>10)
	require.NoError(t, j.Close())
}
