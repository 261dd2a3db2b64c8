package main

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// field is one member of a request's argument.
type field struct {
	name  string
	value jsontext.Value
}

// request is a call that a line asks for.
type request struct {
	method   string
	argument jsontext.Value
}

// request makes the call that a parsed line asks for. An argument that the command does not know is refused: a change
// without its misspelt BalanceID would reach all balances of the type.
func (c command) request(l line) (request, error) {
	method, err := c.methodFor(l.item)
	if err != nil {
		return request{}, err
	}
	if c.takesText() {
		if l.item == "" || len(l.pairs) > 0 {
			return request{}, usageErrorf("%s: want %s %s (see: help %s)", c.name, c.name, c.item, c.name)
		}
		argument, err := quoteText(l.item)
		return request{method: method, argument: argument}, err
	}
	var fields []field
	for _, preset := range c.preset {
		if !l.gives(preset.name) {
			fields = append(fields, preset)
		}
	}
	for _, p := range l.pairs {
		arg, known := c.argument(p.name)
		if !known {
			return request{}, c.unknownArgument(p.name)
		}
		if arg.kind == dropped {
			continue
		}
		value, err := arg.kind.value(p.value)
		if err != nil {
			return request{}, usageErrorf("%s: %s: %v", c.name, p.name, err)
		}
		fields = append(fields, field{arg.name, value})
	}
	object, err := jsonObject(fields)
	return request{method: method, argument: object}, err
}

// takesText says whether the command's method takes one text, not an object.
func (c command) takesText() bool { return c.item != "" && c.methods == nil }

// methodFor is the method a command calls; the item of a line may choose it.
func (c command) methodFor(item string) (string, error) {
	if item == "" {
		return c.method, nil
	}
	if c.item == "" {
		return "", usageErrorf("%s: %q is not Name=value (see: help %s)", c.name, item, c.name)
	}
	if c.takesText() {
		return c.method, nil
	}
	method, ok := c.methods[strings.ToLower(item)]
	if !ok {
		return "", usageErrorf("%s: there is no %s %q (see: help %s)", c.name, c.item, item, c.name)
	}
	return method, nil
}

// gives says whether the line has an argument of this name.
func (l line) gives(name string) bool {
	for _, p := range l.pairs {
		if strings.EqualFold(p.name, name) {
			return true
		}
	}
	return false
}

// unknownArgument refuses a name the command does not know.
func (c command) unknownArgument(name string) error {
	if near := nearest(name, c.argumentNames()); near != "" {
		return usageErrorf("%s: unknown argument %s (did you mean %s?)", c.name, name, near)
	}
	return usageErrorf("%s: unknown argument %s (see: help %s)", c.name, name, c.name)
}

// value is the JSON of a word for an argument of this kind. Numbers stay text
// as they were written: no amount passes through a float.
func (k kind) value(w word) (jsontext.Value, error) {
	switch {
	case w.bare == "null":
		return jsontext.Value("null"), nil
	case k == textList:
		return textListValue(w)
	case w.json != nil:
		return w.json, nil
	case k == anyJSON && jsontext.Value(w.bare).IsValid():
		return jsontext.Value(w.bare), nil
	default:
		return quoteText(w.bare)
	}
}

// textListValue makes a list of one text; a list stays what it is.
func textListValue(w word) (jsontext.Value, error) {
	content := w.bare
	switch {
	case w.json == nil:
	case w.json.Kind() != '"':
		return w.json, nil
	default:
		if err := json.Unmarshal(w.json, &content); err != nil {
			return nil, err
		}
	}
	return json.Marshal(strings.Split(content, ";"))
}

// jsonObject writes fields as one object.
func jsonObject(fields []field) (jsontext.Value, error) {
	var object bytes.Buffer
	object.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			object.WriteByte(',')
		}
		name, err := quoteText(f.name)
		if err != nil {
			return nil, usageErrorf("argument %q: %v", f.name, err)
		}
		object.Write(name)
		object.WriteByte(':')
		object.Write(f.value)
	}
	object.WriteByte('}')
	return object.Bytes(), nil
}
