package services

import (
	"cmp"

	"purser/engine/amount"
)

// wholeCategory is the item that stands for all items of its category.
const wholeCategory = "_all"

// billableMax bounds what one line may count. The sum of ten thousand items of
// [QuantityMax] over a hundred accounts is below it, and 64 bits are far above.
const billableMax = 1_000_000_000_000_000

// pricer prices items with the quantities of one account.
type pricer struct {
	own, cascade Counts
}

// line prices one item of a merged plan.
func (p *pricer) line(category string, item *Member) (Line, error) {
	s := readSettings(item.Value.members)
	line := Line{
		Category: category, Item: cmp.Or(s.as, item.Name), PlanItem: item.Name,
		Name:     s.name,
		Quantity: p.quantity(category, item.Name, &s),
		Prorate:  s.prorate, Taxes: s.taxes, ActivationCharge: s.activation,
	}
	if line.Name == "" {
		line.Name = category
		if item.Name != wholeCategory {
			line.Name += "/" + item.Name
		}
	}
	if line.Quantity > billableMax {
		return Line{}, Problems{aboveMaximum(placeOf("plan", category, item.Name), billableMax, Whole(line.Quantity))}
	}
	line.Minimum = roundUp(s.minimum, s.step)
	line.Maximum = roundUp(line.Quantity, s.step)
	if s.maximum >= 0 {
		line.Maximum = roundUp(s.maximum, s.step)
	}
	counted := max(min(roundUp(line.Quantity, s.step), line.Maximum), line.Minimum)
	line.Rate, line.Billable = s.price(counted)
	line.Discounts = s.discounts(counted, line.Billable, line.Rate)
	line.Total = line.Rate.Mul(amount.FromInt(line.Billable)).
		Sub(line.Discounts.Single.Total).Sub(line.Discounts.Cumulative.Total)
	for _, stored := range []amount.Amount{line.Total, line.Discounts.Single.Total, line.Discounts.Cumulative.Total} {
		if stored.Check() != nil {
			return Line{}, Problems{tooMuchMoney(placeOf("plan", category, item.Name))}
		}
	}
	return line, nil
}

// quantity returns how many of an item the account has, before any setting but
// cascade and exceptions.
func (p *pricer) quantity(category, item string, s *settings) int64 {
	var own, cascade int64
	if item == wholeCategory {
		own = p.own.category(category).sum(s.exceptions)
		cascade = p.cascade.category(category).sum(s.exceptions)
	} else {
		own, _ = p.own.Get(category, item)
		cascade, _ = p.cascade.Get(category, item)
	}
	if !s.cascade {
		return own
	}
	return add(own, cascade)
}

// roundUp returns the smallest multiple of step that is not below n.
func roundUp(n, step int64) int64 { return (n + step - 1) / step * step }

// price returns the price of a quantity and how many units it is for: one if it
// is flat. A tiered price that ends below the quantity is as good as none.
func (s *settings) price(quantity int64) (rate amount.Amount, billable int64) {
	if rate, ok := rateFor(s.flatRates, quantity); ok {
		return rate, 1
	}
	if s.flatRate.Sign() > 0 {
		return s.flatRate, 1
	}
	if rate, ok := rateFor(s.rates, quantity); ok {
		return rate, quantity
	}
	return s.rate, quantity
}

// discounts returns what is subtracted from a line. Tiers and minimum go by the
// quantity that the price was found with, units by what is billed. What costs
// nothing has no discount, so that no line pays the customer for that.
func (s *settings) discounts(quantity, billable int64, rate amount.Amount) Discounts {
	var d Discounts
	if rate.Sign() <= 0 {
		return d
	}
	if s.single.rate.Sign() > 0 && quantity >= s.single.minimum {
		d.Single = newDiscount(1, s.single.rate)
	}
	each, ok := rateFor(s.cumulative.rates, quantity)
	if !ok {
		each = s.cumulative.rate
	}
	if units := min(billable, s.cumulative.maximum); units > 0 && each.Sign() > 0 {
		d.Cumulative = newDiscount(units, each)
	}
	return d
}

func newDiscount(quantity int64, rate amount.Amount) Discount {
	return Discount{quantity, rate, rate.Mul(amount.FromInt(quantity))}
}

func tooMuchMoney(at place) Problem {
	return Problem{Path: at.String(), Code: CodeMaximum, Message: "Price: " + amount.ErrRange.Error()}
}
