package ledger

import "purser/engine"

// Pages is where the sealed pages of ledgers are, and the rows of those
// accounts that lines of another's ledger are about.
type Pages interface {
	// Page returns page n of a ledger, counted from 0: the bytes that
	// [Shelf].SetPage was given. They must not change afterwards.
	Page(owner engine.AccountID, n int) ([]byte, error)

	// About returns the row of the lines of a month about an account, nil when
	// there is none.
	About(owner engine.AccountID, m Month, id string) ([]byte, error)

	// EachAbout calls fn for each row of a month, in the order of ids.
	EachAbout(owner engine.AccountID, m Month, fn func(id string, row []byte) error) error
}

// Shelf is where they are put. Bytes that are put away are the shelf's.
type Shelf interface {
	Pages
	SetPage(owner engine.AccountID, n int, page []byte) error
	SetAbout(owner engine.AccountID, m Month, id string, row []byte) error
}
