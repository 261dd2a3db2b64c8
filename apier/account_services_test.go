package apier

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/enginetest"
	"purser/engine/store"
)

// shop is a daemon on a store whose reseller r, below the master m, has plans and the customer c, who has none yet.
type shop struct {
	*fixture
	reseller, customer engine.HexID
}

func openShop(t *testing.T, change func(*Options)) *shop {
	s := &shop{fixture: &fixture{T: t, clock: enginetest.NewClock(time.Date(2026, time.January, 30, 10, 0, 0, 0, time.UTC))}}
	dir := t.TempDir()
	j, err := store.OpenJournal(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	folds, err := store.Open(dir, j, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, folds.Close()) })
	s.start(j, folds, func(o *Options) {
		o.AuditDays = func(owner engine.AccountID, first, last audit.Day) ([]audit.NamedRow, error) {
			return folds.AuditDays(owner, first, last, store.AuditUsage{Sources: []string{"voip"}})
		}
		if change != nil {
			change(o)
		}
	})
	master := s.do(&engine.SetMaster{Account: s.account("m"), Name: "Master", APIKey: engine.HashAPIKey("k")}).Member
	s.reseller = s.do(&engine.MakeMember{Parent: master, Account: s.account("r"), Name: "Reseller"}).Member
	s.do(&engine.ChangeMember{ID: s.reseller, IsReseller: new(true)})
	s.customer = s.do(&engine.MakeMember{Parent: s.reseller, Account: s.account("c"), Name: "Customer"}).Member
	s.plan(`{"id":"simple","plan":{"devices":{"sip_device":{"rate":1.5,"discounts":{"single":{"rate":0.5}}}}}}`)
	s.plan(`{"id":"billed","bookkeeper":{"id":"b","type":"http"},"plan":{"users":{"user":{"rate":10}}}}`)
	return s
}

func (s *shop) account(name string) engine.AccountID {
	return engine.AccountID{Tenant: "cgrates.org", Account: name}
}

// do makes a change that must not be refused.
func (s *shop) do(c engine.Change) engine.Result {
	s.Helper()
	r, err := s.engine.Do(s.Context(), &engine.Command{Tenant: "cgrates.org", Change: c})
	require.NoError(s, err)
	return r
}

func (s *shop) plan(document string) {
	s.Helper()
	s.do(&engine.SetPlan{Reseller: s.reseller, Data: []byte(document)})
}

// edit changes what the customer has.
func (s *shop) edit(document string) {
	s.Helper()
	s.do(&engine.EditServices{Account: s.customer, Data: []byte(document)})
}

// manual says how many of everything the customer has.
func (s *shop) manual(document string) {
	s.Helper()
	s.do(&engine.SetManual{Account: s.customer, Data: []byte(document)})
}

