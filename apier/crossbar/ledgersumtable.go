package crossbar

import (
	"maps"
	"slices"
)

// sumColumns are the columns of sums as CSV, called as those of lines. Source: ledgers-and-services, sections 5.10, 13.
var sumColumns = []string{"Source Service", "Usage Type", "Usage Quantity", "Usage Unit", "Amount"}

// sumRows are the rows of sums in the order of their sources, each behind the same first cells.
func sumRows(sums map[string]sumDoc, first ...string) (rows [][]string) {
	for _, source := range slices.Sorted(maps.Keys(sums)) {
		s := sums[source]
		rows = append(rows, append(slices.Clone(first), source, s.Usage.Type, string(s.Usage.Quantity), s.Usage.Unit,
			s.Amount.String()))
	}
	return rows
}

// sumTable is the sums of a ledger as CSV, a row a source.
func sumTable(sums map[string]sumDoc) table { return table{columns: sumColumns, rows: sumRows(sums)} }

// groupTable is the sums by the account that lines are about as CSV, a row a source of an account.
func groupTable(groups []groupDoc) table {
	t := table{columns: append([]string{"Account ID", "Account Name"}, sumColumns...)}
	for i := range groups {
		g := &groups[i]
		t.rows = append(t.rows, sumRows(g.Ledgers, g.Account.ID, g.Account.Name)...)
	}
	return t
}
