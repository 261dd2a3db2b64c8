package engine_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// taken is what an answer says that each balance paid, and the money of all.
func taken(m *market, c *engine.Charged) (from map[uuid.UUID]*big.Rat, money *big.Rat) {
	from, money = map[uuid.UUID]*big.Rat{}, new(big.Rat)
	for i := range c.Spans {
		s := &c.Spans[i]
		cost, length := new(big.Rat), int64(0)
		increments := s.Increments
		if s.Rounding != nil {
			increments = append(increments[:len(increments):len(increments)], *s.Rounding)
		}
		for _, n := range increments {
			require.Positive(m, n.Count)
			paid := new(big.Rat).Mul(fraction(n.Cost), big.NewRat(n.Count, 1))
			cost.Add(cost, paid)
			length += n.Length * n.Count
			if !n.Unit.IsZero() {
				addTo(from, n.Unit.UUID, new(big.Rat).Mul(fraction(n.Unit.Consumed), big.NewRat(n.Count, 1)))
			}
			if n.Money.IsZero() {
				require.True(m, n.Cost.IsZero(), "what costs is paid by somebody")
				continue
			}
			addTo(from, n.Money.UUID, paid)
		}
		require.Zero(m, cost.Cmp(fraction(s.Cost)), "a span costs what its increments do")
		require.Equal(m, s.Length, length)
		money.Add(money, cost)
	}
	require.Zero(m, money.Cmp(fraction(c.Cost)), "the cost is that of all spans")
	return from, money
}

// checkTaken sees that a charge's postings are what its answer says.
func checkTaken(m *market, c *engine.Charge, e *engine.Entry, answer *engine.Charged) {
	from, _ := taken(m, answer)
	posted := map[uuid.UUID]*big.Rat{}
	if e != nil {
		for i := range e.Accounts {
			for _, p := range e.Accounts[i].Postings {
				require.Zero(m, p.Delta.Neg().Cmp(p.Charged), "all of it can be refunded")
				posted[p.UUID] = fraction(p.Delta.Neg())
				if c.DenyNegative {
					require.False(m, p.Delta.Sign() < 0 && p.After.Sign() < 0, "below zero in spite of DenyNegative")
				}
			}
		}
	}
	for id, v := range from {
		if v.Sign() != 0 {
			require.NotNil(m, posted[id])
			require.Zero(m, v.Cmp(posted[id]), "%s paid %s", id, v)
		}
		delete(posted, id)
	}
	require.Empty(m, posted, "paid without being in the answer")
}

func TestTheCostOfAChargeIsTheMoneyTaken(t *testing.T) {
	charged := 0
	checkMarkets(t, traits{}, func(m *market) {
		for range rapid.IntRange(1, 6).Draw(m.T, "charges") {
			c := anyCharge(m.T, traits{})
			before, seed := encoded(m, m.accounts()), m.ids.New()
			entry, result, err := m.rules.Decide(m.state, m.command(c, seed))
			require.Equal(m, before, encoded(m, m.accounts()), "deciding changes nothing")
			if err != nil {
				require.Nil(m, entry, "a refusal keeps nothing")
				require.NotEqual(m, engine.CodeInternal, engine.CodeOf(err), "%v", err)
				continue
			}
			again, _, err := m.rules.Decide(m.rebuilt(), m.command(c, seed))
			require.NoError(m, err)
			require.Equal(m, encoded(m, entry), encoded(m, again), "the same charge on a rebuilt state is the same entry")
			if c.DryRun {
				require.Nil(m, entry, "a dry run keeps nothing")
				taken(m, result.Charge)
				continue
			}
			checkTaken(m, c, entry, result.Charge)
			if c.ForceDuration && c.Max {
				require.GreaterOrEqual(m, result.Charge.Usage, c.Units)
			}
			if !c.Max && !c.DenyNegative {
				require.GreaterOrEqual(m, result.Charge.Usage, c.Units, "a debit charges all")
			}
			m.fold(entry)
			charged++
		}
	})
	require.Greater(t, charged, 50)
}

// rebuilt folds all entries into a new state, by way of the journal's bytes.
func (m *market) rebuilt() *enginetest.State {
	state := enginetest.NewState()
	read, err := enginetest.NewGroup(m.t, engine.End{}, 1, m.entries...).Entries()
	require.NoError(m, err)
	for _, e := range read {
		require.NoError(m, state.Apply(e))
	}
	return state
}