func TestServicesAreReadOverJSONRPC(t *testing.T) {
	s := openShop(t, nil)
	s.play(
		[2]string{`ServiceSv1.GetSummary {"Account":"nobody"}`, fails("NOT_FOUND")},
		[2]string{`ServiceSv1.GetSummary {"Account":" "}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`ServiceSv1.GetSummary {"Account":"c"}`, gives(`{"$exact":true,
			"account":{"$exact":true,"id":"` + s.customer.String() + `","tenant":"cgrates.org","account":"c","name":"Customer"},
			"payer":{"account":"c"},"reseller":{"account":"r","name":"Reseller"},"is_reseller":false,
			"status":{"$exact":true,"in_good_standing":true,"acceptable":true},"plans":{"$exact":true},
			"overrides":{"$exact":true},"quantities":{"account":{"accounts":{"account":1}},"cascade":{"$exact":true},
			"manual":{"$exact":true}},"invoices":[],"summary":{"$exact":true,"today":0,"recurring":0},
			"next_cycle":"2026-02-01T00:00:00Z"}`)},
		[2]string{`ServiceSv1.GetSummary {"account":"r"}`,
			gives(`{"is_reseller":true,"reseller":{"account":"m"},"quantities":{"cascade":{"accounts":{"account":1}}}}`)},
	)
	s.manual(`{"devices":{"sip_device":4},"users":{"user":2}}`)
	s.edit(`{"billing_id":"` + s.reseller.String() + `","overrides":{"description":"d"},
		"add":["simple",{"id":"billed","overrides":{"plan":{"users":{"user":{"rate":11}}}}}]}`)
	s.do(&engine.SetStanding{Account: s.reseller,
		Data: []byte(`{"in_good_standing":false,"reason":"late","reason_code":7}`)})
	s.play([2]string{`ServiceSv1.GetSummary {"Account":"c"}`, gives(`{"payer":{"account":"r"},
		"status":{"in_good_standing":false,"reason":"late","reason_code":7},
		"plans":{"simple":{"vendor_id":"` + s.reseller.String() + `"},"billed":{"overrides":{"plan":{"users":{"user":{"rate":11}}}}}},
		"overrides":{"description":"d"},
		"quantities":{"manual":{"devices":{"sip_device":4},"users":{"user":2}}},
		"summary":{"today":0,"recurring":27.5},"invoices":[
			{"items":[{"category":"users","item":"user","quantity":2,"billable":2,"rate":11,"total":22}],
				"activation_charges":[],"taxes":[],"bookkeeper":{"id":"b"},"summary":{"recurring":22}},
			{"items":[{"category":"devices","item":"sip_device","quantity":4,"billable":4,"rate":1.5,
				"discounts":{"single":{"quantity":1,"rate":0.5,"total":0.5}},"total":5.5}],"summary":{"recurring":5.5}}]}`)})
}

func TestTheServiceAuditIsReadOverJSONRPC(t *testing.T) {
	s := openShop(t, nil)
	s.clock.Add(24 * time.Hour) // 31 January
	s.manual(`{"devices":{"sip_device":4}}`)
	s.clock.Add(time.Hour)
	s.manual(`{"devices":{"sip_device":3}}`)
	s.clock.Add(24 * time.Hour)
	s.play([2]string{`APIerSv1.DebitBalance {"Account":"c","BalanceType":"*monetary","Value":1,"Balance":{"ID":"x"},
		"ActionExtraData":{"SourceService":"voip","UsageQuantity":60,"UsageUnit":"sec"}}`, isOK})
	const (
		made = `{"$exact":true,"day":"2026-01-30","item":"account","addition":1,"removal":0,"quantity":1,"sum_quantity":false,` +
			`"last":"2026-01-30T10:00:00Z"}`
		moved = `{"$exact":true,"day":"2026-01-31","item":"sip_device","addition":4,"removal":1,"quantity":3,` +
			`"sum_quantity":false,"last":"2026-01-31T11:00:00Z"}`
		used = `{"$exact":true,"day":"2026-02-01","item":"voip","addition":0,"removal":0,"quantity":60,"unit":"sec",` +
			`"sum_quantity":true,"last":"2026-02-01T11:00:00Z"}`
	)
	audited := func(args, from, to, rows string) [2]string {
		return [2]string{`ServiceSv1.GetAuditSummary {"Account":"c"` + args + `}`,
			gives(`{"$exact":true,"from":"` + from + `","to":"` + to + `","rows":[` + rows + `]}`)}
	}
	s.play(
		audited(``, "2026-01-01", "2026-02-01", made+","+moved+","+used),
		audited(`,"From":"2026-01-31"`, "2026-01-31", "2026-02-01", moved+","+used),
		audited(`,"To":"2026-01-31"`, "2025-12-31", "2026-01-31", made+","+moved),
		audited(`,"from":"2026-02-01T01:30:00+02:00","to":"1769903999"`, "2026-01-31", "2026-01-31", moved),
		audited(`,"From":"-24h","To":"*now"`, "2026-01-31", "2026-02-01", moved+","+used),
		audited(`,"From":"2025-02-01"`, "2025-02-01", "2026-02-01", made+","+moved+","+used),
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"nobody"}`, fails("NOT_FOUND")},
		[2]string{`ServiceSv1.GetAuditSummary {}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"c","From":"2025-01-31"}`,
			fails("SERVER_ERROR: From: 367 days, at most 366")},
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"c","From":"2026-02-02"}`,
			fails("SERVER_ERROR: From: 2026-02-02 is behind 2026-02-01")},
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"c","To":"tomorrow"}`, fails("SERVER_ERROR: To: \\\"tomorrow\\\" is " +
			"neither a date such as 2026-01-14 nor a time such as 2026-01-14T10:00:00Z")},
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"c","From":"*unlimited"}`, fails("$any")},
	)
}

func TestWithoutAnAuditThereIsNoMethodAboutIt(t *testing.T) {
	s := openShop(t, func(o *Options) { o.AuditDays = nil })
	s.play(
		[2]string{`ServiceSv1.GetAuditSummary {"Account":"c"}`, fails("$any")},
		[2]string{`ServiceSv1.GetSummary {"Account":"c"}`, gives(`{"account":{"account":"c"}}`)},
	)
}
