package engine

import (
	"strconv"
	"strings"
	"time"

	"purser/engine/amount"
)

// charging is one charge in work: what is left of the usage, and the spans
// that balances have paid so far, from the front.
type charging struct {
	req     *Charge
	acc     *draft
	tor     string
	initial []Balance // the account's balances before

	rest    int64 // units not paid yet
	done    int64 // units paid, in whole steps
	spans   []Span
	blocked string // name of the blocker that stopped the charge, "" for none
}

func newCharging(a *draft, req *Charge) *charging {
	c := &charging{req: req, acc: a, tor: req.ToR, rest: req.Usage}
	if c.tor == "" && req.Usage > 0 {
		c.tor = Voice
	}
	c.initial = append(c.initial, a.acc.Balances...)
	return c
}

// units lets the unit balances pay, best first, over and over as long as one
// of them makes progress: a balance may come into its timings later in the
// usage. Source: cgrates-charging, section 3 step 5.
func (c *charging) units() error {
	list, err := c.candidates()
	if err != nil {
		return err
	}
	for progress := true; progress && c.rest > 0; {
		progress = false
		for _, x := range list {
			if c.rest <= 0 {
				return nil
			}
			paid, err := c.pay(x)
			if err != nil {
				return err
			}
			progress = progress || paid
			if b := &c.acc.acc.Balances[x.i]; b.With().Blocker && c.rest > 0 {
				c.blocked = b.ID
				if c.blocked == "" {
					c.blocked = b.UUID.String()
				}
				return nil
			}
		}
	}
	return nil
}

// pay lets one balance pay as many whole steps of the rest as it can, and
// tells whether it paid any. Steps are counted by division, so a charge costs
// the same time however many there are.
// Source: cgrates-charging, section 3 step 6; section 9 item 7.
func (c *charging) pay(x candidate) (bool, error) {
	b := &c.acc.acc.Balances[x.i]
	a := b.With()
	step, plain := stepOf(b, c.tor)
	if !plain {
		return false, needsPrice(c.req, c.rest)
	}
	if b.Value.Sign() <= 0 || !timingsHold(c.acc.d.state, a.TimingIDs, c.req.Start.Add(time.Duration(c.done))) {
		return false, nil
	}
	perStep := amount.FromInt(step)
	factor, multiplies := a.factor(c.req.Factor)
	if multiplies {
		perStep = perStep.Mul(factor)
	}
	steps := (c.rest-1)/step + 1
	if !perStep.IsZero() {
		steps = min(steps, b.Value.QuoFloor(perStep))
	}
	if steps == 0 {
		return false, nil
	}
	taken := amount.FromInt(-steps * step)
	if multiplies {
		taken = taken.Mul(factor)
	}
	c.acc.add(x.i, taken)
	c.spans = append(c.spans, Span{
		Start: c.done, Length: steps * step, Step: step, Steps: steps, Category: c.req.Category,
		Prefix: x.prefix, DestID: x.destID,
		Unit: UnitUse{UUID: b.UUID, ID: b.ID, ToR: b.ToR, After: b.Value, Consumed: perStep, Factor: factor},
	})
	c.done += steps * step
	c.rest -= steps * step
	return true, nil
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

// charged returns the answer.
func (c *charging) charged() *Charged {
	r := &Charged{Payer: c.acc.acc.ID, ToR: c.tor, Usage: c.done, Spans: c.spans, AllowNegative: c.acc.acc.AllowNegative}
	r.Summary = make([]Summary, len(c.initial))
	for i := range c.initial {
		before, after := &c.initial[i], &c.acc.acc.Balances[i]
		a := before.With()
		r.Summary[i] = Summary{UUID: before.UUID, ID: before.ID, ToR: before.ToR, Initial: before.Value,
			Value: after.Value, Weight: a.Weight, Disabled: a.Disabled, Factors: a.Factors}
	}
	return r
}
