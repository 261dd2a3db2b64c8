package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// stdio is what the program has of the world around it.
type stdio struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	getenv func(string) string
}

// defaultServer is where purserd listens for JSON-RPC unless it is told otherwise.
const defaultServer = "127.0.0.1:2012"

// linkFlags are the flags that all subcommands have: where the daemon is and
// how to show its answers.
type linkFlags struct {
	server  string
	timeout time.Duration
	json    bool
	tls     bool
	tlsCA   string
}

// dialer is the way to the daemon that the flags describe.
func (f *linkFlags) dialer() (dialer, error) {
	if f.timeout <= 0 {
		return dialer{}, usageErrorf("--timeout is %v; it must be more than 0", f.timeout)
	}
	d := dialer{address: f.server, timeout: f.timeout}
	if !f.tls && f.tlsCA == "" {
		return d, nil
	}
	var err error
	d.tls, err = tlsConfig(f.tlsCA)
	return d, err
}

const rootLong = `purser asks a purserd for balances and changes them.

  purser accounts Tenant=cgrates.org
  purser 'balance_add Tenant="cgrates.org" Account="1003" BalanceId="123456" Value=10'
  purser console

Exit status: 0 done, 1 the daemon answered with an error or not at all,
2 wrong usage, 3 cannot connect.`

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, std stdio) int {
	root := newRootCommand(std)
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintf(std.err, "purser: %s\n", oneLine(err))
	}
	return exitStatus(err)
}

// newRootCommand builds the command line.
func newRootCommand(std stdio) *cobra.Command {
	link := &linkFlags{server: defaultServer}
	if server := std.getenv("PURSER_SERVER"); server != "" {
		link.server = server
	}
	root := &cobra.Command{
		Use:               "purser",
		Short:             "The operator's client of purserd",
		Long:              rootLong,
		Version:           version,
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return cmd.Help()
			case len(args) == 1 && strings.ContainsAny(args[0], blanks): // one quoted line
				return runLine(cmd, std, link, args[0])
			default:
				return unknownCommand(args[0])
			}
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageErrorf("%v (see: %s --help)", err, cmd.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&link.server, "server", link.server, "address of the daemon (environment: PURSER_SERVER)")
	flags.DurationVar(&link.timeout, "timeout", 10*time.Second, "longest wait to connect and for an answer")
	flags.BoolVar(&link.json, "json", false, "print results as JSON")
	flags.BoolVar(&link.tls, "tls", false, "connect with TLS")
	flags.StringVar(&link.tlsCA, "tls-ca", "", "PEM file of the authorities to trust; means --tls")
	root.AddGroup(&cobra.Group{ID: consoleGroup, Title: "Console commands (their arguments: purser help COMMAND):"})
	for _, c := range commands() {
		root.AddCommand(newShellCommand(std, link, c))
	}
	root.AddCommand(newConsoleCommand(std, link), newBenchCommand(std, link), newCompletionCommand(std),
		newJournalCommand(std, link), newLedgerCommand(std, link), newServicesCommand(std, link), newAuditCommand(std, link),
		newTariffPlanCommand(std, link), newVerifyCommand(std), newVersionCommand(std), newYardstickCommand(std.in))
	return root
}
