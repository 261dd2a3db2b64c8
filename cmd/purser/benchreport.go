package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// benchSyncsWanted is the most syncs' time that one debit alone may take.
const benchSyncsWanted = 3.0

// benchReport is what a bench showed, for people and as JSON.
type benchReport struct {
	Server   string      `json:"server"`
	Accounts int         `json:"accounts"`
	Seed     uint64      `json:"seed"`
	Lines    []benchLine `json:"lines"`
	SyncDir  string      `json:"sync_dir,omitempty"`
	Sync     int64       `json:"sync_ns"` // median of one fdatasync of 4 KiB; 0: not measured
}

// benchLine is one load. Rates are answers per second; the ratio is that of
// the daemon's rate to the yardstick's, over all rounds.
type benchLine struct {
	Op            string  `json:"op"`
	Conns         int     `json:"conns"`
	InFlight      int     `json:"in_flight"`
	Rate          float64 `json:"rate"`
	P50           int64   `json:"p50_ns"`
	P99           int64   `json:"p99_ns"`
	YardstickRate float64 `json:"yardstick_rate,omitzero"`
	Ratio         float64 `json:"ratio,omitzero"`
	RatioMin      float64 `json:"ratio_min,omitzero"` // of the worst round
	RatioMax      float64 `json:"ratio_max,omitzero"` // of the best round
	Syncs         float64 `json:"syncs,omitzero"`     // P50 in syncs; one request in flight only
	Wanted        string  `json:"wanted,omitempty"`
	Verdict       string  `json:"verdict,omitempty"` // ok, below, above; "": nothing to judge by
}

// judge compares the line with what is wanted: at most 3 syncs for one request
// in flight, else at least a share of the yardstick's rate; 0 is no wish.
func (l *benchLine) judge(share float64) {
	switch {
	case l.Syncs > 0:
		l.Wanted, l.Verdict = fmt.Sprintf("<= %.0f syncs", benchSyncsWanted), "ok"
		if l.Syncs > benchSyncsWanted {
			l.Verdict = "above"
		}
	case share > 0 && l.Ratio > 0:
		l.Wanted, l.Verdict = fmt.Sprintf(">= %.2f", share), "ok"
		if l.Ratio < share {
			l.Verdict = "below"
		}
	}
}

// write prints the report as a table, and one line on syncs where they count.
func (r *benchReport) write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "op\tconns x in flight\trate/s\tp50\tp99\tyardstick/s\tratio\trounds\twanted\tverdict\t")
	for _, l := range r.Lines {
		yardstick, ratio, rounds := "-", "-", "-"
		if l.YardstickRate > 0 {
			yardstick, ratio = fmt.Sprintf("%.0f", l.YardstickRate), fmt.Sprintf("%.2f", l.Ratio)
			rounds = fmt.Sprintf("%.2f..%.2f", l.RatioMin, l.RatioMax)
		}
		fmt.Fprintf(table, "%s\t%d x %d\t%.0f\t%v\t%v\t%s\t%s\t%s\t%s\t%s\t\n", l.Op, l.Conns, l.InFlight, l.Rate,
			shortDuration(l.P50), shortDuration(l.P99), yardstick, ratio, rounds, orDash(l.Wanted), orDash(l.Verdict))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, l := range r.Lines {
		if l.Syncs > 0 {
			if _, err := fmt.Fprintf(w, "one sync of 4 KiB in %s: %v; one %s alone: %v = %.1f syncs, wanted at most %.0f: %s\n",
				r.SyncDir, shortDuration(r.Sync), l.Op, shortDuration(l.P50), l.Syncs, benchSyncsWanted, l.Verdict); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%s, %d accounts, seed %d\n", r.Server, r.Accounts, r.Seed)
	return err
}

// shortDuration drops the digits that a histogram does not have.
func shortDuration(nanoseconds int64) time.Duration {
	switch d := time.Duration(nanoseconds); {
	case d < 100*time.Microsecond:
		return d.Round(100 * time.Nanosecond)
	case d < 10*time.Millisecond:
		return d.Round(time.Microsecond)
	default:
		return d.Round(10 * time.Microsecond)
	}
}
