package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Tree reads the tree of accounts in a state: the master, those with a profile
// below it, and every account without one as a child of the master.
type Tree struct{ State }

// MasterID returns the ID of the master, none when there is no master yet.
func (t Tree) MasterID() (HexID, error) {
	keys, err := t.Indexed(indexMaster, "", 1)
	if err != nil || len(keys) == 0 {
		return HexID{}, err
	}
	return HexID([]byte(keys[0][len(indexMaster):][:len(HexID{})])), nil
}

// ByID returns the account of that ID, nil when there is none.
func (t Tree) ByID(id HexID) (*Member, error) {
	m, err := t.first(indexID + string(id[:]))
	if m == nil && err == nil {
		m, err = t.first(indexDerived + string(id[:]))
	}
	return m, err
}

// ByAccount returns the account of that name, nil when there is none.
func (t Tree) ByAccount(id AccountID) (*Member, error) {
	a, err := t.Account(id)
	if err != nil || a == nil {
		return nil, err
	}
	master, err := t.MasterID()
	if err != nil {
		return nil, err
	}
	return a.Member(master), nil
}

// ByRealm returns the account of that realm, nil when there is none.
func (t Tree) ByRealm(realm string) (*Member, error) { return t.first(indexRealm + foldLetters(realm)) }

// ByAPIKey returns the account whose API key has that hash, nil when there is
// none.
func (t Tree) ByAPIKey(hash KeyHash) (*Member, error) { return t.first(indexAPIKey + string(hash[:])) }

// ByName returns up to limit accounts with a profile of that name: small and
// capital letters, spaces and punctuation do not matter.
func (t Tree) ByName(name string, limit int) ([]*Member, error) {
	keys, err := t.Indexed(IndexKey(indexName+foldName(name)+"\x00"), "", limit)
	if err != nil {
		return nil, err
	}
	return t.members(keys)
}

// Children returns up to limit accounts directly below one in the order of
// their IDs, from the first ID behind after (none is the beginning).
func (t Tree) Children(of, after HexID, limit int) ([]*Member, error) {
	keys, err := t.level(of, 1, after, limit)
	if err != nil {
		return nil, err
	}
	return t.members(keys)
}

// Descendants is Children for all that are below an account, the nearest
// first. An after that is not among them is CodeNotFound.
func (t Tree) Descendants(of, after HexID, limit int) ([]*Member, error) {
	distance := 1
	if !after.IsZero() {
		last, err := t.ByID(after)
		if err != nil {
			return nil, err
		}
		if last == nil || !last.IsBelow(of) {
			return nil, refuse(CodeNotFound, "account %s is not below %s", after, of)
		}
		distance = len(last.Tree) - slices.Index(last.Tree, of)
	}
	var keys []IndexKey
	for ; len(keys) < limit && distance <= treeDepthMost; distance++ {
		level, err := t.level(of, distance, after, limit-len(keys))
		if err != nil {
			return nil, err
		}
		if len(level) == 0 && after.IsZero() {
			break // nobody is below nobody
		}
		keys, after = append(keys, level...), HexID{}
	}
	return t.members(keys)
}

// Reseller returns the account that m buys from: the nearest reseller above
// it. The master is its own. Source: ledgers-and-services, 9.1.
func (t Tree) Reseller(m *Member) (*Member, error) {
	for _, id := range slices.Backward(m.Tree) {
		above, err := t.ByID(id)
		switch {
		case err != nil:
			return nil, err
		case above == nil:
			return nil, fmt.Errorf("engine: account %s is below %s, which is not there", m.Account.ID, id)
		case above.IsReseller:
			return above, nil
		}
	}
	return m, nil
}

// hasBelow tells whether there is any account below one, or any reseller.
func (t Tree) hasBelow(kind string, id HexID) (bool, error) {
	keys, err := t.Indexed(IndexKey(kind+string(id[:])), "", 1)
	return len(keys) > 0, err
}

// level returns up to limit keys of the accounts that far below one, in the
// order of their IDs, from the first ID behind after. Accounts without a
// profile are directly below the master.
func (t Tree) level(of HexID, distance int, after HexID, limit int) ([]IndexKey, error) {
	place := indexBelow + string(of[:]) + string([]byte{byte(distance)})
	keys, err := t.behind(place, after, limit)
	if err != nil || distance > 1 {
		return keys, err
	}
	master, err := t.MasterID()
	if err != nil || master.IsZero() || master != of {
		return keys, err
	}
	derived, err := t.behind(indexDerived, after, limit)
	if err != nil {
		return nil, err
	}
	// In memory of its own: what a state returns is shared.
	keys = slices.Concat(keys, derived)
	idOf := func(k IndexKey) string { // and what follows it
		if rest, ok := strings.CutPrefix(string(k), place); ok {
			return rest
		}
		return string(k[len(indexDerived):])
	}
	slices.SortFunc(keys, func(a, b IndexKey) int { return strings.Compare(idOf(a), idOf(b)) })
	return keys[:min(limit, len(keys))], nil
}

// behind returns up to limit keys of a place where IDs come next, from the
// first ID behind after.
func (t Tree) behind(place string, after HexID, limit int) ([]IndexKey, error) {
	var from IndexKey
	if !after.IsZero() {
		from = IndexKey(place + string(after[:]) + "\x01") // behind all that have the ID: a 0 byte follows theirs
	}
	return t.Indexed(IndexKey(place), from, limit)
}

// first returns the first account under a place, nil when there is none.
func (t Tree) first(place string) (*Member, error) {
	keys, err := t.Indexed(IndexKey(place+"\x00"), "", 1)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	members, err := t.members(keys)
	if err != nil {
		return nil, err
	}
	return members[0], nil
}

// members returns the accounts that keys lead to.
func (t Tree) members(keys []IndexKey) ([]*Member, error) {
	master, err := t.MasterID()
	if err != nil {
		return nil, err
	}
	members := make([]*Member, len(keys))
	for i, k := range keys {
		a, err := t.Account(k.Account())
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, fmt.Errorf("engine: the index leads to account %s, which is not there", k.Account())
		}
		members[i] = a.Member(master)
	}
	return members, nil
}
