package ledger

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"purser/engine"
)

// Memory is a shelf in memory, and the books of all accounts with their unique
// lines: what the entries of a journal give. It is what live views are compared with, and what tests
// stand on. It is for one goroutine.
type Memory struct {
	Books   map[engine.AccountID]*Book
	Uniques map[engine.UniqueKey]uint64 // numbers of the entries

	lines []Line
	pages map[pageKey][]byte
	about map[engine.AccountID]map[Month]map[string][]byte // by the account they are about
}

type pageKey struct {
	owner engine.AccountID
	n     int
}

var (
	_ Shelf = (*Memory)(nil)
	_ Books = (*Memory)(nil)
)

// NewMemory returns one without lines.
func NewMemory() *Memory {
	return &Memory{Books: map[engine.AccountID]*Book{}, Uniques: map[engine.UniqueKey]uint64{},
		pages: map[pageKey][]byte{},
		about: map[engine.AccountID]map[Month]map[string][]byte{}}
}

// Fold appends the lines of the next entry.
func (m *Memory) Fold(e *engine.Entry) error {
	m.lines = AppendLines(m.lines[:0], e)
	for i := range m.lines {
		l := &m.lines[i]
		if m.Books[l.Owner] == nil {
			m.Books[l.Owner] = &Book{}
		}
		if err := m.Books[l.Owner].Append(l, m); err != nil {
			return err
		}
		for _, key := range l.Uniques() {
			m.Uniques[key] = e.Seq
		}
	}
	return nil
}

// Book implements [Books].
func (m *Memory) Book(owner engine.AccountID) (*Book, error) { return m.Books[owner], nil }

// View returns the ledger of an account as it is now. Another goroutine may
// read it while entries are folded in.
func (m *Memory) View(owner engine.AccountID) *View {
	snapshot := &Memory{pages: maps.Clone(m.pages), about: map[engine.AccountID]map[Month]map[string][]byte{owner: {}}}
	for month, rows := range m.about[owner] {
		snapshot.about[owner][month] = maps.Clone(rows)
	}
	v := &View{Owner: owner, Pages: snapshot}
	if b := m.Books[owner]; b != nil {
		v.Book = *b
	}
	return v
}

// Unique implements [Books].
func (m *Memory) Unique(key engine.UniqueKey) (uint64, error) { return m.Uniques[key], nil }

// Page implements [Pages].
func (m *Memory) Page(owner engine.AccountID, n int) ([]byte, error) {
	page, ok := m.pages[pageKey{owner, n}]
	if !ok {
		return nil, fmt.Errorf("ledger: page %d of %s is not there", n, owner)
	}
	return page, nil
}

// SetPage implements [Shelf].
func (m *Memory) SetPage(owner engine.AccountID, n int, page []byte) error {
	m.pages[pageKey{owner, n}] = page
	return nil
}

// About implements [Pages].
func (m *Memory) About(owner engine.AccountID, month Month, id string) ([]byte, error) {
	return m.about[owner][month][id], nil
}

// EachAbout implements [Pages].
func (m *Memory) EachAbout(owner engine.AccountID, month Month, fn func(string, []byte) error) error {
	rows := m.about[owner][month]
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if err := fn(id, rows[id]); err != nil {
			return err
		}
	}
	return nil
}

// SetAbout implements [Shelf].
func (m *Memory) SetAbout(owner engine.AccountID, month Month, id string, row []byte) error {
	if m.about[owner] == nil {
		m.about[owner] = map[Month]map[string][]byte{}
	}
	if m.about[owner][month] == nil {
		m.about[owner][month] = map[string][]byte{}
	}
	m.about[owner][month][id] = row
	return nil
}

// Compare tells where the ledger of an account differs from b, its pages and
// its rows from those of other.
func (m *Memory) Compare(owner engine.AccountID, b *Book, other Pages) error {
	want := m.Books[owner]
	if want == nil {
		want = &Book{}
	}
	if !bytes.Equal(AppendBook(nil, want), AppendBook(nil, b)) {
		return fmt.Errorf("ledger: the book of %s is not what the entries make", owner)
	}
	for n := range want.sealed {
		page, err := other.Page(owner, n)
		if err != nil {
			return err
		}
		if !bytes.Equal(page, m.pages[pageKey{owner, n}]) {
			return fmt.Errorf("ledger: page %d of %s is not what the entries make", n, owner)
		}
	}
	for month, rows := range m.about[owner] {
		for id, row := range rows {
			have, err := other.About(owner, month, id)
			if err != nil {
				return err
			}
			if !bytes.Equal(have, row) {
				return fmt.Errorf("ledger: the row of %s in %s of %s is not what the entries make", id, month, owner)
			}
		}
	}
	return nil
}
