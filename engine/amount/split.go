package amount

import (
	"math/big"

	"github.com/ericlagergren/decimal"
)

// Smallest is the smallest amount above 0.
var Smallest = Amount{n: 1, scale: FractionDigitsMax}

// Split returns a as n shares, for a >= 0 and n > 0: each is the largest that
// can be had n times, and larger tells how many of the n are [Smallest] more,
// so that all together are a.
func (a Amount) Split(n int64) (each Amount, larger int64) {
	if a.d == nil {
		for digits, scale := a.n, a.scale; scale <= FractionDigitsMax; scale++ {
			if digits%n == 0 {
				return Amount{n: digits / n, scale: scale}, 0
			}
			var ok bool
			if digits, ok = shift(digits, 1); !ok {
				break
			}
		}
	}
	quotient, rest := new(big.Int).QuoRem(a.ulps(), big.NewInt(n), new(big.Int))
	return ofBig(decimal.WithContext(exact).SetBigMantScale(quotient, FractionDigitsMax)), rest.Int64()
}

// ulps returns a / Smallest, for an amount that has no more digits.
func (a Amount) ulps() *big.Int {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(scaleMax-FractionDigitsMax), nil)
	return power.Quo(a.scaled(), power)
}
