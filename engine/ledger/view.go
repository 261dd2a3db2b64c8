package ledger

import (
	"fmt"

	"purser/engine"
	"purser/engine/amount"
)

// View is a ledger to be read: a snapshot of its book, and where the rest is.
type View struct {
	Owner engine.AccountID
	Self  engine.AccountName // how the owner is shown
	Book  Book
	Pages Pages
	Units Units

	// Entries returns the entries of these rising numbers, in their order, and
	// none for a number behind the journal's end. Only lists need it.
	Entries func(seqs []uint64) ([]*engine.Entry, error)
}

// Total returns the sum of all lines: the account's monetary balances together.
func (v *View) Total() (amount.Amount, error) {
	sums, err := v.Book.open.after(v.Book.kinds())
	if err != nil {
		return amount.Amount{}, v.damaged(err, v.Book.sealed)
	}
	return sums.total(), nil
}

// TotalAt returns the sum of the lines created up to a Gregorian second.
func (v *View) TotalAt(second int64) (amount.Amount, error) {
	_, end := Window{To: second}.places()
	sums, err := v.before(end)
	return sums.total(), err
}

// Sources returns the sources that have lines, in the order of their first.
func (v *View) Sources() []string {
	var all []string
	seen := map[string]bool{}
	for _, k := range v.Book.Kinds() {
		if !seen[k.Source] {
			seen[k.Source] = true
			all = append(all, k.Source)
		}
	}
	return all
}

// before returns the tallies of all lines in front of a place.
func (v *View) before(at Place) (tallies, error) {
	n, p, err := v.find(func(p *page) bool { return p.first.before(at) })
	if err != nil {
		return nil, err
	}
	sums, err := p.tallies()
	rest := p.read(v.Book.kinds())
	for r := (record{}); err == nil && rest.next(&r) && r.before(at); {
		sums.add(&r)
	}
	if err == nil {
		err = rest.err
	}
	if err != nil {
		return nil, v.damaged(err, n)
	}
	return sums, nil
}

// within returns the tallies of the lines of a window.
func (v *View) within(w Window) (tallies, error) {
	from, to := w.places()
	if !from.before(to) {
		return nil, nil
	}
	behind, err := v.before(to)
	if err != nil {
		return nil, err
	}
	ahead, err := v.before(from)
	return behind.less(ahead), err
}

// find is that of the book.
func (v *View) find(early func(*page) bool) (int, page, error) {
	return v.Book.find(v.Owner, v.Pages, early)
}

// page is that of the book.
func (v *View) page(n int) (page, error) { return v.Book.page(v.Owner, v.Pages, n) }

// scan calls fn for the records from one place up to another, in order, until
// it returns false. The record is good during the call only.
func (v *View) scan(from, to Place, fn func(*record) bool) error {
	n, p, err := v.find(func(p *page) bool { return !from.before(p.first) })
	for kinds := v.Book.kinds(); err == nil && p.first.before(to); {
		rest := p.read(kinds)
		for r := (record{}); rest.next(&r) && r.before(to); {
			if !r.before(from) && !fn(&r) {
				return nil
			}
		}
		if rest.err != nil {
			return v.damaged(rest.err, n)
		}
		if n++; n > v.Book.sealed {
			return nil
		}
		p, err = v.page(n)
	}
	return err
}

// damaged names the page that an error is about.
func (v *View) damaged(err error, page int) error {
	return fmt.Errorf("%w: page %d of the ledger of %s", err, page, v.Owner)
}
