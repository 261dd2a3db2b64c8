package crossbar

import (
	"strconv"

	"purser/engine/audit"
)

// auditDays reads the rows of the window's days. Source: ledgers-and-services, section 8.3.
func (rq *request) auditDays() (rows []audit.NamedRow, err error) {
	w, err := rq.window(windowBackSummary)
	if err != nil {
		return nil, err
	}
	first, last := audit.Window(min(w.from, gregorianMax), min(w.to, gregorianMax))
	err = rq.readAudit(func(a Audit) (err error) {
		rows, err = a.AuditDays(rq.account.Account.ID, first, last, rq.face.opts.UsageSources)
		return err
	})
	return rows, err
}

// auditObject and auditArray show the same days in the shapes of Kazoo's two editions; shape asks for the other one.
// Source: ledgers-and-services, section 3, C8, and section 8.4.
func (f *Face) auditObject(rq *request) (*reply, error) { return rq.auditSummary("object") }

func (f *Face) auditArray(rq *request) (*reply, error) { return rq.auditSummary("array") }

func (rq *request) auditSummary(shape string) (*reply, error) {
	rows, err := rq.auditDays()
	if err != nil {
		return nil, err
	}
	if asked := rq.query.Get("shape"); asked == "object" || asked == "array" {
		shape = asked
	}
	r := &reply{data: audit.Object(rows), table: func() table { return daysTable(audit.Sorted(rows)) }}
	if shape == "array" {
		r.data = audit.Array(rows)
	}
	return r, nil
}

// auditSource shows the days of one item or source, the newest first.
func (f *Face) auditSource(rq *request) (*reply, error) {
	rows, err := rq.auditDays()
	if err != nil {
		return nil, err
	}
	ascending := rq.asks("ascending") || rq.query.Get("descending") == "false"
	days := audit.Source(rows, rq.vars["SOURCE_SERVICE"], ascending)
	return &reply{data: days, table: func() table { return daysTable(days) }}, nil
}

// daysTable has a row for each item and day.
func daysTable(rows []audit.NamedRow) table {
	t := table{columns: []string{"Source", "Day", "Addition", "Removal", "Quantity", "Unit", "Last Timestamp",
		"Sum Quantity"}}
	for _, r := range rows {
		added, removed := strconv.FormatInt(r.Row.Addition, 10), strconv.FormatInt(r.Row.Removal, 10)
		if r.Row.IsUsage {
			added, removed = "", ""
		}
		t.rows = append(t.rows, []string{r.Name, r.Day.String(), added, removed, r.Row.Quantity.String(), r.Row.Unit,
			strconv.FormatInt(r.Row.Last, 10), strconv.FormatBool(r.Row.IsUsage)})
	}
	return t
}

// auditParams say which time an audit is of.
func auditParams() []param {
	return []param{
		{"created_from", "First Gregorian second.", schemaInteger},
		{"created_to", "Last Gregorian second. Default: now.", schemaInteger},
	}
}
