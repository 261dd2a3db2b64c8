package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// newConsoleCommand is the subcommand console: a prompt on a terminal, else a
// script read from the standard input.
func newConsoleCommand(std stdio, link *linkFlags) *cobra.Command {
	keepGoing := false
	cmd := &cobra.Command{
		Use:   "console",
		Short: "Prompt cgr> for commands; without a terminal, run the lines of the standard input",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			s, err := newSession(std, link)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			if isTerminal(std.in) && isTerminal(std.out) {
				return s.prompt(cmd.Context(), std)
			}
			return s.script(cmd.Context(), std, keepGoing)
		},
	}
	cmd.Flags().BoolVar(&keepGoing, "keep-going", false, "do not stop at the first line that fails")
	return cmd
}

// script runs line after line. It stops at the first that fails, or, when it
// is to keep going, says at the end how many did.
func (s *session) script(ctx context.Context, std stdio, keepGoing bool) error {
	lines := bufio.NewScanner(std.in)
	lines.Buffer(nil, lineBytesMax)
	number, failed := 0, 0
	for lines.Scan() && !endsConsole(lines.Text()) {
		number++
		err := s.execute(ctx, lines.Text())
		switch {
		case err == nil:
		case !keepGoing || ctx.Err() != nil:
			return fmt.Errorf("line %d: %v", number, err) // not %w: in a script every failure has status 1
		default:
			failed++
			if _, err := fmt.Fprintf(std.err, "purser: line %d: %s\n", number, oneLine(err)); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", number+1, err)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d lines failed", failed, number)
	}
	return nil
}

// endsConsole says whether a line is one of the words that end the console.
func endsConsole(input string) bool {
	return slices.Contains(endWords(), strings.ToLower(strings.TrimSpace(input)))
}
