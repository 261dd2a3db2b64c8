package ledger

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
)

// shown is v as text: amounts have one, whatever they were computed from.
func shown(v any) string { return fmt.Sprintf("%+v", v) }

// ledgers runs a test on the ledgers of random journals.
func ledgers(t *testing.T, test func(rt *rapid.T, h *history, v *View, n *naive)) {
	rapid.Check(t, func(rt *rapid.T) {
		h := anyHistory(rt)
		m := h.fold(rt)
		for _, owner := range []engine.AccountID{customer, reseller} {
			v := h.view(m, owner)
			test(rt, h, v, h.naive(v))
		}
	})
}

func TestSumsAreThoseOfTheLines(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		w := h.window(rt)
		have, err := v.Sums(w)
		require.NoError(rt, err)
		require.Equal(rt, shown(sums(n.window(w))), shown(have))
	})
}

func TestGroupsAreThoseOfTheLines(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		w := h.window(rt)
		have, err := v.Accounts(w)
		require.NoError(rt, err)
		require.Equal(rt, shown(accounts(n.window(w))), shown(have))
	})
}

func TestTotalsAreThoseOfTheLines(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		have, err := v.Total()
		require.NoError(rt, err)
		require.Equal(rt, total(n.lines).String(), have.String())
		at := h.window(rt).To
		have, err = v.TotalAt(at)
		require.NoError(rt, err)
		require.Equal(rt, total(n.window(Window{-1 << 63, at})).String(), have.String())
		require.Equal(rt, len(n.lines), v.Book.Lines())
	})
}

func TestListsAreTheLinesPageByPage(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		q := Query{Window: h.window(rt), Ascending: rapid.Bool().Draw(rt, "ascending"),
			Limit:  rapid.SampledFrom([]int{1, 7, 50, 1000}).Draw(rt, "limit"),
			Source: rapid.SampledFrom([]string{"", Adjustments, "payments", PerMinute, "none"}).Draw(rt, "source")}
		for want := n.list(&q); ; {
			page, next, err := v.List(q)
			require.NoError(rt, err)
			require.LessOrEqual(rt, len(page), q.Limit)
			require.LessOrEqual(rt, len(page), len(want))
			for i := range page {
				require.Equal(rt, shown(want[i]), shown(page[i].Line))
				before := n.in(func(l *Line) bool { return l.before(page[i].Place) })
				require.Equal(rt, total(before).String(), page[i].Before.String())
			}
			want = want[len(page):]
			if next == nil {
				require.Empty(rt, want)
				return
			}
			require.Equal(rt, want[0].Place, *next)
			q.Start = next
		}
	})
}

func TestMonthsAreTheirLinesAndWhatWasCarriedOver(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		for m := MonthOf(Second(engine.At(h.at))) + 1; m >= MonthOf(63_000_000_000) && len(n.lines) > 0; m-- {
			s, err := v.Month(m)
			require.NoError(rt, err)
			before := n.in(func(l *Line) bool { return l.Created < m.First() })
			if len(before) == 0 && len(n.window(m.Window())) == 0 {
				require.Empty(rt, s.Sums)
				require.Empty(rt, s.Accounts)
				break
			}
			opening := total(before)
			want := sums(n.window(m.Window()))
			if len(before) > 0 {
				want = withRollover(want, opening)
			}
			require.Equal(rt, shown(want), shown(s.Sums))
			require.Equal(rt, opening.String(), s.Opening.String())

			// Equality 2 of ledgers-and-services 5.9.
			next, ok, err := v.Rollover(m + 1)
			require.NoError(rt, err)
			require.True(rt, ok)
			require.Equal(rt, s.Closing.String(), next.Amount.String())

			// The accounts' amounts add up to the summary's, and go from the last id to the first.
			sum := amount.Amount{}
			for i, g := range s.Accounts {
				sum = sum.Add(g.Total)
				require.True(rt, i == 0 || s.Accounts[i-1].About.ID > g.About.ID)
			}
			require.Equal(rt, s.Closing.String(), sum.String())
		}
	})
}

// The equalities 1, 3 and 4 of ledgers-and-services 5.9.
func TestViewsAgree(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		everything, err := v.Total()
		require.NoError(rt, err)

		balances := amount.Amount{}
		for _, e := range h.entries {
			for _, c := range e.Accounts {
				for _, p := range c.Postings {
					if c.ID == v.Owner && p.ToR == engine.Monetary {
						balances = balances.Add(p.Delta)
					}
				}
			}
		}
		require.Equal(rt, balances.String(), everything.String(), "4: the monetary balances")

		sum := amount.Amount{}
		all, err := v.Sums(Ever())
		require.NoError(rt, err)
		for _, s := range all {
			sum = sum.Add(s.Amount)
		}
		require.Equal(rt, everything.String(), sum.String(), "1: all sources")
		listed, next, err := v.List(Query{Window: Ever(), Limit: 1 << 30})
		require.NoError(rt, err)
		require.Nil(rt, next)
		sum = amount.Amount{}
		for _, l := range listed {
			sum = sum.Add(l.Amount)
		}
		require.Equal(rt, everything.String(), sum.String(), "1: all lines")

		w := h.window(rt)
		bySource, err := v.Sums(w)
		require.NoError(rt, err)
		groups, err := v.Accounts(w)
		require.NoError(rt, err)
		for _, s := range bySource {
			for _, g := range groups {
				for _, of := range g.Sums {
					if of.Source == s.Source {
						s.Amount = s.Amount.Sub(of.Amount)
					}
				}
			}
			require.True(rt, s.Amount.IsZero(), "3: %s", s.Source)
		}
	})
}

