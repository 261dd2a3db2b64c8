package main

import (
	"context"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"
)

// ledgerFlags select what purser ledger shows.
type ledgerFlags struct {
	tenant, month string
	csv           bool
}

// newLedgerCommand prints an account's ledger.
func newLedgerCommand(std stdio, link *linkFlags) *cobra.Command {
	flags := ledgerFlags{}
	cmd := &cobra.Command{
		Use:   "ledger ACCOUNT [SOURCE]",
		Short: "Print the totals of an account's ledger, or the lines of a source",
		Long: `ledger prints what an account was credited and charged, by source, between the balance
before and the balance after. With a SOURCE it prints that source's lines, the newest first.`,
		Args: usageArgs(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return link.read(std.out, func(r reader) error {
				l := ledgerReader{reader: r, csv: flags.csv,
					query: ledgerQuery{Tenant: flags.tenant, Account: args[0], Month: flags.month}}
				if len(args) == 1 {
					return l.summary(cmd.Context())
				}
				l.query.Source = args[1]
				return l.lines(cmd.Context())
			})
		},
	}
	cmd.Flags().StringVar(&flags.tenant, "tenant", "", "tenant of the account (default: the daemon's)")
	cmd.Flags().StringVar(&flags.month, "month", "", "YYYYMM, in UTC (default: all time)")
	cmd.Flags().BoolVar(&flags.csv, "csv", false, "print CSV")
	return cmd
}

// ledgerQuery is the argument of LedgerSv1's methods.
type ledgerQuery struct {
	Tenant, Account, Month, Source, Start string
}

// ledgerReader prints a ledger.
type ledgerReader struct {
	reader
	csv   bool
	query ledgerQuery
}

// ledgerTotals is what is shown of a summary. Amounts stay as they were written.
type ledgerTotals struct {
	Sources          map[string]ledgerLineView
	Opening, Closing jsontext.Value
}

// ledgerLineView is a line, or the lines of a source together.
type ledgerLineView struct {
	ID, Created, Type, Unit, Description string
	SourceID                             string `json:"source_id"`
	Amount, Quantity                     jsontext.Value
	Lines                                int
}

func (r *ledgerReader) summary(ctx context.Context) error {
	var t ledgerTotals
	if err := r.call(ctx, "LedgerSv1.GetSummary", r.query, &t); err != nil || r.json {
		return err
	}
	rows := [][]string{{"SOURCE", "LINES", "AMOUNT", "USAGE", "UNIT"}, {"(before)", "", string(t.Opening), "", ""}}
	for _, source := range slices.Sorted(maps.Keys(t.Sources)) {
		s := t.Sources[source]
		rows = append(rows, []string{source, strconv.Itoa(s.Lines), string(s.Amount), string(s.Quantity), s.Unit})
	}
	return r.table(append(rows, []string{"(after)", "", string(t.Closing), "", ""}))
}

// lines prints all pages as one table; as JSON, page by page.
func (r *ledgerReader) lines(ctx context.Context) error {
	rows := [][]string{{"CREATED", "SOURCE ID", "AMOUNT", "USAGE", "UNIT", "DESCRIPTION"}}
	for {
		var page struct {
			Lines []ledgerLineView
			Next  string
		}
		if err := r.call(ctx, "LedgerSv1.GetEntries", r.query, &page); err != nil {
			return err
		}
		for _, l := range page.Lines {
			rows = append(rows, []string{l.Created, l.SourceID, string(l.Amount), string(l.Quantity), l.Unit, l.Description})
		}
		if r.query.Start = page.Next; page.Next == "" {
			break
		}
	}
	if r.json {
		return nil
	}
	return r.table(rows)
}

// table prints rows, the first of which are the names of the columns.
func (r *ledgerReader) table(rows [][]string) error {
	if r.csv {
		return csv.NewWriter(r.out).WriteAll(rows)
	}
	return r.reader.table(rows)
}
