package apier

import (
	"slices"

	"purser/engine"
)

// callCost is the answer of Debit, MaxDebit and GetCost. It takes its shape while it is encoded, by the goroutine that
// writes the answer: the engine's goroutine, which hands the result over, has other things to do.
// Source: cgrates-charging, section 2.2.
type callCost struct {
	req     *callDescriptor
	tor     string
	charged *engine.Charged // nil for a price without an account
}

// chargeReply returns what turns the result of a charge into the answer to args.
func chargeReply(args *callDescriptor) func(*engine.Result) any {
	return func(r *engine.Result) any { return callCost{req: args, tor: r.Charge.ToR, charged: r.Charge} }
}

// AppendJSON writes the answer, its members in the order of CGRateS's documentation.
func (r callCost) AppendJSON(b []byte) ([]byte, error) {
	w := &writer{b: slices.Grow(b, r.size())}
	before := `{"Category":`
	if r.req.Direction != nil {
		w.text(`{"Direction":`, *r.req.Direction)
		before = `,"Category":`
	}
	w.text(before, r.req.Category)
	w.text(`,"Tenant":`, r.req.Tenant)
	w.text(`,"Subject":`, r.req.Subject)
	w.text(`,"Account":`, r.req.Account)
	w.text(`,"Destination":`, r.req.Destination)
	w.text(`,"ToR":`, r.tor)
	c := r.charged
	if c == nil {
		c = &engine.Charged{}
	}
	w.amount(`,"Cost":`, c.Cost)
	w.raw(`,"Timespans":`)
	w.timespans(r.req, c)
	w.int(`,"RatedUsage":`, c.Usage)
	w.raw(`,"AccountSummary":`)
	if r.charged == nil {
		w.raw("null")
	} else {
		w.accountSummary(c)
	}
	w.raw("}")
	return w.b, w.err
}

// size estimates the bytes of the answer.
func (r callCost) size() int {
	const base, perSpan, perBalance = 320, 840, 210
	if r.charged == nil {
		return base
	}
	return base + perSpan*len(r.charged.Spans) + perBalance*len(r.charged.Summary)
}

// timespans writes what the balances paid, one after the other; null when there was nothing to pay.
func (w *writer) timespans(req *callDescriptor, c *engine.Charged) {
	if len(c.Spans) == 0 {
		w.raw("null")
		return
	}
	payer := c.Payer.String()
	before := "["
	for i := range c.Spans {
		w.raw(before)
		w.timespan(req, &c.Spans[i], payer)
		before = ","
	}
	w.raw("]")
}

// timespan writes one of them. A unit balance pays steps without a price, so the price is one of 0 for a step, and
// the increments of the span are one increment, as many times as there were steps.
func (w *writer) timespan(req *callDescriptor, s *engine.Span, payer string) {
	w.time(`{"TimeStart":`, req.at(s.Start))
	w.time(`,"TimeEnd":`, req.at(s.Start+s.Length))
	w.amount(`,"Cost":`, s.Cost)
	w.raw(`,"RateInterval":{"Timing":null,"Rating":{"ConnectFee":0,"RoundingMethod":"","RoundingDecimals":0,` +
		`"MaxCost":0,"MaxCostStrategy":"","Rates":[{"GroupIntervalStart":0,"Value":0`)
	w.int(`,"RateIncrement":`, s.Step)
	w.int(`,"RateUnit":`, s.Step)
	w.raw(`}]},"Weight":0}`)
	w.int(`,"DurationIndex":`, s.Start+s.Length)
	w.int(`,"Increments":[{"Duration":`, s.Step)
	w.raw(`,"Cost":0,"BalanceInfo":{"Unit":`)
	w.unit(req, s)
	w.text(`,"Monetary":null,"AccountID":`, payer)
	w.int(`},"CompressFactor":`, s.Steps)
	w.uuid(`}],"RoundIncrement":null,"MatchedSubject":`, s.Unit.UUID)
	w.text(`,"MatchedPrefix":`, s.Prefix)
	w.text(`,"MatchedDestId":`, s.DestID)
	w.raw(`,"RatingPlanId":"*none","CompressFactor":1}`)
}

// unit writes the balance that paid: Value after the last step, Consumed by one step. DestinationID is the number as
// dialled, by its old name.
func (w *writer) unit(req *callDescriptor, s *engine.Span) {
	w.uuid(`{"UUID":`, s.Unit.UUID)
	w.text(`,"ID":`, s.Unit.ID)
	w.amount(`,"Value":`, s.Unit.After)
	w.text(`,"DestinationID":`, req.Destination)
	w.amount(`,"Consumed":`, s.Unit.Consumed)
	w.amount(`,"Factor":`, s.Unit.Factor)
	w.text(`,"Category":`, s.Category)
	w.text(`,"ToR":`, s.Unit.ToR)
	w.raw(`,"RateInterval":null}`)
}

// summaryTypes are the types that a summary shows, in its order. Source: cgrates-apier, section 10.3.
var summaryTypes = [...]string{engine.Data, engine.SMS, engine.MMS, engine.Voice, engine.Generic, engine.Monetary}

// accountSummary writes the balances of the account that paid; an account that is disabled is never charged.
func (w *writer) accountSummary(c *engine.Charged) {
	w.text(`{"Tenant":`, c.Payer.Tenant)
	w.text(`,"ID":`, c.Payer.Account)
	before := `,"BalanceSummaries":[`
	for _, tor := range summaryTypes {
		for i := range c.Summary {
			if c.Summary[i].ToR == tor {
				w.raw(before)
				w.balanceSummary(&c.Summary[i])
				before = ","
			}
		}
	}
	if before == "," {
		w.raw("]")
	} else {
		w.raw(`,"BalanceSummaries":null`)
	}
	w.bool(`,"AllowNegative":`, c.AllowNegative)
	w.raw(`,"Disabled":false}`)
}

// balanceSummary writes a balance; its ID is the UUID where it has no name.
func (w *writer) balanceSummary(b *engine.Summary) {
	w.uuid(`{"UUID":`, b.UUID)
	if b.ID == "" {
		w.uuid(`,"ID":`, b.UUID)
	} else {
		w.text(`,"ID":`, b.ID)
	}
	w.text(`,"Type":`, b.ToR)
	w.amount(`,"Initial":`, b.Initial)
	w.amount(`,"Value":`, b.Value)
	if !b.Weight.IsZero() {
		w.amount(`,"Weight":`, b.Weight)
	}
	w.bool(`,"Disabled":`, b.Disabled)
	if len(b.Factors) > 0 {
		w.factors(`,"Factors":`, b.Factors)
	}
	w.raw("}")
}
