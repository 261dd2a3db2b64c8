package amount

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/ericlagergren/decimal"
)

// ErrSyntax says that a text is no decimal number.
var ErrSyntax = errors.New("not a decimal number")

// textMax bounds the text of a number before it is looked at digit by digit.
// The longest one in range has 38 bytes; the rest is room for leading zeros of
// exponents and for trailing ones behind the point.
const textMax = 64

// Parse reads a decimal number: an optional sign, digits with an optional
// point, and an optional exponent as long as the number written out is in
// range: "12", "-0.5", "+5", ".5", "1.5e3". Everything else is ErrSyntax, and
// what has too many digits ErrRange. Nothing is ever rounded.
//
// Source: reliability, hostile inputs (1e400, NaN, 0x10, 1_000, 1e).
func Parse(s string) (Amount, error) {
	if a, ok := parsePlain(s); ok {
		return a, nil
	}
	if len(s) > textMax {
		return Amount{}, fmt.Errorf("%d bytes of number: %w", len(s), ErrRange)
	}
	neg, mantissa, exponent, err := split(s)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, err)
	}
	whole, frac, _ := strings.Cut(mantissa, ".")
	digits := whole + frac
	scale := len(frac) - exponent
	trimmed := strings.TrimRight(digits, "0")
	scale -= len(digits) - len(trimmed)
	trimmed = strings.TrimLeft(trimmed, "0")
	if trimmed == "" {
		return Amount{}, nil
	}
	if scale > FractionDigitsMax || len(trimmed)-scale > IntegerDigitsMax {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrRange)
	}
	if scale < 0 {
		trimmed += strings.Repeat("0", -scale)
		scale = 0
	}
	return fromDigits(neg, trimmed, scale), nil
}

// parsePlain is Parse for nearly every number that occurs: digits and perhaps a
// sign and a point, so few that they fit into an integer. It makes no copies.
// All else is not ok.
func parsePlain[T string | []byte](s T) (a Amount, ok bool) {
	const lenMax = 18 // digits of an int64, whatever they are
	i := 0
	if len(s) > 0 && s[0] == '-' {
		i = 1
	}
	if len(s) == i || len(s) > lenMax {
		return Amount{}, false
	}
	var n int64
	digits, scale, point := 0, 0, false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
			digits++
			if point {
				scale++
			}
		case c == '.' && !point:
			point = true
		default:
			return Amount{}, false
		}
	}
	if digits == 0 {
		return Amount{}, false
	}
	for ; n%10 == 0 && scale > 0; scale-- {
		n /= 10
	}
	if n == 0 {
		return Amount{}, true
	}
	if s[0] == '-' {
		n = -n
	}
	return Amount{n: n, scale: uint8(scale)}, true
}

// split takes a number apart and checks its grammar.
func split(s string) (neg bool, mantissa string, exponent int, err error) {
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		neg, rest = rest[0] == '-', rest[1:]
	}
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		if exponent, err = strconv.Atoi(rest[i+1:]); err != nil || exponent > 99 || exponent < -99 {
			if errors.Is(err, strconv.ErrSyntax) {
				return false, "", 0, ErrSyntax
			}
			return false, "", 0, ErrRange
		}
		rest = rest[:i]
	}
	digits, points := 0, 0
	for i := range len(rest) {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		default:
			return false, "", 0, ErrSyntax
		}
	}
	if digits == 0 || points > 1 {
		return false, "", 0, ErrSyntax
	}
	return neg, rest, exponent, nil
}

// fromDigits makes the amount of digits (at least one, no sign) with the last
// scale of them behind the point.
func fromDigits(neg bool, digits string, scale int) Amount {
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		if neg {
			n = -n
		}
		return Amount{n: n, scale: uint8(scale)}
	}
	n, _ := new(big.Int).SetString(digits, 10) // digits only: cannot fail
	d := decimal.WithContext(exact).SetBigMantScale(n, scale)
	if neg {
		d.CopyNeg(d)
	}
	return Amount{d: d}
}

// String returns the one canonical text of a: no exponent, no leading zeros,
// no trailing zeros behind the point, "0" for zero. Equal amounts have equal
// text, so it may stand in files that are compared byte by byte.
func (a Amount) String() string {
	var room [2 + IntegerDigitsMax + FractionDigitsMax]byte // with sign and point
	return string(a.append(room[:0]))
}

// AppendText appends String to b.
func (a Amount) AppendText(b []byte) ([]byte, error) { return a.append(b), nil }

func (a Amount) append(b []byte) []byte {
	if a.IsZero() {
		return append(b, '0')
	}
	if a.Sign() < 0 {
		b = append(b, '-')
	}
	start, scale := len(b), int(a.scale)
	if a.d == nil {
		b = strconv.AppendUint(b, magnitude(a.n), 10)
	} else {
		_, _, coefficient, _ := a.d.Decompose(nil)
		b = new(big.Int).SetBytes(coefficient).Append(b, 10)
		for scale = a.d.Scale(); scale < 0; scale++ {
			b = append(b, '0')
		}
	}
	if scale == 0 {
		return b
	}
	for len(b)-start <= scale {
		b = slices.Insert(b, start, '0')
	}
	b = slices.Insert(b, len(b)-scale, '.')
	return bytes.TrimSuffix(bytes.TrimRight(b, "0"), []byte{'.'})
}

// fractionDigits returns how many digits of a stand behind the point.
func (a Amount) fractionDigits() int {
	_, fraction, _ := strings.Cut(a.String(), ".")
	return len(fraction)
}

// MarshalText returns String.
func (a Amount) MarshalText() ([]byte, error) { return a.append(nil), nil }

// UnmarshalText is Parse.
func (a *Amount) UnmarshalText(text []byte) error {
	if v, ok := parsePlain(text); ok {
		*a = v
		return nil
	}
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// MarshalJSON writes a as a JSON number with all its digits.
func (a Amount) MarshalJSON() ([]byte, error) { return a.append(nil), nil }

// UnmarshalJSON reads a JSON number. Text, null, true and the rest are no
// amounts: a client that sends them gets an error instead of a 0.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '-' && (data[0] < '0' || data[0] > '9') {
		return fmt.Errorf("%.20q: %w", data, ErrSyntax)
	}
	return a.UnmarshalText(data)
}
