package crossbar

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
)

// What a line's answer shows is made of its entry, what is read later of the ledger.
func TestWhatAPostShowsIsWhatIsReadLater(t *testing.T) {
	r := newRig(t)
	account := r.must(t, &engine.MakeMember{Parent: r.ids["R"], Name: "C",
		Account: engine.AccountID{Tenant: "cgrates.org", Account: "c"}}).Member
	r.ids["C"] = account
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		if rapid.Bool().Draw(rt, "another balance") {
			expires := engine.At(r.clock.Now().Add(time.Millisecond))
			r.must(t, &engine.Adjust{Op: engine.OpTopUp, Account: engine.AccountID{Tenant: "cgrates.org", Account: "c"},
				ToR: engine.Monetary, Value: amount.FromInt(int64(n)), Wanted: engine.Wanted{ID: new(fmt.Sprint(n)), Expires: &expires}})
		}
		if rapid.Bool().Draw(rt, "time goes on") {
			r.clock.Add(time.Second)
		}
		op := rapid.SampledFrom([]string{"credit", "debit"}).Draw(rt, "op")
		beside := rapid.SampledFrom([]string{"", `,"impact_reseller":true`}).Draw(rt, "beside")
		data := r.put(t, "{C}/ledgers/"+op, line(fmt.Sprint(rapid.IntRange(0, 5).Draw(rt, "amount")), "s", fmt.Sprint(n)),
			beside).env["data"].(map[string]any)
		docs := map[string]map[string]any{"C": data}
		if beside != "" {
			for name := range map[string]bool{"C": true, "R": true} {
				of := data[r.ids[name].String()].(map[string]any)
				docs[name] = of["ledger"].(map[string]any)
				total := r.get(t, "{"+name+"}/ledgers/total?at=99999999999").env["data"].(map[string]any)["amount"]
				require.Equal(t, total, of["available_dollars"])
			}
		}
		for name, doc := range docs {
			require.Equal(t, r.get(t, "{"+name+"}/ledgers/s/"+doc["id"].(string)).env["data"], doc)
		}
	})
}
