package amount

import (
	"errors"
	"math"
	"math/big"

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

// exact computes without rounding. A plain new(decimal.Big) rounds every sum
// to 16 digits: 12345678901234567.89 + 0.01 came out as 12345678901234570.
var exact = decimal.Context{Precision: decimal.UnlimitedPrecision}

// limit is 10^IntegerDigitsMax, the first value that is out of range.
var limit = decimal.New(1, -IntegerDigitsMax)

// Amount is an exact decimal number. The zero value is 0. An Amount is
// immutable: every operation returns a new one, so it may be shared freely.
// Compare with Cmp, not with ==.
type Amount struct {
	d *decimal.Big // nil is 0; never changed once it is here
}

// FromInt returns n.
func FromInt(n int64) Amount {
	if n == 0 {
		return Amount{}
	}
	return Amount{decimal.WithContext(exact).SetMantScale(n, 0)}
}

func (a Amount) big() *decimal.Big {
	if a.d == nil {
		return decimal.WithContext(exact)
	}
	return a.d
}

// Add returns a + b.
func (a Amount) Add(b Amount) Amount {
	switch {
	case a.d == nil:
		return b
	case b.d == nil:
		return a
	}
	return Amount{exact.Add(decimal.WithContext(exact), a.d, b.d)}
}

// Sub returns a - b.
func (a Amount) Sub(b Amount) Amount {
	if b.d == nil {
		return a
	}
	return Amount{exact.Sub(decimal.WithContext(exact), a.big(), b.d)}
}

// Mul returns a * b.
func (a Amount) Mul(b Amount) Amount {
	if a.d == nil || b.d == nil {
		return Amount{}
	}
	return Amount{exact.Mul(decimal.WithContext(exact), a.d, b.d)}
}

// Neg returns -a.
func (a Amount) Neg() Amount {
	if a.d == nil {
		return a
	}
	return Amount{decimal.WithContext(exact).CopyNeg(a.d)}
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
	if a.d == nil {
		return 0
	}
	return a.d.Sign()
}

// IsZero tells whether a is 0. Encoders leave out members by it.
func (a Amount) IsZero() bool { return a.Sign() == 0 }

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return a.big().Cmp(b.big()) }

// QuoFloor returns how often b goes into a as a whole: the largest n with
// n*b <= a, for b > 0. It saturates at the bounds of int64. Steps of a charge
// are counted with it instead of being taken one by one.
func (a Amount) QuoFloor(b Amount) int64 {
	q := new(big.Int).Div(a.scaled(), b.scaled())
	switch {
	case q.IsInt64():
		return q.Int64()
	case q.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

// scaled returns a * 10^s as a whole number, with the same s for every amount
// in range and for the product of two of them.
func (a Amount) scaled() *big.Int {
	const s = 2 * FractionDigitsMax
	shifted := exact.Mul(decimal.WithContext(exact), a.big(), decimal.New(1, -s))
	return shifted.Int(nil)
}

// Int64 returns a as a whole number and whether it is one that fits.
func (a Amount) Int64() (int64, bool) {
	if a.d == nil {
		return 0, true
	}
	if !a.d.IsInt() {
		return 0, false
	}
	return a.d.Int64()
}

// Check returns ErrRange for a value that must not be stored: one with more
// digits before or behind the point than an amount may have.
func (a Amount) Check() error {
	if a.d == nil {
		return nil
	}
	if a.d.CmpAbs(limit) >= 0 {
		return ErrRange
	}
	if a.d.Scale() > FractionDigitsMax {
		if _, frac := a.digits(); len(frac) > FractionDigitsMax {
			return ErrRange
		}
	}
	return nil
}
