package services

import (
	"cmp"
	"slices"
	"strconv"

	"purser/engine/amount"
)

// itemSettings is the schema of the settings of one item of a plan: their one
// list, which validation, the editable schemas and the reader below follow.
// Others may stand beside them and are kept.
func itemSettings() *schema {
	return &schema{kind: typeObject, properties: properties{
		{"rate", priced("price per billable unit")},
		{"rates", tiered("price per unit by the smallest bound that the billable quantity does not exceed")},
		{"flat_rate", priced("price of the whole, whatever the quantity")},
		{"flat_rates", tiered("price of the whole by the smallest bound that the billable quantity does not exceed")},
		{"minimum", counted("least billable quantity", 0, Whole(0))},
		{"maximum", counted("largest billable quantity; by default the quantity", 0, Value{})},
		{"step", counted("billable quantities are rounded up to multiples of it", 1, Whole(1))},
		{"activation_charge", priced("price of each added billable unit, once")},
		{"cascade", flag("count the accounts below too", false)},
		{"as", schema{kind: typeText, description: "report the item under this name"}},
		{"exceptions", schema{kind: typeList, items: &schema{kind: typeText}, fallback: List(),
			description: "items that _all does not count"}},
		{"name", schema{kind: typeText, description: "name to show"}},
		{"discounts", schema{kind: typeObject, description: "what is subtracted", properties: properties{
			{"single", schema{kind: typeObject, description: "subtracted once", properties: properties{
				{"rate", priced("discount")},
				{"minimum", counted("least billable quantity that has it", 0, Whole(1))},
			}}},
			{"cumulative", schema{kind: typeObject, description: "subtracted per unit", properties: properties{
				{"rate", priced("discount per unit")},
				{"rates", tiered("discount per unit by the smallest bound that the billable quantity does not exceed")},
				{"maximum", counted("largest number of units that have it", 0, Whole(0))},
			}}},
		}}},
		{"prorate", schema{kind: typeObject, description: "for the bookkeeper", properties: properties{
			{"additions", flag("units added within a period are charged in part", true)},
			{"removals", flag("units removed within a period are refunded in part", true)},
		}}},
		{"taxes", schema{kind: typeObject, description: "for the bookkeeper"}},
		{"markup_type", schema{kind: typeText, description: "for the bookkeeper"}},
	}}
}

// priced is the schema of a price. Prices are not negative: what lowers a bill
// is a discount, and a slip of a sign must not pay a customer.
func priced(description string) schema {
	return schema{kind: typeNumber, description: description, fallback: Whole(0), minimum: new(int64)}
}

func tiered(description string) schema {
	rate := priced("")
	return schema{kind: typeObject, description: description, fallback: Object(nil), others: &rate, names: tierName}
}

// tierName checks the bound of a tier, which is a name in JSON: a whole number
// in its one form, as "1" and "01" would be two prices for one bound.
func tierName(name string) string {
	n, err := strconv.ParseInt(name, 10, 64)
	if err != nil || n < 0 || n > QuantityMax || strconv.FormatInt(n, 10) != name {
		return "Name must be a whole number from 0 to " + strconv.Itoa(QuantityMax)
	}
	return ""
}

func counted(description string, least int64, fallback Value) schema {
	most := int64(QuantityMax)
	return schema{kind: typeWhole, description: description, fallback: fallback, minimum: &least, maximum: &most}
}

func flag(description string, fallback bool) schema {
	return schema{kind: typeFlag, description: description, fallback: Flag(fallback)}
}

// settings are those of one item that its price depends on.
type settings struct {
	name, as           string
	rate, flatRate     amount.Amount
	rates, flatRates   []tier
	activation         amount.Amount
	minimum, step      int64
	maximum            int64 // -1: none
	cascade            bool
	exceptions         []string
	single, cumulative discount
	prorate            Prorate
	taxes              Document
}

// tier is the price of quantities up to a bound.
type tier struct {
	upTo int64
	rate amount.Amount
}

// discount is one of an item's two.
type discount struct {
	rate    amount.Amount
	rates   []tier
	minimum int64 // single: billable units that it takes
	maximum int64 // cumulative: units that have it
}

// readSettings reads an item of a plan that was validated. What is not there,
// and what a merge made of two types, has its default.
func readSettings(item Document) settings {
	s := settings{step: 1, maximum: -1, single: discount{minimum: 1}, prorate: Prorate{true, true}}
	for i := range item {
		v := &item[i].Value
		switch item[i].Name {
		case "name":
			s.name, _ = v.Text()
		case "as":
			s.as, _ = v.Text()
		case "rate":
			s.rate = readPrice(v)
		case "rates":
			s.rates = readTiers(v)
		case "flat_rate":
			s.flatRate = readPrice(v)
		case "flat_rates":
			s.flatRates = readTiers(v)
		case "activation_charge":
			s.activation = readPrice(v)
		case "minimum":
			s.minimum = readCount(v, 0)
		case "maximum":
			s.maximum = readCount(v, -1)
		case "step":
			s.step = max(readCount(v, 1), 1)
		case "cascade":
			s.cascade = readFlag(v, false)
		case "exceptions":
			for _, name := range v.list {
				s.exceptions = append(s.exceptions, name.text)
			}
		case "discounts":
			s.single.read(v.members.Get("single").members)
			s.cumulative.read(v.members.Get("cumulative").members)
		case "prorate":
			additions, removals := v.members.Get("additions"), v.members.Get("removals")
			s.prorate = Prorate{readFlag(&additions, true), readFlag(&removals, true)}
		case "taxes":
			s.taxes = v.members
		}
	}
	return s
}

func (d *discount) read(from Document) {
	for i := range from {
		v := &from[i].Value
		switch from[i].Name {
		case "rate":
			d.rate = readPrice(v)
		case "rates":
			d.rates = readTiers(v)
		case "minimum":
			d.minimum = readCount(v, d.minimum)
		case "maximum":
			d.maximum = readCount(v, d.maximum)
		}
	}
}

func readPrice(v *Value) amount.Amount {
	price, err := v.Amount()
	if err != nil {
		return amount.Amount{}
	}
	return price
}

func readCount(v *Value, fallback int64) int64 {
	if n, ok := v.Int(); ok {
		return n
	}
	return fallback
}

func readFlag(v *Value, fallback bool) bool {
	if b, ok := v.Bool(); ok {
		return b
	}
	return fallback
}

// readTiers returns tiers by rising bound; JSON has them by the text of it.
func readTiers(v *Value) []tier {
	tiers := make([]tier, 0, len(v.members))
	for i := range v.members {
		upTo, err := strconv.ParseInt(v.members[i].Name, 10, 64)
		if err != nil {
			continue
		}
		tiers = append(tiers, tier{upTo, readPrice(&v.members[i].Value)})
	}
	slices.SortFunc(tiers, func(a, b tier) int { return cmp.Compare(a.upTo, b.upTo) })
	return tiers
}

// rateFor returns the price for a quantity, and false if it exceeds all bounds.
func rateFor(tiers []tier, quantity int64) (amount.Amount, bool) {
	for _, t := range tiers {
		if quantity <= t.upTo {
			return t.rate, true
		}
	}
	return amount.Amount{}, false
}
