package ledger

import (
	"slices"

	"purser/engine"
)

// Books is where books are, and the entries of unique lines.
type Books interface {
	// Book returns the book of an account, nil when it has no lines.
	Book(owner engine.AccountID) (*Book, error)

	// Unique returns the number of the entry whose line has a key, 0 for none.
	Unique(key engine.UniqueKey) (seq uint64, err error)
}

// Conflicts implements that method of [engine.State].
func Conflicts(books Books, e *engine.Entry) (c engine.Conflict, err error) {
	for _, l := range AppendLines(nil, e) {
		if l.Part() == Asked {
			if key, ok := e.UniqueLine(l.Owner); ok && c.Taken == 0 {
				c.Taken, err = books.Unique(key)
			}
			if key, ok := e.Reversal(l.Owner); ok && err == nil {
				c.Reversed, err = books.Unique(key)
			}
		}
		if err != nil {
			return c, err
		}
		b, err := books.Book(l.Owner)
		if err != nil {
			return c, err
		}
		if b == nil {
			b = &Book{}
		}
		if n, known := b.kind(&l.Kind); !known {
			if c.Kinds == nil {
				c.Kinds = make([]int, len(e.Accounts))
			}
			at := slices.IndexFunc(e.Accounts, func(a engine.AccountChange) bool { return a.ID == l.Owner })
			c.Kinds[at] = n + 1
		}
	}
	return c, nil
}
