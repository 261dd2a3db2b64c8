package main

import (
	"context"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"
)

// auditQuery is the argument of ServiceSv1.GetAuditSummary.
type auditQuery struct {
	Tenant, Account, From, To string
}

// newAuditCommand prints an account's service audit by days.
func newAuditCommand(std stdio, link *linkFlags) *cobra.Command {
	query := auditQuery{}
	cmd := &cobra.Command{
		Use:   "audit ACCOUNT",
		Short: "Print what was added to an account's services, removed and used, by days",
		Long: `audit prints a line for each day and item of an account's services of which some were added
or removed, with how many there were after that, and for each day and source of usage its sum.
Days are those of UTC, at most 366. Without --from they begin 31 days before the last one.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			query.Account = args[0]
			return link.read(std.out, func(r reader) error { return r.audit(cmd.Context(), query) })
		},
	}
	cmd.Flags().StringVar(&query.Tenant, "tenant", "", "tenant of the account (default: the daemon's)")
	cmd.Flags().StringVar(&query.From, "from", "", "first day, YYYY-MM-DD or an RFC 3339 time on it")
	cmd.Flags().StringVar(&query.To, "to", "", "last day, likewise (default: today)")
	return cmd
}

// auditDays is what is shown of an answer.
type auditDays struct {
	Rows []struct {
		Day, Item, Unit   string
		Addition, Removal int64
		Quantity          jsontext.Value
		SumQuantity       bool `json:"sum_quantity"` // the row is of usage
		Last              time.Time
	}
}

func (r reader) audit(ctx context.Context, query auditQuery) error {
	var days auditDays
	if err := r.call(ctx, "ServiceSv1.GetAuditSummary", query, &days); err != nil || r.json {
		return err
	}
	rows := [][]string{{"DAY", "ITEM", "ADDED", "REMOVED", "QUANTITY", "UNIT", "LAST CHANGE"}}
	for _, d := range days.Rows {
		added, removed := strconv.FormatInt(d.Addition, 10), strconv.FormatInt(d.Removal, 10)
		if d.SumQuantity {
			added, removed = "", ""
		}
		rows = append(rows, []string{d.Day, d.Item, added, removed, string(d.Quantity), d.Unit,
			d.Last.UTC().Format(time.RFC3339)})
	}
	return r.table(rows)
}
