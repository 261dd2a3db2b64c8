package amount

import (
	"errors"
	"math"
	"math/big"
	"math/bits"

	"github.com/ericlagergren/decimal"
)

// Bounds of an amount that is stored or sent. 18 digits before the point hold
// 10^18-1 units (31 years of voice in nanoseconds); 18 behind it keep the
// artefacts of binary-float clients, such as 0.30000000000000004, exact.
const (
	IntegerDigitsMax  = 18
	FractionDigitsMax = 18
)

// ErrRange says that a value has more digits than an amount may have.
var ErrRange = errors.New("amount out of range: at most 18 digits before and 18 after the point")

// Amount is an exact decimal number. The zero value is 0. An Amount is
// immutable: every operation returns a new one, so it may be shared freely.
// Compare with Cmp, not with ==.
//
// Nearly all amounts have digits that fit into an int64, and are kept and
// computed as such: accounts are counted in millions, and a decimal.Big takes
// 112 bytes and an allocation each. Whatever does not fit is a decimal.Big.
type Amount struct {
	n     int64        // the digits, with sign; 0 where d is set. Never the smallest int64
	scale uint8        // how many of them stand behind the point, at most scaleMax
	d     *decimal.Big // a value whose digits do not fit into n; never changed once it is here
}

// scaleMax is the scale of the product of two amounts in range.
const scaleMax = 2 * FractionDigitsMax

// exact computes without rounding. A plain new(decimal.Big) rounds every sum
// to 16 digits: 12345678901234567.89 + 0.01 came out as 12345678901234570.
var exact = decimal.Context{Precision: decimal.UnlimitedPrecision}

// limit is 10^IntegerDigitsMax, the first value that is out of range.
var limit = decimal.New(1, -IntegerDigitsMax)

// Largest is the largest amount: what is counted without end stops there.
var Largest = func() Amount {
	digits := new(big.Int).Exp(big.NewInt(10), big.NewInt(IntegerDigitsMax+FractionDigitsMax), nil)
	return ofDigits(digits.Sub(digits, big.NewInt(1)), FractionDigitsMax)
}()

// FromInt returns n.
func FromInt(n int64) Amount {
	if n == math.MinInt64 {
		return Amount{d: decimal.WithContext(exact).SetMantScale(n, 0)}
	}
	return Amount{n: n}
}

// ofBig returns d, as digits and scale where they fit.
func ofBig(d *decimal.Big) Amount {
	m, ok := d.Mantissa()
	scale := d.Scale()
	if !ok || m > math.MaxInt64 || scale < 0 || scale > scaleMax {
		return Amount{d: d}
	}
	n := int64(m)
	if d.Signbit() {
		n = -n
	}
	return Amount{n: n, scale: uint8(scale)}
}

func (a Amount) big() *decimal.Big {
	if a.d != nil {
		return a.d
	}
	return decimal.WithContext(exact).SetMantScale(a.n, int(a.scale))
}

// aligned returns the digits of a and b at the same scale, and false when they
// do not fit.
func aligned(a, b Amount) (x, y int64, scale uint8, ok bool) {
	if a.d != nil || b.d != nil {
		return 0, 0, 0, false
	}
	x, y, ok = a.n, b.n, true
	if a.scale < b.scale {
		x, ok = shift(x, b.scale-a.scale)
	} else if b.scale < a.scale {
		y, ok = shift(y, a.scale-b.scale)
	}
	return x, y, max(a.scale, b.scale), ok
}

// shift returns n * 10^by and whether it fits.
func shift(n int64, by uint8) (int64, bool) {
	if n == 0 {
		return 0, true
	}
	if by > maxPower {
		return 0, false
	}
	return times(n, powers[by])
}

// times returns x * y and whether it fits, both ways from 0 alike.
func times(x, y int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(x), magnitude(y))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	if x < 0 != (y < 0) {
		return -int64(low), true
	}
	return int64(low), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

// maxPower is the largest power of ten that an int64 holds.
const maxPower = 18

var powers = func() (p [maxPower + 1]int64) {
	p[0] = 1
	for i := 1; i <= maxPower; i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// Add returns a + b.
func (a Amount) Add(b Amount) Amount {
	if x, y, scale, ok := aligned(a, b); ok {
		if sum := x + y; (sum > x) == (y > 0) && sum != math.MinInt64 {
			return Amount{n: sum, scale: scale}
		}
	}
	return ofBig(exact.Add(decimal.WithContext(exact), a.big(), b.big()))
}

// Sub returns a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Mul returns a * b.
func (a Amount) Mul(b Amount) Amount {
	if a.d == nil && b.d == nil && a.scale+b.scale <= scaleMax {
		if n, ok := times(a.n, b.n); ok {
			return Amount{n: n, scale: a.scale + b.scale}
		}
	}
	return ofBig(exact.Mul(decimal.WithContext(exact), a.big(), b.big()))
}

// Neg returns -a.
func (a Amount) Neg() Amount {
	if a.d == nil {
		return Amount{n: -a.n, scale: a.scale}
	}
	return Amount{d: decimal.WithContext(exact).CopyNeg(a.d)}
}

// Abs returns a without its sign.
func (a Amount) Abs() Amount {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a
}

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.d != nil:
		return a.d.Sign()
	case a.n < 0:
		return -1
	case a.n > 0:
		return 1
	}
	return 0
}

// IsZero tells whether a is 0. Encoders leave out members by it.
func (a Amount) IsZero() bool { return a.Sign() == 0 }

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int {
	x, y, _, ok := aligned(a, b)
	switch {
	case !ok:
		return a.big().Cmp(b.big())
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// Stopped returns a, or [Largest] where a, which is above 0, is out of range.
func (a Amount) Stopped() Amount {
	if a.Check() != nil {
		return Largest
	}
	return a
}

// QuoFloor returns how often b goes into a as a whole: the largest n with
// n*b <= a, for b > 0. It saturates at the bounds of int64. Steps of a charge
// are counted with it instead of being taken one by one.
func (a Amount) QuoFloor(b Amount) int64 {
	if x, y, _, ok := aligned(a, b); ok && x >= 0 {
		return x / y
	}
	return saturated(new(big.Int).Div(a.scaled(), b.scaled()))
}

// scaled returns a * 10^scaleMax as a whole number.
func (a Amount) scaled() *big.Int {
	return exact.Mul(decimal.WithContext(exact), a.big(), decimal.New(1, -scaleMax)).Int(nil)
}

// Check returns ErrRange for a value that must not be stored: one with more
// digits before or behind the point than an amount may have.
func (a Amount) Check() error {
	switch {
	case a.d == nil && a.scale == 0 && magnitude(a.n) >= uint64(powers[IntegerDigitsMax]):
		return ErrRange
	case a.d != nil && a.d.CmpAbs(limit) >= 0:
		return ErrRange
	case a.scale > FractionDigitsMax || a.d != nil && a.d.Scale() > FractionDigitsMax:
		if a.fractionDigits() > FractionDigitsMax {
			return ErrRange
		}
	}
	return nil
}
