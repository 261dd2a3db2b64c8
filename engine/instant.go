package engine

import (
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Instant is a point in time in UTC with nanoseconds. The zero Instant is
// year 1, which stands for "never" where a balance expires.
type Instant struct{ time.Time }

// At returns t as an instant: in UTC, without the monotonic clock reading.
func At(t time.Time) Instant { return Instant{t.UTC().Round(0)} }

// IsZero tells whether i is the zero Instant, "never".
func (i Instant) IsZero() bool { return i.Time.IsZero() }

// Gregorian counts from year 0, as Kazoo does. Source: ledgers-and-services 1.7.
const (
	gregorianOffset = 62_167_219_200  // seconds from year 0 to 1970
	gregorianLast   = 315_569_519_999 // the last one of year 9999: IDs have four digits of a year
)

// Gregorian returns the second of i, counted from year 0. What lies before year
// 0 or behind year 9999 is brought to that bound.
func (i Instant) Gregorian() int64 { return min(max(i.Unix()+gregorianOffset, 0), gregorianLast) }

// nanosFit bounds the seconds whose nanoseconds since 1970 fit into an int64.
const nanosFit = 1<<63/1_000_000_000 - 1

// MarshalCBOR writes nanoseconds since 1970 as one integer, or, for years
// before 1678 and after 2261, seconds and nanoseconds as a list of two.
func (i Instant) MarshalCBOR() ([]byte, error) {
	if s := i.Unix(); s > nanosFit || s < -nanosFit {
		return cbor.Marshal([2]int64{s, int64(i.Nanosecond())})
	}
	return cbor.Marshal(i.UnixNano())
}

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (i *Instant) UnmarshalCBOR(data []byte) error {
	const majorList = 4
	if len(data) > 0 && data[0]>>5 == majorList {
		var parts [2]int64
		if err := cbor.Unmarshal(data, &parts); err != nil {
			return fmt.Errorf("engine: instant: %w", err)
		}
		i.Time = time.Unix(parts[0], parts[1]).UTC()
		return nil
	}
	var nanos int64
	if err := cbor.Unmarshal(data, &nanos); err != nil {
		return fmt.Errorf("engine: instant: %w", err)
	}
	i.Time = time.Unix(0, nanos).UTC()
	return nil
}
