package enginetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// Open makes an empty journal for one test, which ends with t. The function
// that it returns closes the journal and opens it again, as a restart does.
type Open func(t *testing.T) (j engine.Journal, reopen func() engine.Journal)

// JournalSuite checks that the journals that open makes keep the promises of
// [engine.Journal].
func JournalSuite(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"an empty journal ends at 0", emptyEndsAtZero},
		{"groups come back in order and whole", groupsComeBack},
		{"reading starts at the group that holds the entry", readsFromAnywhere},
		{"reading stops at the first error", readStops},
		{"a group must begin where the journal ends", moved},
		{"an owner that was followed writes nothing", fenced},
		{"a reopened journal goes on", goesOn},
		{"a large group comes back", largeGroup},
		{"a committed group's memory is the caller's again", memoryIsTheCallers},
		{"readers see whole groups while others are committed", readsWhileCommitting},
		{"an ended context ends the call", contextEnds},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// own takes the journal.
func own(t *testing.T, j engine.Journal) (uint64, engine.End) {
	t.Helper()
	epoch, end, err := j.Own(t.Context())
	require.NoError(t, err)
	return epoch, end
}

// commit appends count entries, the bytes of which the journal cannot know.
func commit(t *testing.T, j engine.Journal, end engine.End, epoch uint64, count int) engine.Group {
	t.Helper()
	g := seal(end, epoch, count, bytes.Repeat([]byte{byte(end.Seq), 0, 0xff}, count))
	require.NoError(t, j.Commit(t.Context(), g))
	return g
}

// read returns copies of all groups from entry number from on.
func read(t *testing.T, j engine.Journal, from uint64) []engine.Group {
	t.Helper()
	var groups []engine.Group
	require.NoError(t, j.Read(t.Context(), from, func(g engine.Group) error {
		g.Body, g.Starts = bytes.Clone(g.Body), slices.Clone(g.Starts)
		groups = append(groups, g)
		return nil
	}))
	return groups
}

func emptyEndsAtZero(t *testing.T, open Open) {
	j, reopen := open(t)
	require.Empty(t, read(t, j, 1))
	epoch, end := own(t, j)
	require.Equal(t, engine.End{}, end)
	require.Positive(t, epoch)
	next, end := own(t, reopen())
	require.Equal(t, engine.End{}, end)
	require.Greater(t, next, epoch)
}

func groupsComeBack(t *testing.T, open Open) {
	j, reopen := open(t)
	epoch, end := own(t, j)
	var want []engine.Group
	for _, count := range []int{1, 7, 1, 300, 2} {
		g := commit(t, j, end, epoch, count)
		want, end = append(want, g), g.End()
	}
	require.Equal(t, want, read(t, j, 1))
	require.Equal(t, want, read(t, reopen(), 1))
}

func readsFromAnywhere(t *testing.T, open Open) {
	j, _ := open(t)
	epoch, end := own(t, j)
	var groups []engine.Group
	for _, count := range []int{1, 5, 3, 300, 1} {
		g := commit(t, j, end, epoch, count)
		groups, end = append(groups, g), g.End()
	}
	for from := uint64(1); from <= end.Seq; from++ {
		first := 0
		for groups[first].Last() < from {
			first++
		}
		require.Equal(t, groups[first:], read(t, j, from), "from %d", from)
	}
	require.Empty(t, read(t, j, end.Seq+1))
	require.Empty(t, read(t, j, end.Seq+1000))
}

func readStops(t *testing.T, open Open) {
	j, _ := open(t)
	epoch, end := own(t, j)
	for range 3 {
		end = commit(t, j, end, epoch, 2).End()
	}
	stop, calls := errors.New("enough"), 0
	require.ErrorIs(t, j.Read(t.Context(), 1, func(engine.Group) error {
		calls++
		if calls == 2 {
			return stop
		}
		return nil
	}), stop)
	require.Equal(t, 2, calls)
}

func moved(t *testing.T, open Open) {
	j, reopen := open(t)
	epoch, end := own(t, j)
	first := commit(t, j, end, epoch, 4)
	wrongSeal := first.End()
	wrongSeal.Seal[0]++
	for name, at := range map[string]engine.End{
		"again": {}, "inside": {Seq: 2, Seal: first.Seal}, "gap": {Seq: 5, Seal: first.Seal}, "seal": wrongSeal,
	} {
		require.ErrorIs(t, j.Commit(t.Context(), seal(at, epoch, 2, []byte("xy"))), engine.ErrMoved, name)
	}
	require.Equal(t, []engine.Group{first}, read(t, j, 1))
	second := commit(t, j, first.End(), epoch, 1)
	require.Equal(t, []engine.Group{first, second}, read(t, reopen(), 1))
}

