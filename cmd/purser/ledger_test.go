package main

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier"
	"purser/engine"
	"purser/engine/ledger"
	"purser/engine/store"
	"purser/rpcjson"
)

// served calls use with the address of a server of all methods.
func served(t *testing.T, o apier.Options, use func(address string)) {
	t.Helper()
	rpc := rpcjson.New(rpcjson.Options{})
	require.NoError(t, rpc.Register(apier.Methods(o)...))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- rpc.ServeTCP(ctx, ln, rpcjson.Access{Roles: apier.AllRoles}) }()
	use(ln.Addr().String())
	stop()
	require.NoError(t, <-ended)
}

func TestALedgerIsPrinted(t *testing.T) {
	journaled(t, func(eng *engine.Engine, folds *store.Store) {
		open := func(id engine.AccountID) (*ledger.View, func() error, error) {
			l, err := folds.Ledger(id)
			if err != nil {
				return nil, nil, err
			}
			return &l.View, l.Close, nil
		}
		served(t, apier.Options{Engine: eng, EntriesMax: 1, Ledger: open}, func(address string) { showLedger(t, address) })
	})
}

func showLedger(t *testing.T, address string) {
	t.Helper()
	show := func(args ...string) string {
		status, out, errs := executeLine(t, append([]string{"ledger", "--server", address, "1003"}, args...)...)
		require.Zero(t, status, errs)
		return out
	}
	require.Equal(t, `SOURCE       LINES  AMOUNT                 USAGE  UNIT
(before)            0
adjustments  2      10.000000000000000001  0      USD
(after)             10.000000000000000001
`, show())
	require.Equal(t, `CREATED               SOURCE ID  AMOUNT                USAGE  UNIT  DESCRIPTION
2026-01-14T10:00:00Z  2          0.000000000000000001  0      USD
2026-01-14T10:00:00Z  1          10                    0      USD
`, show("adjustments", "--month", "202601"), "both pages")
	require.Equal(t, "SOURCE,LINES,AMOUNT,USAGE,UNIT\n(before),,10.000000000000000001,,\n"+
		"(after),,10.000000000000000001,,\n", show("--csv", "--month", "202602"))
	require.Contains(t, show("--json"), `"closing": 10.000000000000000001`)
	status, _, errs := executeLine(t, "ledger", "--server", address, "nobody")
	require.NotZero(t, status)
	require.Contains(t, errs, "NOT_FOUND (see which there are: accounts)")
}
