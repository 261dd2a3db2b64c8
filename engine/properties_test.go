package engine_test

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// history is a state that commands were decided on and folded into, with no
// writer around it.
type history struct {
	t       testing.TB
	rules   engine.Rules
	state   *enginetest.State
	swarm   swarm
	ids     enginetest.UUIDs
	entries []*engine.Entry
}

// step is one command decided: the state before is still what it was.
type step struct {
	change engine.Change
	entry  *engine.Entry // nil: nothing changed
	result engine.Result
	err    error
	before map[engine.AccountID]*engine.Account
}

// checkHistories draws commands and lets check look at each when it was
// decided and before it is folded.
func checkHistories(t *testing.T, check func(rt *rapid.T, h *history, s step)) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{t: t, rules: engine.DefaultRules(), state: enginetest.NewState(), swarm: drawSwarm(rt)}
		h.rules.BalancesMax = modelBalancesMax
		for range rapid.IntRange(1, 30).Draw(rt, "commands") {
			h.step(rt, check)
		}
	})
}

func (h *history) step(rt *rapid.T, check func(rt *rapid.T, h *history, s step)) {
	r := h.swarm.request(rt, morning, 0)
	if r.verb == "maxtime" {
		r.verb = "charge"
	}
	c := r.command(nil)
	c.At, c.Seed = engine.At(morning), h.ids.New()
	if rapid.Bool().Draw(rt, "with key") {
		c.Key = "k" + c.Seed.String()
	}
	s := step{change: c.Change, before: map[engine.AccountID]*engine.Account{}}
	for _, name := range h.swarm.accounts {
		id := splitID(name)
		s.before[id], _ = h.state.Account(id)
	}
	was := [][]byte{encoded(rt, s.before), encoded(rt, c)}
	s.entry, s.result, s.err = h.rules.Decide(h.state, c)
	require.Equal(rt, was, [][]byte{encoded(rt, s.before), encoded(rt, c)}, "Decide changed its arguments")
	again, result, err := h.rules.Decide(h.state, c)
	require.Equal(rt, encoded(rt, s.entry), encoded(rt, again), "the same command on the same state is the same entry")
	require.Equal(rt, encoded(rt, s.result), encoded(rt, result))
	require.Equal(rt, s.err, err)
	if s.entry != nil {
		s.entry.Seq = uint64(len(h.entries) + 1)
	}
	check(rt, h, s)
	if s.entry != nil {
		h.entries = append(h.entries, s.entry)
		require.NoError(rt, h.state.Apply(s.entry))
		require.Equal(rt, was[0], encoded(rt, s.before), "folding changed an account that was published")
	}
}

// encoded is a value's one canonical form.
func encoded(t require.TestingT, v any) []byte {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	data, err := enc.Marshal(v)
	require.NoError(t, err)
	return data
}

// balances returns an account's balances by UUID, of no account none.
func balances(a *engine.Account) map[string]engine.Balance {
	all := map[string]engine.Balance{}
	if a != nil {
		for _, b := range a.Balances {
			all[b.UUID.String()] = b
		}
	}
	return all
}

func TestDecideIsPure(t *testing.T) {
	checkHistories(t, func(*rapid.T, *history, step) {}) // step itself checks it
}

func TestPostingsChain(t *testing.T) {
	checkHistories(t, func(rt *rapid.T, _ *history, s step) {
		if s.entry == nil {
			return
		}
		for i := range s.entry.Accounts {
			before := balances(s.before[s.entry.Accounts[i].ID])
			for _, p := range s.entry.Accounts[i].Postings {
				b, there := before[p.UUID.String()]
				require.Equal(rt, p.Made, !there)
				require.Zero(rt, b.Value.Add(p.Delta).Cmp(p.After), "after = before + delta")
				require.NoError(rt, p.After.Check())
				require.False(rt, p.Removed && !p.After.IsZero())
			}
		}
	})
}

func TestJournalSumsToBalances(t *testing.T) {
	sums := map[string]*big.Rat{}
	checkHistories(t, func(rt *rapid.T, h *history, s step) {
		if len(h.entries) == 0 {
			clear(sums)
		}
		for _, a := range s.before {
			for id, b := range balances(a) {
				require.Zero(rt, sums[id].Cmp(fraction(b.Value)))
			}
		}
		if s.entry == nil {
			return
		}
		for i := range s.entry.Accounts {
			for _, p := range s.entry.Accounts[i].Postings {
				if id := p.UUID.String(); sums[id] == nil {
					sums[id] = fraction(p.Delta)
				} else {
					sums[id] = plus(sums[id], fraction(p.Delta))
				}
			}
		}
	})
}

func TestEntriesSurviveTheCodecBitForBit(t *testing.T) {
	checkHistories(t, func(rt *rapid.T, _ *history, s step) {
		if s.entry == nil {
			return
		}
		g := enginetest.NewGroup(t, engine.End{Seq: s.entry.Seq - 1}, 1, s.entry)
		read, err := g.Entries()
		require.NoError(rt, err)
		require.Len(rt, read, 1)
		require.Equal(rt, s.entry.Seq, read[0].Seq)
		require.True(rt, bytes.Equal(g.Body, enginetest.NewGroup(t, engine.End{Seq: s.entry.Seq - 1}, 1, read...).Body))
	})
}

