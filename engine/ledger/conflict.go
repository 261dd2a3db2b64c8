package ledger

import "purser/engine"

// Books is where books are, and the entries of unique lines.
type Books interface {
	// Book returns the book of an account, nil when it has no lines.
	Book(owner engine.AccountID) (*Book, error)

	// Unique returns the number of the entry whose line has a key, 0 for none.
	Unique(key UniqueKey) (seq uint64, err error)
}

// Conflicts implements that method of [engine.State]: it returns the entry that
// already made a line which one of e's must not repeat, 0 for none; and of the
// ledgers to which e would bring a new kind of lines, how many kinds the
// fullest has.
func Conflicts(books Books, e *engine.Entry) (taken uint64, kinds int, err error) {
	for _, l := range AppendLines(nil, e) {
		if key, ok := l.Unique(); ok && taken == 0 {
			if taken, err = books.Unique(key); err != nil {
				return 0, 0, err
			}
		}
		b, err := books.Book(l.Owner)
		if err != nil {
			return 0, 0, err
		}
		if b == nil {
			continue
		}
		if n, known := b.kind(&l.Kind); !known {
			kinds = max(kinds, n)
		}
	}
	return taken, kinds, nil
}
