package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
	"purser/config"
)

// recorded is where the recorded sessions are, and their tariff plan.
const recorded = "../../apier/testdata/conformance/"

// transcripts loads the recorded sessions that the daemon answers; apier's own
// test says why not the others.
func transcripts(t *testing.T) []*apitest.Transcript {
	list := append(apitest.Load(t, recorded+"apier/*.jsonl"), apitest.Load(t, recorded+"charging/*.jsonl")...)
	return slices.DeleteFunc(list, func(tr *apitest.Transcript) bool {
		name := tr.Name()
		return strings.HasPrefix(name, "quirk-") || strings.HasPrefix(name, "session-") || name == "trigger-low-balance"
	})
}

// startWithPrices runs a daemon that has loaded the plan of the sessions.
func startWithPrices(t *testing.T, cfg config.Config) (*inside, apitest.Server) {
	cfg.TariffPlan.Dir = recorded + "charging"
	d := startInside(t, cfg)
	dialWire(t, d.addrs["json"]).ok("APIerSv1.LoadTariffPlanFromFolder", `{"FolderPath":"tariffplan"}`)
	return d, apitest.Server{TCP: d.addrs["json"], Bijson: d.addrs["bijson"], HTTP: d.addrs["http"]}
}

// TestDaemonAnswersAsRecorded replays the recorded sessions against the whole
// daemon on its store, over each face.
func TestDaemonAnswersAsRecorded(t *testing.T) {
	for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
		t.Run(string(face), func(t *testing.T) {
			t.Parallel()
			d, server := startWithPrices(t, testConfig(t))
			for _, tr := range transcripts(t) {
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
	for _, tenant := range []string{"cgrates.org", "units.example", "rated.example", "sh-list.example"} {
		for _, method := range []string{"APIerSv2.GetAccounts", "APIerSv1.GetAccounts", "APIerSv1.GetAccountsCount"} {
			all.WriteString(w.ok(method, `{"Tenant":"`+tenant+`"}`) + "\n")
		}
	}
	for _, id := range []string{"C06_NET", "C06_PREM"} {
		all.WriteString(w.ok("APIerSv1.GetDestination", `"`+id+`"`) + "\n")
	}
	all.WriteString(w.ok("APIerSv1.GetRatingProfile", `{"Tenant":"rated.example","Category":"call","Subject":"switch"}`) + "\n")
	all.WriteString(w.ok("APIerSv1.GetSharedGroup", `"SG_FAMILY"`) + "\n")
	all.WriteString(w.ok("APIerSv1.GetDataCost", `{"Tenant":"rated.example","Category":"data","Usage":1048576,`+
		`"AnswerTime":"2026-01-14T10:00:00Z"}`) + "\n")
	all.WriteString(w.ok("JournalSv1.GetEntries", `{"From":1,"Limit":1000}`))
	return all.String()
}

// TestDeletedCheckpointChangesNoAnswer deletes the checkpoint of a daemon that
// has done all the recorded work, and asks everything again.
func TestDeletedCheckpointChangesNoAnswer(t *testing.T) {
	cfg := testConfig(t)
	cfg.Store.CheckpointEntries = 50
	d, server := startWithPrices(t, cfg)
	for _, tr := range transcripts(t) {
		if tr.Name() != "expired-balances" { // it waits for the clock
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
