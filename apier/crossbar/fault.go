package crossbar

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wordValidation is the envelope's message of what is wrong with a body or query.
const wordValidation = "validation error"

// The codes of faults. Source: ledgers-and-services, section 1.5.
const (
	codeRequired  = "required"
	codeType      = "type"
	codeMinimum   = "minimum"
	codeMaximum   = "maximum"
	codeInvalid   = "invalid"
	codeUnique    = "unique"
	codeForbidden = "forbidden"
	codeEnum      = "enum"
	codeDateRange = "date_range"
)

const textRequired = "Field is required but missing"

// faultTexts says of a code what there is to say when nothing more is known.
var faultTexts = map[string]string{
	codeRequired: textRequired,
	codeMaximum:  "Value is more than allowed",
	codeInvalid:  "Value is invalid",
	codeUnique:   "Value is taken already",
}

// fault is one thing that is wrong with a field.
type fault struct {
	code    string
	message string
	target  any // what is allowed
	value   any // what was sent
	cause   any
}

// MarshalJSONTo writes the object that a client reads.
func (f fault) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, struct {
		Message string `json:"message"`
		Target  any    `json:"target,omitempty"`
		Value   any    `json:"value,omitempty"`
		Cause   any    `json:"cause,omitempty"`
	}{f.message, f.target, f.value, f.cause})
}

// faultsOf are the faults of one field, by code.
type faultsOf map[string]fault

// faults collects all that is wrong with a request, by the dotted path of the field.
type faults struct{ fields map[string]any }

func (w *faults) add(path string, f fault) {
	if w.fields == nil {
		w.fields = map[string]any{}
	}
	of, ok := w.fields[path].(faultsOf)
	if !ok {
		of = faultsOf{}
		w.fields[path] = of
	}
	of[f.code] = f
}

// err returns the problem that shows what was collected, nil when nothing was.
func (w *faults) err() error {
	if len(w.fields) == 0 {
		return nil
	}
	return w.problem()
}

func (w *faults) problem() *problem {
	return &problem{status: http.StatusBadRequest, word: wordValidation, data: w.fields}
}

// invalidField is the problem of a single fault.
func invalidField(path string, f fault) error {
	var wrong faults
	wrong.add(path, f)
	return wrong.err()
}

// joinPath appends a member's name to a dotted path; a dot inside a name is written %2E.
func joinPath(path, name string) string {
	name = strings.ReplaceAll(name, ".", "%2E")
	if path == "" {
		return name
	}
	return path + "." + name
}

// typeFault says that v is of none of the types.
func typeFault(v *value, types ...string) fault {
	list := strings.Join(types, ", ")
	return fault{code: codeType, message: "Value did not match type(s): " + list, target: list, value: v.shown()}
}

// shown returns what of v an error repeats.
func (v *value) shown() any {
	const most = 128
	switch v.kind {
	case jsontext.KindString:
		return strings.ToValidUTF8(v.text[:min(len(v.text), most)], "")
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return nil
	}
	if len(v.raw) > most {
		return nil
	}
	return v.raw
}

func minimumFault(least int64, v any) fault {
	return fault{code: codeMinimum, message: fmt.Sprintf("Value must be at least %d", least), target: least, value: v}
}

func maximumFault(most int64, v any) fault {
	return fault{code: codeMaximum, message: fmt.Sprintf("Value must be at most %d", most), target: most, value: v}
}
