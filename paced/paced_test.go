package paced

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
)

func TestEachPieceHasItsTime(t *testing.T) {
	for _, bytes := range []int{0, 1, Piece, Piece + 1, 3 * Piece} {
		w := apitest.NewTimedWriter()
		require.NoError(t, Write(w, w.SetWriteDeadline, time.Second, make([]byte, bytes)))
		require.Equal(t, bytes, w.Body.Len())
		require.Equal(t, min(bytes, Piece), w.Most)
	}
}

func TestNothingIsWrittenWithoutADeadline(t *testing.T) {
	w, broken := apitest.NewTimedWriter(), errors.New("closed")
	require.ErrorIs(t, Write(w, func(time.Time) error { return broken }, time.Second, []byte("x")), broken)
	require.Zero(t, w.Body.Len())
	require.NoError(t, Write(w, func(time.Time) error { return fmt.Errorf("a pipe: %w", http.ErrNotSupported) }, 0, []byte("x")))
	require.Equal(t, "x", w.Body.String(), "where there are none")
}

func TestAFailedWriteEndsIt(t *testing.T) {
	reader, writer := io.Pipe()
	require.NoError(t, reader.Close())
	require.ErrorIs(t, Write(writer, func(time.Time) error { return nil }, 0, make([]byte, 2*Piece)), io.ErrClosedPipe)
}

func TestNoTimeIsNoDeadline(t *testing.T) {
	var set time.Time
	keep := func(at time.Time) error { set = at; return nil }
	require.NoError(t, Deadline(keep, time.Hour))
	require.WithinDuration(t, time.Now().Add(time.Hour), set, time.Minute)
	require.NoError(t, Deadline(keep, 0))
	require.Zero(t, set)
}
