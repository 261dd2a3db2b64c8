package ledger

import (
	"fmt"
	"slices"

	"purser/engine"
	"purser/engine/amount"
)

// Query asks for a page of a list. Source: ledgers-and-services 1.9, 5.3.
type Query struct {
	Source string // "" for all
	Window Window
	Limit  int // lines at most, at least 1

	// Ascending lists the oldest first instead of the newest.
	Ascending bool

	// Start is where the page begins, itself included, as next of the page
	// before said; nil is the beginning.
	Start *Place
}

// Listed is a line of a list.
type Listed struct {
	Line
	Before amount.Amount // sum of all lines in front of it: the balance it met
}

// List returns a page of lines, and where the next one starts, nil behind the
// last.
func (v *View) List(q Query) (page []Listed, next *Place, err error) {
	lines := ranked{view: v, counts: v.ofSource(q.Source)}
	low, high, err := lines.bounds(&q)
	if err != nil {
		return nil, nil, err
	}
	var found []rankedLine
	for i := range high - low {
		rank := low + i
		if !q.Ascending {
			rank = high - 1 - i
		}
		l, err := lines.get(rank)
		if err != nil {
			return nil, nil, err
		}
		if len(found) >= q.Limit {
			next = &Place{l.Created, l.Number}
			break
		}
		found = append(found, *l)
	}
	page, err = v.listed(found)
	return page, next, err
}

// ofSource tells of which kinds the lines of a source are; "" is all.
func (v *View) ofSource(source string) func(kind int) bool {
	if source == "" {
		return func(int) bool { return true }
	}
	kinds := v.Book.Kinds()
	return func(kind int) bool { return kind < len(kinds) && kinds[kind].Source == source }
}

// bounds returns the rank of the first line that q asks for in order of time,
// and of the first one behind.
func (l *ranked) bounds(q *Query) (low, high int, err error) {
	from, to := q.Window.places()
	if q.Start != nil && q.Ascending && from.before(*q.Start) {
		from = *q.Start
	}
	if q.Start != nil && !q.Ascending {
		if behind := (Place{q.Start.Created, q.Start.Number + 1}); behind.before(to) {
			to = behind
		}
	}
	if !from.before(to) || l.view.Book.Empty() {
		return 0, 0, nil
	}
	ahead, err := l.view.before(from)
	if err != nil {
		return 0, 0, err
	}
	behind, err := l.view.before(to)
	return l.count(ahead), l.count(behind), err
}

// listed reads the entries of lines.
func (v *View) listed(found []rankedLine) ([]Listed, error) {
	seqs := make([]uint64, len(found))
	for i := range found {
		seqs[i] = found[i].Seq()
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	entries, err := v.read(seqs)
	if err != nil {
		return nil, err
	}
	page := make([]Listed, 0, len(found))
	for i := range found {
		f := &found[i]
		at, _ := slices.BinarySearch(seqs, f.Seq())
		l := v.lineOf(entries[at], f.Number)
		if l == nil || l.Place != f.Place || l.Amount.Cmp(f.amount) != 0 {
			return nil, fmt.Errorf("ledger: line %d of %s is not what entry %d says", f.Number, v.Owner, f.Seq())
		}
		page = append(page, Listed{*l, f.before})
	}
	return page, nil
}

// read returns the entries of these numbers.
func (v *View) read(seqs []uint64) ([]*engine.Entry, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	entries, err := v.Entries(seqs)
	if err == nil && len(entries) != len(seqs) {
		err = fmt.Errorf("ledger: %d entries for %d numbers", len(entries), len(seqs))
	}
	return entries, err
}

// Lines returns the lines that e makes in this ledger, as they are shown. Of v
// it needs Owner, Self and Units.
func (v *View) Lines(e *engine.Entry) []Line {
	lines := slices.DeleteFunc(AppendLines(nil, e), func(l Line) bool { return l.Owner != v.Owner })
	for i := range lines {
		l := &lines[i]
		l.Unit = v.Units.Name(l.Unit)
		if l.About.ID == "" {
			l.About = v.Self
		}
	}
	return lines
}

// lineOf returns the line of that number that e makes in this ledger, nil when
// there is none.
func (v *View) lineOf(e *engine.Entry, number uint64) *Line {
	lines := v.Lines(e)
	i := slices.IndexFunc(lines, func(l Line) bool { return l.Number == number })
	if i < 0 {
		return nil
	}
	return &lines[i]
}

// Made returns the lines that n entries from number first on were asked for in
// this ledger, nil for each that there is none of.
func (v *View) Made(first uint64, n int) ([]*Listed, error) {
	lines, seqs := make([]*Listed, n), make([]uint64, n)
	for i := range seqs {
		seqs[i] = first + uint64(i)
	}
	if v.Book.Empty() {
		return lines, nil
	}
	entries, err := v.Entries(seqs)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		l := v.lineOf(e, e.Seq*partCount)
		if l == nil {
			continue
		}
		sums, err := v.before(l.Place)
		if err != nil {
			return nil, err
		}
		lines[i] = &Listed{*l, sums.total()}
	}
	return lines, nil
}

// Get returns the line of an id ([ID]), nil when there is none in this ledger.
func (v *View) Get(id string) (*Listed, error) {
	number, ok := numberOf(v.Self.ID, id)
	if !ok || v.Book.Empty() {
		return nil, nil
	}
	entries, err := v.Entries([]uint64{Place{Number: number}.Seq()})
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	l := v.lineOf(entries[0], number)
	if l == nil || ID(v.Self.ID, l.Place) != id {
		return nil, nil
	}
	sums, err := v.before(l.Place)
	return &Listed{*l, sums.total()}, err
}
