package apier

import (
	"strings"
	"time"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/rpcjson"
)

// ReadAuditDays returns the rows of an account's days in the service audit, from first to last, both included, the
// oldest day first. It is called within [Engine].View. An error means that the state cannot be read.
type ReadAuditDays func(owner engine.AccountID, first, last audit.Day) ([]audit.NamedRow, error)

// auditBack is how many days before To those begin that are shown when From is not given. Source:
// ledgers-and-services, section 1.8.
const auditBack = 31

// auditArgs name an account and days of its service audit: those of From and To in UTC, both included. Each is a date,
// or a time as an event has it; To "" is today, From "" is auditBack days before To.
type auditArgs struct {
	accountArgs
	From, To string
}

// auditSummary is what happened to each item on each day on which something did.
type auditSummary struct {
	From string     `json:"from"` // the first day
	To   string     `json:"to"`   // the last one
	Rows []auditRow `json:"rows"` // the oldest day first
}

// auditRow is an item's day, or, where SumQuantity is true, a day of usage.
type auditRow struct {
	Day         string        `json:"day"`
	Item        string        `json:"item"` // of usage: the source
	Addition    int64         `json:"addition"`
	Removal     int64         `json:"removal"`
	Quantity    amount.Amount `json:"quantity"` // after the day's last change; of usage the day's sum
	Unit        string        `json:"unit,omitzero"`
	SumQuantity bool          `json:"sum_quantity"`
	Last        time.Time     `json:"last"` // change, or usage
}

func (s *service) getAuditSummary(c *rpcjson.Call, args *auditArgs) {
	id, err := s.named(&args.accountArgs)
	var first, last audit.Day
	if err == nil {
		first, last, err = args.days(s.Engine.Now(), s.AuditDaysMax)
	}
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	var rows []audit.NamedRow
	s.readThen(c, func(st engine.State) (err error) {
		if _, err = memberOf(engine.Tree{State: st}, id); err != nil {
			return err
		}
		rows, err = s.AuditDays(id, first, last)
		return err
	}, func() (any, error) { return newAuditSummary(first, last, rows), nil })
}

func newAuditSummary(first, last audit.Day, rows []audit.NamedRow) *auditSummary {
	doc := &auditSummary{From: first.String(), To: last.String(), Rows: make([]auditRow, len(rows))}
	for i := range rows {
		day, r := rows[i].Day, &rows[i].Row
		doc.Rows[i] = auditRow{day.String(), rows[i].Name, r.Addition, r.Removal, r.Quantity, r.Unit, r.IsUsage,
			audit.Time(r.Last)}
	}
	return doc
}

// days returns the days that are meant, at most so many.
func (a *auditArgs) days(now time.Time, most int) (first, last audit.Day, err error) {
	if last, err = auditDay("To", a.To, now, dayOf(now)); err != nil {
		return 0, 0, err
	}
	if first, err = auditDay("From", a.From, now, max(last-auditBack, 0)); err != nil {
		return 0, 0, err
	}
	if first > last {
		return 0, 0, invalid("From", "%s is behind %s", first, last)
	}
	if n := int(last-first) + 1; n > most {
		return 0, 0, invalid("From", "%d days, at most %d", n, most)
	}
	return first, last, nil
}

// auditDay reads a date or a time; "" is byDefault.
func auditDay(name, text string, now time.Time, byDefault audit.Day) (audit.Day, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return byDefault, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t, err = parseEventTime(text, now)
	}
	if err != nil || t.IsZero() { // "never" is no day
		return 0, invalid(name, "%.40q is neither a date such as 2026-01-14 nor a time such as 2026-01-14T10:00:00Z", text)
	}
	return dayOf(t), nil
}

func dayOf(t time.Time) audit.Day { return audit.DayOf(engine.At(t).Gregorian()) }
