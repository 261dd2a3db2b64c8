package services

// Scope says which of an account's quantities changed.
type Scope string

// The scopes of a [Change].
const (
	ScopeAccount Scope = "account"
	ScopeCascade Scope = "cascade"
	ScopeManual  Scope = "manual"
)

// Change is a change of an account's effective quantity of one item.
type Change struct {
	Category   string `json:"category" cbor:"1,keyasint"`
	Item       string `json:"item" cbor:"2,keyasint"`
	Scope      Scope  `json:"scope" cbor:"3,keyasint"`      // of what was changed
	Difference int64  `json:"difference" cbor:"4,keyasint"` // never 0
	Quantity   int64  `json:"quantity" cbor:"5,keyasint"`   // after it
}

// Holding is what an account's effective quantities follow from.
type Holding struct {
	Quantities Quantities
	IsReseller bool // the accounts below it count too
}

// Changes returns how the effective quantities changed, by category and item.
// An item has one change however many of its quantities moved; its scope is the
// first of manual, account and cascade that did.
func Changes(before, after Holding) []Change {
	old := before.Quantities.Effective(before.IsReseller)
	now := after.Quantities.Effective(after.IsReseller)
	var changes []Change
	for len(old) > 0 || len(now) > 0 {
		var was, is int64
		var at Count
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].compare(now[0]) < 0:
			at, was, old = old[0], old[0].N, old[1:]
		case len(old) == 0 || old[0].compare(now[0]) > 0:
			at, is, now = now[0], now[0].N, now[1:]
		default:
			at, was, is = now[0], old[0].N, now[0].N
			old, now = old[1:], now[1:]
		}
		if was != is {
			scope := scopeOf(before.Quantities, after.Quantities, at)
			changes = append(changes, Change{at.Category, at.Item, scope, is - was, is})
		}
	}
	return changes
}

// scopeOf returns which of an item's quantities made its effective one change.
// A counted quantity behind a manual one made nothing change.
func scopeOf(before, after Quantities, at Count) Scope {
	differs := func(before, after Counts) bool {
		was, had := before.Get(at.Category, at.Item)
		is, has := after.Get(at.Category, at.Item)
		return was != is || had != has
	}
	_, isManual := after.Manual.Get(at.Category, at.Item)
	switch {
	case differs(before.Manual, after.Manual):
		return ScopeManual
	case !isManual && differs(before.Account, after.Account):
		return ScopeAccount
	}
	return ScopeCascade
}
