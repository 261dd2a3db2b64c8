package store

import (
	"strings"

	"github.com/tidwall/btree"

	"purser/engine"
)

// changes is what differs from the checkpoint: the newest value of each key
// that was touched, nil (0 of a count) for one that is gone. Accounts are in
// [rows], and here when a checkpoint has begun.
type changes struct {
	accounts int                             // that have changed
	rows     *frozenRows                     // these
	made     *btree.BTreeG[engine.AccountID] // those that the file may not have, in order
	keys     map[keyID]*engine.Remembered
	counts   map[string]int // accounts, by tenant
	tariffs  map[engine.TariffKey]any
	groups   map[string][]engine.AccountID
	lines    *lineChanges
	services map[engine.ServiceKey]any
	audit    auditChanges

	index *btree.Map[engine.IndexKey, bool] // true: it is there from now on

	entries int        // folded in
	end     engine.End // of the last one; the seal comes when it is durable
	at      engine.Instant
}

// keyID is an idempotency key within its tenant.
type keyID struct{ tenant, key string }

func newChanges(end engine.End, at engine.Instant) *changes {
	return &changes{
		made:    btree.NewBTreeGOptions(lessAccount, btree.Options{NoLocks: true}),
		keys:    map[keyID]*engine.Remembered{},
		counts:  map[string]int{},
		tariffs: map[engine.TariffKey]any{},
		groups:  map[string][]engine.AccountID{},
		lines:   &lineChanges{},

		services: map[engine.ServiceKey]any{},
		audit:    newAuditChanges(),
		end:      end, at: at,

		index: &btree.Map[engine.IndexKey, bool]{},
	}
}

// size is what bounds changes in memory.
func (c *changes) size() int { return c.accounts + len(c.keys) + c.lines.Len() + c.audit.size() }

func compareAccounts(a, b engine.AccountID) int {
	if c := strings.Compare(a.Tenant, b.Tenant); c != 0 {
		return c
	}
	return strings.Compare(a.Account, b.Account)
}

func lessAccount(a, b engine.AccountID) bool { return compareAccounts(a, b) < 0 }
