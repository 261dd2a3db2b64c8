package engine

import (
	"strconv"
	"strings"
	"time"

	"purser/engine/amount"
)

// payUnits lets a unit balance pay as many whole steps of the rest as it can,
// without a price. Steps are counted by division, so a charge costs the same
// time however many there are.
// Source: cgrates-charging, section 3 step 6; section 9 item 7.
func (c *charging) payUnits(x *candidate, step int64) {
	b := x.balance()
	perStep, factor := c.perStep(b, step)
	steps := (c.rest-1)/step + 1
	if !perStep.IsZero() {
		steps = min(steps, b.Value.QuoFloor(perStep))
	}
	if steps == 0 {
		return
	}
	x.acc.charge(x.i, perStep.Mul(amount.FromInt(steps)))
	c.end(c.begin(Span{
		Start: c.done, Length: steps * step, Position: c.req.Position + c.done, Prefix: x.prefix, DestID: x.destID,
		Increments: []Increment{{Length: step, Count: steps, Payer: x.acc.acc.ID, Unit: unitUse(x, perStep, factor)}},
	}))
}

// payPricedUnits lets a unit balance with a rating subject pay: each step
// takes its units and, from the first money balance that has it, its price.
// Source: cgrates-charging, section 3 step 7.
func (c *charging) payPricedUnits(x *candidate) error {
	spans, err := c.price(x.balance().With().RatingSubject)
	if err != nil {
		return err
	}
	return c.walk(spans, func(o *offer) (int64, error) {
		perStep, factor := c.perStep(x.balance(), o.span.Slot.Step)
		steps := o.steps
		if !perStep.IsZero() {
			steps = min(steps, x.balance().Value.QuoFloor(perStep))
		}
		paid := int64(0)
		take := func(n int64, purse *candidate) {
			x.acc.charge(x.i, perStep.Mul(amount.FromInt(n)))
			c.take(o, n, purse, unitUse(x, perStep, factor))
			paid += n
		}
		if o.costsNothing() {
			if steps > 0 {
				take(steps, nil)
			}
			return paid, nil
		}
		money, blocked := c.reach()
		for i := range money {
			m := &money[i]
			if n := min(steps-paid, c.affordable(o, m)); n > 0 {
				take(n, m)
			}
		}
		if paid < steps && c.negative && !blocked {
			purse, err := c.defaultPurse()
			if err != nil {
				return paid, err
			}
			take(steps-paid, purse)
		}
		return paid, nil
	})
}

// perStep returns what a step takes from a unit balance, and the factor in it.
func (c *charging) perStep(b *Balance, step int64) (perStep, factor amount.Amount) {
	factor, multiplies := b.With().factor(c.req.Factor)
	perStep = amount.FromInt(step)
	if multiplies {
		perStep = perStep.Mul(factor)
	}
	return perStep, factor
}

func unitUse(x *candidate, perStep, factor amount.Amount) UnitUse {
	b := x.balance()
	return UnitUse{UUID: b.UUID, ID: b.ID, ToR: b.ToR, After: b.Value, Consumed: perStep, Factor: factor}
}

// stepMax bounds a step, in units: no balance holds more.
const stepMax = 1_000_000_000_000_000_000

// zeroSubject begins the rating subjects that set a step without a price.
const zeroSubject = "*zero"

// stepOf returns the billing step of a unit balance, in units, and false when
// its rating subject asks for a price. *zeroX is a step of X, a duration or a
// number of units; no subject or *any is the step of the type: one second of
// voice, one unit of anything else. A step that is none counts as the type's.
func stepOf(b *Balance, tor string) (step int64, plain bool) {
	step = 1
	if tor == Voice {
		step = int64(time.Second)
	}
	subject := b.With().RatingSubject
	if subject == "" || subject == anyDestination {
		return step, true
	}
	text, ok := strings.CutPrefix(subject, zeroSubject)
	if !ok {
		return 0, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n <= stepMax {
		return n, true
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 && d <= stepMax {
		return int64(d), true
	}
	return step, true
}

// one is the factor of a balance that has none.
var one = amount.FromInt(1)

// factor returns the factor of that name and whether there is one: without it
// a step takes what it is long.
func (a *Attributes) factor(name string) (amount.Amount, bool) {
	for _, f := range a.Factors {
		if name != "" && f.Name == name {
			return f.Value, true
		}
	}
	return one, false
}
