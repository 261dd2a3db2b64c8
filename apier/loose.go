package apier

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// Values of actions and triggers: CGRateS takes each as a number or bool in one method and as text in another, so
// every method takes both. "" is the zero value.

// looseAmount is a number, or its text; a duration is nanoseconds.
type looseAmount struct{ amount.Amount }

// UnmarshalJSONFrom reads a number or text.
func (a *looseAmount) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	v, err := dec.ReadValue()
	if err != nil || emptyText(v) {
		return err
	}
	a.Amount, err = looseValue(v)
	return err
}

// looseFlag is a bool, or its text.
type looseFlag bool

// UnmarshalJSONFrom reads a bool, a number or text.
func (f *looseFlag) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil || emptyText(v) {
		return err
	}
	b, err := looseBool(v)
	*f = looseFlag(b)
	return err
}

// looseDuration is a number of nanoseconds, or a duration as text.
type looseDuration int64

var errNotDuration = errors.New("want a duration such as 1h30m, or nanoseconds")

// UnmarshalJSONFrom reads a number or text.
func (d *looseDuration) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil || emptyText(v) {
		return err
	}
	n, err := looseValue(v)
	if err != nil {
		return errNotDuration
	}
	nanos := n.QuoFloor(amount.FromInt(1))
	if nanos > int64(durationMax) || nanos < -int64(durationMax) {
		return errNotDuration
	}
	*d = looseDuration(nanos)
	return nil
}

func emptyText(v jsontext.Value) bool { return string(v) == `""` || v.Kind() == jsontext.KindNull }
