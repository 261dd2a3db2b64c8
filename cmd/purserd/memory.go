package main

import (
	"os"
	"runtime/debug"

	"purser/config"
)

// collectPercent lets the heap grow to five times what is alive before it is
// collected. The daemon's live heap is small against what requests allocate;
// with Go's default of twice, collecting took a fifth of the processor under
// load (purser bench --op add, 10,000 accounts).
const collectPercent = 400

// tuneCollector trades memory for time up to the soft limit. An operator's GOGC
// and GOMEMLIMIT are left as they are.
func tuneCollector(cfg config.Memory) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(cfg.SoftLimit))
	}
}
