package services

import (
	"slices"

	"purser/engine/amount"
)

// Invoice is what the plans of one bookkeeper come to for an account. Source of
// all its members: Kazoo 5, services/summary and the service audit.
type Invoice struct {
	Items             []Line             `json:"items" cbor:"1,keyasint,omitempty"` // by category and the plan's item
	ActivationCharges []ActivationCharge `json:"activation_charges" cbor:"2,keyasint,omitempty"`
	Taxes             []Value            `json:"taxes" cbor:"-"` // always empty, as Kazoo's: taxes are the bookkeeper's
	Summary           Summary            `json:"summary" cbor:"3,keyasint"`
	Plan              Document           `json:"plan" cbor:"4,keyasint,omitzero"` // {category: {item: settings}}, merged
	Bookkeeper        Bookkeeper         `json:"bookkeeper" cbor:"5,keyasint"`
}

// Summary is what an invoice adds up to, in currency.
type Summary struct {
	Today     amount.Amount `json:"today" cbor:"1,keyasint,omitzero"`     // sum of the activation charges
	Recurring amount.Amount `json:"recurring" cbor:"2,keyasint,omitzero"` // sum of the items' totals, per billing cycle
}

// Total returns what invoices add up to.
func Total(invoices []Invoice) (sum Summary) {
	for i := range invoices {
		sum.Today = sum.Today.Add(invoices[i].Summary.Today)
		sum.Recurring = sum.Recurring.Add(invoices[i].Summary.Recurring)
	}
	return sum
}

// Line is one item of an invoice.
type Line struct {
	Category  string        `json:"category" cbor:"1,keyasint"`
	Item      string        `json:"item" cbor:"2,keyasint"` // as it is reported: the setting as, or the plan's item
	Name      string        `json:"name" cbor:"3,keyasint"`
	Quantity  int64         `json:"quantity" cbor:"4,keyasint,omitempty"`
	Billable  int64         `json:"billable" cbor:"5,keyasint,omitempty"`
	Rate      amount.Amount `json:"rate" cbor:"6,keyasint,omitzero"` // per billable unit; flat: of the whole
	Minimum   int64         `json:"minimum,omitzero" cbor:"7,keyasint,omitempty"`
	Maximum   int64         `json:"maximum" cbor:"8,keyasint,omitempty"`
	Discounts Discounts     `json:"discounts,omitzero" cbor:"9,keyasint,omitzero"`
	Prorate   Prorate       `json:"prorate" cbor:"10,keyasint"`
	Taxes     Document      `json:"taxes,omitzero" cbor:"11,keyasint,omitzero"`    // the setting, for the bookkeeper
	Total     amount.Amount `json:"total" cbor:"12,keyasint,omitzero"`             // billable * rate - discounts
	Changes   *LineChange   `json:"changes,omitzero" cbor:"13,keyasint,omitempty"` // against what was before

	PlanItem         string        `json:"-" cbor:"14,keyasint"`          // the item's name in the plan
	ActivationCharge amount.Amount `json:"-" cbor:"15,keyasint,omitzero"` // per added unit
}

// Discounts are those that a line has.
type Discounts struct {
	Single     Discount `json:"single,omitzero" cbor:"1,keyasint,omitzero"`
	Cumulative Discount `json:"cumulative,omitzero" cbor:"2,keyasint,omitzero"`
}

// Discount is a price that is subtracted for a number of units.
type Discount struct {
	Quantity int64         `json:"quantity" cbor:"1,keyasint"`
	Rate     amount.Amount `json:"rate" cbor:"2,keyasint"`
	Total    amount.Amount `json:"total" cbor:"3,keyasint"`
}

// IsZero tells whether there is no discount.
func (d Discount) IsZero() bool { return d.Quantity == 0 }

// IsZero tells whether there is none of them.
func (d Discounts) IsZero() bool { return d.Single.IsZero() && d.Cumulative.IsZero() }

// Prorate tells the bookkeeper which parts of a period are charged. Nothing
// here depends on it.
type Prorate struct {
	Additions bool `json:"additions" cbor:"1,keyasint,omitempty"`
	Removals  bool `json:"removals" cbor:"2,keyasint,omitempty"`
}

// ActivationCharge is what added units cost once.
type ActivationCharge struct {
	Category string        `json:"category" cbor:"1,keyasint"`
	Item     string        `json:"item" cbor:"2,keyasint"`
	Name     string        `json:"name" cbor:"3,keyasint"`
	Billable int64         `json:"billable" cbor:"4,keyasint"` // units added
	Rate     amount.Amount `json:"rate" cbor:"5,keyasint"`     // per unit
	Total    amount.Amount `json:"total" cbor:"6,keyasint"`
}

// Invoices prices the plans of an account with its overrides and quantities:
// one invoice per bookkeeper, in the order of vendor, id and type; none without
// plans. It is a pure function, whatever the order of plans. The only error is
// a [Problems]: a line or sum of more digits than an amount may have, or a
// quantity that no tariff was meant for.
func Invoices(plans []Assigned, overrides Document, quantities Quantities) ([]Invoice, error) {
	p := pricer{own: quantities.Own(), cascade: quantities.Cascade}
	var invoices []Invoice
	for _, plan := range combine(plans, overrides) {
		invoice := Invoice{Plan: plan.items, Bookkeeper: plan.bookkeeper}
		for _, category := range plan.items {
			invoice.Items = slices.Grow(invoice.Items, len(category.Value.members))
			for i := range category.Value.members {
				line, err := p.line(category.Name, &category.Value.members[i])
				if err != nil {
					return nil, err
				}
				invoice.Items = append(invoice.Items, line)
				invoice.Summary.Recurring = invoice.Summary.Recurring.Add(line.Total)
			}
		}
		if invoice.Summary.Recurring.Check() != nil {
			return nil, Problems{tooMuchMoney(place{})}
		}
		invoices = append(invoices, invoice)
	}
	return invoices, nil
}
