package crossbar

import (
	"math"
	"slices"

	"purser/engine/ledger"
)

// ledgerLines answers with a page of the lines of a source. Source: ledgers-and-services, section 5.3.
func (f *Face) ledgerLines(rq *request) (*reply, error) {
	source := rq.vars["SOURCE_SERVICE"]
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	w, err := rq.ledgerWindow()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging("ledgers "+rq.account.ID.String()+" "+source, false, fs)
	if err != nil {
		return nil, err
	}
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		read := listLines
		if source == ledger.RolloverName {
			read, w.To = listRollovers, min(w.To, gregorian(rq.now)) // months to come have none yet
		}
		r, err := gather(&f.opts, &p, fs, listing[lineItem]{
			read: func(after string, limit int) ([]lineItem, error) {
				from, err := placeBehind(after)
				if err != nil {
					return nil, err
				}
				return read(v, source, w, part{from, p.ascending, limit})
			},
			key: func(i lineItem) string { return entryKey(i.place.Created, i.place.Number) },
			doc: func(i lineItem) any { return i.doc },
		})
		if err != nil {
			return nil, err
		}
		docs := []lineDoc{}
		for _, item := range r.data.([]lineItem) {
			docs = append(docs, item.doc)
		}
		r.data, r.table = docs, func() table { return lineTable(docs) }
		return r, nil
	})
}

// lineItem is a line and where it stands.
type lineItem struct {
	place ledger.Place
	doc   lineDoc
}

// part is a part of a list of lines.
type part struct {
	after     *ledger.Place // of the line in front of it, nil for the beginning
	ascending bool
	limit     int
}

// placeBehind reads the key of the line in front of a part, "" for none.
func placeBehind(key string) (*ledger.Place, error) {
	if key == "" {
		return nil, nil
	}
	created, number, ok := parseEntryKey(key)
	if !ok {
		return nil, errCursor()
	}
	return &ledger.Place{Created: created, Number: number}, nil
}

// listLines returns a part of the lines of a source.
func listLines(v *ledger.View, source string, w ledger.Window, p part) ([]lineItem, error) {
	q := ledger.Query{Source: source, Window: w, Limit: p.limit, Ascending: p.ascending}
	if p.after != nil {
		if q.Start = behind(*p.after, p.ascending); q.Start == nil {
			return nil, nil
		}
	}
	page, _, err := v.List(q)
	items := make([]lineItem, 0, len(page))
	for i := range page {
		doc, err := newLineDoc(v, &page[i])
		if err != nil {
			return nil, err
		}
		items = append(items, lineItem{page[i].Place, doc})
	}
	return items, err
}

// behind returns the place next to at in a list, nil where there can be none.
func behind(at ledger.Place, ascending bool) *ledger.Place {
	switch {
	case ascending && at.Number < math.MaxUint64:
		at.Number++
	case !ascending && at.Number > 0:
		at.Number--
	default:
		return nil
	}
	return &at
}

// listRollovers is listLines for the balances that months began with.
func listRollovers(v *ledger.View, _ string, w ledger.Window, p part) ([]lineItem, error) {
	limit := p.limit
	switch {
	case p.after != nil && p.ascending:
		w.From = max(w.From, p.after.Created+1)
	case p.after != nil:
		w.To = min(w.To, p.after.Created-1)
	}
	if p.ascending {
		limit = math.MaxInt // they come the newest first, and no more than one a month
	}
	rolled, err := v.Rollovers(w, limit)
	if p.ascending {
		slices.Reverse(rolled)
	}
	items := []lineItem{}
	for _, r := range rolled[:min(len(rolled), p.limit)] {
		items = append(items, lineItem{ledger.Place{Created: r.Month.First()}, newRolloverDoc(v.Self, r)})
	}
	return items, err
}

// ledgerLine answers with one line, of the source of the path only. Source: ledgers-and-services, section 5.5.
func (f *Face) ledgerLine(rq *request) (*reply, error) {
	source, id := rq.vars["SOURCE_SERVICE"], rq.vars["LEDGER_ENTRY_ID"]
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		if source == ledger.RolloverName {
			return rolloverReply(v, gregorian(rq.now), id)
		}
		l, err := v.Get(id)
		switch {
		case err != nil:
			return nil, err
		case l == nil || l.Source != source:
			return nil, errIdentifier(id)
		}
		doc, err := newLineDoc(v, l)
		return &reply{data: doc}, err
	})
}

// rolloverReply answers with the rollover of an id, of a month that has begun.
func rolloverReply(v *ledger.View, now int64, id string) (*reply, error) {
	const monthDigits = len("YYYYMM")
	m, ok := ledger.ParseMonth(id[:min(len(id), monthDigits)])
	if !ok || m.First() > now {
		return nil, errIdentifier(id)
	}
	r, ok, err := v.Rollover(m)
	switch {
	case err != nil:
		return nil, err
	case !ok || r.ID() != id:
		return nil, errIdentifier(id)
	}
	return &reply{data: newRolloverDoc(v.Self, r)}, nil
}
