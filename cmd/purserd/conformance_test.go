package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
)

// withoutPrices are the recorded sessions that units and plain balances can
// answer; apier's own test names those that wait for prices.
func withoutPrices(t *testing.T) []*apitest.Transcript {
	const dir = "../../apier/testdata/conformance/"
	list := apitest.Load(t, dir+"apier/*.jsonl")
	for _, files := range []string{"units-*", "seed-debit", "input-errors"} {
		list = append(list, apitest.Load(t, dir+"charging/"+files+".jsonl")...)
	}
	return list
}

// TestDaemonAnswersAsRecorded replays the recorded sessions against the whole
// daemon on its store, over each face.
func TestDaemonAnswersAsRecorded(t *testing.T) {
	for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
		t.Run(string(face), func(t *testing.T) {
			t.Parallel()
			d := startInside(t, testConfig(t))
			server := apitest.Server{TCP: d.addrs["json"], Bijson: d.addrs["bijson"], HTTP: d.addrs["http"]}
			for _, tr := range withoutPrices(t) {
				apitest.Replay(t, server, face, tr)
			}
			require.NoError(t, d.end(t))
		})
	}
}

// everyAnswer asks for all that the recorded sessions leave behind.
func everyAnswer(t *testing.T, d *inside) string {
	w := dialWire(t, d.addrs["json"])
	var all strings.Builder
	for _, tenant := range []string{"cgrates.org", "units.example", "sh-list.example"} {
		for _, method := range []string{"APIerSv2.GetAccounts", "APIerSv1.GetAccounts", "APIerSv1.GetAccountsCount"} {
			all.WriteString(w.ok(method, `{"Tenant":"`+tenant+`"}`) + "\n")
		}
	}
	for _, id := range []string{"C06_NET", "C06_PREM"} {
		all.WriteString(w.ok("APIerSv1.GetDestination", `"`+id+`"`) + "\n")
	}
	all.WriteString(w.ok("JournalSv1.GetEntries", `{"From":1,"Limit":1000}`))
	return all.String()
}

// TestDeletedCheckpointChangesNoAnswer deletes the checkpoint of a daemon that
// has done all the recorded work, and asks everything again.
func TestDeletedCheckpointChangesNoAnswer(t *testing.T) {
	cfg := testConfig(t)
	cfg.Store.CheckpointEntries = 50
	d := startInside(t, cfg)
	server := apitest.Server{TCP: d.addrs["json"], Bijson: d.addrs["bijson"], HTTP: d.addrs["http"]}
	for _, tr := range withoutPrices(t) {
		if !slices.Contains([]string{"expired-balances"}, tr.Name()) { // it waits for the clock
			apitest.Replay(t, server, apitest.TCP, tr)
		}
	}
	before := everyAnswer(t, d)
	require.NoError(t, d.end(t))

	d = startInside(t, cfg)
	require.Equal(t, before, everyAnswer(t, d), "after a clean restart")
	require.NoError(t, d.end(t))

	require.NoError(t, os.Remove(filepath.Join(cfg.Store.Dir, "checkpoint.db")))
	d = startInside(t, cfg)
	require.Equal(t, before, everyAnswer(t, d), "after the checkpoint was deleted")
	require.NoError(t, d.end(t))
}
