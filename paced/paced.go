package paced

import (
	"errors"
	"io"
	"time"
)

// Piece is how many bytes a peer must at least read within the time of [Write].
const Piece = 1 << 20

// Write writes b to w, with a deadline that set moves for each [Piece] of it. The last one stays set.
func Write(w io.Writer, set func(time.Time) error, timeout time.Duration, b []byte) error {
	for {
		piece := b[:min(len(b), Piece)]
		b = b[len(piece):]
		if err := Deadline(set, timeout); err != nil {
			return err
		}
		if _, err := w.Write(piece); err != nil || len(b) == 0 {
			return err
		}
	}
}

// Deadline sets a deadline, or none for 0, where the connection has them.
func Deadline(set func(time.Time) error, timeout time.Duration) error {
	var at time.Time
	if timeout > 0 {
		at = time.Now().Add(timeout)
	}
	if err := set(at); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
