package amount

import (
	"errors"
	"fmt"
	"math/big"
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
	d := decimal.WithContext(exact)
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		d.SetMantScale(n, scale)
	} else {
		n, _ := new(big.Int).SetString(digits, 10) // digits only: cannot fail
		d.SetBigMantScale(n, scale)
	}
	if neg {
		d.CopyNeg(d)
	}
	return Amount{d}
}

// digits returns the decimal digits before and behind the point, without
// sign, leading and trailing zeros: "0", "" for 0.
func (a Amount) digits() (whole, frac string) {
	if a.IsZero() {
		return "0", ""
	}
	var text string
	if m, ok := a.d.Mantissa(); ok {
		text = strconv.FormatUint(m, 10)
	} else {
		_, _, coefficient, _ := a.d.Decompose(nil)
		text = new(big.Int).SetBytes(coefficient).String()
	}
	scale := a.d.Scale()
	switch {
	case scale < 0:
		return text + strings.Repeat("0", -scale), ""
	case scale == 0:
		return text, ""
	case len(text) <= scale:
		return "0", strings.TrimRight(strings.Repeat("0", scale-len(text))+text, "0")
	}
	return text[:len(text)-scale], strings.TrimRight(text[len(text)-scale:], "0")
}

// String returns the one canonical text of a: no exponent, no leading zeros,
// no trailing zeros behind the point, "0" for zero. Equal amounts have equal
// text, so it may stand in files that are compared byte by byte.
func (a Amount) String() string {
	whole, frac := a.digits()
	sign := ""
	if a.Sign() < 0 {
		sign = "-"
	}
	if frac == "" {
		return sign + whole
	}
	return sign + whole + "." + frac
}

// AppendText appends String to b.
func (a Amount) AppendText(b []byte) ([]byte, error) { return append(b, a.String()...), nil }

// MarshalText returns String.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is Parse.
func (a *Amount) UnmarshalText(text []byte) error {
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// MarshalJSON writes a as a JSON number with all its digits.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads a JSON number. Text, null, true and the rest are no
// amounts: a client that sends them gets an error instead of a 0.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '-' && (data[0] < '0' || data[0] > '9') {
		return fmt.Errorf("%.20q: %w", data, ErrSyntax)
	}
	return a.UnmarshalText(data)
}
