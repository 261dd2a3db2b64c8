package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

// progressPeriod is the time between two updates of a progress line.
const progressPeriod = 200 * time.Millisecond

// progressLine counts answers and shows, in place, what runs and how fast.
type progressLine struct {
	done atomic.Uint64 // answers so far
	stop func()        // ends the showing and clears the line
}

// startProgress shows a line on w until it is stopped; with a nil w it only
// counts. A line that cannot be written is no reason to end a measurement.
func startProgress(w io.Writer, label string) *progressLine {
	line := &progressLine{stop: func() {}}
	if w == nil {
		return line
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	line.stop = func() { cancel(); <-ended }
	go func() {
		defer close(ended)
		line.show(ctx, w, label)
	}()
	return line
}

// show updates the line until ctx ends or w fails.
func (l *progressLine) show(ctx context.Context, w io.Writer, label string) {
	ticker := time.NewTicker(progressPeriod)
	defer ticker.Stop()
	last, width := uint64(0), 0
	for {
		select {
		case <-ctx.Done():
			if width > 0 {
				fmt.Fprintf(w, "\r%s\r", strings.Repeat(" ", width))
			}
			return
		case <-ticker.C:
		}
		done := l.done.Load()
		text := fmt.Sprintf("bench: %s, %d answers, %.0f/s", label, done, float64(done-last)/progressPeriod.Seconds())
		last = done
		if _, err := fmt.Fprintf(w, "\r%-*s", width, text); err != nil {
			return
		}
		width = max(width, len(text))
	}
}