func TestALineIsFoundByItsID(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		for _, l := range n.lines {
			have, err := v.Get(ID(v.Self.ID, l.Place))
			require.NoError(rt, err)
			require.NotNil(rt, have)
			require.Equal(rt, shown(l), shown(have.Line))
			other, err := v.Get(ID("another account", l.Place))
			require.NoError(rt, err)
			require.Nil(rt, other)
		}
	})
}

func TestRolloversAreListedFromTheNewest(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		now := MonthOf(Second(engine.At(h.at)))
		all, err := v.Rollovers(Window{-1 << 63, now.Window().To}, 1000)
		require.NoError(rt, err)
		if len(n.lines) == 0 {
			require.Empty(rt, all)
			return
		}
		require.Len(rt, all, max(0, int(now-MonthOf(n.lines[0].Created))))
		for i, r := range all {
			require.Equal(rt, now-Month(i), r.Month)
		}
		some, err := v.Rollovers(Window{now.First(), now.Window().To}, 1000)
		require.NoError(rt, err)
		require.LessOrEqual(rt, len(some), 1)
		some, err = v.Rollovers(Window{-1 << 63, now.Window().To}, 2)
		require.NoError(rt, err)
		require.LessOrEqual(rt, len(some), 2)
	})
}

func TestABookIsKeptAndReadBackTheSame(t *testing.T) {
	ledgers(t, func(rt *rapid.T, h *history, v *View, n *naive) {
		data := AppendBook(nil, &v.Book)
		back, err := DecodeBook(data)
		require.NoError(rt, err)
		require.Equal(rt, data, AppendBook(nil, &back))
		require.Equal(rt, len(n.lines) == 0, len(data) == 0)
	})
}

// A fold that stops, keeps its books and goes on ends in the same bytes.
func TestBooksThatWereKeptAreGoneOnWith(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := anyHistory(rt)
		want := h.fold(rt)
		have, again := NewMemory(), h.Rand
		for _, e := range h.entries {
			require.NoError(rt, have.Fold(e))
			if again.IntN(5) == 0 {
				for id, b := range have.Books {
					back, err := DecodeBook(AppendBook(nil, b))
					require.NoError(rt, err)
					have.Books[id] = &back
				}
			}
		}
		for id := range want.Books {
			require.NoError(rt, want.Compare(id, have.Books[id], have))
		}
	})
}

// Entries in the order of their creation make the views that late ones make.
func TestLateLinesGoWhereTheyBelong(t *testing.T) {
	m := NewMemory()
	h := &history{}
	for seq := range uint64(3*PageLines + 5) {
		e := credit(seq+1, 1)
		e.Facts.Created = engine.At(day.AddDate(0, 0, int(seq*7919%1000)))
		h.entries = append(h.entries, e)
		require.NoError(t, m.Fold(e))
	}
	v := h.view(m, customer)
	page, next, err := v.List(Query{Window: Ever(), Limit: 1000, Ascending: true})
	require.NoError(t, err)
	require.Nil(t, next)
	require.Len(t, page, len(h.entries))
	for i := range page {
		require.Equal(t, amount.FromInt(int64(i)), page[i].Before)
		require.True(t, i == 0 || page[i-1].before(page[i].Place))
	}
}

func TestAViewDoesNotChangeWhileLinesAreAppended(t *testing.T) {
	m, h := NewMemory(), &history{}
	for seq := range uint64(PageLines + 9) {
		h.entries = append(h.entries, credit(seq+1, 1))
		require.NoError(t, m.Fold(h.entries[seq]))
	}
	v := h.view(m, customer)
	snapshot := &Memory{pages: map[pageKey][]byte{{customer, 0}: m.pages[pageKey{customer, 0}]}}
	v.Pages = snapshot
	done := make(chan error, 1)
	go func() {
		for range 100 {
			sum, err := v.Total()
			if err != nil || sum.Cmp(amount.FromInt(PageLines+9)) != 0 {
				done <- fmt.Errorf("total %s, %w", sum, err)
				return
			}
			if _, err := v.Sums(Ever()); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for seq := range uint64(3 * PageLines) {
		require.NoError(t, m.Fold(credit(PageLines+10+seq, 1)))
	}
	require.NoError(t, <-done)
}

func TestABookOfAFewLinesIsSmall(t *testing.T) {
	m := NewMemory()
	for seq := range uint64(5) {
		require.NoError(t, m.Fold(credit(1_000_000_000+seq*1000, 12345)))
	}
	require.Less(t, len(AppendBook(nil, m.Books[customer])), 150)
	for seq := range uint64(PageLines) {
		require.NoError(t, m.Fold(credit(1_000_010_000+seq*1000, 12345)))
	}
	require.Less(t, len(m.pages[pageKey{customer, 0}]), 12*PageLines)
}

func TestALateLineAboutAnotherAccountMayBeItsFirst(t *testing.T) {
	h, m := &history{}, NewMemory()
	for i, as := range []string{"x", "y", "y"} {
		e := credit(uint64(i+1), 1)
		e.Facts = engine.Facts{Source: "payments", UsageType: as, About: &engine.AccountName{ID: "a", Name: "A"}}
		e.Facts.Created = engine.At(day.Add([]time.Duration{10, 20, 5}[i] * time.Second))
		e.Accounts = append([]engine.AccountChange{{ID: reseller}}, e.Accounts...)
		require.NoError(t, m.Fold(e))
	}
	v := h.view(m, customer)
	groups, err := v.Accounts(Ever())
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, "y", groups[0].Sums[0].Type)
}
