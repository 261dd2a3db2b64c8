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
