package tariffplan

import (
	"purser/engine/amount"
	"purser/engine/rating"
)

// Columns of DestinationRates.
const (
	priceDestination = iota + 1
	priceRate
	priceRounding
	priceDecimals
	priceMaxCost
	priceStrategy
)

// price is what a destination costs: a row of a plan but for its timing and weight.
type price struct {
	row  rating.Row // Rate is not yet set
	rate string
}

// prices compiles DestinationRates: a row for each destination.
func (c *compiler) prices() {
	type pair struct{ id, destination string }
	c.price = map[string][]price{}
	seen := make(map[pair]*Row, len(c.tables[DestinationRates]))
	for r := range c.rows(DestinationRates) {
		id, ok := c.cell(DestinationRates, r, columnID).name()
		if !ok {
			continue
		}
		destination := c.cell(DestinationRates, r, priceDestination)
		p, ok := c.priceOf(r)
		if ok && unseen(c, seen, pair{id, destination.text}, DestinationRates, r, priceDestination, "the destination") {
			c.price[id] = append(c.price[id], p)
		}
	}
}

// priceOf compiles one row.
func (c *compiler) priceOf(r *Row) (price, bool) {
	destination := c.cell(DestinationRates, r, priceDestination)
	ok1 := destination.text != "" && c.isDestination(destination.text)
	if !ok1 {
		destination.fail("could not get destination for tag %q", destination.text)
	}
	rateTag := c.cell(DestinationRates, r, priceRate)
	ok2 := c.named[Rates][rateTag.text] && rateTag.text != ""
	if !ok2 {
		rateTag.fail("could not find rate for tag %q", rateTag.text)
	}
	method, ok3 := c.cell(DestinationRates, r, priceRounding).
		oneOf("", rating.RoundUp, rating.RoundDown, rating.RoundMiddle)
	decimals, ok4 := c.cell(DestinationRates, r, priceDecimals).numberUpTo(amount.FractionDigitsMax)
	maxCost, strategy, ok5 := c.cost(r)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return price{}, false
	}
	return price{rate: rateTag.text, row: rating.Row{DestinationID: destination.text, RoundingMethod: method,
		RoundingDecimals: decimals, MaxCost: maxCost, MaxCostStrategy: strategy}}, true
}

// cost reads a cap and what it does; 0 is none. A cap without a strategy has
// no effect in CGRateS: refused.
func (c *compiler) cost(r *Row) (most amount.Amount, strategy string, ok bool) {
	most, ok1 := c.cell(DestinationRates, r, priceMaxCost).positive()
	x := c.cell(DestinationRates, r, priceStrategy)
	strategy, ok2 := x.oneOf("", rating.CapFree, rating.CapDisconnect)
	switch {
	case !ok1 || !ok2:
		return most, "", false
	case most.IsZero():
		return most, "", true
	case strategy == "":
		x.fail("missing: a MaxCost needs %s or %s", rating.CapFree, rating.CapDisconnect)
		return most, "", false
	}
	return most, strategy, true
}
