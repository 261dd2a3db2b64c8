package store

import "purser/engine"

// cache keeps accounts as they are in the file: about those that were used
// last. It has two generations; a hit moves an account to the young one. When
// that one is half of all, or both together are full, the old one, unused
// since, goes.
//
// It is not told of changes. They shadow it until a checkpoint has written
// them, and then it is emptied for them.
type cache struct {
	young, old map[engine.AccountID]*engine.Account
	max        int
}

// reset replaces what is cached by accounts, if that is not too much.
func (c *cache) reset(accounts map[engine.AccountID]*engine.Account, most int) {
	if len(accounts) > most {
		accounts = nil
	}
	c.young, c.old, c.max = map[engine.AccountID]*engine.Account{}, accounts, most
}

// get returns the account, nil for one that is known not to be in the file.
func (c *cache) get(id engine.AccountID) (a *engine.Account, ok bool) {
	if a, ok = c.young[id]; ok {
		return a, true
	}
	if a, ok = c.old[id]; ok {
		delete(c.old, id)
		c.young[id] = a
	}
	return a, ok
}

func (c *cache) put(id engine.AccountID, a *engine.Account) {
	if len(c.young) >= c.max/2 {
		c.young, c.old = map[engine.AccountID]*engine.Account{}, c.young
	} else if len(c.young)+len(c.old) >= c.max {
		c.old = nil
	}
	c.young[id] = a
}
