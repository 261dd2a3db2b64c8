package ledger

import (
	"slices"
	"strings"

	"purser/engine/amount"
)

// Sum is the lines of one source added up. Source: ledgers-and-services 4.5.
type Sum struct {
	Source   string
	Lines    int
	Amount   amount.Amount
	Quantity amount.Amount // of usage, whatever the units of the lines
	Type     string        // of the first line that says one; "" for none
	Unit     string        // likewise
}

// Sums adds the lines of a window up, by source, sorted by it. Sources without
// lines in the window are left out.
func (v *View) Sums(w Window) ([]Sum, error) {
	inside, err := v.within(w)
	if err != nil {
		return nil, err
	}
	from, _ := w.places()
	return v.bySource(inside, func(kind int) (Place, error) { return v.firstOf(kind, from) })
}

// bySource adds kinds up. Only where lines of one source differ in type or unit
// does it ask for the place of the first line of a kind.
func (v *View) bySource(t tallies, first func(kind int) (Place, error)) ([]Sum, error) {
	var sums []Sum
	kinds := v.Book.Kinds()
	members := map[string][]int{}
	for kind := range t {
		if t[kind].count == 0 {
			continue
		}
		source := kinds[kind].Source
		if members[source] == nil {
			sums = append(sums, Sum{Source: source})
		}
		members[source] = append(members[source], kind)
	}
	for i := range sums {
		s := &sums[i]
		of := members[s.Source]
		for _, kind := range of {
			s.Lines += t[kind].count
			s.Amount = s.Amount.Add(t[kind].amount)
			s.Quantity = s.Quantity.Add(t[kind].quantity)
		}
		var err error
		if s.Type, err = firstWord(of, func(kind int) string { return kinds[kind].Type }, first); err != nil {
			return nil, err
		}
		if s.Unit, err = firstWord(of, func(kind int) string { return kinds[kind].Unit }, first); err != nil {
			return nil, err
		}
		s.Unit = v.Units.Name(s.Unit)
	}
	slices.SortFunc(sums, func(a, b Sum) int { return strings.Compare(a.Source, b.Source) })
	return sums, nil
}

// firstWord returns the word of the kind that comes first, of those that have one.
func firstWord(kinds []int, word func(kind int) string, first func(kind int) (Place, error)) (string, error) {
	var having []int
	differ := false
	for _, kind := range kinds {
		if word(kind) != "" {
			having = append(having, kind)
			differ = differ || word(kind) != word(having[0])
		}
	}
	switch {
	case len(having) == 0:
		return "", nil
	case !differ:
		return word(having[0]), nil
	}
	best, at := 0, Place{}
	for i, kind := range having {
		place, err := first(kind)
		if err != nil {
			return "", err
		}
		if i == 0 || place.before(at) {
			best, at = kind, place
		}
	}
	return word(best), nil
}

// firstOf returns the place of the first line of a kind at or behind from, of
// which there is one.
func (v *View) firstOf(kind int, from Place) (Place, error) {
	ahead, err := v.before(from)
	if err != nil {
		return Place{}, err
	}
	lines := ranked{view: v, counts: func(k int) bool { return k == kind }}
	l, err := lines.get(ahead.at(kind).count)
	if err != nil {
		return Place{}, err
	}
	return l.Place, nil
}
