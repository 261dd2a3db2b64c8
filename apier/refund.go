package apier

import (
	"strings"

	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
)

// refundArgs are the increments of a debit that come back. CGRateS credits whatever it is told, as often as it is told;
// here no balance gets back more than charges took from it. Source: cgrates-charging, sections 2.5 and 9 item 14.
type refundArgs struct {
	callDescriptor
	Increments []*increment
}

// increment is one as Debit answered it. A missing Factor is 0 and gives nothing back.
type increment struct {
	Duration       int64 // nanoseconds
	Cost           *amount.Amount
	CompressFactor int64 // how many of them; 0 is 1
	BalanceInfo    *struct {
		AccountID string // tenant:account
		Unit      *struct {
			UUID   string
			Factor *amount.Amount
		}
		Monetary *struct{ UUID string }
	}
}

// refundIncrements gives units and money back to the balances that paid.
type refundIncrements struct{ refundArgs }

func (a *refundIncrements) change(*service) (engine.Change, error) {
	r := a.refund()
	for _, i := range a.Increments {
		if i == nil || i.BalanceInfo == nil {
			continue
		}
		if i.Duration < 0 || i.CompressFactor < 0 {
			return nil, invalid("Increments", "below 0")
		}
		times := amount.FromInt(max(1, i.CompressFactor))
		info := i.BalanceInfo
		if u := info.Unit; u != nil && u.Factor != nil {
			r.add(info.AccountID, u.UUID, false, amount.FromInt(i.Duration).Mul(*u.Factor).Mul(times))
		}
		if m := info.Monetary; m != nil && i.Cost != nil {
			r.add(info.AccountID, m.UUID, true, i.Cost.Mul(times))
		}
	}
	return &r.Refund, nil
}

// refundRounding charges what rounding a cost added: each Cost once, whatever CompressFactor says.
type refundRounding struct{ refundArgs }

func (a *refundRounding) change(*service) (engine.Change, error) {
	r := a.refund()
	r.Rounding = true
	for _, i := range a.Increments {
		if i == nil || i.BalanceInfo == nil || i.BalanceInfo.Monetary == nil || i.Cost == nil {
			continue
		}
		r.add(i.BalanceInfo.AccountID, i.BalanceInfo.Monetary.UUID, true, *i.Cost)
	}
	return &r.Refund, nil
}

// refund is a refund in the making.
type refund struct{ engine.Refund }

func (a *refundArgs) refund() *refund {
	a.complete()
	return &refund{engine.Refund{Account: a.account(a.Account),
		Facts: engine.Facts{CgrID: a.CgrID, RunID: a.RunID, Category: a.Category, Destination: a.Destination, ToR: a.ToR}}}
}

// add notes what one balance gets. A name or UUID that is none names nothing.
func (r *refund) add(account, balance string, money bool, value amount.Amount) {
	tenant, name, ok := strings.Cut(account, ":")
	id, err := uuid.Parse(balance)
	if !ok || err != nil || id == uuid.Nil {
		return
	}
	r.Items = append(r.Items, engine.RefundItem{
		Account: engine.AccountID{Tenant: tenant, Account: name}, Balance: id, Money: money, Value: value})
}

// refunded answers with the account; with an empty one when nothing named it.
func refunded[P any](P) func(*engine.Result) any {
	return func(r *engine.Result) any {
		if r.Account == nil {
			return emptyAccount{}
		}
		return shapeV2(r.Account, nil)
	}
}

// emptyAccount is the answer of a refund that touched nothing of the account.
type emptyAccount struct{}

// AppendJSON writes it.
func (emptyAccount) AppendJSON(b []byte) ([]byte, error) {
	return append(b, `{"ID":"","BalanceMap":null,"UnitCounters":null,"ActionTriggers":null,"AllowNegative":false,`+
		`"Disabled":false,"UpdateTime":"0001-01-01T00:00:00Z"}`...), nil
}
