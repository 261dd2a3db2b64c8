package engine

import (
	"cmp"
	"slices"
)

// Members is the folded state of which accounts are in which shared group:
// those with a balance that names it.
type Members struct{ of map[string][]AccountID }

// NewMembers returns the state without any.
func NewMembers() *Members { return &Members{of: map[string][]AccountID{}} }

// GroupMembers implements [State].
func (m *Members) GroupMembers(group string) []AccountID { return m.of[group] }

// Set puts in what GroupMembers returned for a group.
func (m *Members) Set(group string, members []AccountID) {
	if len(members) == 0 {
		delete(m.of, group)
	} else {
		m.of[group] = members
	}
}

// Groups returns the groups that have members, sorted.
func (m *Members) Groups() []string {
	groups := make([]string, 0, len(m.of))
	for group := range m.of {
		groups = append(groups, group)
	}
	slices.Sort(groups)
	return groups
}

// Fold notes what c did to an account's membership, which was before and is
// after (nil where it is not there), and returns the groups that changed.
func (m *Members) Fold(c *AccountChange, before, after *Account) (changed []string) {
	if !slices.ContainsFunc(c.Postings, func(p Posting) bool { return p.Attributes != nil || p.Removed }) {
		return nil
	}
	was, is := before.groups(), after.groups()
	for _, group := range was {
		if !slices.Contains(is, group) {
			m.Set(group, slices.DeleteFunc(slices.Clone(m.of[group]), func(id AccountID) bool { return id == c.ID }))
			changed = append(changed, group)
		}
	}
	for _, group := range is {
		members := m.of[group]
		if i, found := slices.BinarySearchFunc(members, c.ID, AccountID.compare); !found {
			m.of[group] = slices.Insert(slices.Clone(members), i, c.ID)
			changed = append(changed, group)
		}
	}
	return changed
}

// groups returns the groups that a's balances are shared in.
func (a *Account) groups() []string {
	if a == nil {
		return nil
	}
	var groups []string
	for i := range a.Balances {
		for _, n := range a.Balances[i].With().SharedGroups {
			if !n.Excluded && !slices.Contains(groups, n.ID) {
				groups = append(groups, n.ID)
			}
		}
	}
	return groups
}

func (id AccountID) compare(other AccountID) int {
	return cmp.Or(cmp.Compare(id.Tenant, other.Tenant), cmp.Compare(id.Account, other.Account))
}
