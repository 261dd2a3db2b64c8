package apier

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/amount"
)

// balance is the member Balance of a nested argument. Unlike the members around it, its keys match in their exact
// case, null is a value, and a value may come as another JSON type that means the same. Source: cgrates-apier,
// section 5.
type balance struct {
	attributes
	Value   *amount.Amount
	Factors *factors

	unknown []string // keys without meaning, such as Id for ID; at most unknownMax
}

// unknownMax bounds the unknown keys that are remembered for the log.
const unknownMax = 8

// Errors of the values in Balance.
var (
	errNotText   = errors.New("want text")
	errNotNumber = errors.New("want a number, or text that is one")
	errNotBool   = errors.New("want true or false, or text or a number that stands for one")
	errNotObject = errors.New("want an object")
)

// UnmarshalJSONFrom reads the object.
func (b *balance) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != jsontext.KindBeginObject {
		return errNotObject
	}
	return eachMember(dec, b.set)
}

// eachMember calls set for each member of the object that dec is in front of, and names the member in its error.
func eachMember(dec *jsontext.Decoder, set func(key string, v jsontext.Value) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		key := unquote(name)
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := set(key, v); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	_, err := dec.ReadToken()
	return err
}

func (b *balance) set(key string, v jsontext.Value) error {
	switch key {
	case "ID":
		return convert(&b.ID, v, looseText)
	case "UUID":
		return convert(&b.UUID, v, looseText)
	case "RatingSubject":
		return convert(&b.RatingSubject, v, looseText)
	case "Value":
		return convert(&b.Value, v, looseValue)
	case "Weight":
		return convert(&b.Weight, v, looseNumber)
	case "ExpiryTime":
		return convert(&b.ExpiryTime, v, strictText)
	case "Disabled":
		return convert(&b.Disabled, v, looseBool)
	case "Blocker":
		return convert(&b.Blocker, v, looseBool)
	case "DestinationIDs":
		return convert(&b.DestinationIDs, v, parseNames)
	case "Categories":
		return convert(&b.Categories, v, parseNames)
	case "SharedGroups":
		return convert(&b.SharedGroups, v, parseNames)
	case "TimingIDs":
		return convert(&b.TimingIDs, v, parseNames)
	case "Factors":
		return convert(&b.Factors, v, looseFactors)
	}
	if len(b.unknown) < unknownMax {
		b.unknown = append(b.unknown, key)
	}
	return nil
}

func convert[T any](field **T, v jsontext.Value, parse func(jsontext.Value) (T, error)) error {
	parsed, err := parse(v)
	if err != nil {
		return err
	}
	*field = &parsed
	return nil
}

func strictText(v jsontext.Value) (string, error) {
	if v.Kind() != jsontext.KindString {
		return "", errNotText
	}
	return unquote(v), nil
}

// looseText takes a number, a bool or a list for its text, and null for "".
func looseText(v jsontext.Value) (string, error) {
	switch v.Kind() {
	case jsontext.KindString:
		return unquote(v), nil
	case jsontext.KindNull:
		return "", nil
	case jsontext.KindNumber:
		n, err := amount.Parse(string(v))
		return n.String(), err
	}
	compact := slices.Clone(v)
	err := compact.Compact()
	return string(compact), err
}

func looseNumber(v jsontext.Value) (amount.Amount, error) {
	switch v.Kind() {
	case jsontext.KindNumber:
		return amount.Parse(string(v))
	case jsontext.KindString:
		return amount.Parse(unquote(v))
	}
	return amount.Amount{}, errNotNumber
}

// looseValue is looseNumber that takes durations too. The sign stays: it is dropped later, as that of Value at the top.
func looseValue(v jsontext.Value) (amount.Amount, error) {
	if v.Kind() == jsontext.KindString {
		return parseValue(unquote(v))
	}
	return looseNumber(v)
}

// looseBool takes a number above 0 for true.
func looseBool(v jsontext.Value) (bool, error) {
	switch v.Kind() {
	case jsontext.KindTrue:
		return true, nil
	case jsontext.KindFalse:
		return false, nil
	case jsontext.KindString:
		return parseBool(unquote(v))
	case jsontext.KindNumber:
		n, err := amount.Parse(string(v))
		return n.Sign() > 0, err
	}
	return false, errNotBool
}

// factors are the numbers by name that a balance may multiply its steps with, sorted by name.
type factors []engine.Factor

// looseFactors takes an object of numbers, or its JSON as text; null is none.
func looseFactors(v jsontext.Value) (factors, error) {
	if v.Kind() == jsontext.KindString {
		v = jsontext.Value(unquote(v))
	}
	var byName map[string]*amount.Amount
	if err := decodeStrict(v, &byName); err != nil {
		return nil, errors.New("want an object of numbers")
	}
	list := make(factors, 0, len(byName))
	for name, value := range byName {
		if value == nil {
			return nil, fmt.Errorf("%.40q: %w", name, errNotNumber)
		}
		list = append(list, engine.Factor{Name: name, Value: *value})
	}
	slices.SortFunc(list, func(a, b engine.Factor) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// decodeStrict decodes one JSON value: no duplicate members, no invalid UTF-8, nothing behind it.
func decodeStrict(v jsontext.Value, into any) error { return json.Unmarshal(v, into) }

// unquote returns the text that a JSON string, which was found valid, stands for.
func unquote(v jsontext.Value) string {
	inside := v[1 : len(v)-1]
	for _, c := range inside {
		if c == '\\' {
			plain, err := jsontext.AppendUnquote(nil, v)
			if err != nil {
				return ""
			}
			return string(plain)
		}
	}
	return string(inside)
}