// refundOf gives back a part of what a charge took, or more than that.
func refundOf(rt *rapid.T, answer *engine.Charged) *engine.Refund {
	r := &engine.Refund{Account: answer.Payer}
	for i := range answer.Spans {
		for _, n := range answer.Spans[i].Increments {
			if rapid.Bool().Draw(rt, "leave out") {
				continue
			}
			count := amount.FromInt(rapid.Int64Range(1, n.Count+1).Draw(rt, "count"))
			if !n.Unit.IsZero() {
				r.Items = append(r.Items, engine.RefundItem{Account: n.Payer, Balance: n.Unit.UUID, Value: n.Unit.Consumed.Mul(count)})
			}
			if !n.Money.IsZero() {
				r.Items = append(r.Items, engine.RefundItem{Account: n.Payer, Balance: n.Money.UUID, Money: true, Value: n.Cost.Mul(count)})
			}
		}
	}
	return r
}

// TestARefundGivesBackAtMostWhatChargesTook also sees that nothing else comes
// from nowhere: what balances hold is what was put in, less what charges took,
// and what they took and did not give back is never below zero.
func TestARefundGivesBackAtMostWhatChargesTook(t *testing.T) {
	refunds, refusals := 0, 0
	checkMarkets(t, traits{}, func(m *market) {
		want, net := worth(m.accounts()), map[uuid.UUID]*big.Rat{}
		var answers []*engine.Charged
		for range rapid.IntRange(1, 12).Draw(m.T, "commands") {
			var change engine.Change = anyCharge(m.T, traits{})
			switch n := rapid.IntRange(0, 3).Draw(m.T, "verb"); {
			case n == 0:
				change = &engine.Transfer{Source: id(pick(m.T, "from", traders...)), SourceBalanceID: "b0",
					Destination: id(pick(m.T, "to", traders...)), DestinationBalanceID: "b0", Units: dec("0.05")}
			case n < 3 && len(answers) > 0:
				change = refundOf(m.T, answers[rapid.IntRange(0, len(answers)-1).Draw(m.T, "of")])
			}
			entry, result, err := m.decide(change)
			_, isRefund := change.(*engine.Refund)
			if err != nil {
				if isRefund {
					require.Equal(m, engine.CodeRefund, engine.CodeOf(err))
					refusals++
				}
				continue
			}
			m.fold(entry)
			if entry == nil {
				continue
			}
			if result.Charge != nil {
				answers = append(answers, result.Charge)
			}
			if isRefund {
				refunds++
			}
			for i := range entry.Accounts {
				for _, p := range entry.Accounts[i].Postings {
					addTo(net, p.UUID, fraction(p.Charged))
					addTo(want, p.ToR, fraction(p.Charged.Neg()))
				}
			}
			checkHoldings(m, want, net)
		}
	})
	require.Greater(t, refunds, 20)
	require.Greater(t, refusals, 20)
}

func checkHoldings(m *market, want map[string]*big.Rat, net map[uuid.UUID]*big.Rat) {
	for tor, sum := range worth(m.accounts()) {
		if want[tor] == nil {
			want[tor] = new(big.Rat)
		}
		require.Zero(m, want[tor].Cmp(sum), "%s: %s, should be %s", tor, sum, want[tor])
	}
	for _, a := range m.accounts() {
		for _, b := range a.Balances {
			if net[b.UUID] != nil {
				require.Zero(m, net[b.UUID].Cmp(fraction(b.Charged)))
			}
			require.False(m, b.Charged.Sign() < 0, "more given back than was taken")
		}
	}
}

// withoutFees is what a call has spent as far as its cost cap is concerned.
func withoutFees(c *engine.Charged) amount.Amount {
	spent := c.Cost
	for i := range c.Spans {
		for _, n := range c.Spans[i].Increments {
			if n.Length == 0 {
				spent = spent.Sub(n.Cost)
			}
		}
	}
	return spent
}

