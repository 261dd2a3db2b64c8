package ledger

import (
	"encoding/binary"
	"fmt"
)

// PageLines is how many lines a full page has. The open page is written with
// its account at every checkpoint, so it must be small: half full 64 lines are
// 320 bytes, beside an account's 130; of a ledger of a million lines 128 would save
// 1 of 14 steps of halving.
const PageLines = 64

// page is some lines that follow one another. Those of a sealed page never
// change, except for a line that comes late. The slices are only appended to.
type page struct {
	count   int
	first   Place  // of the first line; none when count is 0
	before  []byte // tallies of all lines before the page, by kind
	records []byte
}

// appendPage appends p as it is kept; it has no end of its own.
func appendPage(b []byte, p *page) []byte {
	b = binary.AppendUvarint(b, uint64(p.count))
	b = appendPlace(b, p.first)
	b = appendText(b, p.before)
	return append(b, p.records...)
}

// parsePage reads what appendPage wrote. The page is a part of data.
func parsePage(data []byte) (p page, err error) {
	r := reader{data: data}
	p = page{count: r.count(), first: r.place(), before: r.bytes()}
	p.records = r.data[:len(r.data):len(r.data)]
	if r.err != nil || p.count > PageLines {
		return page{}, fmt.Errorf("%w: page", errDamaged)
	}
	return p, nil
}

// append adds a record behind last, the last line of all.
func (p *page) append(last Place, r *record) {
	if p.count == 0 {
		p.first, last = r.Place, r.Place
	}
	p.records = appendRecord(p.records, last, r)
	p.count++
}

// read returns a reader of the page's records, of a book with that many kinds.
func (p *page) read(kinds int) records {
	return records{reader: reader{data: p.records}, kinds: kinds, place: p.first}
}

// tallies returns the tallies before the page.
func (p *page) tallies() (tallies, error) { return parseTallies(p.before) }

// after returns the tallies of all lines up to the page's last.
func (p *page) after(kinds int) (tallies, error) {
	sums, err := p.tallies()
	if err != nil {
		return nil, err
	}
	rest := p.read(kinds)
	for r := (record{}); rest.next(&r); {
		sums.add(&r)
	}
	return sums, rest.err
}
