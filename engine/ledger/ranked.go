package ledger

import (
	"fmt"

	"purser/engine/amount"
)

// ranked finds lines by how many there are before them, of those that count.
// It keeps the page that it found the last one on.
type ranked struct {
	view   *View
	counts func(kind int) bool

	rank  int // of the first line below; they are all of a page
	lines []rankedLine
}

// rankedLine is a line that counts.
type rankedLine struct {
	record
	before amount.Amount // sum of all lines in front of it, whether they count or not
}

// get returns the line of a rank, which there must be.
func (l *ranked) get(rank int) (*rankedLine, error) {
	if rank < l.rank || rank >= l.rank+len(l.lines) {
		if err := l.turn(rank); err != nil {
			return nil, err
		}
	}
	return &l.lines[rank-l.rank], nil
}

// turn goes to the page of the line of a rank.
func (l *ranked) turn(rank int) error {
	var failed error
	n, p, err := l.view.find(func(p *page) bool {
		sums, err := p.tallies()
		if err != nil {
			failed = err
		}
		return l.count(sums) <= rank
	})
	if err != nil {
		return err
	}
	sums, err := p.tallies()
	if failed != nil || err != nil {
		return l.view.damaged(errDamaged, n)
	}
	l.rank, l.lines = l.count(sums), l.lines[:0]
	before, rest := sums.total(), p.read(l.view.Book.kinds())
	for r := (record{}); rest.next(&r); before = before.Add(r.amount) {
		if l.counts(r.kind) {
			l.lines = append(l.lines, rankedLine{r, before})
		}
	}
	if rest.err != nil || rank < l.rank || rank >= l.rank+len(l.lines) {
		return l.view.damaged(fmt.Errorf("%w: no line of rank %d", errDamaged, rank), n)
	}
	return nil
}

// count returns how many lines count.
func (l *ranked) count(t tallies) (n int) {
	for kind := range t {
		if l.counts(kind) {
			n += t[kind].count
		}
	}
	return n
}
