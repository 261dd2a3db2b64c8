package rating

import "purser/engine/amount"

// Cost returns what the units from..to of the span cost (0 <= from <= to <=
// Length), in whole steps: costs of neighbours add up to that of both. It is the
// difference of the costs from the start of the slot, each rounded once, so it
// depends only on the place in the call: parts of a call, and of a span that
// several balances pay, cost together what the whole costs.
func (s *Span) Cost(from, to int64) amount.Amount {
	return s.since(to).Sub(s.since(from))
}

// since returns what the call costs from the start of the slot to a unit of the
// span, as if all of that were at the price of the slot.
func (s *Span) since(unit int64) amount.Amount {
	return amount.MulQuo(s.Slot.Price, s.Position+unit-s.Slot.From, s.Slot.Unit)
}

// Affordable returns how many whole steps from unit from on value can pay: the
// most whose Cost is at most value, which is 0 where value is below 0.
func (s *Span) Affordable(from int64, value amount.Amount) int64 {
	steps := (s.Length - from) / s.Slot.Step
	switch {
	case value.Sign() < 0:
		return 0
	case s.Slot.Price.IsZero():
		return steps
	}
	paid := amount.MulQuoMax(s.Slot.Price, s.Slot.Unit, value.Add(s.since(from)))
	return min(steps, (paid-(s.Position+from-s.Slot.From))/s.Slot.Step)
}

// StepsUntil returns how many whole steps from unit from on are charged to a
// call that has cost spent, when no step is charged once it has cost limit or
// more; the last one may exceed it. Source: cgrates-charging, section 5.4.
func (s *Span) StepsUntil(from int64, spent, limit amount.Amount) int64 {
	left := limit.Sub(spent)
	if left.Sign() <= 0 {
		return 0
	}
	return min((s.Length-from)/s.Slot.Step, s.Affordable(from, left.Sub(amount.Smallest))+1)
}

// goesOnAs tells whether next, which follows s, has the same price as s.
func (s *Span) goesOnAs(next *Span) bool {
	return s.Row == next.Row && s.Slot == next.Slot && s.Subject == next.Subject
}