func TestReplayGivesTheSameAccounts(t *testing.T) {
	checkHistories(t, func(rt *rapid.T, h *history, s step) {
		if len(h.entries)%10 != 9 {
			return
		}
		replayed := enginetest.NewState()
		read, err := enginetest.NewGroup(t, engine.End{}, 1, h.entries...).Entries()
		require.NoError(rt, err)
		for _, e := range read {
			require.NoError(rt, replayed.Apply(e))
		}
		for _, owner := range []string{"t", "t2"} {
			want, err := h.state.Accounts(owner, "", 100)
			require.NoError(rt, err)
			got, err := replayed.Accounts(owner, "", 100)
			require.NoError(rt, err)
			require.Equal(rt, encoded(rt, want), encoded(rt, got))
		}
	})
}

func TestTransfersConserve(t *testing.T) {
	checkHistories(t, func(rt *rapid.T, _ *history, s step) {
		if s.entry == nil || s.entry.Op != engine.OpTransfer {
			return
		}
		moved := amount.Amount{}
		for i := range s.entry.Accounts {
			for _, p := range s.entry.Accounts[i].Postings {
				if !p.Expired {
					moved = moved.Add(p.Delta)
				}
			}
		}
		require.True(rt, moved.IsZero() || expires(s.entry), "%s came from nowhere", moved)
	})
}

// expires tells whether a balance went with the entry: what it held is part of
// its posting, with what was moved.
func expires(e *engine.Entry) bool {
	for i := range e.Accounts {
		for _, p := range e.Accounts[i].Postings {
			if p.Expired {
				return true
			}
		}
	}
	return false
}

func TestAChargeTakesWholeStepsAndNeverMore(t *testing.T) {
	checkHistories(t, func(rt *rapid.T, h *history, s step) {
		c, ok := s.change.(*engine.Charge)
		if !ok || s.err != nil {
			return
		}
		got := s.result.Charge
		taken, used, last := map[string]*big.Rat{}, int64(0), int64(0)
		for _, p := range got.Spans {
			require.Equal(rt, used, p.Start, "one behind the other")
			require.Len(rt, p.Increments, 1)
			n := p.Increments[0]
			require.Positive(rt, n.Count)
			require.Equal(rt, n.Length*n.Count, p.Length)
			used, last = used+p.Length, n.Length
			require.False(rt, n.Unit.After.Sign() < 0, "below zero")
			cost := new(big.Rat).Mul(fraction(n.Unit.Consumed), big.NewRat(n.Count, 1))
			want := new(big.Rat).Mul(big.NewRat(p.Length, 1), fraction(n.Unit.Factor))
			require.Zero(rt, cost.Cmp(want), "steps x step x factor")
			id := n.Unit.UUID.String()
			if taken[id] == nil {
				taken[id] = new(big.Rat)
			}
			taken[id] = plus(taken[id], cost)
		}
		require.Equal(rt, used, got.Usage)
		require.True(rt, used == 0 || used-last < c.Units, "a step more than was used")
		require.True(rt, c.Max || c.DryRun || used >= c.Units)
		next := s.before[c.Account]
		if s.entry != nil && len(s.entry.Accounts) > 0 {
			var err error
			next, err = s.entry.Accounts[0].Fold(next, s.entry.At)
			require.NoError(rt, err)
		}
		require.Len(rt, got.Summary, len(next.Balances))
		for i, sum := range got.Summary {
			id := sum.UUID.String()
			if taken[id] == nil {
				taken[id] = new(big.Rat)
			}
			require.Zero(rt, minus(fraction(sum.Initial), fraction(sum.Value)).Cmp(taken[id]))
			if !c.DryRun {
				require.Zero(rt, next.Balances[i].Value.Cmp(sum.Value), "the summary shows the account after the entry")
			}
		}
	})
}

func TestWhatMaxSessionTimeGrantsCanBeCharged(t *testing.T) {
	granted := 0
	checkHistories(t, func(rt *rapid.T, h *history, s step) {
		c, ok := s.change.(*engine.Charge)
		if !ok {
			return
		}
		most, err := h.rules.MaxSessionTime(h.state, engine.At(morning), c)
		if err != nil || most < 0 {
			return
		}
		require.LessOrEqual(rt, most, c.Units)
		exactly := *c
		exactly.Units, exactly.Max, exactly.DryRun = most, false, false
		_, result, err := h.rules.Decide(h.state, &engine.Command{At: engine.At(morning), Change: &exactly})
		require.NoError(rt, err)
		require.GreaterOrEqual(rt, result.Charge.Usage, most)
		if most > 0 {
			granted++
		}
	})
	require.Positive(t, granted)
}
