package amount

import (
	"cmp"
	"math/big"
)

// RoundUp returns the least multiple of 10^-decimals that is not below a, for
// decimals from 0 to FractionDigitsMax.
func (a Amount) RoundUp(decimals int) Amount {
	return a.round(decimals, func(sign, _ int) bool { return sign > 0 })
}

// RoundDown returns the greatest multiple of 10^-decimals that is not above a,
// for decimals from 0 to FractionDigitsMax.
func (a Amount) RoundDown(decimals int) Amount {
	return a.round(decimals, func(sign, _ int) bool { return sign < 0 })
}

// RoundHalf returns the multiple of 10^-decimals that is next to a, of two the
// one farther from zero, for decimals from 0 to FractionDigitsMax.
func (a Amount) RoundHalf(decimals int) Amount {
	return a.round(decimals, func(_, half int) bool { return half >= 0 })
}

// round cuts a behind decimals digits and, where that takes something away, goes
// one multiple away from zero if outward says so: sign is that of a, and half
// compares what was taken away with half a multiple.
func (a Amount) round(decimals int, outward func(sign, half int) bool) Amount {
	if a.d == nil && int(a.scale) <= decimals {
		return a
	}
	if a.d == nil && int(a.scale)-decimals <= maxPower {
		multiple := powers[int(a.scale)-decimals]
		n, rest := a.n/multiple, a.n%multiple
		if rest != 0 && outward(a.Sign(), cmp.Compare(magnitude(rest), uint64(multiple)-magnitude(rest))) {
			n += int64(a.Sign())
		}
		return Amount{n: n, scale: uint8(decimals)}
	}
	multiple := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scaleMax-decimals)), nil)
	n, rest := new(big.Int).QuoRem(a.scaled(), multiple, new(big.Int))
	if rest.Sign() != 0 && outward(a.Sign(), rest.Lsh(rest.Abs(rest), 1).Cmp(multiple)) {
		n.Add(n, big.NewInt(int64(a.Sign())))
	}
	return ofDigits(n, decimals)
}
