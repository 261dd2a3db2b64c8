package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// NamedRow is a row with the name of its series and its day.
type NamedRow struct {
	Name string
	Day  Day
	Row  Row
}

// Object is services/audit_summary of rows: {name: [{day: ROW}, ..]}, names
// sorted, days rising.
type Object []NamedRow

// MarshalJSONTo writes the object.
func (o Object) MarshalJSONTo(e *jsontext.Encoder) error {
	return writeNames(e, o, func(days []NamedRow) error { return Days(days).MarshalJSONTo(e) })
}

// Array is services/audit/summary of rows: [{name: {day: ROW, ..}, ..}], one
// object if there are rows, else none. Kazoo has an object per database that it
// read.
type Array []NamedRow

// MarshalJSONTo writes the array.
func (a Array) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	if len(a) > 0 {
		if err := writeNames(e, a, func(days []NamedRow) error { return writeDays(e, days) }); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

// Days are rows of one name, written [{day: ROW}, ..] in the order they have.
type Days []NamedRow

// Source returns audit_summary/{SOURCE} and audit/summary/{SOURCE}: the rows of
// one name, the newest day first unless ascending.
func Source(rows []NamedRow, name string, ascending bool) Days {
	var days Days
	for _, r := range Sorted(rows) {
		if r.Name == name {
			days = append(days, r)
		}
	}
	if !ascending {
		slices.Reverse(days)
	}
	return days
}

// MarshalJSONTo writes the array.
func (d Days) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for i := range d {
		if err := writeDays(e, d[i:i+1]); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndArray)
}

// Sorted returns rows by name and day.
func Sorted(rows []NamedRow) []NamedRow {
	return slices.SortedStableFunc(slices.Values(rows), func(a, b NamedRow) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Day, b.Day))
	})
}

// writeNames writes {name: VALUE}, where value writes that of one name's rows.
func writeNames(e *jsontext.Encoder, rows []NamedRow, value func(days []NamedRow) error) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for rows = Sorted(rows); len(rows) > 0; {
		n := 1
		for n < len(rows) && rows[n].Name == rows[0].Name {
			n++
		}
		if err := e.WriteToken(jsontext.String(rows[0].Name)); err != nil {
			return err
		}
		if err := value(rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return e.WriteToken(jsontext.EndObject)
}

// writeDays writes {day: ROW, ..}.
func writeDays(e *jsontext.Encoder, rows []NamedRow) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, r := range rows {
		if err := e.WriteToken(jsontext.String(r.Day.String())); err != nil {
			return err
		}
		if err := json.MarshalEncode(e, r.Row); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}
