package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	// benchRounds is how often a load alternates between the daemon and the
	// yardstick, so that a slow moment of the machine hits both.
	benchRounds = 5
	// benchWarmUp is the time, not counted, that each server gets first.
	benchWarmUp = 500 * time.Millisecond
)

// bench measures one daemon.
type bench struct {
	benchSettings
	daemon     dialer
	stderr     io.Writer
	progressTo io.Writer // nil: no progress line
	stream     uint64    // numbers the random sources, so that no two are alike
}

// benchRow is one load and what it showed.
type benchRow struct {
	op        benchOp
	conns     int
	inFlight  int
	daemon    measured
	yardstick measured
	ratios    []float64 // daemon to yardstick, by round
}

// alone says that the load has never more than one request in flight: what it
// measures is the time of one durable answer, judged in syncs.
func (r *benchRow) alone() bool { return r.conns == 1 && r.inFlight == 1 }

// benchServer is one side of the comparison.
type benchServer struct {
	name   string
	dialer dialer
	total  func(*benchRow) *measured
}

// run prepares the accounts and measures all loads of the plan.
func (b *bench) run(ctx context.Context) (report *benchReport, err error) {
	rows, err := b.plan()
	if err != nil {
		return nil, err
	}
	servers := []benchServer{{"daemon", b.daemon, func(r *benchRow) *measured { return &r.daemon }}}
	if b.yardstick {
		process, err := startYardstick(ctx, b.stderr)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, process.stop()) }()
		yardstick := dialer{address: process.address, timeout: b.daemon.timeout}
		servers = append(servers, benchServer{"yardstick", yardstick,
			func(r *benchRow) *measured { return &r.yardstick }})
	}
	if err := b.prepare(ctx, rows[0].op.setup); err != nil { // all rows of a plan have the same
		return nil, err
	}
	var syncs []time.Duration
	for _, row := range rows {
		times, err := b.measure(ctx, servers, row)
		if err != nil {
			return nil, err
		}
		syncs = append(syncs, times...)
	}
	return b.report(rows, median(syncs)), nil
}

// measure runs the rounds of one load, after a warm-up. Where syncs count, it
// times some after each round: a disk is not as fast now as a minute ago.
func (b *bench) measure(ctx context.Context, servers []benchServer, row *benchRow) ([]time.Duration, error) {
	for _, server := range servers {
		if _, err := b.slice(ctx, server, row, "warm-up", min(benchWarmUp, b.duration)); err != nil {
			return nil, err
		}
	}
	var syncs []time.Duration
	for round := range benchRounds {
		if err := b.round(ctx, servers, row, round); err != nil {
			return nil, err
		}
		if row.alone() {
			times, err := syncTimes(b.syncDir)
			if err != nil {
				return nil, err
			}
			syncs = append(syncs, times...)
		}
	}
	return syncs, nil
}

// prepare makes what the loads need. It is not timed, but counts as a first
// test of the daemon.
func (b *bench) prepare(ctx context.Context, setup benchSetup) error {
	if err := setup.run(ctx, b.daemon); err != nil {
		return err
	}
	line := startProgress(b.progressTo, fmt.Sprintf("prepare %d accounts", b.accounts))
	defer line.stop()
	_, err := load{
		dial: b.daemon.dial, conns: b.conns, inFlight: b.inFlight, timeout: b.daemon.timeout,
		source: func(conn int) requestSource { return preparation(setup.accounts, b.accounts, conn, b.conns) },
	}.run(ctx, &line.done)
	return err
}

// round measures one load once on each server.
func (b *bench) round(ctx context.Context, servers []benchServer, row *benchRow, round int) error {
	var rates []float64
	for _, server := range servers {
		name := fmt.Sprintf("round %d/%d", round+1, benchRounds)
		m, err := b.slice(ctx, server, row, name, b.duration/benchRounds)
		if err != nil {
			return err
		}
		server.total(row).merge(m)
		rates = append(rates, m.rate())
	}
	if len(rates) == 2 {
		row.ratios = append(row.ratios, rates[0]/rates[1])
	}
	return nil
}

// slice runs one load on one server for a time.
func (b *bench) slice(ctx context.Context, server benchServer, row *benchRow, name string,
	duration time.Duration) (*measured, error) {
	label := fmt.Sprintf("%s %dx%d, %s, %s", row.op.name, row.conns, row.inFlight, name, server.name)
	line := startProgress(b.progressTo, label)
	defer line.stop()
	m, err := load{
		dial: server.dialer.dial, conns: row.conns, inFlight: row.inFlight,
		duration: duration, timeout: server.dialer.timeout,
		source: func(int) requestSource {
			b.stream++
			return row.op.random(b.accounts, b.seed, b.stream)
		},
	}.run(ctx, &line.done)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", server.name, row.op.name, err)
	}
	return m, nil
}

// report sums up the rows.
func (b *bench) report(rows []*benchRow, sync time.Duration) *benchReport {
	report := &benchReport{
		Server: b.daemon.address, Accounts: b.accounts, Seed: b.seed, SyncDir: b.syncDir, Sync: int64(sync),
	}
	for _, row := range rows {
		line := benchLine{Op: row.op.name, Conns: row.conns, InFlight: row.inFlight, Rate: row.daemon.rate(),
			P50: int64(row.daemon.latency.quantile(0.50)), P99: int64(row.daemon.latency.quantile(0.99))}
		if b.yardstick {
			line.YardstickRate = row.yardstick.rate()
			line.Ratio = line.Rate / line.YardstickRate
			line.RatioMin, line.RatioMax = slices.Min(row.ratios), slices.Max(row.ratios)
		}
		if row.alone() {
			line.Syncs = float64(line.P50) / float64(max(sync, 1))
		}
		line.judge(row.op.wanted)
		report.Lines = append(report.Lines, line)
	}
	return report
}