func fenced(t *testing.T, open Open) {
	j, reopen := open(t)
	old, end := own(t, j)
	first := commit(t, j, end, old, 2)
	next, end := own(t, j)
	require.Greater(t, next, old)
	require.Equal(t, first.End(), end)
	require.ErrorIs(t, j.Commit(t.Context(), seal(end, old, 1, []byte("x"))), engine.ErrFenced)
	require.ErrorIs(t, j.Commit(t.Context(), seal(end, next+1, 1, []byte("x"))), engine.ErrFenced)
	require.Equal(t, []engine.Group{first}, read(t, j, 1))
	second := commit(t, j, end, next, 1)

	j = reopen()
	require.ErrorIs(t, j.Commit(t.Context(), seal(second.End(), old, 1, []byte("x"))), engine.ErrFenced)
	third, end := own(t, j)
	require.Greater(t, third, next)
	require.Equal(t, second.End(), end)
	require.ErrorIs(t, j.Commit(t.Context(), seal(end, next, 1, []byte("x"))), engine.ErrFenced)
	require.Equal(t, []engine.Group{first, second}, read(t, j, 1))
}

func goesOn(t *testing.T, open Open) {
	j, reopen := open(t)
	var want []engine.Group
	for round := range 4 {
		epoch, end := own(t, j)
		for range round {
			g := commit(t, j, end, epoch, 3)
			want, end = append(want, g), g.End()
		}
		j = reopen()
	}
	require.Len(t, want, 6)
	require.Equal(t, want, read(t, j, 1))
}

func largeGroup(t *testing.T, open Open) {
	j, reopen := open(t)
	epoch, end := own(t, j)
	before := commit(t, j, end, epoch, 3)
	large := seal(before.End(), epoch, 1000, bytes.Repeat([]byte("0123456789abcdef"), 4<<20/16))
	require.NoError(t, j.Commit(t.Context(), large))
	after := commit(t, j, large.End(), epoch, 1)
	j = reopen()
	require.Equal(t, []engine.Group{before, large, after}, read(t, j, 1))
	require.Equal(t, []engine.Group{large, after}, read(t, j, 500))
	_, end = own(t, j)
	require.Equal(t, after.End(), end)
}

func memoryIsTheCallers(t *testing.T, open Open) {
	j, reopen := open(t)
	epoch, end := own(t, j)
	const count = 1000
	g := seal(end, epoch, count, bytes.Repeat([]byte{1}, count))
	for i := range uint32(count) {
		g.Starts = append(g.Starts, i)
	}
	body, starts := bytes.Clone(g.Body), slices.Clone(g.Starts)
	require.NoError(t, j.Commit(t.Context(), g))
	clear(g.Body)
	clear(g.Starts)
	for _, back := range [][]engine.Group{read(t, j, 1), read(t, reopen(), 1)} {
		require.Len(t, back, 1)
		require.Equal(t, body, back[0].Body)
		if len(back[0].Starts) > 0 { // a journal may leave them out
			require.Equal(t, starts, back[0].Starts)
		}
	}
}

func readsWhileCommitting(t *testing.T, open Open) {
	j, _ := open(t)
	epoch, end := own(t, j)
	var stop atomic.Bool
	failed := make(chan error, 1)
	go func() {
		for done := false; !done; {
			done = stop.Load() // once more after the last commit
			var seen engine.End
			if err := j.Read(t.Context(), 1, func(g engine.Group) error {
				if err := g.Follows(seen); err != nil {
					return err
				}
				seen = g.End()
				return nil
			}); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	for i := range 50 {
		end = commit(t, j, end, epoch, 1+i%5).End()
	}
	stop.Store(true)
	require.NoError(t, <-failed)
}

func contextEnds(t *testing.T, open Open) {
	j, _ := open(t)
	epoch, end := own(t, j)
	for range 3 {
		end = commit(t, j, end, epoch, 2).End()
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	require.ErrorIs(t, j.Read(ctx, 1, func(engine.Group) error {
		calls++
		cancel()
		return nil
	}), context.Canceled)
	require.Equal(t, 1, calls)
	_, _, err := j.Own(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, j.Commit(ctx, seal(end, epoch, 1, []byte("x"))), context.Canceled)
}
