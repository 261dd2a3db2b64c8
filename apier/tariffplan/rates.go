package tariffplan

import (
	"cmp"
	"slices"

	"purser/engine/amount"
	"purser/engine/rating"
)

// Columns of Rates.
const (
	rateFee = iota + 1
	ratePrice
	rateUnit
	rateStep
	rateFrom
)

// rate is a rate and the rows that it comes from.
type rate struct {
	rating.Rate
	rows  []*Row // of the slots, in their order
	wrong bool
}

// rates compiles Rates: a row for each slot.
func (c *compiler) rates() {
	c.rate = make(map[string]*rate, len(c.tables[Rates]))
	for r := range c.rows(Rates) {
		id, ok := c.cell(Rates, r, columnID).name()
		if !ok {
			continue
		}
		have := c.rate[id]
		if have == nil {
			have = &rate{Rate: rating.Rate{ID: id}}
			c.rate[id] = have
		}
		c.addSlot(have, r)
	}
	for _, have := range sorted(c.rate, func(_ string, have *rate) *rate { return have }) {
		c.checkSlots(have)
	}
}

// addSlot compiles one row.
func (c *compiler) addSlot(have *rate, r *Row) {
	fee, ok1 := c.cell(Rates, r, rateFee).positive()
	price, ok2 := c.writtenPrice(r)
	unit, ok3 := c.length(r, rateUnit, "the price is for")
	step, ok4 := c.length(r, rateStep, "are charged as one")
	from, ok5 := c.cell(Rates, r, rateFrom).units()
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		have.wrong = true
		return
	}
	if len(have.rows) == 0 {
		have.ConnectFee = fee
	} else if fee.Cmp(have.ConnectFee) != 0 && !fee.IsZero() {
		c.warn(Rates, r, rateFee, "%s has no effect: the connect fee is that of the rate's first row, %s",
			fee, have.ConnectFee)
	}
	have.Slots = append(have.Slots, rating.Slot{From: from, Price: price, Unit: unit, Step: step})
	have.rows = append(have.rows, r)
}

// writtenPrice reads a price, which must be given: 0 is for those who write it.
func (c *compiler) writtenPrice(r *Row) (amount.Amount, bool) {
	x := c.cell(Rates, r, ratePrice)
	if x.text == "" {
		x.fail("missing: 0 is free")
		return amount.Amount{}, false
	}
	return x.positive()
}

// length reads a unit or a step. CGRateS takes none for a second, which makes
// 10^9 bytes or messages of it: refused. Source: cgrates-charging, section 5.3.
func (c *compiler) length(r *Row, column int, what string) (int64, bool) {
	x := c.cell(Rates, r, column)
	n, ok := x.units()
	if ok && n == 0 {
		x.fail("missing or 0: write how many units %s, such as 1s for voice, 1 for messages, 1024 for data", what)
		return 0, false
	}
	return n, ok
}

// checkSlots sorts the slots of a rate and checks them as a whole.
func (c *compiler) checkSlots(have *rate) {
	if have.wrong {
		return
	}
	order := make([]int, len(have.Slots))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(have.Slots[a].From, have.Slots[b].From) })
	slots, rows := make([]rating.Slot, len(order)), make([]*Row, len(order))
	for i, from := range order {
		slots[i], rows[i] = have.Slots[from], have.rows[from]
	}
	have.Slots, have.rows = slots, rows
	if slots[0].From != 0 {
		have.wrong = true
		c.fail(Rates, rows[0], rateFrom, "rate %q has no price before %d units: its first slot must start at 0",
			have.ID, slots[0].From)
	}
	for i := 1; i < len(slots); i++ {
		before := slots[i-1]
		switch length := slots[i].From - before.From; {
		case length == 0:
			have.wrong = true
			c.fail(Rates, rows[i], rateFrom, "rate %q has another slot from here, in %s:%d",
				have.ID, rows[i-1].File, rows[i-1].Line)
		case length%before.Step != 0:
			c.doubt(Rates, rows[i], rateFrom, "rate %q: the slot before is charged in steps of %d and is no whole "+
				"number of them long", have.ID, before.Step)
		}
	}
}
