package apier

import (
	"slices"

	"purser/engine"
	"purser/rpcjson"
)

// direction stands around the names of v1: a relic of balances for outbound and inbound calls.
const direction = "*out"

// accountV1 is the answer of APIerSv1.GetAccount, the shape of 2015. Source: cgrates-apier, section 10.2.
type accountV1 struct {
	*engine.Account
	timings knownTimings
}

// shapeV1 shows an account in v1.
func shapeV1(a *engine.Account, timings knownTimings) rpcjson.Appender { return accountV1{a, timings} }

// AppendJSON writes the account.
func (a accountV1) AppendJSON(b []byte) ([]byte, error) {
	w := &writer{b: slices.Grow(b, accountSize(a.Account))}
	w.text(`{"Id":`, direction+":"+a.ID.String())
	w.raw(`,"BalanceMap":`)
	w.byType(a.Balances, direction, a.balance)
	w.raw(`,"UnitCounters":[]`) // counters show in v2: their shape in v1 is not known
	w.triggers(`,"ActionTriggers":`, a.Account, "[]")
	w.bool(`,"AllowNegative":`, a.AllowNegative)
	w.bool(`,"Disabled":`, a.Disabled)
	w.raw("}")
	return w.b, w.err
}

func (a accountV1) balance(w *writer, b *engine.Balance) {
	with := b.With()
	w.uuid(`{"Uuid":`, b.UUID)
	w.text(`,"Id":`, b.ID)
	w.amount(`,"Value":`, b.Value)
	w.time(`,"ExpirationDate":`, with.Expires.Time)
	w.amount(`,"Weight":`, with.Weight)
	w.list(`,"DestinationIds":`, with.DestinationIDs)
	w.text(`,"RatingSubject":`, with.RatingSubject)
	w.list(`,"Category":`, with.Categories)
	w.list(`,"SharedGroup":`, with.SharedGroups)
	w.timings(`,"Timings":`, with.TimingIDs, a.timings)
	w.list(`,"TimingIDs":`, with.TimingIDs)
	w.bool(`,"Disabled":`, with.Disabled)
	w.raw("}")
}
