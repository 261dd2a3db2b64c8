package apier

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// extraData is a JSON object that goes into the journal as it was sent, without white space. It never changes what
// happens to a balance: CGRateS uses it for the record that Cdrlog makes. Source: cgrates-apier, section 9.14.
type extraData jsontext.Value

// UnmarshalJSONFrom reads an object; null is none, and anything else an error.
func (e *extraData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case jsontext.KindNull:
		*e = nil
		return nil
	case jsontext.KindBeginObject:
		compact := slices.Clone(v)
		if err := compact.Compact(); err != nil {
			return err
		}
		*e = extraData(compact)
		return nil
	}
	return errNotObject
}

// MarshalJSONTo writes it as it is; digests are made of it.
func (e extraData) MarshalJSONTo(enc *jsontext.Encoder) error {
	if e == nil {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteValue(jsontext.Value(e))
}
