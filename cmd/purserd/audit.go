package main

import (
	"purser/apier"
	"purser/config"
	"purser/engine"
	"purser/engine/audit"
	"purser/engine/ledger"
	"purser/engine/store"
)

// serviceAudit is the service audit of the store, with units named as in
// ledgers.
type serviceAudit struct {
	*store.Store
	units ledger.Units
}

// AuditDays implements [crossbar.Audit].
func (a serviceAudit) AuditDays(owner engine.AccountID, first, last audit.Day, metered []string) ([]audit.NamedRow,
	error,
) {
	return a.Store.AuditDays(owner, first, last, store.AuditUsage{Sources: metered, Units: a.units})
}

// auditDaysOf returns what reads the days of the service audit for JSON-RPC.
func auditDaysOf(cfg config.Config, folds *store.Store) apier.ReadAuditDays {
	all := serviceAudit{folds, ledgerUnits(cfg)}
	return func(owner engine.AccountID, first, last audit.Day) ([]audit.NamedRow, error) {
		return all.AuditDays(owner, first, last, cfg.Audit.UsageSources)
	}
}
