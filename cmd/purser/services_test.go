package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/apier"
	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/store"
)

// serviced serves a daemon whose account 1003 the master has sold services to, and for whom it pays, and calls use with
// what runs a command line on it.
func serviced(t *testing.T, use func(show func(args ...string) (status int, out, errs string))) {
	t.Helper()
	journaled(t, func(eng *engine.Engine, folds *store.Store) {
		do := func(c engine.Change) engine.Result {
			r, err := eng.Do(t.Context(), &engine.Command{Change: c})
			require.NoError(t, err)
			return r
		}
		const tenant = "cgrates.org"
		customer := engine.AccountID{Tenant: tenant, Account: "1003"}.Derived()
		master := do(&engine.SetMaster{Account: engine.AccountID{Tenant: "purser", Account: "m"}, Name: "Master",
			APIKey: engine.HashAPIKey("k")}).Member
		do(&engine.SetPlan{Reseller: master, Data: []byte(`{"id":"simple","plan":{"devices":{"sip_device":{"rate":1.5,
			"discounts":{"single":{"rate":0.5},"cumulative":{"rate":0.1,"maximum":2}}}},"users":{"user":{"rate":10}}}}`)})
		do(&engine.SetManual{Account: customer, Data: []byte(`{"devices":{"sip_device":4}}`)})
		do(&engine.SetManual{Account: customer, Data: []byte(`{"devices":{"sip_device":3}}`)})
		do(&engine.EditServices{Account: customer,
			Data: []byte(`{"billing_id":"` + master.String() + `","add":["simple"]}`)})
		do(&engine.Adjust{Op: engine.OpDebit, Account: engine.AccountID{Tenant: tenant, Account: "1003"},
			ToR: engine.Monetary, Value: amount.FromInt(1),
			Facts: engine.Facts{Source: "voip", UsageQuantity: new(int64(60)), UsageUnit: "sec"}})
		days := func(owner engine.AccountID, first, last audit.Day) ([]audit.NamedRow, error) {
			return folds.AuditDays(owner, first, last, store.AuditUsage{Sources: []string{"voip"}})
		}
		served(t, apier.Options{Engine: eng, AuditDays: days}, func(address string) {
			use(func(args ...string) (status int, out, errs string) {
				return executeLine(t, append(args, "--server", address)...)
			})
		})
	})
}

func TestServicesArePrinted(t *testing.T) {
	serviced(t, func(show func(...string) (int, string, string)) {
		status, out, errs := show("services", "1003")
		require.Zero(t, status, errs)
		require.Equal(t, `ACCOUNT   cgrates.org:1003  1003
PAYER     purser:m          Master
STANDING  good
PLANS     simple

CATEGORY     ITEM        QUANTITY  BILLABLE  RATE  DISCOUNTS  TOTAL
devices      sip_device  3         3         1.5   0.7        3.8
users        user        0         0         10    0          0
(today)                                                       0
(recurring)                                                   3.8

CATEGORY  ITEM        MANUAL  COUNTED  BELOW
accounts  account             1
devices   sip_device  3
`, out)
		status, out, errs = show("services", "m", "--tenant", "purser")
		require.Zero(t, status, errs)
		require.Contains(t, out, "PLANS     -\n")
		require.Contains(t, out, "accounts  account          1        2\n", "1003 and 1004")
		_, out, _ = show("services", "1003", "--json")
		require.Contains(t, out, `"recurring": 3.8`)
		status, _, errs = show("services", "nobody")
		require.NotZero(t, status)
		require.Contains(t, errs, "NOT_FOUND (see which there are: accounts)")
	})
}

func TestStandingThatIsNotGoodSaysWhy(t *testing.T) {
	for answer, want := range map[string]string{
		`{"in_good_standing":false,"reason":"late","reason_code":7}`: "late (7)",
		`{"in_good_standing":false,"reason":"account_disabled"}`:     "account_disabled",
		`{"in_good_standing":true,"acceptable":true}`:                "good",
		`{"in_good_standing":false,"reason":"pay\u001b[2J"}`:         "pay\ufffd[2J",
	} {
		stub := newStubDaemon(t, map[string]string{"ServiceSv1.GetSummary": `{"status":` + answer + `}`})
		status, out, errs := executeLine(t, "services", "1003", "--server", stub.address)
		require.Zero(t, status, errs)
		require.Contains(t, out, "STANDING  "+want+"\n")
	}
}

func TestAServiceAuditIsPrinted(t *testing.T) {
	serviced(t, func(show func(...string) (int, string, string)) {
		status, out, errs := show("audit", "1003")
		require.Zero(t, status, errs)
		require.Equal(t, `DAY         ITEM        ADDED  REMOVED  QUANTITY  UNIT  LAST CHANGE
2026-01-14  sip_device  4      1        3               2026-01-14T10:00:00Z
2026-01-14  account     1      0        1               2026-01-14T10:00:00Z
2026-01-14  voip                        60        sec   2026-01-14T10:00:00Z
`, out)
		const header = "DAY  ITEM  ADDED  REMOVED  QUANTITY  UNIT  LAST CHANGE\n"
		_, out, _ = show("audit", "1003", "--to", "2026-01-13")
		require.Equal(t, header, out)
		_, out, _ = show("audit", "1003", "--from", "2026-01-15", "--to", "2026-01-16T00:00:00Z")
		require.Equal(t, header, out)
		_, out, _ = show("audit", "1003", "--from", "2026-01-14", "--json")
		require.Contains(t, out, `"from": "2026-01-14"`)
		status, _, errs = show("audit", "1003", "--from", "yesterday")
		require.NotZero(t, status)
		require.Contains(t, errs, "From")
		require.Contains(t, errs, "a date such as")
	})
}
