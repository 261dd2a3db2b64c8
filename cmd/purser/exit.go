package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// Exit statuses of purser.
const (
	exitOK        = 0
	exitFailed    = 1 // the daemon answered with an error, or not at all
	exitUsage     = 2 // the command line is wrong; nothing was sent
	exitUnreached = 3 // no connection to the daemon; nothing was sent
)

// usageError is a mistake in the command line.
type usageError struct{ text string }

// Error returns what is wrong and what would be right.
func (e *usageError) Error() string { return e.text }

// usageErrorf makes a usageError.
func usageErrorf(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// connectError says that there is no daemon to be reached at an address.
type connectError struct {
	address string
	cause   error
}

// Error returns the address, the cause and the next step.
func (e *connectError) Error() string {
	return fmt.Sprintf("cannot connect to %s: %v (does purserd run there? set --server or PURSER_SERVER)",
		e.address, e.cause)
}

// Unwrap returns the cause.
func (e *connectError) Unwrap() error { return e.cause }

// exitStatus is the exit status for what a command returned.
func exitStatus(err error) int {
	var usage *usageError
	var connect *connectError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &connect):
		return exitUnreached
	default:
		return exitFailed
	}
}

// usageArgs makes what a cobra check of arguments refuses a usageError.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageErrorf("%v (see: %s --help)", err, cmd.CommandPath())
		}
		return nil
	}
}
