package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/apier"
	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
	"purser/engine/store"
	"purser/rpcjson"
)

// journaled makes a folder with two top-ups of one balance and a removed
// account, and calls serve while the engine runs on it.
func journaled(t *testing.T, serve func(*engine.Engine, *store.Store)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	j, err := store.OpenJournal(dir)
	require.NoError(t, err)
	folds, err := store.Open(dir, j, store.Options{})
	require.NoError(t, err)
	clock := enginetest.NewClock(time.Date(2026, 1, 14, 10, 0, 0, 0, time.UTC))
	eng, err := engine.Start(t.Context(), j, folds, engine.Options{Now: clock.Now, NewUUID: new(enginetest.UUIDs).New})
	require.NoError(t, err)
	id := "b1"
	account := engine.AccountID{Tenant: "cgrates.org", Account: "1003"}
	for _, text := range []string{"10", "0.000000000000000001"} {
		value, err := amount.Parse(text)
		require.NoError(t, err)
		_, err = eng.Do(t.Context(), &engine.Command{Origin: engine.Origin{Method: "APIerSv1.AddBalance", Peer: "127.0.0.1"},
			Change: &engine.Adjust{Op: engine.OpTopUp, Account: account, ToR: engine.Monetary,
				Wanted: engine.Wanted{ID: &id}, Value: value}})
		require.NoError(t, err)
	}
	_, err = eng.Do(t.Context(), &engine.Command{Origin: engine.Origin{Face: "start"},
		Change: &engine.SetAccount{Account: engine.AccountID{Tenant: "cgrates.org", Account: "1004"}}})
	require.NoError(t, err)
	if serve != nil {
		serve(eng, folds)
	}
	require.NoError(t, eng.Stop())
	require.NoError(t, folds.Close())
	require.NoError(t, j.Close())
	return dir
}

// executeLine runs one command line and returns status and output.
func executeLine(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), args, stdio{in: strings.NewReader(""), out: &stdout, err: &stderr,
		getenv: func(string) string { return "" }})
	return status, stdout.String(), stderr.String()
}

const journalLines = `       1  2026-01-14 10:00:00.000  topup         cgrates.org:1003         *monetary  b1                   0 -> 10  (APIerSv1.AddBalance 127.0.0.1)
       2  2026-01-14 10:00:00.000  topup         cgrates.org:1003         *monetary  b1                   10 -> 10.000000000000000001  (APIerSv1.AddBalance 127.0.0.1)
`

func TestTheJournalOfAFolderIsPrinted(t *testing.T) {
	dir := journaled(t, nil)
	status, out, errs := executeLine(t, "journal", dir)
	require.Zero(t, status, errs)
	require.True(t, strings.HasPrefix(out, journalLines), out)
	require.Contains(t, out, "account       cgrates.org:1004  (start)\n", "nobody's method")

	status, out, errs = executeLine(t, "journal", dir, "--from", "2", "--json")
	require.Zero(t, status, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2, "one JSON object a line")
	var e struct {
		Seq      uint64
		Accounts []struct{ Postings []struct{ Delta json.Number } }
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &e))
	require.EqualValues(t, 2, e.Seq)
	require.Equal(t, "0.000000000000000001", e.Accounts[0].Postings[0].Delta.String())

	status, _, errs = executeLine(t, "journal", dir, "--follow")
	require.Equal(t, exitUsage, status, errs)
}

func TestTheJournalOfARunningDaemonIsPrinted(t *testing.T) {
	journaled(t, func(eng *engine.Engine, _ *store.Store) {
		rpc := rpcjson.New(rpcjson.Options{})
		require.NoError(t, rpc.Register(apier.Methods(apier.Options{Engine: eng, EntriesMax: 1})...))
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- rpc.ServeTCP(ctx, ln, rpcjson.Access{Roles: apier.AllRoles}) }()
		status, out, errs := executeLine(t, "journal", ln.Addr().String())
		require.Zero(t, status, errs)
		require.True(t, strings.HasPrefix(out, journalLines), out)
		stop()
		require.NoError(t, <-served)
	})
}

func TestVerifyProvesAFolderAndFindsDamage(t *testing.T) {
	dir := journaled(t, nil)
	status, out, errs := executeLine(t, "verify", dir)
	require.Zero(t, status, errs)
	require.Contains(t, out, "ok      sequence and seals")
	require.NotContains(t, out, "BROKEN")

	path := filepath.Join(dir, "journal.db")
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	at := bytes.LastIndex(file, []byte("10.000000000000000001"))
	require.Positive(t, at)
	file[at] = '2' // somebody makes 20 of it
	require.NoError(t, os.WriteFile(path, file, 0o600))
	status, out, errs = executeLine(t, "verify", dir)
	require.Equal(t, exitFailed, status)
	require.Contains(t, out, "BROKEN")
	require.NotEmpty(t, errs)
}
