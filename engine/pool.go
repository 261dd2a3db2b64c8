package engine

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// pooled puts the balances of its groups in the place of each shared balance,
// in the order that the group's strategy gives the payer; each balance once.
// Source: cgrates-charging, section 7.
func (c *charging) pooled(list []candidate) ([]candidate, error) {
	if !slices.ContainsFunc(list, func(x candidate) bool { return len(x.balance().With().SharedGroups) > 0 }) {
		return list, nil
	}
	var out []candidate
	put := func(x candidate) {
		if !slices.ContainsFunc(out, func(y candidate) bool { return y.acc == x.acc && y.i == x.i }) {
			out = append(out, x)
		}
	}
	for _, x := range list {
		groups := x.balance().With().SharedGroups
		if len(groups) == 0 {
			put(x)
		}
		for _, name := range groups {
			if name.Excluded {
				continue
			}
			pool, err := c.pool(name.ID, x.balance().ToR)
			if err != nil {
				return nil, err
			}
			for _, y := range pool {
				put(y)
			}
		}
	}
	return out, nil
}

// pool returns the balances of one type that are shared in a group and may
// pay, of all accounts that are not disabled, in the order of its strategy.
func (c *charging) pool(id, tor string) ([]candidate, error) {
	group := c.d.state.SharedGroup(id)
	if group == nil {
		return nil, refuse(CodeNotFound, "shared group %q", id)
	}
	var pool []candidate
	for _, member := range c.d.state.GroupMembers(id) {
		a, err := c.d.open(member)
		if err != nil {
			return nil, err
		}
		if a.existed && !a.acc.Disabled {
			pool = c.matching(pool, a, tor)
		}
	}
	pool = slices.DeleteFunc(pool, func(x candidate) bool {
		name, ok := x.balance().With().SharedGroups.Find(id)
		return !ok || name.Excluded
	})
	c.order(pool, group.strategy(c.acc.acc.ID))
	return pool, nil
}

// strategy returns how an account draws on the group.
func (g *SharedGroup) strategy(id AccountID) string {
	strategy := PoolMineLowest
	for _, m := range g.Members {
		switch m.Account {
		case id.String():
			return m.Strategy
		case anyDestination:
			strategy = m.Strategy
		}
	}
	return strategy
}

// order sorts a pool by a strategy. Equal values go in the order of accounts
// and then of creation.
func (c *charging) order(pool []candidate, strategy string) {
	mine := strategy == PoolMineLowest || strategy == PoolMineHighest || strategy == PoolMineRandom
	slices.SortStableFunc(pool, func(x, y candidate) int {
		if own := x.acc == c.acc; mine && own != (y.acc == c.acc) {
			if own {
				return -1
			}
			return 1
		}
		switch strategy {
		case PoolHighest, PoolMineHighest:
			return y.balance().Value.Cmp(x.balance().Value)
		case PoolRandom, PoolMineRandom:
			return bytes.Compare(c.lot(x), c.lot(y))
		}
		return x.balance().Value.Cmp(y.balance().Value)
	})
}

// lot is what a balance drew in this command: chance that a replay repeats.
func (c *charging) lot(x candidate) []byte {
	sum := sha256.Sum256(append(c.d.cmd.Seed[:], x.balance().UUID[:]...))
	return sum[:]
}
