package engine

import (
	"slices"

	"purser/engine/amount"
)

// candidate is a balance that may pay for a charge.
type candidate struct {
	i         int    // position in the account
	precision int    // bytes of the prefix that matched its destinations, 0 for an unbound balance
	prefix    string // that prefix, or the whole number
	destID    string // a destination of the balance that lists the prefix, *any for an unbound balance
}

// anyDestination stands for all numbers in a balance's destinations.
const anyDestination = "*any"

// candidates returns the unit balances that may pay, best first: those of the
// charge's ToR and behind them *generic ones, by precision, then weight, then
// the order of creation. They are chosen once, for the start of the charge.
// Source: cgrates-charging, section 3 step 4.
func (c *charging) candidates() ([]candidate, error) {
	tors := []string{c.tor, Generic}
	if c.tor == Generic {
		tors = tors[:1]
	}
	var list []candidate
	for _, tor := range tors {
		for i := range c.acc.acc.Balances {
			b := &c.acc.acc.Balances[i]
			if b.ToR != tor || !c.mayPay(b) {
				continue
			}
			found, ok := matchDestination(c.acc.d.state, b.With().DestinationIDs, c.req.Destination)
			if !ok {
				continue
			}
			if len(b.With().SharedGroups) > 0 {
				return nil, refuse(CodeNotFound, "balance %q is in a shared group that is not there", b.ID)
			}
			found.i = i
			list = append(list, found)
		}
	}
	slices.SortStableFunc(list, func(x, y candidate) int {
		if x.precision != y.precision {
			return y.precision - x.precision
		}
		return c.weight(y).Cmp(c.weight(x))
	})
	return list, nil
}

func (c *charging) weight(x candidate) amount.Amount { return c.acc.acc.Balances[x.i].With().Weight }

// mayPay tells whether b takes part in the charge, its destinations aside. An
// empty blocker does: it blocks.
func (c *charging) mayPay(b *Balance) bool {
	a := b.With()
	if a.Disabled || b.expired(At(c.req.Start)) || b.Value.Sign() <= 0 && !a.Blocker {
		return false
	}
	if len(a.Categories) == 0 {
		return true
	}
	name, ok := a.Categories.Find(c.req.Category)
	return ok && !name.Excluded
}

// matchDestination finds the longest prefix of number that decides whether a
// balance bound to these destinations may pay for it. One that only excludes
// is decided by the longest prefix of any known destination; without such a
// prefix it does not match.
func matchDestination(s State, bound Names, number string) (candidate, bool) {
	if name, ok := bound.Find(anyDestination); len(bound) == 0 || ok && !name.Excluded {
		return candidate{prefix: number, destID: anyDestination}, true
	}
	onlyExcludes := !slices.ContainsFunc(bound, func(n Name) bool { return !n.Excluded })
	for k := len(number); k > 0; k-- {
		ids := s.DestinationsOf(number[:k])
		if len(ids) == 0 {
			continue
		}
		found := candidate{precision: k, prefix: number, destID: anyDestination}
		decided, excluded := onlyExcludes, false
		for _, id := range ids {
			name, ok := bound.Find(id)
			if !ok {
				continue
			}
			decided, excluded = true, excluded || name.Excluded
			if found.destID == anyDestination && !name.Excluded {
				found.prefix, found.destID = number[:k], id
			}
		}
		if decided {
			return found, !excluded
		}
	}
	return candidate{}, false
}
