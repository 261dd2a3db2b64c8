package crossbar

import (
	"context"
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// journalAudit is the service audit of a rig, folded anew from its journal each time: nothing is kept.
type journalAudit struct{ *rig }

// AuditDays implements [Audit].
func (a journalAudit) AuditDays(owner engine.AccountID, first, last audit.Day, metered []string) ([]audit.NamedRow,
	error,
) {
	var h audit.History
	err := a.Journal(context.Background(), 1, func(e *engine.Entry) error {
		for _, l := range ledger.AppendLines(nil, e) {
			if l.Owner == owner && l.Quantity > 0 && slices.Contains(metered, l.Source) {
				h.AddUsage(l.Created, l.Source, amount.FromInt(l.Quantity), l.Unit)
			}
		}
		if e.Services == nil {
			return nil
		}
		for _, c := range e.Services.Accounts {
			for _, q := range c.Quantities {
				if c.Account == owner {
					h.AddChange(e.Created().Gregorian(), q)
				}
			}
		}
		return nil
	})
	return h.Rows(first, last), err
}

// AuditLogs implements [Audit].
func (a journalAudit) AuditLogs(owner engine.AccountID, from, to audit.Place, ascending bool, limit int) ([]audit.Place,
	error,
) {
	var places []audit.Place
	err := a.Journal(context.Background(), 1, func(e *engine.Entry) error {
		for _, l := range audit.Logs(e, owner) {
			if l.Compare(from) >= 0 && l.Compare(to) <= 0 {
				places = append(places, l.Place)
			}
		}
		return nil
	})
	slices.SortFunc(places, audit.Place.Compare)
	if !ascending {
		slices.Reverse(places)
	}
	return places[:min(limit, len(places))], err
}
