package engine

import (
	"strings"

	"github.com/google/uuid"

	"purser/engine/amount"
	"purser/engine/rating"
)

// payMoney lets a money balance pay for the rest from the front, at the prices
// of its own rating subject if it has one.
// Source: cgrates-charging, section 3 step 8.
func (c *charging) payMoney(x *candidate) error {
	subject := x.balance().With().RatingSubject
	if subject == "" || strings.HasPrefix(subject, zeroSubject) {
		subject = c.req.Subject // *zero is a step of units, which money has none of
	}
	spans, err := c.price(subject)
	if err != nil {
		return err
	}
	return c.walk(spans, func(o *offer) (int64, error) {
		n := o.steps
		if !o.costsNothing() {
			n = min(n, c.affordable(o, x))
		}
		if n > 0 {
			c.take(o, n, x, UnitUse{})
		}
		return n, nil
	})
}

// uncovered charges what no balance could pay: what costs nothing is served,
// the rest goes below zero on *default where the charge may. It tells whether
// there was progress.
// Source: cgrates-charging, section 3 step 9; section 9 items 8 and 12.
func (c *charging) uncovered() (bool, error) {
	spans, err := c.price(c.req.Subject)
	if err != nil {
		return false, err
	}
	before := c.done
	err = c.walk(spans, func(o *offer) (int64, error) {
		var purse *candidate
		if !o.costsNothing() {
			if !c.negative {
				return 0, nil
			}
			var err error
			if purse, err = c.defaultPurse(); err != nil {
				return 0, err
			}
		}
		steps := o.steps
		c.take(o, steps, purse, UnitUse{})
		return steps, nil
	})
	return c.done > before, err
}

// offer is a number of steps of one price that somebody may pay for.
type offer struct {
	span  *rating.Span
	from  int64 // units into span
	steps int64
	free  bool  // the call has reached its cost cap
	out   *Span // where what is paid goes
}

func (o *offer) costsNothing() bool { return o.free || o.span.Slot.Price.IsZero() }

// affordable returns how many steps from the offer's front m can pay.
func (c *charging) affordable(o *offer, m *candidate) int64 {
	b := m.balance()
	if b.Value.Sign() <= 0 || !timingsHold(c.d.state, b.With().TimingIDs, c.now()) {
		return 0
	}
	return o.span.Affordable(o.from, b.Value)
}

// walk offers the steps of priced spans to pay, from the front, until pay
// charges less than it is offered, or a limit ends the charge. Nobody pays a
// connect fee for a call that does not begin.
func (c *charging) walk(spans []rating.Span, pay func(*offer) (int64, error)) error {
	fee, undo, err := c.takeFee(&spans[0])
	if err != nil || undo == nil {
		return err
	}
	before := c.done
	for i := range spans {
		s := &spans[i]
		if c.tooDear(s) {
			c.ended = true
			break
		}
		out := c.begin(c.span(s, 0))
		if i == 0 && fee != nil {
			out.Increments, out.Cost = append(out.Increments, *fee), fee.Cost
		}
		whole, err := c.walkSpan(s, out, pay)
		if err != nil {
			return err
		}
		c.end(out)
		if !whole {
			break
		}
	}
	if c.done == before {
		undo()
	}
	return nil
}

// walkSpan is walk for one span; it tells whether all of it was paid.
func (c *charging) walkSpan(s *rating.Span, out *Span, pay func(*offer) (int64, error)) (whole bool, err error) {
	for out.Length < s.Length {
		o := offer{span: s, from: out.Length, out: out}
		if o.steps, o.free = c.uncapped(s, o.from); o.steps == 0 {
			c.ended = true
			return false, nil
		}
		wanted := o.steps
		n, err := pay(&o)
		if err != nil || n < wanted {
			return false, err
		}
	}
	return true, nil
}

// uncapped returns how many steps from unit from on cost the same with regard
// to a cost cap, and whether the cap makes them free; no steps where it ends
// what can be paid. Source: cgrates-charging, section 5.4.
func (c *charging) uncapped(s *rating.Span, from int64) (steps int64, free bool) {
	left := (s.Length - from) / s.Slot.Step
	limit := s.Row.MaxCost
	ends := s.Row.MaxCostStrategy == rating.CapDisconnect && c.max
	if limit.Sign() <= 0 || !ends && s.Row.MaxCostStrategy != rating.CapFree {
		return left, false
	}
	if c.spent.Cmp(limit) < 0 {
		return min(left, s.StepsUntil(from, c.spent, limit)), false
	}
	if ends {
		return 0, false
	}
	return left, true
}

// tooDear tells whether a Max charge ends before s because of its price.
// Source: cgrates-charging, section 2.1 (MaxRate).
func (c *charging) tooDear(s *rating.Span) bool {
	r := c.req
	if !r.Max || r.MaxRate.Sign() <= 0 || r.MaxRateUnit <= 0 {
		return false
	}
	return s.Slot.Price.Mul(amount.FromInt(r.MaxRateUnit)).Cmp(r.MaxRate.Mul(amount.FromInt(s.Slot.Unit))) > 0
}

