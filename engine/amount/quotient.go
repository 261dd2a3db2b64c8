package amount

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/ericlagergren/decimal"
)

// ulp is 10^18: how many of the last of FractionDigitsMax digits make 1, and,
// as scaleMax is twice that, how many parts of scaled make one such digit.
const ulp = 1_000_000_000_000_000_000

// MulQuo returns a * num / den for den > 0, computed exactly and rounded once,
// half to even, to FractionDigitsMax digits behind the point. A price of a for
// den units costs that much for num of them.
func MulQuo(a Amount, num, den int64) Amount {
	if p, ok := mulQuo(a, num, den); ok {
		return p
	}
	x := new(big.Int).Mul(a.scaled(), big.NewInt(num))
	y := new(big.Int).Mul(big.NewInt(den), big.NewInt(ulp))
	q, r := x.QuoRem(x, y, new(big.Int))
	sign := int64(r.Sign())
	if c := r.Lsh(r.Abs(r), 1).Cmp(y); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(sign))
	}
	return ofDigits(q, FractionDigitsMax)
}

// mulQuo is MulQuo where 128 bits are enough: nearly everywhere.
func mulQuo(a Amount, num, den int64) (Amount, bool) {
	high, low := bits.Mul64(magnitude(a.n), magnitude(num))
	if a.d != nil || a.scale > FractionDigitsMax || high >= uint64(den) {
		return Amount{}, false
	}
	whole, rest := bits.Div64(high, low, uint64(den))
	digits := FractionDigitsMax - a.scale // of the fraction of whole that can be kept
	high, low = bits.Mul64(rest, uint64(powers[digits]))
	fraction, rest := bits.Div64(high, low, uint64(den))
	odd := fraction&1 == 1 || digits == 0 && whole&1 == 1
	if left := uint64(den) - rest; rest > left || rest == left && odd {
		fraction++
	}
	if fraction == 0 {
		digits = 0
	}
	for ; digits > 0 && fraction%10 == 0; digits-- {
		fraction /= 10
	}
	high, low = bits.Mul64(whole, uint64(powers[digits]))
	low, carry := bits.Add64(low, fraction, 0)
	return ofWords(a.n < 0 != (num < 0), high+carry, low, a.scale+digits), true
}

// ofWords returns the digits high * 2^64 + low, with the last scale of them
// behind the point.
func ofWords(neg bool, high, low uint64, scale uint8) Amount {
	var a Amount
	if high == 0 && low <= math.MaxInt64 {
		a = Amount{n: int64(low), scale: scale}
	} else {
		n := new(big.Int).SetUint64(high)
		n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(low))
		a = Amount{d: decimal.WithContext(exact).SetBigMantScale(n, int(scale))}
	}
	if neg {
		return a.Neg()
	}
	return a
}

// MulQuoMax is the inverse of [MulQuo]: the largest num for which
// MulQuo(a, num, den) is at most limit, for a > 0 and den > 0. It saturates at the
// bounds of int64. It is one quotient, however many steps it counts.
func MulQuoMax(a Amount, den int64, limit Amount) int64 {
	if n, ok := mulQuoMax(a, den, limit); ok {
		return n
	}
	// With v the last digits of limit: a*num/den, in last digits, must not exceed
	// v + 1/2, nor be that where v is odd, because it is rounded to even then.
	v := limit.scaled()
	v.Div(v, big.NewInt(ulp))
	odd := v.Bit(0) == 1
	v.Add(v.Lsh(v, 1), big.NewInt(1)).Mul(v, big.NewInt(den)).Mul(v, big.NewInt(ulp))
	twice := a.scaled()
	q, r := v.DivMod(v, twice.Lsh(twice, 1), new(big.Int))
	if r.Sign() == 0 && odd {
		q.Sub(q, big.NewInt(1))
	}
	return saturated(q)
}

// mulQuoMax is MulQuoMax where 128 bits are enough.
func mulQuoMax(a Amount, den int64, limit Amount) (int64, bool) {
	price, value, scale, ok := aligned(a, limit)
	if !ok || value < 0 || scale > FractionDigitsMax {
		return 0, false
	}
	high, low := bits.Mul64(uint64(value), uint64(den))
	if high >= uint64(price) {
		return math.MaxInt64, true
	}
	n, rest := bits.Div64(high, low, uint64(price))
	// What is rounded away may pay for more: half a last digit, in the units of
	// rest; less than half where the tie goes up to the even digit.
	half := 2 * powers[FractionDigitsMax-scale]
	slack := den / half
	if scale == FractionDigitsMax && den%half == 0 && value%2 == 1 {
		slack--
	}
	more := (rest + uint64(slack)) / uint64(price)
	if n > math.MaxInt64-more {
		return math.MaxInt64, true
	}
	return int64(n + more), true
}

// saturated returns n, or the bound of int64 that it lies beyond.
func saturated(n *big.Int) int64 {
	switch {
	case n.IsInt64():
		return n.Int64()
	case n.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

// ofDigits returns digits with the last scale of them behind the point, without
// the zeros at their end. It takes digits over.
func ofDigits(digits *big.Int, scale int) Amount {
	ten, rest := big.NewInt(10), new(big.Int)
	for next := new(big.Int); scale > 0; scale-- {
		if next.QuoRem(digits, ten, rest); rest.Sign() != 0 {
			break
		}
		digits, next = next, digits
	}
	return ofBig(decimal.WithContext(exact).SetBigMantScale(digits, scale))
}
