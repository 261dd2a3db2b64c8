package apier

import (
	"slices"

	"purser/engine"
	"purser/engine/rating"
)

// callCost is the answer of Debit, MaxDebit and GetCost. It takes its shape while it is encoded, by the goroutine that
// writes the answer: the engine's goroutine, which hands the result over, has other things to do.
// Source: cgrates-charging, section 2.2.
type callCost struct {
	req     *callDescriptor
	tor     string
	charged *engine.Charged
	quote   bool // a price without an account
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
	w.amount(`,"Cost":`, c.Cost)
	w.raw(`,"Timespans":`)
	w.timespans(r.req, c)
	w.int(`,"RatedUsage":`, c.Usage)
	w.raw(`,"AccountSummary":`)
	if r.quote {
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
	return base + perSpan*len(r.charged.Spans) + perBalance*len(r.charged.Summary)
}

// timespans writes what was charged, span by span; null when there was nothing to charge.
func (w *writer) timespans(req *callDescriptor, c *engine.Charged) {
	if len(c.Spans) == 0 {
		w.raw("null")
		return
	}
	before := "["
	for i := range c.Spans {
		w.raw(before)
		w.timespan(req, &c.Spans[i])
		before = ","
	}
	w.raw("]")
}

// timespan writes one of them. What a unit balance pays without a price shows one of 0 for a step.
func (w *writer) timespan(req *callDescriptor, s *engine.Span) {
	w.time(`{"TimeStart":`, req.at(s.Start))
	w.time(`,"TimeEnd":`, req.at(s.Start+s.Length))
	w.amount(`,"Cost":`, s.Cost)
	w.raw(`,"RateInterval":`)
	w.rateInterval(s)
	w.int(`,"DurationIndex":`, s.Position+s.Length)
	w.raw(`,"Increments":`)
	w.increments(req, s.Increments)
	w.raw(`,"RoundIncrement":`)
	if s.Rounding == nil {
		w.raw("null")
	} else {
		w.increment(req, s.Rounding)
	}
	w.matched(s)
	w.text(`,"MatchedPrefix":`, s.Prefix)
	w.text(`,"MatchedDestId":`, s.DestID)
	if s.Price == nil {
		w.raw(`,"RatingPlanId":"*none"`)
	} else {
		w.text(`,"RatingPlanId":`, s.Price.PlanID)
	}
	w.raw(`,"CompressFactor":1}`)
}

// matched writes what priced a span: a rating key, or the unit balance that needed no price.
func (w *writer) matched(s *engine.Span) {
	if s.Price != nil {
		w.text(`,"MatchedSubject":`, s.Price.Subject)
		return
	}
	w.uuid(`,"MatchedSubject":`, s.Increments[0].Unit.UUID)
}

// rateInterval writes the price of a span.
func (w *writer) rateInterval(s *engine.Span) {
	p := s.Price
	if p == nil {
		step := s.Increments[0].Length
		w.raw(`{"Timing":null,"Rating":{"ConnectFee":0,"RoundingMethod":"","RoundingDecimals":0,` +
			`"MaxCost":0,"MaxCostStrategy":"","Rates":[{"GroupIntervalStart":0,"Value":0`)
		w.int(`,"RateIncrement":`, step)
		w.int(`,"RateUnit":`, step)
		w.raw(`}]},"Weight":0}`)
		return
	}
	w.raw(`{"Timing":`)
	w.timing(p.Timing)
	w.amount(`,"Rating":{"ConnectFee":`, p.Rate.ConnectFee)
	w.text(`,"RoundingMethod":`, p.Row.RoundingMethod)
	w.int(`,"RoundingDecimals":`, int64(p.Row.RoundingDecimals))
	w.amount(`,"MaxCost":`, p.Row.MaxCost)
	w.text(`,"MaxCostStrategy":`, p.Row.MaxCostStrategy)
	before := `,"Rates":[`
	for i := range p.Rate.Slots {
		slot := &p.Rate.Slots[i]
		w.raw(before)
		w.int(`{"GroupIntervalStart":`, slot.From)
		w.amount(`,"Value":`, slot.Price)
		w.int(`,"RateIncrement":`, slot.Step)
		w.int(`,"RateUnit":`, slot.Unit)
		w.raw("}")
		before = ","
	}
	w.amount(`]},"Weight":`, p.Row.Weight)
	w.raw("}")
}

// timing writes when a price holds; nil is always.
func (w *writer) timing(g *rating.Timing) {
	if g == nil {
		w.raw(`{"ID":"*any","Years":[],"Months":[],"MonthDays":[],"WeekDays":[],"StartTime":"00:00:00","EndTime":""}`)
		return
	}
	w.text(`{"ID":`, g.ID)
	w.numbers(`,"Years":`, g.Years)
	w.numbers(`,"Months":`, g.Months)
	w.numbers(`,"MonthDays":`, g.MonthDays)
	w.numbers(`,"WeekDays":`, g.WeekDays)
	start := g.Start
	if start == "" {
		start = "00:00:00"
	}
	w.text(`,"StartTime":`, start)
	w.text(`,"EndTime":`, g.End)
	w.raw("}")
}

// increments writes a span's steps, equal ones as one with a count; null for none.
func (w *writer) increments(req *callDescriptor, list []engine.Increment) {
	if len(list) == 0 {
		w.raw("null")
		return
	}
	before := "["
	for i := range list {
		w.raw(before)
		w.increment(req, &list[i])
		before = ","
	}
	w.raw("]")
}

// increment writes equal steps: Duration and Cost are of one. What nobody paid, as in a price without an account, shows
// no balances.
func (w *writer) increment(req *callDescriptor, i *engine.Increment) {
	w.int(`{"Duration":`, i.Length)
	w.amount(`,"Cost":`, i.Cost)
	w.raw(`,"BalanceInfo":{"Unit":`)
	if i.Unit.IsZero() {
		w.raw("null")
	} else {
		w.unit(req, &i.Unit)
	}
	if i.Money.IsZero() {
		w.raw(`,"Monetary":null`)
	} else {
		w.uuid(`,"Monetary":{"UUID":`, i.Money.UUID)
		w.text(`,"ID":`, i.Money.ID)
		w.amount(`,"Value":`, i.Money.After)
		w.raw(`,"RateInterval":null}`)
	}
	payer := ""
	if i.Payer.Account != "" {
		payer = i.Payer.String()
	}
	w.text(`,"AccountID":`, payer)
	w.int(`},"CompressFactor":`, i.Count)
	w.raw("}")
}

// unit writes the unit balance that paid: Value after the last step, Consumed by one step. DestinationID is the number
// as dialled, by its old name.
func (w *writer) unit(req *callDescriptor, u *engine.UnitUse) {
	w.uuid(`{"UUID":`, u.UUID)
	w.text(`,"ID":`, u.ID)
	w.amount(`,"Value":`, u.After)
	w.text(`,"DestinationID":`, req.Destination)
	w.amount(`,"Consumed":`, u.Consumed)
	w.amount(`,"Factor":`, u.Factor)
	w.text(`,"Category":`, req.Category)
	w.text(`,"ToR":`, u.ToR)
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