// take charges n steps from the front of the offer to purse, nil for what
// costs nothing or nobody pays, and moves the offer behind them.
func (c *charging) take(o *offer, n int64, purse *candidate, unit UnitUse) {
	step := o.span.Slot.Step
	to := o.from + n*step
	var cost amount.Amount
	if !o.costsNothing() {
		cost = o.span.Cost(o.from, to)
	}
	payer, money := c.acc.acc.ID, MoneyUse{}
	if purse != nil {
		purse.acc.charge(purse.i, cost)
		payer, money = purse.acc.acc.ID, purse.moneyUse()
	}
	o.out.Increments = evenly(o.out.Increments, Increment{Length: step, Payer: payer, Unit: unit, Money: money}, n, cost)
	o.out.Cost, o.out.Length = o.out.Cost.Add(cost), to
	c.spent = c.spent.Add(cost)
	o.from, o.steps = to, o.steps-n
}

// evenly appends n increments like one that cost together exactly cost: equal
// ones, or, where a step's price has more digits than an amount may have, two
// sorts that differ in the last digit.
func evenly(list []Increment, one Increment, n int64, cost amount.Amount) []Increment {
	each, dearer := cost.Split(n)
	if dearer > 0 {
		one.Count, one.Cost = dearer, each.Add(amount.Smallest)
		list = append(list, one)
	}
	one.Count, one.Cost = n-dearer, each
	return append(list, one)
}

func (x *candidate) moneyUse() MoneyUse {
	b := x.balance()
	return MoneyUse{UUID: b.UUID, ID: b.ID, After: b.Value}
}

// takeFee takes the connect fee of the price in front of a call that begins
// with it: from the first money balance that has it whole, else, where the
// charge may go below zero, from *default. It returns the fee's increment (nil
// for no fee) and how to undo it; a nil undo says that nobody can pay it.
func (c *charging) takeFee(s *rating.Span) (fee *Increment, undo func(), err error) {
	price := s.Rate.ConnectFee
	if price.IsZero() || c.req.Continued || c.done > 0 {
		return nil, func() {}, nil
	}
	var purse *candidate
	money, blocked := c.reach()
	for i := range money {
		m := &money[i]
		b := m.balance()
		if b.Value.Cmp(price) >= 0 && timingsHold(c.d.state, b.With().TimingIDs, c.now()) {
			purse = m
			break
		}
	}
	acc := c.acc
	if purse != nil {
		acc = purse.acc
	}
	was := acc.snapshot()
	if purse == nil {
		if !c.negative || blocked {
			return nil, nil, nil
		}
		if purse, err = c.defaultPurse(); err != nil {
			return nil, nil, err
		}
	}
	purse.acc.charge(purse.i, price)
	fee = &Increment{Count: 1, Cost: price, Payer: purse.acc.acc.ID, Money: purse.moneyUse()}
	return fee, func() { acc.restore(was) }, nil
}

// reach returns the money balances up to the first blocker, and whether there
// is one: what is behind it pays nothing, and nothing goes below zero.
func (c *charging) reach() (money []candidate, blocked bool) {
	for i := range c.money {
		if c.money[i].balance().With().Blocker {
			return c.money[:i+1], true
		}
	}
	return c.money, false
}

// defaultPurse returns the account's *default money balance, made when there
// is none.
func (c *charging) defaultPurse() (*candidate, error) {
	for i := range c.acc.acc.Balances {
		if b := &c.acc.acc.Balances[i]; b.ToR == Monetary && b.ID == DefaultBalance {
			return &candidate{acc: c.acc, i: i}, nil
		}
	}
	i, err := c.acc.make(Monetary, DefaultBalance, nil)
	return &candidate{acc: c.acc, i: i}, err
}

// round rounds the cost of each span that money paid as its price says, and
// charges or gives back the difference to the balance that paid first: at most
// what it paid of the span, which counts where another one paid the connect
// fee. A charge that may not go below zero does not do so for the rounding.
// Source: cgrates-charging, section 4 (PerformRounding).
func (c *charging) round() {
	for i := range c.spans {
		s := &c.spans[i]
		first := s.firstPaid()
		if first == nil {
			continue
		}
		difference := s.Price.Row.Round(s.Cost).Sub(s.Cost)
		purse := c.payer(first.Payer, first.Money.UUID)
		if purse == nil || difference.IsZero() {
			continue
		}
		if value := purse.balance().Value; !c.negative && difference.Cmp(value) > 0 {
			difference = value
		}
		if paid := s.paidBy(first.Money.UUID); difference.Add(paid).Sign() < 0 {
			difference = paid.Neg()
		}
		purse.acc.charge(purse.i, difference)
		s.Rounding = &Increment{Count: 1, Cost: difference, Payer: first.Payer, Money: purse.moneyUse()}
		s.Cost = s.Cost.Add(difference)
	}
}

// firstPaid returns the first increment of a priced span that a money balance
// paid, nil when none did.
func (s *Span) firstPaid() *Increment {
	for i := range s.Increments {
		if s.Price != nil && !s.Increments[i].Money.IsZero() {
			return &s.Increments[i]
		}
	}
	return nil
}

// paidBy returns what a money balance paid of a span.
func (s *Span) paidBy(id uuid.UUID) amount.Amount {
	var paid amount.Amount
	for i := range s.Increments {
		if n := &s.Increments[i]; n.Money.UUID == id {
			paid = paid.Add(n.Cost.Mul(amount.FromInt(n.Count)))
		}
	}
	return paid
}
