package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"purser/engine/amount"
)

// servicesQuery is the argument of ServiceSv1.GetSummary.
type servicesQuery struct {
	Tenant, Account string
}

// newServicesCommand prints an account's services.
func newServicesCommand(std stdio, link *linkFlags) *cobra.Command {
	query := servicesQuery{}
	cmd := &cobra.Command{
		Use:   "services ACCOUNT",
		Short: "Print what an account has of services, what it costs and who pays",
		Long: `services prints who pays for an account's services, its standing and its plans, then the lines
of its invoices: today is what is due at once, recurring what is due in each billing cycle. Below
are the quantities: set by hand, counted by the daemon, and counted for all accounts below.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			query.Account = args[0]
			return link.read(std.out, func(r reader) error { return r.services(cmd.Context(), query) })
		},
	}
	cmd.Flags().StringVar(&query.Tenant, "tenant", "", "tenant of the account (default: the daemon's)")
	return cmd
}

// servicesView is what is shown of an answer. Amounts that nothing is added to stay as they were written.
type servicesView struct {
	Account, Payer struct{ Tenant, Account, Name string }
	Status         struct {
		IsGood bool `json:"in_good_standing"`
		Reason string
		Code   int64 `json:"reason_code"`
	}
	Plans      map[string]jsontext.Value
	Quantities struct{ Account, Cascade, Manual itemCounts }
	Invoices   []struct{ Items []invoiceLine }
	Summary    struct{ Today, Recurring jsontext.Value }
}

// itemCounts are quantities by category and item.
type itemCounts map[string]map[string]int64

// invoiceLine is a line of an invoice.
type invoiceLine struct {
	Category, Item     string
	Quantity, Billable int64
	Rate, Total        jsontext.Value
	Discounts          struct{ Single, Cumulative struct{ Total amount.Amount } }
}

func (r reader) services(ctx context.Context, query servicesQuery) error {
	var v servicesView
	if err := r.call(ctx, "ServiceSv1.GetSummary", query, &v); err != nil || r.json {
		return err
	}
	for i, rows := range [][][]string{v.facts(), v.lines(), v.counts()} {
		if i > 0 {
			if _, err := io.WriteString(r.out, "\n"); err != nil {
				return err
			}
		}
		if err := r.table(rows); err != nil {
			return err
		}
	}
	return nil
}

// facts are the rows about the account itself.
func (v *servicesView) facts() [][]string {
	standing := "good"
	if !v.Status.IsGood {
		standing = v.Status.Reason
		if v.Status.Code != 0 {
			standing += fmt.Sprintf(" (%d)", v.Status.Code)
		}
	}
	return [][]string{
		{"ACCOUNT", v.Account.Tenant + ":" + v.Account.Account, v.Account.Name},
		{"PAYER", v.Payer.Tenant + ":" + v.Payer.Account, v.Payer.Name},
		{"STANDING", standing},
		{"PLANS", orDash(strings.Join(slices.Sorted(maps.Keys(v.Plans)), ", "))},
	}
}

// lines are the rows of all invoices, and what they come to.
func (v *servicesView) lines() [][]string {
	rows := [][]string{{"CATEGORY", "ITEM", "QUANTITY", "BILLABLE", "RATE", "DISCOUNTS", "TOTAL"}}
	for _, invoice := range v.Invoices {
		for _, l := range invoice.Items {
			rows = append(rows, []string{l.Category, l.Item, strconv.FormatInt(l.Quantity, 10),
				strconv.FormatInt(l.Billable, 10), string(l.Rate),
				l.Discounts.Single.Total.Add(l.Discounts.Cumulative.Total).String(), string(l.Total)})
		}
	}
	return append(rows, []string{"(today)", "", "", "", "", "", string(v.Summary.Today)},
		[]string{"(recurring)", "", "", "", "", "", string(v.Summary.Recurring)})
}

// counts are the rows of quantities. A cell is empty where there is no quantity, which is not the same as 0.
func (v *servicesView) counts() [][]string {
	type key struct{ category, item string }
	sources := []itemCounts{v.Quantities.Manual, v.Quantities.Account, v.Quantities.Cascade}
	all := map[key]bool{}
	for _, counts := range sources {
		for category, items := range counts {
			for item := range items {
				all[key{category, item}] = true
			}
		}
	}
	rows := [][]string{{"CATEGORY", "ITEM", "MANUAL", "COUNTED", "BELOW"}}
	for _, k := range slices.SortedFunc(maps.Keys(all), func(a, b key) int {
		return cmp.Or(strings.Compare(a.category, b.category), strings.Compare(a.item, b.item))
	}) {
		row := []string{k.category, k.item}
		for _, counts := range sources {
			cell := ""
			if n, ok := counts[k.category][k.item]; ok {
				cell = strconv.FormatInt(n, 10)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return rows
}
