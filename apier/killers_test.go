package apier

import (
	"testing"

	"purser/apier/apitest"
)

// TestRequestsThatEndCGRateS sends what ends a CGRateS, or what it never answers, and sees that the answer is right
// and the next request is answered too, on every face. Source: cgrates-apier, section 13; cgrates-charging, section 9.
func TestRequestsThatEndCGRateS(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Tenant":"k","Account":"a","BalanceType":"*sms","Value":5}`, isOK},
		[2]string{`APIerSv1.SetAccount {"Tenant":"k","Account":"b"}`, isOK})
	const onlyB = `[{"Id":"*out:k:b"}]`
	exchanges := [][2]string{
		{`APIerSv1.GetAccounts {"Tenant":"k","Offset":9}`, gives(`[]`)},
		{`APIerSv2.GetAccounts {"Tenant":"k","Offset":9}`, gives(`[]`)},
		{`APIerSv1.GetAccounts {"Tenant":"k","AccountIDs":["a"],"Offset":9}`, gives(`[]`)},
		{`APIerSv1.GetAccounts {"Tenant":"k","Limit":-1}`, gives(`["$any","$any"]`)},
		{`APIerSv2.GetAccounts {"Tenant":"k","Limit":-1}`, gives(`["$any","$any"]`)},
		{`APIerSv1.GetAccounts {"Tenant":"k","Offset":-1}`, gives(`["$any","$any"]`)},
		{`APIerSv1.GetAccounts {"Tenant":"k","Limit":9223372036854775807,"Offset":1}`, gives(onlyB)},
		{`APIerSv2.GetAccounts {"Tenant":"k","Limit":9223372036854775807,"Offset":1}`, gives(`[{"ID":"k:b"}]`)},
		{`APIerSv1.GetAccounts {"Tenant":"k","AccountIDs":["a","b"],"Limit":9223372036854775807,"Offset":1}`, gives(onlyB)},
		{`APIerSv1.GetAccounts {"Tenant":"k","AccountIDs":[null,"b"]}`, gives(onlyB)},
		{`APIerSv1.GetAccountIDs {"Tenant":"k","Limit":-1,"Offset":-1}`, gives(`["a","b"]`)},
		{`APIerSv1.SetBalances {"Account":"a","Balances":[null]}`, fails("MANDATORY_IE_MISSING: [BalanceID or BalanceUUID]")},
		{`APIerSv1.SetBalances null`, fails("MANDATORY_IE_MISSING: [Account Balances]")},

		{`APIerSv1.SetBalance {"Account":"a","BalanceType":"*sms","Balance":{"ID":"x","Value":"Inf"}}`, `{"error":"$any"}`},
		{`APIerSv1.SetBalance {"Account":"a","BalanceType":"*sms","Balance":{"ID":"x","Value":"NaN"}}`, `{"error":"$any"}`},
		{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*sms","Value":1e304}`, `{"error":"$any"}`},
		{`APIerSv1.SetBalance {"Account":"full","BalanceType":"*sms","BalanceID":"x","Value":999999999999999999}`, isOK},
		{`APIerSv1.AddBalance {"Account":"full","BalanceType":"*sms","Value":1}`, `{"error":"$any"}`},
		{`APIerSv2.GetAccount {"Account":"full"}`, gives(`{"BalanceMap":{"*sms":[{"Value":999999999999999999}]}}`)},

		{`Responder.Debit `, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.Debit null`, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.Debit {}`, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.Debit {"Unknown":1}`, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.MaxDebit `, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.MaxDebit null`, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.GetMaxSessionTime {}`, fails("ACCOUNT_NOT_FOUND")},
		{`Responder.GetCost `, gives(`{"Cost":0,"Category":"call","AccountSummary":null}`)},
		{`Responder.GetCost null`, gives(`{"Cost":0}`)},
		{`Responder.Debit {"Tenant":"k","Account":"a","TimeStart":"2026-01-14T10:00:01Z","TimeEnd":"2026-01-14T10:00:00Z"}`,
			fails("SERVER_ERROR: TimeEnd: before TimeStart")},
		{`Responder.GetMaxSessionTime {"Tenant":"k","Account":"a","TimeStart":"2026-01-14T10:00:01Z",
			"TimeEnd":"2026-01-14T10:00:00Z"}`, fails("SERVER_ERROR: TimeEnd: before TimeStart")},
		{`Responder.Debit {"Tenant":"k","Account":"a","TimeEnd":"9999-01-14T10:00:00Z"}`, fails("MAX_USAGE_EXCEEDED")},
		{`Responder.GetCost {"TimeEnd":"9999-01-14T10:00:00Z"}`, fails("MAX_USAGE_EXCEEDED")},

		{`CoreSv1.Panic {}`, fails("rpc: can't find method CoreSv1.Panic")},
		{`Responder.Shutdown {}`, fails("rpc: can't find method Responder.Shutdown")},
		{`APIerSv2.GetAccount {"Tenant":"k","Account":"a"}`, gives(`{"BalanceMap":{"*sms":[{"Value":5}]}}`)},
	}
	for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
		f.playOver(face, exchanges...)
	}
}
