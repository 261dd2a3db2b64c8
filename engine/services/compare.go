package services

import (
	"cmp"
	"strings"

	"purser/engine/amount"
)

// LineChange is how a line differs from what was before.
type LineChange struct {
	Type       LineChangeType `json:"type" cbor:"1,keyasint"`
	Difference Difference     `json:"difference" cbor:"2,keyasint,omitzero"`
}

// LineChangeType says what became of a line.
type LineChangeType string

// The types of a [LineChange].
const (
	LineCreated  LineChangeType = "created"
	LineModified LineChangeType = "modified"
	LineRemoved  LineChangeType = "removed"
)

// Difference is proposed minus current, of what differs; of the name, the new
// one.
type Difference struct {
	Quantity         int64               `json:"quantity,omitzero" cbor:"1,keyasint,omitempty"`
	Billable         int64               `json:"billable,omitzero" cbor:"2,keyasint,omitempty"`
	Rate             amount.Amount       `json:"rate,omitzero" cbor:"3,keyasint,omitzero"`
	Minimum          int64               `json:"minimum,omitzero" cbor:"4,keyasint,omitempty"`
	ActivationCharge amount.Amount       `json:"activation_charge,omitzero" cbor:"5,keyasint,omitzero"`
	Discounts        DiscountDifferences `json:"discounts,omitzero" cbor:"6,keyasint,omitzero"`
	Name             string              `json:"name,omitzero" cbor:"7,keyasint,omitempty"`
}

// DiscountDifferences are those of a line's discounts.
type DiscountDifferences struct {
	Single     DiscountDifference `json:"single,omitzero" cbor:"1,keyasint,omitzero"`
	Cumulative DiscountDifference `json:"cumulative,omitzero" cbor:"2,keyasint,omitzero"`
}

// DiscountDifference is that of one discount.
type DiscountDifference struct {
	Quantity int64         `json:"quantity,omitzero" cbor:"1,keyasint,omitempty"`
	Rate     amount.Amount `json:"rate,omitzero" cbor:"2,keyasint,omitzero"`
}

// IsZero tells whether nothing differs.
func (d DiscountDifference) IsZero() bool { return d.Quantity == 0 && d.Rate.IsZero() }

// IsZero tells whether nothing differs.
func (d DiscountDifferences) IsZero() bool { return d.Single.IsZero() && d.Cumulative.IsZero() }

// IsZero tells whether nothing differs.
func (d Difference) IsZero() bool {
	return d.Quantity == 0 && d.Billable == 0 && d.Rate.IsZero() && d.Minimum == 0 &&
		d.ActivationCharge.IsZero() && d.Discounts.IsZero() && d.Name == ""
}

// Compare returns the proposed invoices with what is new against the current
// ones, both from [Invoices]: each line's changes, the activation charges of
// added units, and what is due today. A line that is gone stays as one without
// quantity, so that the bookkeeper hears of it; so does an invoice. The only
// error is a [Problems]: charges of more digits than an amount may have.
func Compare(current, proposed []Invoice) ([]Invoice, error) {
	var compared []Invoice
	for len(current) > 0 || len(proposed) > 0 {
		var was, is Invoice
		switch {
		case len(current) == 0 || len(proposed) > 0 && proposed[0].Bookkeeper.compare(current[0].Bookkeeper) < 0:
			is, proposed = proposed[0], proposed[1:]
		case len(proposed) == 0 || current[0].Bookkeeper.compare(proposed[0].Bookkeeper) < 0:
			was, current = current[0], current[1:]
			is.Bookkeeper = was.Bookkeeper
		default:
			was, is, current, proposed = current[0], proposed[0], current[1:], proposed[1:]
		}
		if err := is.compare(was.Items); err != nil {
			return nil, err
		}
		compared = append(compared, is)
	}
	return compared, nil
}

// compare adds to an invoice what differs from the lines before.
func (i *Invoice) compare(old []Line) error {
	now := i.Items
	i.Items, i.ActivationCharges, i.Summary.Today = nil, nil, amount.Amount{}
	for len(old) > 0 || len(now) > 0 {
		var line Line
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].compare(now[0]) < 0:
			line, old = removed(old[0]), old[1:]
		case len(old) == 0 || now[0].compare(old[0]) < 0:
			line, now = now[0], now[1:]
			line.Changes = &LineChange{LineCreated, difference(Line{}, line)}
			i.activate(line, line.Billable)
		default:
			line = now[0]
			if d := difference(old[0], line); !d.IsZero() {
				line.Changes = &LineChange{LineModified, d}
			}
			i.activate(line, line.Billable-old[0].Billable)
			old, now = old[1:], now[1:]
		}
		i.Items = append(i.Items, line)
	}
	if i.Summary.Today.Check() != nil {
		return Problems{tooMuchMoney(place{})}
	}
	return nil
}

// compare orders lines as a merged plan does.
func (l Line) compare(other Line) int {
	return cmp.Or(strings.Compare(l.Category, other.Category), strings.Compare(l.PlanItem, other.PlanItem))
}

// removed returns what is left of a line that is gone.
func removed(old Line) Line {
	gone := Line{Category: old.Category, Item: old.Item, Name: old.Name, Rate: old.Rate, Prorate: old.Prorate,
		PlanItem: old.PlanItem}
	gone.Changes = &LineChange{LineRemoved, difference(old, Line{Name: old.Name})}
	return gone
}

// difference returns now minus old.
func difference(old, now Line) Difference {
	d := Difference{
		Quantity:         now.Quantity - old.Quantity,
		Billable:         now.Billable - old.Billable,
		Rate:             now.Rate.Sub(old.Rate),
		Minimum:          now.Minimum - old.Minimum,
		ActivationCharge: now.ActivationCharge.Sub(old.ActivationCharge),
		Discounts: DiscountDifferences{
			Single:     discountDifference(old.Discounts.Single, now.Discounts.Single),
			Cumulative: discountDifference(old.Discounts.Cumulative, now.Discounts.Cumulative),
		},
	}
	if now.Name != old.Name {
		d.Name = now.Name
	}
	return d
}

func discountDifference(old, now Discount) DiscountDifference {
	return DiscountDifference{now.Quantity - old.Quantity, now.Rate.Sub(old.Rate)}
}

// activate charges for the units that were added.
func (i *Invoice) activate(line Line, added int64) {
	if added <= 0 || line.ActivationCharge.IsZero() {
		return
	}
	charge := ActivationCharge{line.Category, line.Item, line.Name, added, line.ActivationCharge,
		line.ActivationCharge.Mul(amount.FromInt(added))}
	i.ActivationCharges = append(i.ActivationCharges, charge)
	i.Summary.Today = i.Summary.Today.Add(charge.Total)
}
