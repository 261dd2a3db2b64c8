package engine

import "slices"

// candidate is a balance that may pay for a charge.
type candidate struct {
	acc       *draft
	i         int    // position in the account
	precision int    // bytes of the prefix that matched its destinations, 0 for an unbound balance
	prefix    string // that prefix, or the whole number
	destID    string // a destination of the balance that lists the prefix, *any for an unbound balance
}

func (x *candidate) balance() *Balance { return &x.acc.acc.Balances[x.i] }

// anyDestination stands for all numbers in a balance's destinations.
const anyDestination = "*any"

// candidates returns the balances of these types that may pay, best first: by
// precision, then weight, then types as listed, then the order of creation.
// They are chosen once, for the start of the charge. A shared balance stands
// for all of its groups. Source: cgrates-charging, section 3 step 4.
func (c *charging) candidates(tors ...string) ([]candidate, error) {
	if len(tors) == 2 && tors[0] == tors[1] {
		tors = tors[:1]
	}
	list := make([]candidate, 0, c.acc.balancesOf(tors))
	for _, tor := range tors {
		list = c.matching(list, c.acc, tor)
	}
	slices.SortStableFunc(list, func(x, y candidate) int {
		if x.precision != y.precision {
			return y.precision - x.precision
		}
		return y.balance().With().Weight.Cmp(x.balance().With().Weight)
	})
	return c.pooled(list)
}

// balancesOf returns how many balances are of one of these types.
func (a *draft) balancesOf(tors []string) (n int) {
	for i := range a.acc.Balances {
		if slices.Contains(tors, a.acc.Balances[i].ToR) {
			n++
		}
	}
	return n
}

// matching appends the balances of an account that take part in the charge.
func (c *charging) matching(list []candidate, a *draft, tor string) []candidate {
	for i := range a.acc.Balances {
		b := &a.acc.Balances[i]
		if b.ToR != tor || !c.mayPay(b) {
			continue
		}
		if found, ok := matchDestination(c.d.state, b.With().DestinationIDs, c.req.Destination); ok {
			found.acc, found.i = a, i
			list = append(list, found)
		}
	}
	return list
}

// mayPay tells whether b takes part in the charge, its destinations aside. An
// empty blocker does: it blocks; and an empty shared balance: it is the ticket
// to the pool.
func (c *charging) mayPay(b *Balance) bool {
	a := b.With()
	if a.Disabled || b.expired(At(c.req.Start)) || b.Value.Sign() <= 0 && !a.Blocker && len(a.SharedGroups) == 0 {
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
