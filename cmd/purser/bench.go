package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
)

// benchSettings are the flags of bench.
type benchSettings struct {
	op        string // "": the canonical load
	conns     int
	inFlight  int
	accounts  int
	duration  time.Duration // of each kind of load, over all rounds, per server
	seed      uint64
	yardstick bool
	syncDir   string
	progress  bool
}

// Bounds of the flags of bench.
const (
	benchConnsMax    = 1000
	benchDurationMin = 100 * time.Millisecond
	benchDurationMax = 24 * time.Hour
)

// check names the first flag that is out of its bounds.
func (s benchSettings) check() error {
	switch {
	case s.conns < 1 || s.conns > benchConnsMax:
		return usageErrorf("bench: --conns is %d; it goes from 1 to %d", s.conns, benchConnsMax)
	case s.inFlight < 1 || s.inFlight > benchInFlightMax:
		return usageErrorf("bench: --in-flight is %d; it goes from 1 to %d", s.inFlight, benchInFlightMax)
	case s.accounts < 1 || s.accounts > benchAccountsMax:
		return usageErrorf("bench: --accounts is %d; it goes from 1 to %d", s.accounts, benchAccountsMax)
	case s.duration < benchDurationMin || s.duration > benchDurationMax:
		return usageErrorf("bench: --duration is %v; it goes from %v to %v",
			s.duration, benchDurationMin, benchDurationMax)
	default:
		return nil
	}
}

// plan lists the loads to run: the canonical ones, or the one that was asked for.
func (s benchSettings) plan() ([]*benchRow, error) {
	if s.op != "" {
		op, err := benchOpNamed(s.op)
		return []*benchRow{{op: op, conns: s.conns, inFlight: s.inFlight}}, err
	}
	add, err := benchOpNamed("add")
	if err != nil {
		return nil, err
	}
	debit, err := benchOpNamed("debit")
	return []*benchRow{
		{op: add, conns: s.conns, inFlight: s.inFlight},
		{op: debit, conns: s.conns, inFlight: s.inFlight},
		{op: debit, conns: 1, inFlight: 1},
	}, err
}

const benchLong = `Measure a daemon under one canonical load.

Gives the accounts b0000000, b0000001, ... of the tenant cgrates.org a voice and
a monetary balance, then measures AddBalance, Responder.Debit of one voice
second, and Responder.Debit with a single request in flight. Each is measured in
five rounds that alternate with the yardstick: a bare net/rpc server in its own
process that decodes the same arguments and answers OK at once. The ratio of the
two rates depends on the machine less than a rate does.

--op rated loads the rating plan BENCH_RP and gives accounts of the tenant
rated.bench money; it measures Responder.Debit of one second at 0.60 a minute.

It changes balances and fills the journal: never run it on a daemon in service.`

// newBenchCommand is the subcommand bench.
func newBenchCommand(std stdio, link *linkFlags) *cobra.Command {
	settings := benchSettings{}
	cmd := &cobra.Command{
		Use:   "bench ADDR",
		Short: "Measure a daemon (not one in service)",
		Long:  benchLong,
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			link.server = args[0]
			dialer, err := link.dialer()
			if err != nil {
				return err
			}
			if err := settings.check(); err != nil {
				return err
			}
			b := &bench{benchSettings: settings, daemon: dialer, stderr: std.err}
			if settings.progress || isTerminal(std.err) {
				b.progressTo = std.err
			}
			report, err := b.run(cmd.Context())
			if err != nil {
				return err
			}
			if link.json {
				return writeJSON(std.out, report)
			}
			return report.write(std.out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&settings.op, "op", "",
		"one kind of load: add, debit, rated, mixed or set (default the canonical load)")
	flags.IntVar(&settings.conns, "conns", 8, "connections")
	flags.IntVar(&settings.inFlight, "in-flight", 64, "requests in flight on each connection")
	flags.IntVar(&settings.accounts, "accounts", 10_000, "accounts, chosen at random by each request")
	flags.DurationVar(&settings.duration, "duration", 10*time.Second, "time of each load and server, over all rounds")
	flags.Uint64Var(&settings.seed, "seed", 1, "seed of the choice of accounts")
	flags.BoolVar(&settings.yardstick, "yardstick", true, "compare with the yardstick")
	flags.StringVar(&settings.syncDir, "sync-dir", os.TempDir(),
		"where to time a sync: a folder on the disk of the daemon's store")
	flags.BoolVar(&settings.progress, "progress", false, "show a progress line (default on a terminal)")
	return cmd
}
