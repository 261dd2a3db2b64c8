package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// accountView is what the tables show of an account (CGRateS v2 shape).
// Amounts stay as they were written.
type accountView struct {
	ID            string
	BalanceMap    map[string][]balanceView
	AllowNegative bool
	Disabled      bool
}

// balanceView is one balance of an accountView.
type balanceView struct {
	UUID           string `json:"Uuid"`
	ID             string
	Value          jsontext.Value
	ExpirationDate string
	Weight         jsontext.Value
	Blocker        bool
	Disabled       bool
}

// callCostView is what is shown of a charge (CGRateS CallCost).
type callCostView struct {
	Tenant         string
	Account        string
	ToR            string
	Cost           jsontext.Value
	RatedUsage     jsontext.Value
	AccountSummary *struct {
		Tenant           string
		ID               string
		BalanceSummaries []summaryView
	}
}

// summaryView is one balance after a charge.
type summaryView struct {
	ID       string
	Type     string
	Value    jsontext.Value
	Disabled bool
}

// accounts shows a list of accounts as one table.
func (p *printer) accounts(result jsontext.Value) error {
	var views []accountView
	if json.Unmarshal(result, &views) != nil {
		return p.plain(result) // another shape than ours is shown as it is
	}
	return p.accountTable(views)
}

// account shows one account.
func (p *printer) account(result jsontext.Value) error {
	var view accountView
	if json.Unmarshal(result, &view) != nil {
		return p.plain(result)
	}
	return p.accountTable([]accountView{view})
}

// accountTable writes a row for each balance, and one for an account without.
func (p *printer) accountTable(views []accountView) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tTOR\tID\tVALUE\tEXPIRES\tWEIGHT\tFLAGS")
	for _, view := range views {
		rows := 0
		for _, tor := range slices.Sorted(maps.Keys(view.BalanceMap)) {
			for _, b := range view.BalanceMap[tor] {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(view.ID), printable(tor),
					orDash(nameOr(b.ID, b.UUID)), amountText(b.Value), expiryText(b.ExpirationDate), amountText(b.Weight),
					flags(flag{"account-disabled", view.Disabled}, flag{"allow-negative", view.AllowNegative},
						flag{"disabled", b.Disabled}, flag{"blocker", b.Blocker}))
				rows++
			}
		}
		if rows == 0 {
			fmt.Fprintf(table, "%s\t-\t-\t-\t-\t-\t%s\n", printable(view.ID),
				flags(flag{"account-disabled", view.Disabled}, flag{"allow-negative", view.AllowNegative}))
		}
	}
	return table.Flush()
}

// callCost shows what a charge cost and what is left.
func (p *printer) callCost(result jsontext.Value) error {
	var view callCostView
	if json.Unmarshal(result, &view) != nil {
		return p.plain(result)
	}
	err := p.line(fmt.Sprintf("charged %s:%s  tor %s  usage %s  cost %s", printable(view.Tenant), printable(view.Account),
		orDash(view.ToR), amountText(view.RatedUsage), amountText(view.Cost)))
	if err != nil || view.AccountSummary == nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TOR\tID\tVALUE\tFLAGS")
	for _, b := range view.AccountSummary.BalanceSummaries {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", printable(b.Type), orDash(b.ID), amountText(b.Value),
			flags(flag{"disabled", b.Disabled}))
	}
	return table.Flush()
}

// nameOr is a balance's name, or its UUID when it has none.
func nameOr(id, uuid string) string {
	if id != "" {
		return id
	}
	return uuid
}

// amountText is a number as the daemon wrote it.
func amountText(value jsontext.Value) string {
	if value.Kind() == 'n' {
		return "-"
	}
	return orDash(strings.Trim(string(value), `"`))
}

// expiryText is an expiry as it came; Go's zero time means never.
func expiryText(expires string) string {
	if at, err := time.Parse(time.RFC3339, expires); expires == "" || (err == nil && at.IsZero()) {
		return "never"
	}
	return printable(expires)
}

// flag is a word that is shown when it holds.
type flag struct {
	name string
	on   bool
}

// flags lists the flags that hold.
func flags(all ...flag) string {
	var names []string
	for _, f := range all {
		if f.on {
			names = append(names, f.name)
		}
	}
	return orDash(strings.Join(names, ","))
}
