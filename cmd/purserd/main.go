package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"purser/config"
)

// version is set by the linker: -X main.version=...
var version = "devel"

// Exit statuses of the daemon.
const (
	exitFailed = 1  // it ended for a reason that the log gives
	exitUsage  = 2  // flags or settings are wrong; nothing was started
	exitStore  = 70 // the journal failed under way: the outcome of some requests is unknown
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	signal.Ignore(syscall.SIGHUP) // settings are read at the start only; a log rotation or a closed terminal ends nothing
	os.Exit(execute(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// execute runs the command line and returns the exit status.
func execute(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	status := 0
	cmd := command(env, func(cfg config.Config) {
		log := newLogger(cfg.Log, stderr)
		err := run(ctx, cfg, runtimeFiles{stdout: stdout, stderr: stderr}, log)
		switch {
		case err == nil:
			log.Info("stopped")
		case errors.Is(err, errJournalFailed):
			log.Error("journal failed: start again to see what is on the disk", "err", err)
			status = exitStore
		default:
			log.Error("cannot go on", "err", err)
			status = exitFailed
		}
	})
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	if err := cmd.Execute(); err != nil {
		text := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\nconfig: ", "\npurserd: "), "config: ")
		if _, werr := fmt.Fprintf(stderr, "purserd: %s (see purserd --help)\n", text); werr != nil {
			return exitFailed
		}
		return exitUsage
	}
	return status
}

// command is the daemon's only command. Each setting has a flag of its name,
// so that what can be configured can be seen with --help.
func command(env []string, serve func(config.Config)) *cobra.Command {
	var path string
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "purserd",
		Short: "Balance daemon: prepaid and postpaid balances over JSON-RPC and REST, exact and durable",
		Long: `purserd keeps balances in an embedded store and serves JSON-RPC and REST on loopback.
It prints one line "ready ..." when all listeners accept, logs to standard error,
and ends on SIGTERM with every accepted request answered.

Settings: --config FILE (YAML, JSON or TOML), then PURSER_* variables
(listen.json is PURSER_LISTEN_JSON), then flags. --print-config shows the result.`,
		Args: cobra.NoArgs, SilenceUsage: true, SilenceErrors: true, Version: version,
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --"); unknown {
			_, err = config.Load("", nil, map[string]string{name: ""}) // it knows the nearest name
		}
		return err
	})
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&path, "config", "", "settings file")
	flags.BoolVar(&printConfig, "print-config", false, "print the settings in force and end")
	for _, s := range config.Names() {
		flags.String(s.Name, s.Default, s.Help)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		given := map[string]string{}
		for _, s := range config.Names() {
			if f := flags.Lookup(s.Name); f.Changed {
				given[s.Name] = f.Value.String()
			}
		}
		cfg, err := config.Load(path, env, given)
		if err != nil {
			return err
		}
		if printConfig {
			_, err := fmt.Fprint(cmd.OutOrStdout(), cfg.String())
			return err
		}
		serve(cfg)
		return nil
	}
	return cmd
}
