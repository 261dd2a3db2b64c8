package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// Sizes of the sync probe: a journal page per sync, and enough syncs for a
// steady median.
const (
	probeBytes = 4096
	probeSyncs = 100
)

// syncTimes measures how long it takes to append 4 KiB to a new file in dir
// and to have it on the disk (fdatasync): what one durable answer costs at least.
// The file is removed.
func syncTimes(dir string) (times []time.Duration, err error) {
	file, err := os.CreateTemp(dir, "purser-sync-*")
	if err != nil {
		return nil, fmt.Errorf("bench: --sync-dir: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	page := make([]byte, probeBytes)
	for range probeSyncs {
		start := time.Now()
		if _, err := file.Write(page); err != nil {
			return nil, fmt.Errorf("bench: sync probe: %w", err)
		}
		if err := dataSync(file); err != nil {
			return nil, fmt.Errorf("bench: sync probe: %w", err)
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}

// median is the middle of times, 0 of none. It sorts them.
func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[len(times)/2]
}
