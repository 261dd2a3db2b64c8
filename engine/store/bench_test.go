package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// crowd makes entries that charge one of many accounts with one balance each.
type crowd struct {
	seq  uint64
	paid []int64 // by account: units in its balance
	poor bool    // these are of nothing, so that no account has a ledger
}

// next returns the entry that puts a unit into account n, which it makes when
// there is none.
func (c *crowd) next(n int) *engine.Entry {
	c.seq++
	c.paid[n]++
	one := amount.FromInt(1)
	p := engine.Posting{UUID: enginetest.NthUUID(uint64(n + 1)), ID: "main", ToR: engine.Monetary,
		Delta: one, After: amount.FromInt(c.paid[n]), Made: c.paid[n] == 1}
	if c.poor {
		p.Delta, p.After = amount.Amount{}, amount.Amount{}
	}
	return &engine.Entry{Seq: c.seq, At: engine.At(time.Unix(1_700_000_000, int64(c.seq)*1000)), Op: engine.OpTopUp,
		Origin:   engine.Origin{Face: "tcp", Method: "APIerSv1.AddBalance", Peer: "127.0.0.1"},
		Accounts: []engine.AccountChange{{ID: crowdAccount(n), Made: p.Made, Postings: []engine.Posting{p}}}}
}

func crowdAccount(n int) engine.AccountID {
	return engine.AccountID{Tenant: "cgrates.org", Account: fmt.Sprintf("49%09d", n*7919%1_000_000_007)}
}

// fill applies an entry to each account and ends with a checkpoint.
func (h *house) fill(t testing.TB, c *crowd) {
	for n := range c.paid {
		h.apply(t, c.next(n))
	}
	h.checkpoint(t)
}

// apply folds an entry as if it were a durable group.
func (h *house) apply(t testing.TB, e *engine.Entry) {
	if err := h.store.Apply(e); err != nil {
		t.Fatal(err)
	}
	if e.Seq%300 == 0 {
		h.store.Sealed(engine.End{Seq: e.Seq})
		if err := h.store.Release(); err != nil {
			t.Fatal(err)
		}
	}
}

// checkpoint writes all changes.
func (h *house) checkpoint(t testing.TB) {
	s := h.store
	s.Sealed(engine.End{Seq: s.dirty.end.Seq})
	require.NoError(t, s.Release())
	if s.running != nil {
		s.take(<-s.running.done)
	}
	if s.dirty.entries > 0 {
		require.NoError(t, s.start())
		s.take(<-s.running.done)
	}
	require.NoError(t, s.failed)
}

func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{1, 50, 300} {
		b.Run(fmt.Sprint("entries=", n), func(b *testing.B) {
			h := openHouse(b, b.TempDir(), Options{})
			c := &crowd{paid: make([]int64, 1000)}
			g := c.group(b, h, n)
			total := 0
			for b.Loop() {
				g.First, g.Prev = h.end.Seq+1, h.end.Seal // the entries do not matter
				g.Seal = g.Sum()
				if err := h.journal.Commit(context.Background(), g); err != nil {
					b.Fatal(err)
				}
				h.end = g.End()
				total += n
			}
			info, err := os.Stat(filepath.Join(h.dir, "journal.db"))
			require.NoError(b, err)
			b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(len(g.Body))/float64(n), "B/entry")
			b.ReportMetric(float64(info.Size())/float64(total), "file-B/entry")
			h.crash(b)
		})
	}
}

// group returns the group of the next n entries, one account after the other.
func (c *crowd) group(t testing.TB, h *house, n int) engine.Group {
	entries := make([]*engine.Entry, n)
	for i := range entries {
		entries[i] = c.next(int(c.seq) % len(c.paid))
	}
	return enginetest.NewGroup(t, h.end, h.epoch, entries...)
}

// BenchmarkReplay starts without a checkpoint; BenchmarkVerify reads as much.
func BenchmarkReplay(b *testing.B) {
	dir := manyEntries(b)
	for b.Loop() {
		require.NoError(b, os.Remove(filepath.Join(dir, "checkpoint.db")))
		openHouse(b, dir, Options{}).crash(b)
	}
	b.ReportMetric(float64(b.N)*manyEntriesCount/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkVerify(b *testing.B) {
	dir := manyEntries(b)
	for b.Loop() {
		requireVerified(b, dir)
	}
	b.ReportMetric(float64(b.N)*manyEntriesCount/b.Elapsed().Seconds(), "entries/s")
}

const manyEntriesCount = 300_000

// manyEntries makes a journal of groups of 300 entries on 50,000 accounts, and
// its checkpoint.
func manyEntries(b *testing.B) string {
	skipBig(b, manyEntriesCount)
	dir := b.TempDir()
	h := openHouse(b, dir, Options{})
	c := &crowd{paid: make([]int64, 50_000)}
	for c.seq < manyEntriesCount {
		g := c.group(b, h, 300)
		require.NoError(b, h.journal.Commit(context.Background(), g))
		h.end = g.End()
	}
	h.crash(b)
	openHouse(b, dir, Options{}).close(b)
	return dir
}

// BenchmarkApply folds entries of accounts chosen at random, and makes the
// checkpoints that are due.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint("accounts=", n), func(b *testing.B) {
			skipBig(b, n)
			h := openHouse(b, b.TempDir(), Options{})
			c := &crowd{paid: make([]int64, n)}
			h.fill(b, c)
			random := rand.New(rand.NewPCG(1, 2))
			b.ReportAllocs()
			for b.Loop() {
				h.apply(b, c.next(random.IntN(n)))
			}
			b.StopTimer()
			h.crash(b)
		})
	}
}

// skipBig leaves out what takes long to set up where only one pass is wanted.
func skipBig(b *testing.B, n int) {
	b.Helper()
	if testing.Short() && n > 100_000 {
		b.Skip("takes long to set up")
	}
}

func BenchmarkAccount(b *testing.B) {
	for _, where := range []string{"memory", "file"} {
		b.Run(where, func(b *testing.B) {
			o := Options{}
			if where == "file" {
				o.CacheBytes = 1
			}
			const accounts = 200_000
			skipBig(b, accounts)
			h := openHouse(b, b.TempDir(), o)
			c := &crowd{paid: make([]int64, accounts)}
			h.fill(b, c)
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				n++
				if a, err := h.store.Account(crowdAccount(n * 7919 % len(c.paid))); err != nil || a == nil {
					b.Fatal(a, err)
				}
			}
			b.StopTimer()
			h.crash(b)
		})
	}
}

func BenchmarkCheckpoint(b *testing.B) {
	skipBig(b, 1_000_000)
	h := openHouse(b, b.TempDir(), Options{})
	c := &crowd{paid: make([]int64, 1_000_000)}
	h.fill(b, c)
	for b.Loop() {
		b.StopTimer()
		for range 200_000 {
			if err := h.store.Apply(c.next(int(c.seq*7919) % len(c.paid))); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		h.checkpoint(b)
	}
	info, err := os.Stat(filepath.Join(h.dir, "checkpoint.db"))
	require.NoError(b, err)
	b.ReportMetric(float64(info.Size())/float64(len(c.paid)), "file-B/account")
	h.crash(b)
}
