// Package rating prices usage: which price holds for a destination at a time,
// into which spans a usage falls, and what each part of a span costs.
//
// It is pure arithmetic of tariff documents: it knows no account and no clock.
// One unit is one nanosecond, byte or message; money is an exact decimal. A
// price is money for so many units, so what n steps cost is one quotient,
// computed once and rounded to the digits that an amount has; it is never a sum of
// rounded steps. Costs are counted from the start of the slot in the call, so
// that a call charged in parts costs what it costs whole.
//
// Source: cgrates-charging, sections 4 to 6; where that section 9 calls the
// behaviour wrong, docs/divergences.md says what is done instead.
package rating