// TestACallInPartsCostsWhatItCostsWhole cuts a call at one of its steps. The
// parts may be paid by others than the whole, at the same price.
func TestACallInPartsCostsWhatItCostsWhole(t *testing.T) {
	cuts := 0
	tr := traits{sameSubject: true, noTimings: true, noGroups: true, noRounding: true}
	checkMarkets(t, tr, func(m *market) {
		whole := anyCharge(m.T, tr)
		whole.Max, whole.DenyNegative, whole.DryRun = false, false, false
		if rapid.Bool().Draw(m.T, "no time") {
			whole.ToR = engine.Generic
		}
		_, all, err := m.decide(whole)
		if err != nil {
			require.Equal(m, engine.CodeBlocker, engine.CodeOf(err), "%v", err)
			return
		}
		cut := anyCut(m.T, all.Charge)
		if cut == 0 || cut >= whole.Units {
			return
		}
		first := *whole
		first.Units = cut
		one := m.must(&first).Charge
		require.Equal(m, cut, one.Usage, "a cut at a step needs no rounding")
		rest := *whole
		rest.Units, rest.Position, rest.Continued = whole.Units-cut, whole.Position+cut, true
		rest.Spent = whole.Spent.Add(withoutFees(one))
		if whole.ToR == engine.Voice {
			rest.Start = whole.Start.Add(time.Duration(cut))
		}
		_, last, err := m.decide(&rest)
		if engine.CodeOf(err) == engine.CodeBlocker {
			// The first part has emptied it, and an empty blocker blocks also what is free. Source: cgrates-charging,
			// section 3.
			require.Zero(m, all.Charge.Cost.Cmp(one.Cost), "the rest of a call that a blocker can pay is refused")
			return
		}
		require.NoError(m, err)
		two := last.Charge
		require.Equal(m, all.Charge.Usage, cut+two.Usage)
		require.Zero(m, all.Charge.Cost.Cmp(one.Cost.Add(two.Cost)), "%s and %s, whole %s", one.Cost, two.Cost, all.Charge.Cost)
		cuts++
	})
	require.Greater(t, cuts, 20)
}

// anyCut returns a place between two steps.
func anyCut(rt *rapid.T, c *engine.Charged) int64 {
	s := c.Spans[rapid.IntRange(0, len(c.Spans)-1).Draw(rt, "span")]
	n := s.Increments[len(s.Increments)-1]
	if n.Length == 0 {
		return s.Start
	}
	return s.Start + rapid.Int64Range(0, s.Length/n.Length).Draw(rt, "steps")*n.Length
}

// TestWhatCanBePaidIsPaidInFullAndNoStepMore charges exactly the time that
// MaxSessionTime gave: it goes through without going below zero, and behind it
// the account cannot pay one more step of the call.
func TestWhatCanBePaidIsPaidInFullAndNoStepMore(t *testing.T) {
	// Not with blockers: one stops a charge where a balance in front of it, which
	// could not pay before, could pay again. Nor with caps at several prices: the
	// call may have come to one with the last money of a balance.
	t.Run("timings", func(t *testing.T) { checkMost(t, traits{noRounding: true, noBlockers: true, noCaps: true}) })
	t.Run("caps", func(t *testing.T) {
		checkMost(t, traits{noRounding: true, noTimings: true, noBlockers: true, sameSubject: true})
	})
}

func checkMost(t *testing.T, tr traits) {
	granted, ended := 0, 0
	checkMarkets(t, tr, func(m *market) {
		c := anyCharge(m.T, tr)
		c.ForceDuration, c.DryRun = false, false
		most, err := m.rules.MaxSessionTime(m.state, engine.At(morning), c)
		require.NoError(m, err)
		if most == 0 {
			return
		}
		granted++
		exactly := *c
		exactly.Units, exactly.Max, exactly.DenyNegative = most, false, true
		paid := m.must(&exactly).Charge
		require.GreaterOrEqual(m, paid.Usage, most, "in full")
		if most == c.Units {
			return
		}
		ended++
		more := *c
		more.Units, more.Position, more.Continued = c.Units-most, c.Position+most, true
		more.Start, more.Spent = c.Start.Add(time.Duration(most)), c.Spent.Add(withoutFees(paid))
		again, err := m.rules.MaxSessionTime(m.state, engine.At(morning), &more)
		require.NoError(m, err)
		require.Zero(m, again, "behind %s", time.Duration(most))
	})
	require.Greater(t, granted, 5)
	require.Greater(t, ended, 1)
}
