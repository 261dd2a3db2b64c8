package ledger

import (
	"fmt"
	"maps"
	"slices"

	"purser/engine"
	"purser/engine/amount"
)

// Group is the lines about one account. Source: ledgers-and-services 5.4.
type Group struct {
	About engine.AccountName // as it was called last
	Sums  []Sum
	Total amount.Amount
}

// Accounts adds the lines of a window up by the account that they are about and
// by source, sorted by the accounts' ids.
func (v *View) Accounts(w Window) ([]Group, error) {
	own, err := v.within(w)
	if err != nil || own.count() == 0 {
		return nil, err
	}
	others, err := v.others(w)
	if err != nil {
		return nil, err
	}
	var groups []Group
	for _, id := range slices.Sorted(maps.Keys(others)) {
		a := others[id]
		foreign, first := a.tallies()
		sums, err := v.bySource(foreign, first)
		if err != nil {
			return nil, err
		}
		groups = append(groups, Group{engine.AccountName{ID: id, Name: a.name}, sums, a.total()})
		own = own.less(foreign)
	}
	if own.count() == 0 {
		return groups, nil
	}
	from, _ := w.places()
	sums, err := v.bySource(own, func(kind int) (Place, error) { return v.firstOwn(kind, from) })
	if err != nil {
		return nil, err
	}
	at, _ := slices.BinarySearchFunc(groups, v.Self.ID, compareAbout)
	return slices.Insert(groups, at, Group{v.Self, sums, own.total()}), nil
}

// tallies returns a as tallies by kind, and where the first line of each kind is.
func (a *about) tallies() (t tallies, first func(kind int) (Place, error)) {
	places := map[int]Place{}
	for _, k := range a.kinds {
		for len(t) <= k.kind {
			t = append(t, tally{})
		}
		t[k.kind], places[k.kind] = k.tally, k.first
	}
	return t, func(kind int) (Place, error) { return places[kind], nil }
}

// others returns the lines of a window that are about other accounts: of whole
// months from their rows, of parts of months from the lines.
func (v *View) others(w Window) (map[string]*about, error) {
	others := map[string]*about{}
	if v.Book.foreign == 0 {
		return others, nil
	}
	oldest, err := v.page(0)
	if err != nil {
		return nil, err
	}
	ever := Window{oldest.first.Created, v.Book.last.Created}
	for m := MonthOf(max(w.From, ever.From)); m <= MonthOf(min(w.To, ever.To)); m++ {
		month := m.Window()
		part := Window{max(w.From, month.From), min(w.To, month.To)}
		if part.From <= max(month.From, ever.From) && part.To >= min(month.To, ever.To) {
			err = v.addMonth(others, m)
		} else {
			err = v.addPart(others, part)
		}
		if err != nil {
			return nil, err
		}
	}
	return others, nil
}

// addMonth adds the rows of a month.
func (v *View) addMonth(others map[string]*about, m Month) error {
	kinds := v.Book.kinds()
	return v.Pages.EachAbout(v.Owner, m, func(id string, data []byte) error {
		row, err := parseAbout(data, kinds)
		if err != nil {
			return fmt.Errorf("%w: row of %s in %s of %s", err, id, m, v.Owner)
		}
		if others[id] == nil {
			others[id] = &about{}
		}
		others[id].merge(&row)
		return nil
	})
}

// addPart adds the lines of a window, one by one.
func (v *View) addPart(others map[string]*about, w Window) error {
	from, to := w.places()
	return v.scan(from, to, func(r *record) bool {
		if r.foreign() {
			if others[r.about.ID] == nil {
				others[r.about.ID] = &about{}
			}
			others[r.about.ID].add(r)
		}
		return true
	})
}

// firstOwn returns the place of the first line of a kind at or behind from that
// is about the owner, of which there is one.
func (v *View) firstOwn(kind int, from Place) (place Place, err error) {
	_, end := Ever().places()
	err = v.scan(from, end, func(r *record) bool {
		if r.kind == kind && !r.foreign() {
			place = r.Place
			return false
		}
		return true
	})
	return place, err
}
