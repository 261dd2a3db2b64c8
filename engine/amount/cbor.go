package amount

import (
	"errors"
	"fmt"
)

// cborText is CBOR's major type of text strings, in the high three bits.
const cborText = 3 << 5

// MarshalCBOR writes String as a CBOR text string: shorter than a tagged
// decimal fraction for the amounts that occur, the same bytes for the same
// value, and readable in a dump of the journal.
func (a Amount) MarshalCBOR() ([]byte, error) {
	s := a.String()
	if len(s) >= 256 {
		return nil, ErrRange
	}
	b := make([]byte, 0, 2+len(s))
	if len(s) < 24 {
		b = append(b, cborText|byte(len(s)))
	} else {
		b = append(b, cborText|24, byte(len(s)))
	}
	return append(b, s...), nil
}

var errCBOR = errors.New("amount: not a CBOR text string")

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (a *Amount) UnmarshalCBOR(data []byte) error {
	if len(data) < 2 || data[0]&0xe0 != cborText {
		return errCBOR
	}
	n, body := int(data[0]&0x1f), data[1:]
	if n == 24 {
		n, body = int(body[0]), body[1:]
	}
	if n != len(body) {
		return errCBOR
	}
	if err := a.UnmarshalText(body); err != nil {
		return fmt.Errorf("amount in CBOR: %w", err)
	}
	return nil
}
