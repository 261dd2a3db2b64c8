package tariffplan

import (
	"cmp"
	"slices"
	"strings"

	"purser/engine"
	"purser/engine/rating"
)

// Columns of SharedGroups.
const (
	groupAccount = iota + 1
	groupStrategy
	groupSubject
)

// groups compiles SharedGroups: a row for each account that draws on a group.
func (c *compiler) groups() []engine.SharedGroup {
	type pair struct{ id, account string }
	members := map[string][]engine.GroupMember{}
	seen := map[pair]*Row{}
	for r := range c.rows(SharedGroups) {
		id, ok1 := c.cell(SharedGroups, r, columnID).name()
		account, ok2 := c.cell(SharedGroups, r, groupAccount).account()
		strategy, ok3 := c.cell(SharedGroups, r, groupStrategy).oneOf(engine.PoolLowest, engine.PoolHighest,
			engine.PoolRandom, engine.PoolMineLowest, engine.PoolMineHighest, engine.PoolMineRandom)
		subject, ok4 := c.cell(SharedGroups, r, groupSubject).optionalName()
		if !ok1 || !ok2 || !ok3 || !ok4 ||
			!unseen(c, seen, pair{id, account}, SharedGroups, r, groupAccount, "the account") {
			continue
		}
		members[id] = append(members[id],
			engine.GroupMember{Account: account, Strategy: strategy, RatingSubject: subject})
	}
	return sorted(members, func(id string, list []engine.GroupMember) engine.SharedGroup {
		slices.SortFunc(list, func(a, b engine.GroupMember) int { return cmp.Compare(a.Account, b.Account) })
		return engine.SharedGroup{ID: id, Members: list}
	})
}

// account reads *any or tenant:account.
func (x cell) account() (string, bool) {
	if x.text == rating.Any {
		return x.text, true
	}
	tenant, account, _ := strings.Cut(x.text, ":")
	if tenant == "" || account == "" {
		x.fail("%q is neither *any nor tenant:account", x.text)
		return "", false
	}
	for _, part := range []string{tenant, account} {
		y := x
		y.text = part
		if _, ok := y.name(); !ok {
			return "", false
		}
	}
	return x.text, true
}
