package enginetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

func made(seq uint64, tenant, account string) *engine.Entry {
	return &engine.Entry{
		Seq: seq, At: engine.At(time.Unix(int64(seq), 0)), Op: engine.OpSet, Tenant: tenant, Key: account,
		Accounts: []engine.AccountChange{{ID: engine.AccountID{Tenant: tenant, Account: account}, Made: true,
			Postings: []engine.Posting{{UUID: NthUUID(seq), ToR: engine.Monetary, Delta: amount.FromInt(5),
				After: amount.FromInt(5), Made: true}}}},
	}
}

func TestStateFoldsEntries(t *testing.T) {
	s := NewState()
	for i, id := range []engine.AccountID{{Tenant: "t", Account: "b"}, {Tenant: "t", Account: "a"}, {Tenant: "t2", Account: "c"}} {
		require.NoError(t, s.Apply(made(uint64(i+1), id.Tenant, id.Account)))
	}
	page, err := s.Accounts("t", "", 10)
	require.NoError(t, err)
	require.Len(t, page, 2)
	require.Equal(t, "a", page[0].ID.Account)
	count, err := s.AccountsCount("t")
	require.NoError(t, err)
	require.Equal(t, 2, count)
	known, err := s.Remembered("t", "a")
	require.NoError(t, err)
	require.Equal(t, uint64(2), known.Seq)
	end, at := s.Position()
	require.Equal(t, uint64(3), end.Seq)
	require.Equal(t, engine.At(time.Unix(3, 0)), at)
}

func TestStateRefusesWhatDoesNotFollow(t *testing.T) {
	s := NewState()
	require.NoError(t, s.Apply(made(1, "t", "a")))
	require.Error(t, s.Apply(made(3, "t", "b")), "gap")
	require.Error(t, s.Apply(made(2, "t", "a")), "made twice")
	early := made(2, "t", "b")
	early.At = engine.At(time.Unix(0, 0))
	require.Error(t, s.Apply(early), "time goes back")
	s.Broken = errors.New("broken")
	_, err := s.Account(engine.AccountID{Tenant: "t", Account: "a"})
	require.ErrorIs(t, err, s.Broken)
}
