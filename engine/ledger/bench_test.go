package ledger

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// million is a ledger of 1,000,000 lines of four kinds over two months.
func million(tb testing.TB) (*Memory, *View) {
	m, at := NewMemory(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	id := engine.AccountID{Tenant: "cgrates.org", Account: "1003"}
	for seq := range uint64(1_000_000) {
		e := &engine.Entry{Seq: seq + 1, At: engine.At(at.Add(time.Duration(seq) * 5 * time.Second)), Op: engine.OpDebit}
		switch {
		case seq%1000 == 0:
			e.Op = engine.OpTopUp
			e.Facts = engine.Facts{Source: "payments"}
		case seq%10 != 0:
			e.Op = engine.OpCharge
			e.Facts = engine.Facts{ToR: engine.Voice, Usage: 60_000_000_000}
		}
		e.Accounts = []engine.AccountChange{{ID: id, Postings: []engine.Posting{
			{UUID: uuid.UUID{1}, ToR: engine.Monetary, Delta: amount.FromInt(-int64(seq % 77))}}}}
		require.NoError(tb, m.Fold(e))
	}
	return m, &View{Owner: id, Book: *m.Books[id], Pages: m}
}

func BenchmarkAppend(b *testing.B) {
	m := NewMemory()
	id := engine.AccountID{Tenant: "cgrates.org", Account: "1003"}
	e := &engine.Entry{Op: engine.OpTopUp, Accounts: []engine.AccountChange{{ID: id, Postings: []engine.Posting{
		{UUID: uuid.UUID{1}, ToR: engine.Monetary, Delta: amount.FromInt(-125)}}}}}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var book Book
	var lines []Line
	b.ReportAllocs()
	for b.Loop() {
		at = at.Add(time.Second)
		e.Seq, e.At = e.Seq+1, engine.Instant{Time: at}
		lines = AppendLines(lines[:0], e)
		if err := book.Append(&lines[0], m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBookCodec(b *testing.B) {
	_, v := million(b)
	data := AppendBook(nil, &v.Book)
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			data = AppendBook(data[:0], &v.Book)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeBook(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkMillionLines(b *testing.B) {
	_, v := million(b)
	v.Entries = func(seqs []uint64) ([]*engine.Entry, error) {
		all := make([]*engine.Entry, len(seqs))
		return all, nil
	}
	n := int64(0)
	somewhere := func() int64 { // a different one each time
		n = (n + 7_919) % 1_000_000
		return Second(engine.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))) + 5*n
	}
	for name, fn := range map[string]func() error{
		"sums":                    func() error { _, err := v.Sums(Window{somewhere(), somewhere()}); return err },
		"month":                   func() error { _, err := v.Month(MonthOf(somewhere())); return err },
		"total":                   func() error { _, err := v.Total(); return err },
		"total at":                func() error { _, err := v.TotalAt(somewhere()); return err },
		"page of a common source": func() error { return pageOf(v, PerMinute, somewhere()) },
		"page of a rare source":   func() error { return pageOf(v, "payments", somewhere()) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := fn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// pageOf finds a page of 50 lines, without the journal.
func pageOf(v *View, source string, from int64) error {
	lines := ranked{view: v, counts: v.ofSource(source)}
	low, high, err := lines.bounds(&Query{Source: source, Window: Window{from, 1 << 62}})
	for rank := low; err == nil && rank < min(high, low+51); rank++ {
		_, err = lines.get(rank)
	}
	return err
}
