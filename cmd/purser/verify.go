package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"purser/engine/store"
)

// newVerifyCommand proves a stopped daemon's folder.
func newVerifyCommand(std stdio) *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Prove the journal of a stopped daemon's folder: seals, order, sums, rebuild",
		Long: `verify reads the whole journal in DIR and checks that it is what was written: seals, numbers,
times, that every balance's postings chain, and that a rebuild equals the checkpoint.
It prints one line a check and ends with status 1 at the first promise that is broken.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			var printing error
			err := store.Verify(cmd.Context(), args[0], func(c store.Check) {
				state := "ok    "
				if !c.OK {
					state = "BROKEN"
				}
				if _, err := fmt.Fprintf(std.out, "%s  %-28s %s\n", state, c.Name, c.Detail); err != nil {
					printing = err
				}
			})
			return errors.Join(err, printing)
		},
	}
}
