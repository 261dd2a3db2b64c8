package engine

import "purser/engine/rating"

// Cost prices usage for a subject of a tenant, without an account: the connect
// fee of a call that begins, each span, and a *free cap; the total is rounded
// as the price with the most decimals says.
// Source: cgrates-charging, sections 2.5 (GetCost) and 4.
func (r *Rules) Cost(s State, tenant string, u *Usage) (*Charged, error) {
	if err := u.check(r); err != nil {
		return nil, err
	}
	if u.Units == 0 {
		return &Charged{ToR: u.ToR}, nil
	}
	c := &Charged{ToR: u.ToR}
	if c.ToR == "" {
		c.ToR = Voice
	}
	spans, err := rating.Price(s, rating.Call{Tenant: tenant, Category: u.Category, Subject: u.Subject,
		Destination: u.Destination, ToR: c.ToR, Start: u.Start, Units: u.Units, Position: u.Position})
	if err != nil {
		return nil, noPrice(err, u, tenant, u.Subject)
	}
	quote := charging{req: &Charge{Usage: *u}, acc: &draft{}, spent: u.Spent}
	exact := rating.Row{}
	for i := range spans {
		out := quote.span(&spans[i], 0)
		if i == 0 && !u.Continued {
			fee := spans[0].Rate.ConnectFee
			out.Increments, out.Cost = append(out.Increments, Increment{Count: 1, Cost: fee}), fee
		}
		if _, err := quote.walkSpan(&spans[i], &out, quote.takeAll); err != nil {
			return nil, err
		}
		quote.done += out.Length
		c.Cost, c.Usage, c.Spans = c.Cost.Add(out.Cost), quote.done, append(c.Spans, out)
		if row := spans[i].Row; row.RoundingDecimals > exact.RoundingDecimals {
			exact = *row
		}
	}
	c.Cost = exact.Round(c.Cost)
	return c, nil
}

// takeAll pays all of an offer from nowhere.
func (c *charging) takeAll(o *offer) (int64, error) {
	steps := o.steps
	c.take(o, steps, nil, UnitUse{})
	return steps, nil
}
