package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"purser/apier/tariffplan"
)

// newTariffPlanCommand groups what is done with CSV tariff plans.
func newTariffPlanCommand(std stdio, link *linkFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tariffplan",
		Short: "Check, show and load tariff plans: folders of CSV tables",
		Long: `tariffplan works on folders of CSV tables in CGRateS's form. check and show read
the folder themselves and need no daemon; load has the daemon read it.
An example is in data/tariffplans/tutorial.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTariffPlanCheckCommand(std), newTariffPlanShowCommand(std, link),
		newTariffPlanLoadCommand(std, link))
	return cmd
}

// newTariffPlanCheckCommand checks a folder.
func newTariffPlanCheckCommand(std stdio) *cobra.Command {
	validate := false
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Check a folder whole, without a daemon",
		Long: `check reads and compiles the plan in DIR and prints what it has, warnings and errors,
each as file:line:column: text. It ends with status 1 when the daemon would refuse
the plan. A plan that builds on what a daemon has already cannot be checked alone:
there, load --dry-run it.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return checkTariffPlan(cmd.Context(), std, args[0], validate)
		},
	}
	validateFlag(cmd, &validate)
	return cmd
}

func validateFlag(cmd *cobra.Command, validate *bool) {
	cmd.Flags().BoolVar(validate, "validate", false, "refuse gaps and odd slots too, instead of warning of them")
}

// checkTariffPlan prints what is in a folder and what is wrong with it.
func checkTariffPlan(ctx context.Context, std stdio, dir string, validate bool) error {
	plan, err := readTariffPlan(ctx, std, dir, validate)
	if errors.Is(err, errTariffPlan) {
		return errors.Join(printProblems(std.out, dir, "warning: ", plan.warnings),
			printProblems(std.out, dir, "", plan.errors), err)
	}
	if err != nil {
		return err
	}
	set := plan.set
	made := map[tariffplan.Table]int{tariffplan.Destinations: len(set.Destinations), tariffplan.Timings: len(set.Timings),
		tariffplan.RatingPlans: len(set.Plans), tariffplan.RatingProfiles: len(set.Profiles),
		tariffplan.SharedGroups: len(set.Groups), tariffplan.Actions: len(set.Actions),
		tariffplan.ActionTriggers: len(set.Triggers)}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TABLE\tROWS\tMAKE")
	for i, rows := range plan.tables {
		text := "parts of plans"
		if n, ok := made[tariffplan.Table(i)]; ok {
			text = fmt.Sprint(n)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\n", tariffplan.Table(i), len(rows), text)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return printProblems(std.out, dir, "warning: ", plan.warnings)
}

// errTariffPlan says that a plan would be refused; what is wrong is printed.
var errTariffPlan = errors.New("the plan is wrong")

// tariffPlan is what a folder holds.
type tariffPlan struct {
	tables   *tariffplan.Tables
	set      *tariffplan.Set
	warnings []tariffplan.Problem
	errors   []tariffplan.Problem
}

// readTariffPlan reads and compiles a folder, showing how far it is on a
// terminal. With errTariffPlan the plan holds the errors.
func readTariffPlan(ctx context.Context, std stdio, dir string, validate bool) (plan tariffPlan, err error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return plan, usageErrorf("%s is not a folder that can be read", printable(dir))
	}
	progress := &tariffPlanProgress{}
	if isTerminal(std.err) {
		progress.out = std.err
	}
	o := tariffplan.Options{Validate: validate, Progress: progress.show}
	plan.tables, err = tariffplan.Read(ctx, os.DirFS(dir), o)
	progress.clear()
	if err == nil {
		plan.set, plan.warnings, err = tariffplan.Compile(plan.tables, nil, o)
	}
	if wrong := (*tariffplan.Errors)(nil); errors.As(err, &wrong) {
		plan.errors = wrong.Problems
		return plan, fmt.Errorf("%s: %w: %d errors, %d shown", printable(dir), errTariffPlan, wrong.Total, len(plan.errors))
	}
	if err == nil && isEmpty(plan.tables) {
		return plan, fmt.Errorf("%s: no rows in any table (%s.csv, ...)", printable(dir), tariffplan.Destinations)
	}
	return plan, err
}

func isEmpty(tables *tariffplan.Tables) bool {
	for _, rows := range tables {
		if len(rows) > 0 {
			return false
		}
	}
	return true
}

// printProblems writes a line for each problem, with the path of its file.
func printProblems(w io.Writer, dir, kind string, list []tariffplan.Problem) error {
	for _, p := range list {
		p.File = filepath.Join(dir, filepath.FromSlash(p.File))
		if p.Field == "" {
			p.Text = kind + p.Text
		} else {
			p.Field = kind + p.Field
		}
		if _, err := fmt.Fprintln(w, printable(p.String())); err != nil {
			return err
		}
	}
	return nil
}

// tariffPlanProgress is a line that says how far a read is. A line that cannot
// be written is no reason to end it.
type tariffPlanProgress struct {
	out   io.Writer // nil for none
	width int
}

func (p *tariffPlanProgress) show(file string, rows int) {
	if p.out == nil {
		return
	}
	text := fmt.Sprintf("%d rows, %s", rows, printable(file))
	fmt.Fprintf(p.out, "\r%-*s", p.width, text)
	p.width = len(text)
}

func (p *tariffPlanProgress) clear() {
	if p.width > 0 {
		fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", p.width))
	}
}

// newTariffPlanLoadCommand has a daemon load a folder of its own.
func newTariffPlanLoadCommand(std stdio, link *linkFlags) *cobra.Command {
	args := struct {
		FolderPath string
		DryRun     bool
		Validate   bool
	}{}
	cmd := &cobra.Command{
		Use:   "load DIR",
		Short: "Have the daemon load a folder below its tariffplan.dir",
		Long: `load calls APIerSv1.LoadTariffPlanFromFolder. DIR is a folder on the daemon's machine
below its setting tariffplan.dir. The plan is loaded whole or not at all; with
--dry-run it is only checked, against what the daemon has. A big plan may take
longer than --timeout: raise it.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, folder []string) (err error) {
			args.FolderPath = folder[0]
			argument, err := json.Marshal(args)
			if err != nil {
				return usageErrorf("%v", err)
			}
			s, err := newSession(std, link)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			result, err := s.client.call(cmd.Context(), "APIerSv1.LoadTariffPlanFromFolder", argument)
			if err != nil {
				return fmt.Errorf("load: %w%s", err, nextStep(command{}, err))
			}
			return s.printer.plain(result)
		},
	}
	cmd.Flags().BoolVar(&args.DryRun, "dry-run", false, "check only, change nothing")
	validateFlag(cmd, &args.Validate)
	return cmd
}
