package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// TestTheMasterCountsAccountsAcrossRestarts makes accounts as JSON-RPC does
// before and after there is a master, on checkpoints that are taken, lost and
// older than the journal: the master's count goes on, and the service audit's
// day says the same.
func TestTheMasterCountsAccountsAcrossRestarts(t *testing.T) {
	dir := t.TempDir()
	made := 0
	session := func(work func(e *engine.Engine)) (below int64) {
		journal, err := OpenJournal(dir)
		require.NoError(t, err)
		state, err := Open(dir, journal, tiny)
		require.NoError(t, err)
		e, err := engine.Start(t.Context(), journal, state, engine.Options{})
		require.NoError(t, err)
		work(e)
		require.NoError(t, e.Read(t.Context(), func(s engine.State) error {
			id, ok := s.Master()
			if !ok {
				return nil
			}
			below, _ = s.ServiceRecord(id).Quantities.Cascade.Get("accounts", "account")
			require.EqualValues(t, below, s.EnabledBelow(engine.HexID{}))
			rows, err := state.AuditDays(id, 0, 1<<30, AuditUsage{})
			require.NoError(t, err)
			last := rows[len(rows)-1]
			require.Equal(t, "account", last.Name)
			require.Equal(t, amount.FromInt(1+below).String(), last.Row.Quantity.String(), "itself and those below")
			return nil
		}))
		require.NoError(t, e.Stop())
		require.NoError(t, state.Close())
		require.NoError(t, journal.Close())
		requireVerified(t, dir)
		return below
	}
	do := func(e *engine.Engine, c engine.Change) {
		_, err := e.Do(t.Context(), &engine.Command{Change: c})
		require.NoError(t, err)
	}
	account := func(n int) engine.AccountID { return engine.AccountID{Tenant: "t", Account: fmt.Sprint(n)} }
	more := func(e *engine.Engine) {
		for range 30 {
			made++
			do(e, &engine.Adjust{Op: engine.OpTopUp, Account: account(made), ToR: engine.Monetary, Value: amount.FromInt(1)})
		}
	}
	checkpoint := filepath.Join(dir, "checkpoint.db")

	session(more)
	old, err := os.ReadFile(checkpoint)
	require.NoError(t, err)
	require.EqualValues(t, 60, session(func(e *engine.Engine) {
		do(e, &engine.SetMaster{Account: engine.AccountID{Tenant: "purser"}, Name: "Master"})
		more(e)
	}))
	require.EqualValues(t, 90, session(more), "on the checkpoint")
	require.NoError(t, os.WriteFile(checkpoint, old, 0o600))
	require.EqualValues(t, 120, session(more), "on one from before there was a master")
	require.NoError(t, os.Remove(checkpoint))
	require.EqualValues(t, 118, session(func(e *engine.Engine) {
		do(e, &engine.RemoveAccount{Account: account(1)})
		do(e, &engine.SetAccount{Account: account(2), Disabled: new(true)})
	}), "on none")
}
