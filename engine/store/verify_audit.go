package store

import (
	"strings"

	bolt "go.etcd.io/bbolt"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// compareAudit compares the checkpoint's audit with that of the journal.
func (v *verifier) compareAudit(tx *bolt.Tx, state *rebuilt) error {
	want := len(state.logs)
	for owner, h := range sorted(state.audits, compareAccounts) {
		want += 1 + len(h.Cells)
		if err := v.same(tx, auditBucket, auditKey(auditNamesRow, owner), h.Names); err != nil {
			return err
		}
		for _, cell := range h.Cells {
			if err := v.same(tx, auditBucket, auditDayKey(owner, cell.Day, cell.Series), cell.Row); err != nil {
				return err
			}
		}
	}
	for key, n := range sorted(state.logs, strings.Compare) {
		if err := v.same(tx, auditBucket, []byte(key), n); err != nil {
			return err
		}
	}
	return v.counted(tx, auditBucket, want)
}

// audit folds what an entry did to services.
func (r *rebuilt) audit(e *engine.Entry) {
	if e.Services == nil {
		return
	}
	created := e.Created().Gregorian()
	for i := range e.Services.Accounts {
		c := &e.Services.Accounts[i]
		for _, q := range c.Quantities {
			r.history(c.Account).AddChange(created, q)
		}
		if n := len(audit.Logs(e, c.Account)); n > 0 {
			r.logs[string(auditLogKey(c.Account, created, e.Seq))] = n
		}
	}
}

// usage is [Store.usage].
func (r *rebuilt) usage(l *ledger.Line) {
	r.history(l.Owner).AddUsage(l.Created, l.Source, amount.FromInt(l.Quantity), l.Unit)
}

func (r *rebuilt) history(owner engine.AccountID) *audit.History {
	h := r.audits[owner]
	if h == nil {
		h = &audit.History{}
		r.audits[owner] = h
	}
	return h
}
