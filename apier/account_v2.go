package apier

import (
	"slices"

	"purser/engine"
	"purser/rpcjson"
)

// accountV2 is the answer of APIerSv2.GetAccount. Source: cgrates-apier, section 10.1.
type accountV2 struct {
	*engine.Account
	timings knownTimings
}

// shapeV2 shows an account in v2.
func shapeV2(a *engine.Account, timings knownTimings) rpcjson.Appender { return accountV2{a, timings} }

// AppendJSON writes the account. Counters and triggers are null where there are none. One without
// balances has the BalanceMap {}: CGRateS tells accounts that never had one (null) from those whose balances are gone
// ({"*monetary":null}), and {} reads like both.
func (a accountV2) AppendJSON(b []byte) ([]byte, error) {
	w := &writer{b: slices.Grow(b, accountSize(a.Account))}
	w.text(`{"ID":`, a.ID.String())
	w.raw(`,"BalanceMap":`)
	w.byType(a.Balances, "", a.balance)
	w.counters(`,"UnitCounters":`, a.Account)
	w.triggers(`,"ActionTriggers":`, a.Account, "null")
	w.bool(`,"AllowNegative":`, a.AllowNegative)
	w.bool(`,"Disabled":`, a.Disabled)
	w.time(`,"UpdateTime":`, a.Updated.Time)
	w.raw("}")
	return w.b, w.err
}

// accountSize estimates the bytes of an account on the wire.
func accountSize(a *engine.Account) int {
	const base, perBalance = 240, 360
	return base + perBalance*len(a.Balances)
}

func (a accountV2) balance(w *writer, b *engine.Balance) {
	with := b.With()
	w.uuid(`{"Uuid":`, b.UUID)
	w.text(`,"ID":`, b.ID)
	w.amount(`,"Value":`, b.Value)
	w.time(`,"ExpirationDate":`, with.Expires.Time)
	w.amount(`,"Weight":`, with.Weight)
	w.set(`,"DestinationIDs":`, with.DestinationIDs)
	w.text(`,"RatingSubject":`, with.RatingSubject)
	w.set(`,"Categories":`, with.Categories)
	w.set(`,"SharedGroups":`, with.SharedGroups)
	w.timings(`,"Timings":`, with.TimingIDs, a.timings)
	w.set(`,"TimingIDs":`, with.TimingIDs)
	w.bool(`,"Disabled":`, with.Disabled)
	w.factors(`,"Factors":`, with.Factors)
	w.bool(`,"Blocker":`, with.Blocker)
	w.raw("}")
}

// byType writes balances as lists in an object whose keys are the types, sorted, with a suffix.
func (w *writer) byType(balances []engine.Balance, suffix string, one func(*writer, *engine.Balance)) {
	w.raw("{")
	for i, tor := range typesOf(balances) {
		if i > 0 {
			w.raw(",")
		}
		w.text("", tor+suffix)
		before := ":["
		for j := range balances {
			if balances[j].ToR == tor {
				w.raw(before)
				one(w, &balances[j])
				before = ","
			}
		}
		w.raw("]")
	}
	w.raw("}")
}

// typesOf returns the types of the balances, sorted, each once.
func typesOf(balances []engine.Balance) []string {
	var types []string
	for i := range balances {
		if at, found := slices.BinarySearch(types, balances[i].ToR); !found {
			types = slices.Insert(types, at, balances[i].ToR)
		}
	}
	return types
}
