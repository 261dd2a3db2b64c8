package audit

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
	"purser/engine/services"
)

// Row is what happened to one series on one day. A row is of changes or of
// usage, never of both; the zero Row is that of a day without events.
type Row struct {
	Addition int64         `cbor:"1,keyasint,omitempty"` // sum of what was added
	Removal  int64         `cbor:"2,keyasint,omitempty"` // sum of what was removed, not negative
	Quantity amount.Amount `cbor:"3,keyasint,omitzero"`  // after the day's last change; of usage the day's sum
	Last     int64         `cbor:"4,keyasint,omitempty"` // Gregorian second of the day's last event
	IsUsage  bool          `cbor:"5,keyasint,omitempty"`
	Unit     string        `cbor:"6,keyasint,omitempty"` // of usage: the first one given that day
}

// Changed returns r with a change of an effective quantity, at a Gregorian
// second of its day. A change that comes later but is dated earlier counts in
// the sums only.
func (r Row) Changed(created int64, c services.Change) Row {
	r.Addition += max(c.Difference, 0)
	r.Removal += max(-c.Difference, 0)
	if created >= r.Last {
		r.Last, r.Quantity = created, amount.FromInt(c.Quantity)
	}
	return r
}

// Used returns r with usage, at a Gregorian second of its day. What would make
// the sum longer than an amount may be is not added: a row that cannot be stored
// would cost the account its audit.
func (r Row) Used(created int64, quantity amount.Amount, unit string) Row {
	r.IsUsage = true
	if sum := r.Quantity.Add(quantity); sum.Check() == nil {
		r.Quantity = sum
	}
	r.Last = max(r.Last, created)
	if r.Unit == "" {
		r.Unit = unit
	}
	return r
}

// MarshalJSONTo writes the members of the row's kind and no others.
func (r Row) MarshalJSONTo(e *jsontext.Encoder) error {
	if r.IsUsage {
		return json.MarshalEncode(e, struct {
			Last     int64         `json:"last_timestamp"`
			Quantity amount.Amount `json:"quantity"`
			Sum      bool          `json:"sum_quantity"`
			Unit     string        `json:"unit"`
		}{r.Last, r.Quantity, true, r.Unit})
	}
	return json.MarshalEncode(e, struct {
		Addition int64         `json:"addition"`
		Last     int64         `json:"last_timestamp"`
		Quantity amount.Amount `json:"quantity"`
		Removal  int64         `json:"removal"`
		Sum      bool          `json:"sum_quantity"`
	}{r.Addition, r.Last, r.Quantity, r.Removal, false})
}
