package engine

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"purser/engine/amount"
	"purser/engine/rating"
)

// charging is one charge in work: what is left of the usage, and the spans
// that balances have paid so far, from the front.
// Source: cgrates-charging, section 3.
type charging struct {
	d   *decision
	req *Charge
	acc *draft // who pays
	tor string

	max      bool // charge only what can be paid, and stop quietly at a blocker
	negative bool // *default pays below zero what no balance covers

	units []candidate
	money []candidate

	rest  int64         // units not paid yet
	done  int64         // units paid, in whole steps
	spent amount.Amount // on the call, without connect fees
	spans []Span

	priced    []rating.Span // the last pricing: of the rest behind pricedAt, for pricedFor
	pricedAt  int64
	pricedFor string
	blocked   string // name of the blocker that stopped the charge, "" for none
	ended     bool   // a rate above MaxRate, or a cap, ended what can be paid
}

func newCharging(d *decision, a *draft, req *Charge) *charging {
	c := &charging{d: d, req: req, acc: a, tor: req.ToR, rest: req.Units, spent: req.Spent}
	if c.tor == "" && req.Units > 0 {
		c.tor = Voice
	}
	c.max = req.Max && (!a.acc.AllowNegative || req.DenyNegative)
	c.negative = !c.max && !req.DenyNegative
	return c
}

// charge lets unit balances pay first and money behind them, over and over as
// long as one of them makes progress: a balance may come into its timings
// later in the usage. What is left then goes below zero, if it may; if only a
// part of it was free, they have their chance again behind that.
func (c *charging) charge() error {
	if c.rest == 0 {
		return c.nothing()
	}
	var err error
	if c.units, err = c.candidates(c.tor, Generic); err != nil {
		return err
	}
	if c.money, err = c.candidates(Monetary); err != nil {
		return err
	}
	for progress := true; progress && c.goesOn(); {
		units, err := c.pass(c.units)
		if err != nil {
			return err
		}
		money, err := c.pass(c.money)
		if err != nil {
			return err
		}
		if progress = units || money; progress || !c.goesOn() {
			continue
		}
		if progress, err = c.uncovered(); err != nil {
			return err
		}
	}
	if c.req.Rounding {
		c.round()
	}
	return nil
}

// goesOn tells whether there is something left that may be paid.
func (c *charging) goesOn() bool { return c.rest > 0 && c.blocked == "" && !c.ended }

// nothing answers a charge of no usage: it shows the price, if there is one.
// A Max charge wants one, as in CGRateS.
func (c *charging) nothing() error {
	spans, err := c.price(c.req.Subject)
	if err != nil {
		if c.req.Max {
			return err
		}
		return nil
	}
	c.spans = append(c.spans, c.span(&spans[0], 0))
	return nil
}

// pass lets each balance of a list pay, best first, again and again while one
// of them does, and tells whether one did.
func (c *charging) pass(list []candidate) (bool, error) {
	any := false
	for progress := true; progress; {
		progress = false
		for i := range list {
			if !c.goesOn() {
				return any, nil
			}
			x, before := &list[i], c.done
			if err := c.pay(x); err != nil {
				return any, err
			}
			progress = progress || c.done > before
			any = any || progress
			if b := x.balance(); b.With().Blocker && c.rest > 0 {
				c.blocked = b.ID
				if c.blocked == "" {
					c.blocked = b.UUID.String()
				}
			}
		}
	}
	return any, nil
}

// pay lets one balance pay as many whole steps of the rest as it can.
func (c *charging) pay(x *candidate) error {
	b := x.balance()
	if b.Value.Sign() <= 0 || !timingsHold(c.d.state, b.With().TimingIDs, c.now()) {
		return nil
	}
	if b.ToR == Monetary {
		return c.payMoney(x)
	}
	if step, plain := stepOf(b, c.tor); plain {
		c.payUnits(x, step)
		return nil
	}
	return c.payPricedUnits(x)
}

// now is the time at which the rest starts. What is no voice is all used at
// the start: its units are no time.
func (c *charging) now() time.Time {
	if c.tor != Voice {
		return c.req.Start
	}
	return c.req.Start.Add(time.Duration(c.done))
}

