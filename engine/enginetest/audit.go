package enginetest

import (
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// audits is the service audit of all accounts.
type audits struct {
	days map[engine.AccountID]*audit.History
	logs map[engine.AccountID][]audit.Place // in their order
}

func newAudits() audits {
	return audits{map[engine.AccountID]*audit.History{}, map[engine.AccountID][]audit.Place{}}
}

// of returns the days of an account.
func (a audits) of(owner engine.AccountID) *audit.History {
	if a.days[owner] == nil {
		a.days[owner] = &audit.History{}
	}
	return a.days[owner]
}

// fold adds what an entry did.
func (a audits) fold(e *engine.Entry) {
	for _, l := range ledger.AppendLines(nil, e) {
		if l.Quantity > 0 {
			a.of(l.Owner).AddUsage(l.Created, l.Source, amount.FromInt(l.Quantity), l.Unit)
		}
	}
	if e.Services == nil {
		return
	}
	for _, c := range e.Services.Accounts {
		for _, q := range c.Quantities {
			a.of(c.Account).AddChange(e.Created().Gregorian(), q)
		}
		for _, l := range audit.Logs(e, c.Account) {
			a.logs[c.Account] = append(a.logs[c.Account], l.Place)
		}
		slices.SortFunc(a.logs[c.Account], audit.Place.Compare)
	}
}

// AuditDays returns what the method of a store.Store returns.
func (s *State) AuditDays(owner engine.AccountID, first, last audit.Day, metered []string) ([]audit.NamedRow, error) {
	h := s.audits.of(owner)
	names := h.Names.Shown(metered)
	var rows []audit.NamedRow
	for _, c := range h.Cells {
		if name := names[c.Series]; name != "" && first <= c.Day && c.Day <= last {
			rows = append(rows, audit.NamedRow{Name: name, Day: c.Day, Row: c.Row})
		}
	}
	return rows, s.Broken
}

// AuditLogs returns what the method of a store.Store returns.
func (s *State) AuditLogs(owner engine.AccountID, from, to audit.Place, ascending bool, limit int) ([]audit.Place,
	error,
) {
	var places []audit.Place
	for _, at := range s.audits.logs[owner] {
		if at.Compare(from) >= 0 && at.Compare(to) <= 0 {
			places = append(places, at)
		}
	}
	if !ascending {
		slices.Reverse(places)
	}
	return places[:min(limit, len(places))], s.Broken
}
