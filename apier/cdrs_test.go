package apier

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheMoneyFeedHasARecordOfEachChange(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv2.GetCDRs {}`, fails("NOT_FOUND")},
		[2]string{`APIerSv1.AddBalance {"Tenant":"c1","Account":"a","BalanceType":"*monetary","Value":500,
			"Balance":{"ID":"a"},"ActionExtraData":{"balance_transaction_id":"bt1","n":7},"Cdrlog":true}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Tenant":"c1","Account":"a","BalanceType":"*monetary","Value":20,
			"Balance":{"ID":"a"}}`, isOK},
		[2]string{`APIerSv1.AddBalance {"Tenant":"c2","Account":"b","BalanceType":"*sms","Value":3}`, isOK},
		[2]string{`APIerSv1.SetAccount {"Tenant":"c2","Account":"c"}`, isOK},
		[2]string{`APIerSv2.GetCDRs {"Tenants":[],"OriginIDs":[],"NotCosts":[-1],"OrderBy":"OrderID",
			"ExtraArgs":{"OrderIDStart":0},"Limit":1000}`, gives(`[
			{"$exact":true,"CGRID":"","RunID":"*topup","OrderID":1,"OriginHost":"127.0.0.1","Source":"*adjustments",
				"OriginID":"1","ToR":"*monetary","RequestType":"*none","Tenant":"c1","Category":"","Account":"a","Subject":"a",
				"Destination":"","SetupTime":"$now+0","AnswerTime":"$now+0","Usage":"1",
				"ExtraFields":{"balance_transaction_id":"bt1","n":"7"},"CostSource":"","Cost":500,"ExtraInfo":"",
				"PreRated":false},
			{"RunID":"*debit","OrderID":2,"Cost":20},
			{"RunID":"*topup","OrderID":3,"Cost":3,"ToR":"*sms","Tenant":"c2"}]`)},
		[2]string{`ApierV2.GetCDRs {"ExtraArgs":{"OrderIDStart":2},"Limit":1}`, gives(`[{"OrderID":2}]`)},
		[2]string{`CDRsV1.GetCDRs {"ExtraArgs":{"OrderIDStart":2,"OrderIDEnd":3}}`, gives(`[{"OrderID":2}]`)},
		[2]string{`CDRsV2.GetCDRs {"Tenants":["c2"]}`, gives(`[{"OrderID":3}]`)},
		[2]string{`ApierV1.GetCDRs {"ToRs":["*monetary"],"NotCosts":[500]}`, gives(`[{"OrderID":2}]`)},
		[2]string{`ApierV1.GetCDRs {"ExtraArgs":{"OrderIDStart":4}}`, fails("NOT_FOUND")},
	)
}

func TestTheMoneyFeedIsSelectedAsInCGRateS(t *testing.T) {
	f := rated(t)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Tenant":"rated.example","Account":"caller","BalanceType":"*monetary","Value":500,
			"ActionExtraData":{"kind":"gift","n":7}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Tenant":"rated.example","Account":"caller","BalanceType":"*monetary","Value":20,
			"ActionExtraData":{"kind":"fee"}}`, isOK},
		[2]string{`APIerSv1.AddBalance {"Tenant":"rated.example","Account":"other","BalanceType":"*sms","Value":3}`, isOK},
		[2]string{`Responder.Debit ` + call("caller", "800", 90*time.Second, `"CgrID":"c-1"`), gives(`{"Cost":0}`)},
	)
	first := f.orderIDs(`{"Tenants":["rated.example"]}`)[0]
	for filter, want := range map[string][]uint64{
		`"CGRIDs":["c-1"]`:                                              {4},
		`"NotCGRIDs":["c-1"]`:                                           {1, 2, 3},
		`"RunIDs":["*topup"],"NotAccounts":["other"]`:                   {1},
		`"NotRunIDs":["*topup","*debit"]`:                               {4},
		`"Sources":["*per-minute-voip"]`:                                {4},
		`"NotSources":["*per-minute-voip"]`:                             {1, 2, 3},
		`"RequestTypes":["*prepaid"]`:                                   {4},
		`"NotRequestTypes":["*prepaid"]`:                                {1, 2, 3},
		`"ToRs":["*sms","*voice"]`:                                      {3, 4},
		`"NotToRs":["*sms"]`:                                            {1, 2, 4},
		`"Subjects":["other"]`:                                          {3},
		`"NotSubjects":["other"]`:                                       {1, 2, 4},
		`"Categories":["call"]`:                                         {4},
		`"NotCategories":["call"]`:                                      {1, 2, 3},
		`"DestinationPrefixes":["80"]`:                                  {4},
		`"NotDestinationPrefixes":["80"]`:                               {1, 2, 3},
		`"OriginHosts":["127.0.0.1"],"NotOriginHosts":[]`:               {1, 2, 3, 4},
		`"NotOriginHosts":["127.0.0.1"]`:                                nil,
		`"NotTenants":["rated.example"]`:                                nil,
		`"Costs":[500,20]`:                                              {1, 2},
		`"NotCosts":[500,20]`:                                           {3, 4},
		`"ExtraArgs":{"MinCost":3,"MaxCost":500}`:                       {2, 3},
		`"ExtraFields":{"kind":"gift"}`:                                 {1},
		`"ExtraFields":{"kind":"*exists"}`:                              {1, 2},
		`"ExtraFields":{"kind":"*exists","n":"7"}`:                      {1},
		`"NotExtraFields":{"kind":"*exists"}`:                           {3, 4},
		`"MinUsage":"90s"`:                                              {4},
		`"MaxUsage":"90s"`:                                              {1, 2, 3},
		`"SetupTimeStart":"2000-01-01T00:00:00Z"`:                       {1, 2, 3, 4},
		`"SetupTimeEnd":"2000-01-01T00:00:00Z"`:                         nil,
		`"AnswerTimeStart":"2000-01-01 00:00:00","UpdatedAtEnd":"+24h"`: {1, 2, 3, 4},
		`"CreatedAtStart":"+24h"`:                                       nil,
		`"Accounts":["caller"],"Offset":1,"Limit":1`:                    {2},
		`"OrderBy":"AnswerTime","Limit":2`:                              {1, 2},
		`"Accounts":null,"NotAccounts":null,"Costs":null`:               {1, 2, 3, 4},
	} {
		for i := range want {
			want[i] += first - 1
		}
		require.Equal(t, want, f.orderIDs(`{"Tenants":["rated.example"],`+filter+`}`), filter)
	}
	f.play(
		[2]string{`APIerSv2.GetCDRs {"OrderBy":"Cost"}`, fails("SERVER_ERROR: OrderBy: want OrderID")},
		[2]string{`APIerSv2.GetCDRs {"MinUsage":"much"}`,
			fails(`SERVER_ERROR: Usage: \"much\": not a duration of at most 100 years, such as 1h30m`)},
		[2]string{`APIerSv2.GetCDRs {"SetupTimeStart":"soon"}`, fails("Unsupported time format")},
	)
}

