package rating

import (
	"errors"
	"fmt"
	"time"

	"purser/engine/amount"
)

// fallbacksMax bounds the fallback subjects of one activation: with the bound
// on their depth, also what one look-up may try.
const fallbacksMax = 16

// activationsMax bounds the activations of one profile, which grows by one with
// every plan that is set beside those that are there.
const activationsMax = 1000

// Check returns what is wrong with a plan that must not be used: an index that
// points nowhere, or a rate, timing or row that cannot be charged by. It names the
// rate, timing or row.
func (p *Plan) Check() error {
	if p.ID == "" {
		return errors.New("plan without an ID")
	}
	for i := range p.Rates {
		if err := p.Rates[i].check(); err != nil {
			return fmt.Errorf("plan %q: rate %q: %w", p.ID, p.Rates[i].ID, err)
		}
	}
	for i := range p.Timings {
		if err := p.Timings[i].Check(); err != nil {
			return fmt.Errorf("plan %q: timing %q: %w", p.ID, p.Timings[i].ID, err)
		}
	}
	for i := range p.Rows {
		if err := p.Rows[i].check(len(p.Rates), len(p.Timings)); err != nil {
			return fmt.Errorf("plan %q: row %d, destination %q: %w", p.ID, i+1, p.Rows[i].DestinationID, err)
		}
	}
	return nil
}

func (r *Rate) check() error {
	if err := checkPrice("connect fee", r.ConnectFee); err != nil {
		return err
	}
	if len(r.Slots) == 0 || r.Slots[0].From != 0 {
		return errors.New("no slot from 0")
	}
	for i := range r.Slots {
		s := &r.Slots[i]
		switch {
		case i > 0 && s.From <= r.Slots[i-1].From:
			return fmt.Errorf("slot from %d behind the one from %d", s.From, r.Slots[i-1].From)
		case s.From > UnitsMax:
			return fmt.Errorf("slot from %d, at most %d", s.From, UnitsMax)
		case s.Unit < 1 || s.Unit > UnitsMax:
			return fmt.Errorf("rate unit %d, want 1 to %d", s.Unit, UnitsMax)
		case s.Step < 1 || s.Step > UnitsMax:
			return fmt.Errorf("rate increment %d, want 1 to %d", s.Step, UnitsMax)
		}
		if err := checkPrice("rate", s.Price); err != nil {
			return err
		}
	}
	return nil
}

func (r *Row) check(rates, timings int) error {
	switch {
	case r.DestinationID == "":
		return errors.New("no destination")
	case r.Rate < 0 || r.Rate >= rates:
		return fmt.Errorf("rate %d of %d", r.Rate+1, rates)
	case r.Timing < 0 || r.Timing > timings:
		return fmt.Errorf("timing %d of %d", r.Timing, timings)
	case r.RoundingDecimals < 0 || r.RoundingDecimals > amount.FractionDigitsMax:
		return fmt.Errorf("%d rounding decimals, want 0 to %d", r.RoundingDecimals, amount.FractionDigitsMax)
	case !r.MaxCost.IsZero() && r.MaxCostStrategy != CapFree && r.MaxCostStrategy != CapDisconnect:
		return fmt.Errorf("strategy %q of the maximum cost, want %s or %s", r.MaxCostStrategy, CapFree, CapDisconnect)
	}
	if err := r.Weight.Check(); err != nil {
		return fmt.Errorf("weight: %w", err)
	}
	return checkPrice("maximum cost", r.MaxCost)
}

func checkPrice(name string, price amount.Amount) error {
	if price.Sign() < 0 {
		return fmt.Errorf("%s %s is below 0", name, price)
	}
	if err := price.Check(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Check returns what is wrong with a timing that could never be read back as
// it was meant.
func (g *Timing) Check() error {
	for _, c := range []struct {
		name     string
		list     []int
		min, max int
	}{
		{"year", g.Years, 1, 9999}, {"month", g.Months, 1, 12},
		{"day", g.MonthDays, 1, 31}, {"week day", g.WeekDays, 0, 6},
	} {
		for _, v := range c.list {
			if v < c.min || v > c.max {
				return fmt.Errorf("%s %d is not from %d to %d", c.name, v, c.min, c.max)
			}
		}
	}
	for _, text := range []string{g.Start, g.End} {
		if t, err := time.Parse(ClockLayout, text); text != "" && (err != nil || t.Format(ClockLayout) != text) {
			return fmt.Errorf("%q is no time of day as 15:04:05", text)
		}
	}
	return nil
}

// Seconds since 1970 of the first and the last instant that RFC 3339 can
// write: those of the years 1 and 9999.
const (
	instantMin = -62135596800
	instantMax = 253402300799
)

// Check returns what is wrong with a profile that must not be used: its
// activations are out of order, or not usable.
func (p *Profile) Check() error {
	if p.Subject == "" {
		return fmt.Errorf("profile %s without a subject", p.Key())
	}
	if n := len(p.Activations); n > activationsMax {
		return fmt.Errorf("profile %s: %d activations, at most %d", p.Key(), n, activationsMax)
	}
	for i := range p.Activations {
		a := &p.Activations[i]
		switch {
		case a.PlanID == "":
			return fmt.Errorf("profile %s: activation %d without a plan", p.Key(), i+1)
		case a.At < instantMin || a.At > instantMax:
			return fmt.Errorf("profile %s: activation %d is not in the years 1 to 9999", p.Key(), i+1)
		case i > 0 && a.At <= p.Activations[i-1].At:
			return fmt.Errorf("profile %s: activation %d is not after the one before", p.Key(), i+1)
		case len(a.Fallbacks) > fallbacksMax:
			return fmt.Errorf("profile %s: %d fallback subjects, at most %d", p.Key(), len(a.Fallbacks), fallbacksMax)
		}
	}
	return nil
}
