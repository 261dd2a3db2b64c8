package apier

import (
	"fmt"

	"purser/rpcjson"
)

// The permissions that a listener can have. A method asks for exactly one.
const (
	RoleRead   rpcjson.Roles = 1 << iota // see accounts, destinations, the journal, the daemon's state
	RoleCharge                           // take usage from balances: Debit, MaxDebit, and ask what can be paid
	RoleTopUp                            // AddBalance and DebitBalance, which with Overwrite can raise a balance too
	RoleAdmin                            // all other changes: set, remove, transfer, accounts, destinations, timings

	AllRoles = RoleRead | RoleCharge | RoleTopUp | RoleAdmin
)

var roleNames = map[string]rpcjson.Roles{
	"read": RoleRead, "charge": RoleCharge, "topup": RoleTopUp, "admin": RoleAdmin,
}

// ParseRoles returns the set of the roles named: read, charge, topup, admin. Any other name is an error; no names are
// no permissions.
func ParseRoles(names []string) (rpcjson.Roles, error) {
	var set rpcjson.Roles
	for _, name := range names {
		role, ok := roleNames[name]
		if !ok {
			return 0, fmt.Errorf("apier: role %q: want read, charge, topup or admin", name)
		}
		set |= role
	}
	return set, nil
}