// orderIDs returns the numbers of the records that a filter lets pass.
func (f *fixture) orderIDs(filter string) (ids []uint64) {
	f.Helper()
	var answer struct {
		Result []struct{ OrderID uint64 }
	}
	text := f.bytes(`{"id":1,"method":"APIerSv2.GetCDRs","params":[` + filter + `]}`)
	require.NoError(f, json.Unmarshal([]byte(text), &answer))
	for _, row := range answer.Result {
		ids = append(ids, row.OrderID)
	}
	return ids
}

func TestWhatATriggerGaveIsARecordOfItsOwn(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{topUp5, isOK},
		[2]string{lowMark, isOK},
		[2]string{`APIerSv2.SetAccount {"Account":"c","ActionTriggerIDs":["LOW"]}`, isOK},
		[2]string{`APIerSv1.AddBalance {"Account":"c","BalanceType":"*monetary","Value":12.5,"Balance":{"ID":"main"}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Account":"c","BalanceType":"*monetary","Value":11,"Balance":{"ID":"main"},
			"ActionExtraData":{"SourceID":"inv-1"}}`, isOK},
		[2]string{`APIerSv2.GetCDRs {"ExtraArgs":{"OrderIDStart":5}}`, gives(`[
			{"RunID":"*debit","OrderID":5,"OriginID":"inv-1","Cost":11},{"RunID":"*actions","OrderID":5,"Cost":5}]`)},
		[2]string{`LedgerSv1.GetTotal {"Account":"c"}`, gives(`6.5`)})
}

