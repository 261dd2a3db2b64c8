package crossbar

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// lineColumns are the columns of a list of lines before those of its metadata.
// Source: ledgers-and-services, section 5.10.
var lineColumns = []string{"ID", "Source Service", "Source ID", "Account ID", "Account Name", "Usage Type",
	"Usage Quantity", "Usage Unit", "Amount", "Description", "Start Time", "End Time"}

// metadataColumns are the columns of metadata that have a heading of their own; others are called after their path.
var metadataColumns = map[string]string{
	"metadata_to": "To", "metadata_from": "From", "metadata_direction": "Direction",
	"metadata_caller_id_number": "Caller ID Number", "metadata_caller_id_name": "Caller ID Name",
	"metadata_callee_id_number": "Callee ID Number", "metadata_callee_id_name": "Callee ID Name",
	"metadata_rate_name": "Rate Name", "metadata_rate_description": "Rate Description",
	"metadata_rate_value": "Rate", "metadata_rate_increment": "Rate Increment",
	"metadata_rate_minimum": "Rate Minimum", "metadata_rate_nocharge_time": "Grace Period",
}

// lineTable is a list of lines as CSV.
func lineTable(docs []lineDoc) table {
	flat := make([]map[string]string, len(docs))
	paths := map[string]bool{}
	for i := range docs {
		flat[i] = map[string]string{}
		for name, raw := range docs[i].Metadata {
			flatten(flat[i], "metadata_"+name, raw)
		}
		for path := range flat[i] {
			paths[path] = true
		}
	}
	sorted := slices.Sorted(maps.Keys(paths))
	t := table{columns: slices.Clone(lineColumns)}
	for _, path := range sorted {
		t.columns = append(t.columns, given(metadataColumns[path], path))
	}
	for i := range docs {
		d := &docs[i]
		end := ""
		if d.Period.End != nil {
			end = strconv.FormatInt(*d.Period.End, 10)
		}
		row := []string{d.ID, d.Source.Service, d.Source.ID, d.Account.ID, d.Account.Name, d.Usage.Type,
			string(d.Usage.Quantity), d.Usage.Unit, d.Amount.String(), d.Description,
			strconv.FormatInt(d.Period.Start, 10), end}
		for _, path := range sorted {
			row = append(row, flat[i][path])
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// flatten writes the texts, numbers and truths inside a value under their paths; a list is one cell.
func flatten(into map[string]string, path string, raw jsontext.Value) {
	v, err := parseStored(raw)
	if err != nil {
		return // ours are none such
	}
	v.flatten(into, path)
}

func (v *value) flatten(into map[string]string, path string) {
	switch v.kind {
	case jsontext.KindBeginObject:
		for i := range v.members {
			v.members[i].flatten(into, path+"_"+v.members[i].name)
		}
	case jsontext.KindString:
		into[path] = v.text
	case jsontext.KindNull:
	default:
		into[path] = string(v.raw)
	}
}
