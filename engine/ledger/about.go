package ledger

import (
	"encoding/binary"
	"fmt"
	"slices"

	"purser/engine/amount"
)

// about is the row of the lines of one month that are about one account which
// is not the owner of their ledger.
type about struct {
	name   string // as it was called last
	newest Place  // of the line that said so
	kinds  []aboutKind
}

// aboutKind is the lines of one kind.
type aboutKind struct {
	kind  int
	first Place
	tally
}

// addAbout counts a foreign record in its row.
func (b *Book) addAbout(s Shelf, l *Line, r *record) error {
	m := MonthOf(r.Created)
	data, err := s.About(l.Owner, m, r.about.ID)
	if err != nil {
		return err
	}
	row, err := parseAbout(data, b.kinds())
	if err != nil {
		return fmt.Errorf("%w: row of %s in %s of %s", err, r.about.ID, m, l.Owner)
	}
	row.add(r)
	return s.SetAbout(l.Owner, m, r.about.ID, appendAbout(nil, &row))
}

func (a *about) add(r *record) {
	if len(a.kinds) == 0 || !r.before(a.newest) {
		a.name, a.newest = r.about.Name, r.Place
	}
	a.join(aboutKind{r.kind, r.Place, r.tally()})
}

// join adds lines of one kind.
func (a *about) join(k aboutKind) {
	i := slices.IndexFunc(a.kinds, func(have aboutKind) bool { return have.kind == k.kind })
	if i < 0 {
		a.kinds = append(a.kinds, k)
		return
	}
	have := &a.kinds[i]
	have.tally = have.plus(k.tally)
	if k.first.before(have.first) {
		have.first = k.first
	}
}

// merge adds the lines of b, of a later time.
func (a *about) merge(b *about) {
	a.name, a.newest = b.name, b.newest
	for _, k := range b.kinds {
		a.join(k)
	}
}

// total returns the sum of all amounts.
func (a *about) total() (sum amount.Amount) {
	for i := range a.kinds {
		sum = sum.Add(a.kinds[i].amount)
	}
	return sum
}

func appendAbout(b []byte, a *about) []byte {
	b = appendPlace(appendText(b, a.name), a.newest)
	for i := range a.kinds {
		k := &a.kinds[i]
		b = appendPlace(binary.AppendUvarint(b, uint64(k.kind)), k.first)
		b = appendTally(b, k.tally)
	}
	return b
}

// parseAbout reads what appendAbout wrote, of a book with that many kinds;
// nothing is a row without lines.
func parseAbout(data []byte, kinds int) (a about, err error) {
	if len(data) == 0 {
		return about{}, nil
	}
	r := reader{data: data}
	a = about{name: string(r.bytes()), newest: r.place()}
	for r.more() {
		k := aboutKind{r.count(), r.place(), r.tally()}
		if k.kind >= kinds {
			r.fail()
		}
		a.kinds = append(a.kinds, k)
	}
	return a, r.err
}