// price returns the spans of the rest at a subject's prices.
func (c *charging) price(subject string) ([]rating.Span, error) {
	if c.priced != nil && c.pricedAt == c.done && c.pricedFor == subject {
		return c.priced, nil
	}
	spans, err := rating.Price(c.d.state, rating.Call{
		Tenant: c.req.Account.Tenant, Category: c.req.Category, Subject: subject, Destination: c.req.Destination,
		ToR: c.tor, Start: c.now(), Units: c.rest, Position: c.req.Position + c.done,
	})
	if err != nil {
		return nil, c.unpriced(err, subject)
	}
	c.priced, c.pricedAt, c.pricedFor = spans, c.done, subject
	return spans, nil
}

// unpriced says in the engine's terms why there is no price.
func (c *charging) unpriced(err error, subject string) error {
	return noPrice(err, &c.req.Usage, c.req.Account.Tenant, subject)
}

func noPrice(err error, u *Usage, tenant, subject string) error {
	text := rating.Key(tenant, u.Category, subject) + " to " + u.Destination
	switch {
	case errors.Is(err, rating.ErrNoProfile):
		return refuse(CodeNoRatingPlan, "%s", text)
	case errors.Is(err, rating.ErrNoPrice):
		return refuse(CodeNoPrice, "%s", text)
	case errors.Is(err, rating.ErrGap):
		return refuse(CodePriceGap, "%s", text)
	}
	return err
}

// span returns the answer's span for a part of a priced one, which begins at
// unit from of it, without increments yet.
func (c *charging) span(s *rating.Span, from int64) Span {
	return Span{
		Start: c.done, Position: s.Position + from, Prefix: s.Prefix, DestID: s.Row.DestinationID,
		Price: &SpanPrice{Subject: s.Subject, PlanID: s.PlanID, Row: s.Row, Rate: s.Rate, Timing: s.Timing},
	}
}

// begin appends a span that nothing is paid of yet, and returns it to be filled
// in; end counts what was paid of it, or takes it away.
func (c *charging) begin(s Span) *Span {
	c.spans = append(c.spans, s)
	return &c.spans[len(c.spans)-1]
}

func (c *charging) end(s *Span) {
	if s.Length == 0 {
		c.spans = c.spans[:len(c.spans)-1]
		return
	}
	c.done += s.Length
	c.rest -= s.Length
}

// rateName returns the name of the first rate that priced the charge, "" for
// none: what ledgers call it.
func (c *charging) rateName() string {
	for i := range c.spans {
		if p := c.spans[i].Price; p != nil {
			return p.Rate.ID
		}
	}
	return ""
}

// count tells the account's counters what the charge consumed: once for all
// equal steps, after the charge. Source: cgrates-charging, section 9 item 11.
func (c *charging) count() {
	if c.acc.acc.Triggers == nil {
		return
	}
	count := func(tor string, used amount.Amount, n *Increment, id uuid.UUID) {
		var paid *Balance
		if x := c.payer(n.Payer, id); x != nil {
			paid = x.balance()
		}
		c.acc.count(tor, c.req.Category, c.req.Destination, used, paid)
	}
	for i := range c.spans {
		for k := range c.spans[i].Increments {
			n := &c.spans[i].Increments[k]
			times := amount.FromInt(n.Count)
			if !n.Unit.IsZero() {
				count(c.tor, amount.FromInt(n.Length).Mul(times), n, n.Unit.UUID)
			}
			if !n.Money.IsZero() {
				count(Monetary, n.Cost.Mul(times), n, n.Money.UUID)
			}
		}
	}
}

// payer returns a balance that paid, nil when it is gone.
func (c *charging) payer(account AccountID, id uuid.UUID) *candidate {
	for _, a := range c.d.drafts {
		if a.acc.ID != account {
			continue
		}
		if k := a.acc.find(id); k >= 0 {
			return &candidate{acc: a, i: k}
		}
	}
	return nil
}

// charged returns the answer.
func (c *charging) charged() *Charged {
	r := &Charged{Payer: c.acc.acc.ID, ToR: c.tor, Usage: c.done, Spans: c.spans, AllowNegative: c.acc.acc.AllowNegative}
	for i := range c.spans {
		r.Cost = r.Cost.Add(c.spans[i].Cost)
	}
	r.Summary = c.acc.summarize()
	return r
}
