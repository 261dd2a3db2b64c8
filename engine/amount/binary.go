package amount

import (
	"encoding/binary"
	"errors"
	"math/big"
)

// The binary form is for values that are made again from the journal, where a
// line of a ledger has to be small: a byte that says how many digits stand
// behind the point, and the digits as a zigzag varint. Digits that do not fit
// into 64 bits have the byte bigMark before theirs, then how many bytes they
// take, with the sign in the lowest bit, then the bytes, highest first.
//
// Unlike text and CBOR it has no bound of digits, as sums of many amounts may
// leave the bound of one.
const bigMark = 0x80

// digitBytesMax bounds the digits that CutBinary takes: those of a sum of
// 10^40 amounts.
const digitBytesMax = 32

var errBinary = errors.New("amount: not the binary form of an amount")

// AppendBinary appends the binary form of a; its error is always nil. Equal
// amounts have equal bytes.
func (a Amount) AppendBinary(b []byte) ([]byte, error) {
	a = a.trimmed()
	if a.d == nil {
		return binary.AppendVarint(append(b, a.scale), a.n), nil
	}
	digits, scale := a.digits()
	size := uint64(len(digits.Bytes())) << 1
	if digits.Sign() < 0 {
		size |= 1
	}
	b = binary.AppendUvarint(append(b, bigMark, byte(scale)), size)
	return append(b, digits.Bytes()...), nil
}

// trimmed returns a without zeros at the end of what stands behind the point.
func (a Amount) trimmed() Amount {
	if a.d == nil {
		for a.scale > 0 && a.n%10 == 0 {
			a.n /= 10
			a.scale--
		}
		return a
	}
	return ofDigits(a.digits())
}

// digits returns a's digits with its sign, and how many stand behind the point.
func (a Amount) digits() (digits *big.Int, scale int) {
	_, negative, coefficient, _ := a.d.Decompose(nil)
	digits, scale = new(big.Int).SetBytes(coefficient), a.d.Scale()
	if negative {
		digits.Neg(digits)
	}
	for ; scale < 0; scale++ {
		digits.Mul(digits, big.NewInt(10))
	}
	return digits, scale
}

// CutBinary reads what AppendBinary wrote at the front of b, and returns what
// lies behind it.
func CutBinary(b []byte) (a Amount, rest []byte, err error) {
	switch {
	case len(b) < 2:
		return Amount{}, nil, errBinary
	case b[0] == bigMark:
		return cutBig(b[1:])
	case b[0] > scaleMax:
		return Amount{}, nil, errBinary
	}
	n, size := binary.Varint(b[1:])
	if size <= 0 || n == -1<<63 {
		return Amount{}, nil, errBinary
	}
	return Amount{n: n, scale: b[0]}, b[1+size:], nil
}

func cutBig(b []byte) (a Amount, rest []byte, err error) {
	head, size := binary.Uvarint(b[1:])
	if size <= 0 || b[0] > scaleMax || head>>1 > digitBytesMax || head>>1 > uint64(len(b)-1-size) {
		return Amount{}, nil, errBinary
	}
	b, scale := b[1+size:], int(b[0])
	digits := new(big.Int).SetBytes(b[:head>>1])
	if head&1 == 1 {
		digits.Neg(digits)
	}
	return ofDigits(digits, scale), b[head>>1:], nil
}
