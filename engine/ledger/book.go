package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"purser/engine"
)

// Book is the ledger of one account: its last lines, the sums of those before
// them, and how many pages these fill. The zero Book has no lines.
//
// A copy of a Book is a snapshot of it, which may be read while lines are
// appended to the Book itself: the two share bytes that are only added to. So
// lines must never be appended to the copy.
type Book struct {
	sealed  int    // full pages, on the shelf
	foreign int    // lines about other accounts, of all
	last    Place  // of the last line
	names   []byte // of the kinds: source, type and unit of each
	open    page
}

// Empty tells whether no line was ever appended.
func (b *Book) Empty() bool { return b.open.count == 0 }

// Lines returns how many lines there are.
func (b *Book) Lines() int { return b.sealed*PageLines + b.open.count }

// Append adds a line of the account whose book this is. A line that was created
// before the last one (by a test clock) goes where it belongs, and all pages
// behind it are written again.
func (b *Book) Append(l *Line, s Shelf) error {
	r := record{Place: l.Place, amount: l.Amount, quantity: l.Quantity, about: l.About}
	var known bool
	if r.kind, known = b.kind(&l.Kind); !known {
		b.names = appendText(appendText(appendText(b.names, l.Source), l.Type), l.Unit)
	}
	if r.foreign() {
		b.foreign++
		if err := b.addAbout(s, l, &r); err != nil {
			return err
		}
	}
	if !b.Empty() && r.before(b.last) {
		return b.insert(l.Owner, &r, s)
	}
	return b.append(l.Owner, &r, s)
}

// append adds a record behind all others.
func (b *Book) append(owner engine.AccountID, r *record, s Shelf) error {
	if b.open.count == PageLines {
		if err := b.seal(owner, s); err != nil {
			return err
		}
	}
	b.open.append(b.last, r)
	b.last = r.Place
	return nil
}

// seal puts the full page away and begins a new one.
func (b *Book) seal(owner engine.AccountID, s Shelf) error {
	sums, err := b.open.after(b.kinds())
	if err != nil {
		return fmt.Errorf("%w: open page of %s", err, owner)
	}
	if err := s.SetPage(owner, b.sealed, appendPage(nil, &b.open)); err != nil {
		return err
	}
	b.sealed++
	b.open = page{before: appendTallies(nil, sums)}
	return nil
}

// insert adds a record where it belongs.
func (b *Book) insert(owner engine.AccountID, r *record, s Shelf) error {
	n, p, err := b.find(owner, s, func(p *page) bool { return p.first.before(r.Place) })
	if err != nil {
		return err
	}
	behind, err := b.from(owner, s, n)
	if err != nil {
		return err
	}
	at, _ := slices.BinarySearchFunc(behind, r.Place, func(r record, p Place) int { return r.Compare(p) })
	behind = slices.Insert(behind, at, *r)
	b.sealed, b.open = n, page{before: p.before}
	for i := range behind {
		if err := b.append(owner, &behind[i], s); err != nil {
			return err
		}
	}
	return nil
}

// from reads the records from page n on to the last.
func (b *Book) from(owner engine.AccountID, from Pages, n int) (all []record, err error) {
	for ; n <= b.sealed; n++ {
		p, err := b.page(owner, from, n)
		if err != nil {
			return nil, err
		}
		rest := p.read(b.kinds())
		for r := (record{}); rest.next(&r); {
			all = append(all, r)
		}
		if rest.err != nil {
			return nil, fmt.Errorf("%w: page %d of %s", rest.err, n, owner)
		}
	}
	return all, nil
}

// page reads page n; the open one is that behind the sealed ones.
func (b *Book) page(owner engine.AccountID, from Pages, n int) (page, error) {
	if n == b.sealed {
		return b.open, nil
	}
	data, err := from.Page(owner, n)
	if err != nil {
		return page{}, err
	}
	p, err := parsePage(data)
	if err == nil && p.count != PageLines {
		err = fmt.Errorf("%w: a sealed page of %d lines", errDamaged, p.count)
	}
	if err != nil {
		return page{}, fmt.Errorf("%w: page %d of %s", err, n, owner)
	}
	return p, nil
}

// find returns the last page of which early is true, the first page if there
// is none. Early is true of pages from the front up to some page.
func (b *Book) find(owner engine.AccountID, from Pages, early func(*page) bool) (n int, p page, err error) {
	if b.sealed == 0 || early(&b.open) {
		return b.sealed, b.open, nil
	}
	low, high := 0, b.sealed // the first is early or all there is, high is late
	if p, err = b.page(owner, from, 0); err != nil {
		return 0, page{}, err
	}
	for high-low > 1 {
		middle := (low + high) / 2
		q, err := b.page(owner, from, middle)
		if err != nil {
			return 0, page{}, err
		}
		if early(&q) {
			low, p = middle, q
		} else {
			high = middle
		}
	}
	return low, p, nil
}

// textsPerKind is how many texts name a kind.
const textsPerKind = 3

// kind returns the index of a kind, and if there is none the next free one.
func (b *Book) kind(k *Kind) (n int, ok bool) {
	for r := (reader{data: b.names}); r.more(); n++ {
		source, as, unit := r.bytes(), r.bytes(), r.bytes()
		if string(source) == k.Source && string(as) == k.Type && string(unit) == k.Unit {
			return n, true
		}
	}
	return n, false
}

// kinds returns how many kinds there are.
func (b *Book) kinds() (n int) {
	for r := (reader{data: b.names}); r.more(); n++ {
		r.bytes()
	}
	return n / textsPerKind
}

// Kinds returns the kinds of all lines, in the order of their first lines.
func (b *Book) Kinds() []Kind {
	all := make([]Kind, 0, b.kinds())
	for r := (reader{data: b.names}); r.more(); {
		all = append(all, Kind{string(r.bytes()), string(r.bytes()), string(r.bytes())})
	}
	return all
}

// AppendBook appends b as it is kept beside its account: nothing where it has
// no lines.
func AppendBook(data []byte, b *Book) []byte {
	if b.Empty() {
		return data
	}
	data = binary.AppendUvarint(data, uint64(b.sealed))
	data = binary.AppendUvarint(data, uint64(b.foreign))
	data = binary.AppendUvarint(data, uint64(b.last.Created-b.open.first.Created))
	data = binary.AppendVarint(data, int64(b.last.Number-b.open.first.Number))
	data = appendText(data, b.names)
	return appendPage(data, &b.open)
}

// DecodeBook reads what [AppendBook] wrote. The book shares nothing with data.
func DecodeBook(data []byte) (Book, error) {
	if len(data) == 0 {
		return Book{}, nil
	}
	r := reader{data: bytes.Clone(data)}
	b := Book{sealed: r.count(), foreign: r.count()}
	created, number := r.second(), r.varint()
	b.names = r.bytes()
	texts, names := 0, reader{data: b.names}
	for ; names.more(); texts++ {
		names.bytes()
	}
	open, err := parsePage(r.data)
	if r.err != nil || names.err != nil || texts%textsPerKind != 0 || err != nil || open.count == 0 {
		return Book{}, fmt.Errorf("%w: book", errDamaged)
	}
	b.open = open
	b.last = Place{open.first.Created + created, open.first.Number + uint64(number)}
	if b.last.Created > lastSecond {
		return Book{}, fmt.Errorf("%w: book", errDamaged)
	}
	return b, nil
}
