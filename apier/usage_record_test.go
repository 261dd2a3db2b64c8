package apier

import (
	"testing"

	"purser/engine"
)

const aMinuteUsed = `"Account":"1001","Destination":"4930","Usage":"1m","AnswerTime":"2026-01-14T10:00:00Z"`

// What stands in the record's APIOpts counts as what stands beside the record.
func TestDebitUsageWithOptionsHeedsTheOptionsAtBothPlaces(t *testing.T) {
	f := start(t, nil)
	left := func(units string) [2]string {
		return [2]string{`APIerSv2.GetAccount {"Account":"1001"}`,
			gives(`{"BalanceMap":{"*voice":[{"Value":` + units + `}]}}`)}
	}
	dry, key := `"APIOpts":{"*ralsDryRun":true}`, `"APIOpts":{"*idempotencyKey":"k1"}`
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"1001","BalanceType":"*voice","Value":180000000000}`, isOK},
		[2]string{`APIerSv1.DebitUsageWithOptions {"UsageRecord":{` + aMinuteUsed + `},` + dry + `}`, isOK},
		left("180000000000"),
		[2]string{`APIerSv1.DebitUsageWithOptions {"UsageRecord":{` + aMinuteUsed + `,` + dry + `}}`, isOK},
		left("180000000000"),
		[2]string{`APIerSv1.DebitUsageWithOptions {"UsageRecord":{` + aMinuteUsed + `,` + key + `}}`, isOK},
		[2]string{`APIerSv1.DebitUsageWithOptions {"UsageRecord":{` + aMinuteUsed + `},` + key + `}`, isOK},
		left("120000000000"))
}

// The tenant of the record is that of the change: a key is one per tenant.
func TestDebitUsageWithOptionsIsOfTheRecordsTenant(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Tenant":"t","Account":"1001","BalanceType":"*voice","Value":180000000000}`, isOK},
		[2]string{`APIerSv1.DebitUsageWithOptions {"UsageRecord":{"Tenant":"t",` + aMinuteUsed + `},` +
			`"APIOpts":{"*idempotencyKey":"k1"}}`, isOK},
		[2]string{`JournalSv1.GetEntries {"From":2}`, gives(`[{"tenant":"t","key":"k1","accounts":[{"tenant":"t"}]}]`)})
}

func TestMaxUsageWithoutUsageIsAsMuchAsOneChargeOfTheTypeMayHave(t *testing.T) {
	f := start(t, nil)
	for tor, most := range map[string]string{"": "259200000000000", "*voice": "259200000000000", "*sms": "10000",
		"*data": "107374182400", "*generic": "680400000000000"} {
		f.play(
			[2]string{`APIerSv1.SetBalance {"Account":"rich","BalanceType":"` + given(tor, engine.Voice) +
				`","Value":1000000000000000,"Balance":{"ID":"b"}}`, isOK},
			[2]string{`APIerSv1.GetMaxUsage {"ToR":"` + tor + `","Account":"rich","Destination":"4930"}`, gives(most)})
	}
}
