package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// seeds are books and what is on their shelf.
func seeds(f *testing.F) (*Memory, *Book) {
	m := NewMemory()
	for seq := range uint64(PageLines + 9) {
		e := credit(seq+1, int64(seq))
		if seq%3 == 0 {
			e.Facts.About = &engine.AccountName{ID: "a", Name: "A"}
			e.Accounts = append([]engine.AccountChange{{ID: reseller}}, e.Accounts...)
		}
		require.NoError(f, m.Fold(e))
	}
	return m, m.Books[customer]
}

// damaged is a shelf of one page and one row.
type damaged struct {
	*Memory
	page, row []byte
}

func (d *damaged) Page(engine.AccountID, int) ([]byte, error) { return d.page, nil }

func (d *damaged) EachAbout(_ engine.AccountID, _ Month, fn func(string, []byte) error) error {
	return fn("a", d.row)
}

func (d *damaged) About(engine.AccountID, Month, string) ([]byte, error) { return d.row, nil }

// FuzzDamaged: whatever stands in a book, a page and a row, nothing panics, and
// what can be read as a book is kept as it was read.
func FuzzDamaged(f *testing.F) {
	m, b := seeds(f)
	row := m.about[customer][MonthOf(63742805754)]["a"]
	require.NotEmpty(f, row)
	f.Add(AppendBook(nil, b), m.pages[pageKey{customer, 0}], row)
	f.Add([]byte(nil), []byte(nil), []byte(nil))
	f.Add(AppendBook(nil, b), []byte{1}, []byte{1})
	f.Fuzz(func(t *testing.T, book, page, row []byte) {
		b, err := DecodeBook(book)
		if err != nil {
			return
		}
		again, err := DecodeBook(AppendBook(nil, &b))
		require.NoError(t, err)
		require.Equal(t, AppendBook(nil, &b), AppendBook(nil, &again))
		if b.sealed > 1000 {
			return // as many pages as it says would be read
		}
		shelf := &damaged{NewMemory(), page, row}
		v := &View{Owner: customer, Book: b, Pages: shelf,
			Entries: func(seqs []uint64) ([]*engine.Entry, error) { return make([]*engine.Entry, 0), nil }}
		w := Window{63742805754, 63742805754}
		errs := []error{}
		for _, read := range []func() error{
			func() error { _, err := v.Total(); return err },
			func() error { _, err := v.TotalAt(w.To); return err },
			func() error { _, err := v.Sums(w); return err },
			func() error { _, err := v.Accounts(w); return err },
			func() error { _, err := v.Month(MonthOf(w.To)); return err },
			func() error { _, _, err := v.List(Query{Window: Ever(), Limit: 3}); return err },
			func() error { _, err := v.Rollovers(w, 3); return err },
		} {
			errs = append(errs, read())
		}
		require.Len(t, errs, 7)
		l := AppendLines(nil, credit(1, 1))[0]
		l.About.ID = "a"
		v.Book.Append(&l, shelf) //nolint:errcheck // that it does not panic is all
	})
}
