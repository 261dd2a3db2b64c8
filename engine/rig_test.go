package engine_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
)

// tenant owns the accounts of a test that does not say otherwise.
const tenant = "cgrates.org"

// morning is what the clock of a test shows first: a Thursday.
var morning = time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)

// rig is an engine in memory: its clock moves and its journal fails as the
// test says.
type rig struct {
	*engine.Engine
	opts    engine.Options
	clock   *enginetest.Clock
	journal *enginetest.Journal
	state   *enginetest.State
}

func newRig(t testing.TB, opts engine.Options) *rig {
	t.Helper()
	r := &rig{opts: opts, clock: enginetest.NewClock(morning), journal: enginetest.NewJournal()}
	r.opts.Now, r.opts.NewUUID = r.clock.Now, new(enginetest.UUIDs).New
	r.start(t)
	t.Cleanup(func() { r.Stop() }) //nolint:errcheck // tests that care stop it themselves
	return r
}

func (r *rig) start(t testing.TB) {
	t.Helper()
	r.state = enginetest.NewState()
	var err error
	r.Engine, err = engine.Start(context.Background(), r.journal, r.state, r.opts)
	require.NoError(t, err)
}

// restart ends the engine and starts another one on what is durable.
func (r *rig) restart(t testing.TB) {
	t.Helper()
	r.Stop() //nolint:errcheck // a journal that failed on purpose
	r.journal = r.journal.Crash()
	r.start(t)
}

// do asks for a change that must not be refused.
func (r *rig) do(t testing.TB, c engine.Change) engine.Result {
	t.Helper()
	result, err := r.Do(t.Context(), &engine.Command{Change: c})
	require.NoError(t, err)
	return result
}

// account reads an account of the test's tenant, nil if there is none.
func (r *rig) account(t testing.TB, name string) *engine.Account {
	t.Helper()
	var a *engine.Account
	require.NoError(t, r.Read(t.Context(), func(s engine.State) (err error) {
		a, err = s.Account(id(name))
		return err
	}))
	return a
}

// entries reads the journal.
func (r *rig) entries(t testing.TB) []*engine.Entry {
	t.Helper()
	var all []*engine.Entry
	require.NoError(t, r.Journal(t.Context(), 1, func(e *engine.Entry) error {
		all = append(all, e)
		return nil
	}))
	return all
}

// id names an account of the test's tenant.
func id(account string) engine.AccountID { return engine.AccountID{Tenant: tenant, Account: account} }

// dec reads a number that the test has written right.
func dec(text string) amount.Amount {
	v, err := amount.Parse(text)
	if err != nil {
		panic(err)
	}
	return v
}

// topUp raises balance b of an account by value.
func topUp(account, value string) *engine.Adjust {
	return &engine.Adjust{Op: engine.OpTopUp, Account: id(account), ToR: engine.Monetary,
		Wanted: engine.Wanted{ID: new("b")}, Value: dec(value)}
}

// wholeOf returns a as a whole number and whether it is one.
func wholeOf(a amount.Amount) (int64, bool) {
	n, err := strconv.ParseInt(a.String(), 10, 64)
	return n, err == nil
}
