package apier

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"purser/apier/apitest"
)

// refundOf is the argument of a refund for an account, of these increments.
func refundOf(account string, increments ...string) string {
	return `{"Tenant":"cgrates.org","Account":"` + account + `","ToR":"*voice","Increments":[` + strings.Join(increments, ",") + `]}`
}

// ofMoney is an increment that a money balance paid, times over.
func ofMoney(owner, uuid, cost string, times int64) string {
	return fmt.Sprintf(`{"Duration":1000000000,"Cost":%s,"CompressFactor":%d,"BalanceInfo":{"AccountID":"cgrates.org:%s",`+
		`"Unit":null,"Monetary":{"UUID":%q}}}`, cost, times, owner, uuid)
}

// ofUnits is an increment of a second that a unit balance paid.
func ofUnits(owner, uuid string, times int64) string {
	return fmt.Sprintf(`{"Duration":1000000000,"Cost":0,"CompressFactor":%d,"BalanceInfo":{"AccountID":"cgrates.org:%s",`+
		`"Unit":{"UUID":%q,"Factor":1},"Monetary":null}}`, times, owner, uuid)
}

// charged returns a server whose account "r" has paid 3 seconds of the generic balance g and 2 at 0.25 of m.
func charged(t *testing.T) (f *fixture, g, m string) {
	f = rated(t)
	set := func(tor, value, id string) [2]string {
		return [2]string{`APIerSv1.SetBalance {"Account":"r","BalanceType":"` + tor + `","Value":` + value +
			`,"Balance":{"ID":"` + id + `"}}`, isOK}
	}
	debit := strings.NewReplacer("rated.example", "cgrates.org", `"call"`, `"chgcat"`).Replace(call("r", "6120", 5*time.Second, ""))
	f.play(set("*generic", "3000000000", "g"), set("*monetary", "1", "m"),
		[2]string{`Responder.Debit ` + debit, gives(`{"Cost":0.5,"RatedUsage":5000000000}`)})
	a := f.account("r")
	return f, a.Balances[0].UUID.String(), a.Balances[1].UUID.String()
}

// rest is what the account holds after a refund, as its answer shows.
func rest(units, money string) string {
	return gives(`{"ID":"cgrates.org:r","BalanceMap":{"*generic":[{"Value":` + units + `}],"*monetary":[{"Value":` + money + `}]}}`)
}

const tooMuch = `{"error":"$any"}`

// Generic units go back under the ToR of the call; what was given back once is not given back again.
func TestWhatWasRefundedIsNotRefundedAgain(t *testing.T) {
	f, g, m := charged(t)
	f.play(
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "0.25", 1), ofUnits("r", g, 2)), rest("2000000000", "0.75")},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofUnits("r", g, 2)), tooMuch},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "0.25", 1), ofUnits("r", g, 2)), tooMuch},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "0.25", 0), ofUnits("r", g, 1)), rest("3000000000", "1")},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "0.01", 1)), tooMuch},
		[2]string{`APIerSv2.GetAccount {"Account":"r"}`, rest("3000000000", "1")})
}

func TestARefundOfWhatAnotherPaidIsTheirs(t *testing.T) {
	f, _, m := charged(t)
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"thief","BalanceType":"*monetary","Value":1}`, isOK},
		[2]string{`Responder.RefundIncrements ` + refundOf("thief", ofMoney("thief", m, "0.25", 1)),
			gives(`{"ID":"cgrates.org:thief","BalanceMap":{"*monetary":[{"Value":1}]}}`)},
		[2]string{`Responder.RefundIncrements ` + refundOf("thief", ofMoney("r", m, "0.25", 1)), gives(`{"ID":""}`)},
		[2]string{`APIerSv2.GetAccount {"Account":"r"}`, rest("0", "0.75")})
}

// Some of these end CGRateS; none changes anything here, and the connection goes on.
func TestRefundsOfNonsense(t *testing.T) {
	f, g, m := charged(t)
	unchanged := [2]string{`APIerSv2.GetAccount {"Account":"r"}`, rest("0", "0.5")}
	nothing := gives(`{"ID":"","BalanceMap":null}`)
	for _, method := range []string{"Responder.RefundIncrements ", "Responder.RefundRounding "} {
		exchanges := [][2]string{
			{method, nothing}, {method + `null`, nothing}, {method + `{}`, nothing},
			{method + `{"Increments":null}`, nothing}, {method + `{"Increments":"x"}`, `{"error":"$any"}`},
			{method + refundOf("r", `null`), nothing},
			{method + refundOf("r", `{}`), nothing},
			{method + refundOf("r", `{"Cost":1}`), nothing},
			{method + refundOf("r", `{"Cost":1,"BalanceInfo":null}`), nothing},
			{method + refundOf("r", `{"Cost":1,"BalanceInfo":{}}`), nothing},
			{method + refundOf("r", `{"Cost":1,"BalanceInfo":{"AccountID":"r","Monetary":{}}}`), nothing},
			{method + refundOf("r", `{"Cost":1,"BalanceInfo":{"AccountID":":","Monetary":{"UUID":"`+m+`"}}}`), nothing},
			{method + refundOf("r", `{"BalanceInfo":{"AccountID":"cgrates.org:r","Monetary":{"UUID":"`+m+`"}}}`), `{"error":null,"result":"$any"}`},
			{method + refundOf("nobody", ofMoney("nobody", m, "1", 1)), nothing},
			{method + refundOf("r", ofMoney("r", "not a UUID", "1", 1)), nothing},
			{method + refundOf("r", ofMoney("r", m, "1e300", 1)), `{"error":"$any"}`},
			{method + refundOf("r", ofMoney("r", m, `"NaN"`, 1)), `{"error":"$any"}`},
			unchanged,
		}
		for _, face := range []apitest.Face{apitest.TCP, apitest.Bijson, apitest.HTTP} {
			f.playOver(face, exchanges...)
		}
	}
	f.play(
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "-0.25", 1)), `{"error":"$any"}`},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofUnits("r", g, -1)), `{"error":"$any"}`},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "999999999999999999", 9223372036854775807)), `{"error":"$any"}`},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofUnits("r", g, 9223372036854775807)), `{"error":"$any"}`},
		[2]string{`Responder.RefundIncrements ` + refundOf("r", ofMoney("r", m, "0.000000000000000001", 9223372036854775807)), `{"error":"$any"}`},
		[2]string{`Responder.RefundRounding ` + refundOf("r", ofMoney("r", m, "999999999999999999", 1)), `{"error":null,"result":"$any"}`})
}

func TestRoundingIsChargedOnceForEachIncrement(t *testing.T) {
	f, _, m := charged(t)
	f.play(
		[2]string{`Responder.RefundRounding ` + refundOf("r", ofMoney("r", m, "0.004", 7)), rest("0", "0.496")},
		[2]string{`Responder.RefundRounding ` + refundOf("r", ofMoney("r", m, "-0.504", 1)), rest("0", "1")},
		[2]string{`Responder.RefundRounding ` + refundOf("r", ofMoney("r", m, "-0.001", 1)), tooMuch})
}
