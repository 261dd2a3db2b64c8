package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// lines returns the ledger lines of the journal's last entry.
func (r *rig) lines(t testing.TB) []ledger.Line {
	t.Helper()
	all := r.entries(t)
	return ledger.AppendLines(nil, all[len(all)-1])
}

// post is a debit of a line with that source ID.
func post(of engine.HexID, value, sourceID string) *engine.PostLedger {
	quantity, start := int64(3), int64(100)
	return &engine.PostLedger{Op: engine.OpDebit, Account: of, Amount: dec(value), Facts: engine.Facts{Source: "s",
		SourceID: sourceID, UsageQuantity: &quantity, PeriodStart: &start, Unique: true}}
}

func (g *grove) money(t testing.TB, of engine.HexID) string {
	t.Helper()
	sum := amount.Amount{}
	for _, b := range g.member(t, of).Account.Balances {
		require.Equal(t, "*ledger", b.ID)
		sum = sum.Add(b.Value)
	}
	return sum.String()
}

func TestALedgerLineMovesTheLedgerBalance(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "A")
	done := g.do(t, post(a, "2.5", "x"))
	require.Equal(t, g.entries(t)[done.Seq-1].Facts.SourceID, "x")
	require.Equal(t, "-2.5", g.money(t, a), "it may go below zero")
	credit := post(a, "4", "y")
	credit.Op = engine.OpTopUp
	g.do(t, credit)
	require.Equal(t, "1.5", g.money(t, a))
	require.Len(t, g.member(t, a).Account.Balances, 1, "made once")
	lines := g.lines(t)
	require.Len(t, lines, 1)
	require.Equal(t, "4", lines[0].Amount.String())
}

func TestALineOfNothingIsALine(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "A")
	g.do(t, post(a, "0", "x"))
	require.Empty(t, g.member(t, a).Account.Balances)
	require.Len(t, g.lines(t), 1)
	require.EqualValues(t, 3, g.lines(t)[0].Quantity)
}

func TestUsageThatCostsNothingIsALineWhoeverSaysIt(t *testing.T) {
	g := newGrove(t)
	g.do(t, topUp("m", "5"))
	quantity := int64(60)
	free := &engine.Adjust{Op: engine.OpDebit, Account: id("m"), ToR: engine.Monetary,
		Facts: engine.Facts{UsageQuantity: &quantity, UsageUnit: "sec"}}
	g.do(t, free)
	require.Len(t, g.lines(t), 1)
	require.EqualValues(t, 60, g.lines(t)[0].Quantity)
	made := len(g.entries(t))
	free.Facts = engine.Facts{}
	g.do(t, free)
	require.Len(t, g.entries(t), made, "and without usage it is nothing")
}

func TestTheNearestResellerGetsTheSameLine(t *testing.T) {
	g := newGrove(t)
	r := g.child(t, g.master, "R")
	on := true
	g.do(t, &engine.ChangeMember{ID: r, IsReseller: &on})
	a := g.child(t, r, "A")
	c := post(a, "7", "x")
	c.Reseller = true
	g.do(t, c)
	require.Equal(t, "-7", g.money(t, a))
	require.Equal(t, "-7", g.money(t, r))
	require.Empty(t, g.member(t, g.master).Account.Balances, "not the reseller's reseller")
	lines := g.lines(t)
	require.Len(t, lines, 2)
	require.Equal(t, engine.AccountName{}, lines[0].About)
	require.Equal(t, engine.AccountName{ID: a.String(), Name: "A"}, lines[1].About)
	require.Equal(t, "-7", lines[1].Amount.String())

	c = post(g.master, "1", "y")
	c.Reseller = true
	g.do(t, c)
	require.Len(t, g.lines(t), 1, "the master is its own")
}

func TestALineIsMadeOnceInEitherLedger(t *testing.T) {
	g := newGrove(t)
	a := g.child(t, g.master, "A")
	first := g.do(t, post(g.master, "1", "x"))
	c := post(a, "1", "x")
	c.Reseller = true
	_, err := g.Do(t.Context(), &engine.Command{Change: c})
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeExists, e.Code)
	require.Equal(t, first.Seq, e.Entry)
	require.Empty(t, g.member(t, a).Account.Balances, "neither is made")
	g.do(t, post(a, "1", "x"))
}

// newStrictGrove starts a grove whose ledgers may not go below zero; its master, the account m, has 5.
func newStrictGrove(t *testing.T) *grove {
	rules := engine.DefaultRules()
	rules.LedgerDenyNegative = true
	g := &grove{rig: newRig(t, engine.Options{Rules: rules})}
	g.master = g.do(t, &engine.SetMaster{Account: id("m"), Name: "Master"}).Member
	g.do(t, topUp("m", "5"))
	return g
}

func TestDebitsBelowZeroCanBeDenied(t *testing.T) {
	g := newStrictGrove(t)
	g.do(t, post(g.master, "5", "x"))
	g.refused(t, engine.CodeInsufficientCredit, nil, post(g.master, "0.01", "y"))
	g.do(t, post(g.master, "0", "z"))
}

func TestALineThatIsThereIsAConflictAlsoWithoutMoney(t *testing.T) {
	g := newStrictGrove(t)
	paid := g.do(t, post(g.master, "5", "x"))
	_, err := g.Do(t.Context(), &engine.Command{Change: post(g.master, "5", "x")})
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeExists, e.Code)
	require.Equal(t, paid.Seq, e.Entry)
}

func TestALineNeedsAnAccountAndAnAmountFromZero(t *testing.T) {
	g := newGrove(t)
	g.refused(t, engine.CodeNotFound, nil, post(engine.HexID{1}, "1", "x"))
	g.refused(t, engine.CodeInvalid, []string{"amount"}, post(g.master, "-1", "x"))
	g.refused(t, engine.CodeMissing, []string{"source.id"}, post(g.master, "1", ""))
}

func TestARepeatedCommandNamesItsEntry(t *testing.T) {
	g := newGrove(t)
	cmd := func() *engine.Command {
		return &engine.Command{Tenant: tenant, Key: "k", Digest: []byte{1}, Change: post(g.master, "1", "x")}
	}
	first, err := g.Do(t.Context(), cmd())
	require.NoError(t, err)
	again, err := g.Do(t.Context(), cmd())
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Seq, again.Seq)
}
