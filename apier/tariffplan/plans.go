package tariffplan

import (
	"fmt"
	"slices"

	"purser/engine/rating"
)

// Columns of RatingPlans.
const (
	planPrices = iota + 1
	planTiming
	planWeight
)

// plan is a plan while its rows are added.
type plan struct {
	rating.Plan
	rates    map[string]int // index into Rates, by ID
	timings  map[string]int // 1 + index into Timings, by ID
	bindings map[binding]*Row
	prices   map[moment]map[string]*Row // by destination
	first    *Row
	wrong    bool
}

// binding is what a row of RatingPlans says but for its weight.
type binding struct{ prices, timing string }

// moment is when and how heavily prices hold: two for one destination would
// leave the choice to chance.
type moment struct{ timing, weight string }

// plans compiles RatingPlans: a row for each timing of some prices.
func (c *compiler) plans() []rating.Plan {
	plans := map[string]*plan{}
	rows := 0
	for r := range c.rows(RatingPlans) {
		id, ok := c.cell(RatingPlans, r, columnID).name()
		if !ok {
			continue
		}
		p := plans[id]
		if p == nil {
			p = &plan{Plan: rating.Plan{ID: id}, rates: map[string]int{}, timings: map[string]int{},
				bindings: map[binding]*Row{}, prices: map[moment]map[string]*Row{}, first: r}
			plans[id] = p
		}
		rows += len(c.price[r.Cells[planPrices]])
		if rows > c.opts.RowsMax {
			c.fail(RatingPlans, r, planPrices, "all plans together have more than %d prices", c.opts.RowsMax)
			break
		}
		c.bind(p, r)
	}
	return sorted(plans, func(_ string, p *plan) rating.Plan {
		c.checkCover(p)
		return p.Plan
	})
}

// bind adds the rows of one binding to its plan.
func (c *compiler) bind(p *plan, r *Row) {
	prices := c.cell(RatingPlans, r, planPrices)
	ok1 := c.named[DestinationRates][prices.text] && prices.text != ""
	if !ok1 {
		prices.fail("could not find destination rate for tag %q", prices.text)
	}
	timing, when, ok2 := c.timingOf(p, r)
	weight, ok3 := c.cell(RatingPlans, r, planWeight).positive()
	if !ok1 || !ok2 || !ok3 || !unseen(c, p.bindings, binding{prices.text, r.Cells[planTiming]}, RatingPlans, r,
		planPrices, "the pair of prices and timing") {
		p.wrong = true
		return
	}
	held := p.prices[moment{when, weight.String()}]
	if held == nil {
		held = make(map[string]*Row, len(c.price[prices.text]))
		p.prices[moment{when, weight.String()}] = held
	}
	p.Rows = slices.Grow(p.Rows, len(c.price[prices.text]))
	for _, price := range c.price[prices.text] {
		row := price.row
		if before, again := held[row.DestinationID]; again {
			prices.fail("destination %q has two prices of weight %s in timing %q, the other by %s:%d",
				row.DestinationID, weight, r.Cells[planTiming], before.File, before.Line)
			p.wrong = true
			return
		}
		held[row.DestinationID] = r
		row.Rate = p.rateIndex(c.rate[price.rate])
		row.Timing, row.Weight = timing, weight
		p.Rows = append(p.Rows, row)
	}
}

// rateIndex returns the index of a rate in the plan, which gets it if it has
// it not yet. A wrong rate, nil where it has no row that is right, has been
// reported.
func (p *plan) rateIndex(have *rate) int {
	if have == nil {
		return 0
	}
	i, there := p.rates[have.ID]
	if !there {
		i = len(p.Rates)
		p.rates[have.ID] = i
		p.Rates = append(p.Rates, have.Rate)
	}
	return i
}

// timingOf returns 1 + the index of a row's timing in the plan, which gets it
// if it has it not yet, and a text that is the same for timings that hold at
// the same times.
func (c *compiler) timingOf(p *plan, r *Row) (index int, when string, ok bool) {
	x := c.cell(RatingPlans, r, planTiming)
	if x.text == rating.Any {
		return 0, whenever(&rating.Timing{}), true
	}
	g, here := c.timings[x.text]
	if !here && !c.named[Timings][x.text] {
		g, here = c.known.Timing(x.text)
	}
	switch {
	case !here && c.named[Timings][x.text] && x.text != "":
		return 0, "", false // it is wrong, which has been reported
	case !here:
		x.fail("could not get timing for tag %q", x.text)
		return 0, "", false
	}
	i, there := p.timings[x.text]
	if !there {
		p.Timings = append(p.Timings, g)
		i = len(p.Timings)
		p.timings[x.text] = i
		if g.End != "" {
			x.c.warn(x.t, r, x.column, "timing %q: its end, %s, has no effect on prices: they last until another timing "+
				"of the plan starts", x.text, g.End)
		}
	}
	return i, whenever(&g), true
}

// whenever says when a timing holds for prices, which its end does not change.
func whenever(g *rating.Timing) string {
	return fmt.Sprint(g.Years, g.Months, g.MonthDays, g.WeekDays, g.Start)
}

// checkCover looks for a price from midnight on for each week day, whatever
// the date. Source: cgrates-charging, section 5.7.
func (c *compiler) checkCover(p *plan) {
	if p.wrong {
		return
	}
	covered := map[int]bool{}
	for _, row := range p.Rows {
		var g rating.Timing
		if row.Timing > 0 {
			g = p.Timings[row.Timing-1]
		}
		if g.Years != nil || g.Months != nil || g.MonthDays != nil || g.Start != "" {
			continue
		}
		if g.WeekDays == nil {
			return
		}
		for _, day := range g.WeekDays {
			covered[day] = true
		}
	}
	const weekDays = 7
	if len(covered) < weekDays {
		c.doubt(RatingPlans, p.first, planTiming, "plan %q does not cover all week days from 00:00:00", p.ID)
	}
}
