package crossbar

import (
	"iter"
	"slices"

	"purser/engine"
	"purser/engine/ledger"
)

// concern is whom an entry changes: an account, or by its id the reseller of a service plan.
type concern struct {
	account engine.AccountID
	seller  engine.HexID
}

// concernsOf returns all whom e changes; some perhaps twice.
func concernsOf(e *engine.Entry) iter.Seq[concern] {
	return func(yield func(concern) bool) {
		for i := range e.Accounts {
			if !yield(concern{account: e.Accounts[i].ID}) {
				return
			}
		}
		for i := range e.Fired {
			if !yield(concern{account: e.Fired[i].Account}) {
				return
			}
		}
		if e.Services == nil {
			return
		}
		for i := range e.Services.Accounts {
			if !yield(concern{account: e.Services.Accounts[i].Account}) {
				return
			}
		}
		for i := range e.Services.Plans {
			if !yield(concern{seller: e.Services.Plans[i].Reseller}) {
				return
			}
		}
	}
}

// journalOwner is the account whose part of entries is shown.
type journalOwner struct {
	*account
	ledger *ledger.View // its name and the names of units; without lines
}

func newJournalOwner(a *account, units ledger.Units) *journalOwner {
	return &journalOwner{a, newView(a, units)}
}

// concerns are those that are the account's.
func (o *journalOwner) concerns() []concern {
	return []concern{{account: o.Account.ID}, {seller: o.ID}}
}

// isConcerned tells whether an entry changes the account. An account of that name which was removed before this one was
// made may have been somebody else's: its entries are not shown.
func (o *journalOwner) isConcerned(e *engine.Entry) bool {
	if e.At.Before(o.Created.Time) && e.Created().Before(o.Created.Time) { // a test clock may have made it
		return false
	}
	own := o.concerns()
	for of := range concernsOf(e) {
		if slices.Contains(own, of) {
			return true
		}
	}
	return false
}
