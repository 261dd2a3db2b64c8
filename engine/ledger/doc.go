// Package ledger folds entries of the journal into ledgers: what an account was
// credited and charged, by source, with sums over any time and lists that
// begin anywhere. Source: ledgers-and-services 3, 4, 5 and 10.
//
// [AppendLines] says what an entry means: a [Line] for each account whose
// balances it moves. A [Book] is an account's lines, in the order of creation
// and number, as a few dozen bytes each. The last ones stand in the book
// itself, which is kept beside the account; all before them in pages of
// [PageLines] lines, each of which begins with the sums of all lines before
// it. So the sums of a window are those at its end less those at its beginning,
// the n-th line of a source is found by halving, and appending a line writes
// nothing but the book.
//
// Everything that a line shows and that is not summed or sorted by (its source
// ID, description, metadata) stays in the journal: a list reads its entries.
//
// A reseller's ledger has copies of lines of its sub-accounts. Their sums
// cannot stand in every page, as there may be 100,000 of them, so each has a
// row for every month ([Shelf]).
//
// A [View] answers questions. It is a snapshot: neither the book it holds nor
// the pages it reads change while lines are appended.
//
// The package does no I/O, knows no clock and no REST documents, and takes
// nothing that is not in the entries: two folds of one journal are the same
// bytes. Names of units that the operator may choose (currency) come in with
// [Units], when a view is shown.
package ledger