// What a trigger gives back to the very balance that was debited leaves the balance as it was, and both lines.
func TestWhatATriggerGaveBackIsARecordToo(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{strings.Replace(topUp5, `"auto"`, `"main"`, 1), isOK},
		[2]string{lowMark, isOK},
		[2]string{`APIerSv2.SetAccount {"Account":"c","ActionTriggerIDs":["LOW"]}`, isOK},
		[2]string{`APIerSv1.AddBalance {"Account":"c","BalanceType":"*monetary","Value":5,"Balance":{"ID":"main","Weight":1}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Account":"c","BalanceType":"*monetary","Value":5,"Balance":{"ID":"main"}}`, isOK},
		[2]string{`APIerSv2.GetAccount {"Account":"c"}`, gives(`{"BalanceMap":{"*monetary":[{"ID":"main","Value":5}]}}`)},
		[2]string{`LedgerSv1.GetEntries {"Account":"c"}`, gives(`{"lines":[{"amount":5,"type":"credit"},
			{"amount":-5,"type":"debit"},{"amount":5}]}`)},
		[2]string{`LedgerSv1.GetTotal {"Account":"c"}`, gives(`5`)})
}

func TestAFreeCallIsALineOfItsLedger(t *testing.T) {
	f := rated(t)
	f.play(
		empty("free"),
		[2]string{`Responder.Debit ` + call("free", "800", 90*time.Second, ""), gives(`{"Cost":0}`)},
		[2]string{`LedgerSv1.GetEntries {"Tenant":"rated.example","Account":"free"}`,
			gives(`{"lines":[{"source":"per-minute-voip","amount":0,"quantity":90,"unit":"sec","description":"R_FREE"}]}`)},
		[2]string{`Responder.Debit ` + call("free", "800", 90*time.Second, `"DryRun":true`), gives(`{"Cost":0}`)},
		[2]string{`LedgerSv1.GetTotal {"Tenant":"rated.example","Account":"free"}`, gives(`0`)},
		[2]string{`LedgerSv1.GetSummary {"Tenant":"rated.example","Account":"free"}`,
			gives(`{"sources":{"per-minute-voip":{"lines":1,"quantity":90}}}`)})
}

func TestACallerNamesItsLedgerLine(t *testing.T) {
	f := start(t, nil)
	const add = `APIerSv1.AddBalance {"Account":"a","BalanceType":"*monetary","Value":5,"ActionExtraData":
		{"SourceService":"payments","SourceID":"inv-1","Description":"x","UsageQuantity":"2","UsageType":"credit","UsageUnit":"d",
		"PeriodStart":1,"PeriodEnd":"2"}}`
	f.play(
		[2]string{add, isOK},
		[2]string{`APIerSv2.GetCDRs {}`, gives(`[{"OriginID":"inv-1","Source":"*payments"}]`)},
		[2]string{add, fails("EXISTS")},
		[2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*monetary","Value":5,"ActionExtraData":
			{"UsageQuantity":"many","PeriodStart":{}}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Account":"b","BalanceType":"*monetary","Value":5,"ActionExtraData":
			{"SourceService":"rollovers","UsageQuantity":"60.0"}}`, isOK},
		[2]string{`LedgerSv1.GetEntries {"Account":"b"}`,
			gives(`{"lines":[{"source":"adjustments","type":"debit","quantity":60,"unit":"USD"}]}`)},
	)
}
