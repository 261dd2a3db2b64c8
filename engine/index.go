package engine

import "strings"

// IndexKey says where an account is found beside its name: a kind, what it is
// looked up by, and the account:
//
//	kind (1 byte), what (see below), 0, tenant, 0, account
//
// The keys of an account follow from the account alone, so an index is a set
// of them and nothing more. As names have no 0 byte the end of a key can be
// read whatever stands before it; and as it ends with the account, accounts
// may share an ID or a name.
type IndexKey string

// The kinds of keys. They stand in checkpoints.
const (
	indexMaster   = "m" // ID of the master
	indexID       = "i" // ID of an account with a profile
	indexDerived  = "d" // derived ID of one without: a child of the master
	indexBelow    = "b" // ID of an ancestor, how far below it (1 byte; 1: a child), ID
	indexReseller = "r" // ID of an ancestor, ID of a reseller below it
	indexAPIKey   = "k" // hash of the API key
	indexRealm    = "w" // folded realm
	indexName     = "n" // folded name
)

// treeDepthMost is how many ancestors an index key can count.
const treeDepthMost = 255

// Account returns the account that k leads to.
func (k IndexKey) Account() AccountID {
	rest, account := cutLast(string(k))
	_, tenant := cutLast(rest)
	return AccountID{Tenant: tenant, Account: account}
}

// cutLast returns what stands before and behind the last 0 byte of s, which
// without one is all behind.
func cutLast(s string) (before, behind string) {
	i := strings.LastIndexByte(s, 0)
	return s[:max(i, 0)], s[i+1:]
}

// IndexKeys returns the keys that lead to the account, in no order; none for
// a nil account. An account without a profile has one. Those of one that an
// entry changes are the same when its Profile is.
func (a *Account) IndexKeys() []IndexKey {
	if a == nil {
		return nil
	}
	end := "\x00" + a.ID.Tenant + "\x00" + a.ID.Account
	p := a.Profile
	if p == nil {
		id := a.ID.Derived()
		return []IndexKey{IndexKey(indexDerived + string(id[:]) + end)}
	}
	id := string(p.ID[:])
	keys := []IndexKey{IndexKey(indexID + id + end)}
	if len(p.Tree) == 0 {
		keys = append(keys, IndexKey(indexMaster+id+end))
	}
	for i, ancestor := range p.Tree {
		keys = append(keys, IndexKey(indexBelow+string(ancestor[:])+string([]byte{byte(len(p.Tree) - i)})+id+end))
		if p.IsReseller {
			keys = append(keys, IndexKey(indexReseller+string(ancestor[:])+id+end))
		}
	}
	if name := foldName(p.Name); name != "" {
		keys = append(keys, IndexKey(indexName+name+end))
	}
	if p.Realm != "" {
		keys = append(keys, IndexKey(indexRealm+foldLetters(p.Realm)+end))
	}
	if !p.APIKey.IsZero() {
		keys = append(keys, IndexKey(indexAPIKey+string(p.APIKey[:])+end))
	}
	return keys
}

// foldLetters makes ASCII letters lower-case. What lies beyond ASCII would
// depend on the version of Unicode, and so would the keys of a checkpoint.
func foldLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// foldName is foldLetters without ASCII spaces and punctuation: Kazoo's
// clients log in with an account_name that is compared so.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
			return -1
		}
		return r
	}, foldLetters(s))
}
