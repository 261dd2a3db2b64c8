package enginetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestJournalKeepsThePromises(t *testing.T) {
	JournalSuite(t, func(*testing.T) (engine.Journal, func() engine.Journal) {
		j := NewJournal()
		return j, func() engine.Journal {
			j = j.Crash()
			return j
		}
	})
}

func TestFaultsDoWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		fault   Fault
		want    error
		durable int
	}{{LostUnwritten, ErrDisk, 1}, {LostWritten, ErrDisk, 2}, {Fenced, engine.ErrFenced, 1}} {
		j := NewJournal()
		epoch, end := own(t, j)
		j.Fail(2, c.fault)
		end = commit(t, j, end, epoch, 1).End()
		g := seal(end, epoch, 1, []byte("x"))
		require.ErrorIs(t, j.Commit(t.Context(), g), c.want)
		require.ErrorIs(t, j.Commit(t.Context(), g), c.want, "nothing is accepted afterwards")
		require.Len(t, read(t, j.Crash(), 1), c.durable)
	}
}

func TestClockAndUUIDsRepeat(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := NewClock(start)
	c.Add(time.Minute)
	require.Equal(t, start.Add(time.Minute), c.Now())
	c.Set(start)
	require.Equal(t, start, c.Now())
	var ids UUIDs
	require.Equal(t, "00000000-0000-0000-0000-000000000001", ids.New().String())
	require.Equal(t, NthUUID(2), ids.New())
}
