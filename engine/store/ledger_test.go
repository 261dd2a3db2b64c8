package store

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
	"purser/engine/ledger"
)

// favourite is the account whose ledger fills pages in a history.
var favourite = engine.AccountID{Tenant: "t", Account: "100"}

func TestALedgerListsTheJournal(t *testing.T) {
	h := openHouse(t, t.TempDir(), tiny)
	past := newHistory(3)
	for range 60 {
		h.put(t, past, 7)
	}
	l, err := h.store.Ledger(favourite)
	require.NoError(t, err)
	page, _, err := l.List(ledger.Query{Window: ledger.Ever(), Limit: 1000, Ascending: true})
	require.NoError(t, err)
	require.Greater(t, len(page), ledger.PageLines)
	require.Equal(t, l.Book.Lines(), len(page))
	sum := amount.Amount{}
	for i := range page {
		require.Equal(t, sum.String(), page[i].Before.String())
		sum = sum.Add(page[i].Amount)
	}
	total, err := l.Total()
	require.NoError(t, err)
	require.Equal(t, sum.String(), total.String())
	require.NoError(t, l.Close())
	h.close(t)
}

func TestALedgerIsASnapshot(t *testing.T) {
	h := openHouse(t, t.TempDir(), tiny)
	past := newHistory(4)
	for range 40 {
		h.put(t, past, 9)
	}
	var readers sync.WaitGroup
	for range 20 {
		l, err := h.store.Ledger(favourite)
		require.NoError(t, err)
		month := ledger.MonthOf(ledger.Second(engine.At(past.at)))
		want, err := l.Month(month)
		require.NoError(t, err)
		readers.Go(func() {
			for range 30 {
				have, err := l.Month(month)
				if err == nil && fmt.Sprintf("%+v", have) != fmt.Sprintf("%+v", want) {
					err = fmt.Errorf("%+v became %+v", want, have)
				}
				if err != nil {
					t.Error(err)
					break
				}
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
		for range 9 {
			h.put(t, past, 9) // and checkpoints run
		}
		readers.Wait()
	}
	h.close(t)
}

func TestTheLedgerOfARemovedAccountStays(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, tiny)
	c := &crowd{paid: make([]int64, 1)}
	h.apply(t, c.next(0))
	e := c.next(0)
	e.Accounts[0].Removed, e.Accounts[0].Postings[0].Removed = true, true
	e.Accounts[0].Postings[0].Delta, e.Accounts[0].Postings[0].After = amount.FromInt(-1), amount.Amount{}
	h.touchEntry(t, e)
	a, err := h.store.Account(crowdAccount(0))
	require.NoError(t, err)
	require.Nil(t, a)
	n, err := h.store.AccountsCount("cgrates.org")
	require.NoError(t, err)
	require.Zero(t, n)
	page, err := h.store.Accounts("cgrates.org", "", 10)
	require.NoError(t, err)
	require.Empty(t, page)
	l, err := h.store.Ledger(crowdAccount(0))
	require.NoError(t, err)
	require.Equal(t, 2, l.Book.Lines())
	require.NoError(t, l.Close())

	c.paid[0] = 0
	h.touchEntry(t, c.next(0)) // made again
	l, err = h.store.Ledger(crowdAccount(0))
	require.NoError(t, err)
	require.Equal(t, 3, l.Book.Lines())
	require.NoError(t, l.Close())
	h.crash(t)
}

func TestEntriesAreFoundByTheirNumbers(t *testing.T) {
	h := openHouse(t, t.TempDir(), Options{})
	past := newHistory(5)
	var want []*engine.Entry
	for i := range 50 {
		entries, g := past.group(t, h.end, h.epoch, 1+i%9)
		require.NoError(t, h.journal.Commit(t.Context(), g))
		h.end, want = g.End(), append(want, entries...)
	}
	last := uint64(len(want))
	for _, seqs := range [][]uint64{nil, {1}, {last}, {1, 2, 3, last}, {7, 30, 31, 99}, {last, last + 1}, {last + 5}} {
		have, err := h.journal.Entries(seqs)
		require.NoError(t, err)
		n := 0
		for _, seq := range seqs {
			if seq > last {
				break
			}
			require.Equal(t, enginetest.NewGroup(t, engine.End{}, 1, want[seq-1]).Body,
				enginetest.NewGroup(t, engine.End{}, 1, have[n]).Body)
			require.Equal(t, seq, have[n].Seq)
			n++
		}
		require.Len(t, have, n)
	}
	h.crash(t)
}

func TestAUniqueLineIsFoundOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir, tiny)
	c := &crowd{paid: make([]int64, 100)}
	e := c.next(0)
	e.Facts = engine.Facts{Source: "payments", SourceID: "mac", PeriodStart: new(int64(1)), Unique: true}
	h.apply(t, e)
	again := *e
	again.Seq = 0
	require.Equal(t, uint64(1), conflict(t, h, &again))
	for n := range 99 {
		h.apply(t, c.next(n+1))
	}
	h.checkpoint(t)
	require.Equal(t, uint64(1), conflict(t, h, &again))
	again.Facts.PeriodStart = new(int64(2))
	require.Zero(t, conflict(t, h, &again))
	h.crash(t)
}

// conflict returns the entry whose line e may not repeat.
func conflict(t *testing.T, h *house, e *engine.Entry) uint64 {
	c, err := h.store.Conflicts(e)
	require.NoError(t, err)
	return c.Taken
}
