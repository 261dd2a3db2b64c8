package rating

import "purser/engine/amount"

// Round rounds the cost of a call as the row asks for: not at all with 0
// decimals or an unknown method. Up and down are exact, and the middle goes away
// from zero. Source: cgrates-charging, section 4.
func (r *Row) Round(cost amount.Amount) amount.Amount {
	if r.RoundingDecimals == 0 {
		return cost
	}
	switch r.RoundingMethod {
	case RoundUp:
		return cost.RoundUp(r.RoundingDecimals)
	case RoundDown:
		return cost.RoundDown(r.RoundingDecimals)
	case RoundMiddle:
		return cost.RoundHalf(r.RoundingDecimals)
	}
	return cost
}
