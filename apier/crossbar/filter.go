package crossbar

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine/amount"
)

// filter keeps or drops an item of a list by what stands at a dotted path of its JSON.
// Source: ledgers-and-services, section 1.8.
type filter struct {
	test  func(found *value, want string) bool
	path  []string
	want  string
	named string // parameter and value, for the cursor's hash
}

// filterTests are the tests by the parameter that asks for them. Those that end with a low line have the path in the
// parameter's name and the value wanted as its value, the others have the path as their value.
var filterTests = map[string]func(found *value, want string) bool{
	"filter_":       func(v *value, want string) bool { return v.equals(want) },
	"filter_not_":   func(v *value, want string) bool { return !v.equals(want) },
	"has_key":       func(v *value, _ string) bool { return v != nil },
	"key_missing":   func(v *value, _ string) bool { return v == nil },
	"has_value":     func(v *value, _ string) bool { return v.hasValue() },
	"missing_value": func(v *value, _ string) bool { return !v.hasValue() },
}

// equals tells whether v is a text or truth that reads want, or a number of that value.
func (v *value) equals(want string) bool {
	if v == nil {
		return false
	}
	switch v.kind {
	case jsontext.KindString:
		return v.text == want
	case jsontext.KindNumber:
		return v.text == want || sameNumber(v.text, want)
	case jsontext.KindTrue, jsontext.KindFalse:
		return string(v.raw) == want
	}
	return false
}

// sameNumber tells whether two texts are the same number: clients compare amounts by value, and Kazoo writes -880.0.
// Source: ledgers-and-services, section 1.10.
func sameNumber(a, b string) bool {
	x, err := amount.Parse(a)
	if err != nil {
		return false
	}
	y, err := amount.Parse(b)
	return err == nil && x.Cmp(y) == 0
}

// hasValue tells whether v says something: it is there and not null, "", [] or {}.
func (v *value) hasValue() bool {
	if v == nil || v.kind == jsontext.KindNull {
		return false
	}
	return v.text != "" || len(v.members) > 0 || len(v.items) > 0 ||
		v.kind == jsontext.KindNumber || v.kind == jsontext.KindTrue || v.kind == jsontext.KindFalse
}

// filters are those of one request; an item must pass them all.
type filters []filter

// filters reads the request's filters, in the order of their names.
func (rq *request) filters() (filters, error) {
	var list filters
	for _, name := range slices.Sorted(maps.Keys(rq.query)) {
		kind, path := filterKind(name)
		if kind == "" {
			continue
		}
		for _, v := range rq.query[name] {
			f := filter{test: filterTests[kind], path: strings.Split(path, "."), want: v, named: name + "=" + v}
			if path == "" {
				f.path = strings.Split(v, ".")
			}
			list = append(list, f)
		}
	}
	if most := rq.face.opts.FiltersMax; len(list) > most {
		return nil, invalidField("filter", maximumFault(int64(most), len(list)))
	}
	return list, nil
}

// filterKind returns the key of filterTests that a parameter's name asks for, and the path in the name.
func filterKind(name string) (kind, path string) {
	for _, prefix := range []string{"filter_not_", "filter_"} {
		if path, ok := strings.CutPrefix(name, prefix); ok && path != "" {
			return prefix, path
		}
	}
	if _, ok := filterTests[name]; ok && !strings.HasSuffix(name, "_") {
		return name, ""
	}
	return "", ""
}

// pass tells whether an item passes all filters.
func (fs filters) pass(item any) (bool, error) {
	if len(fs) == 0 {
		return true, nil
	}
	b, err := json.Marshal(item, sameJSON)
	if err != nil {
		return false, err
	}
	doc, err := parseStored(b)
	if err != nil {
		return false, err
	}
	for _, f := range fs {
		at := &doc
		for _, name := range f.path {
			at = at.get(name)
		}
		if !f.test(at, f.want) {
			return false, nil
		}
	}
	return true, nil
}

// hash returns a digest of the filters and of what else decides which items a list has.
func (fs filters) hash(scope string) [8]byte {
	h := sha256.New()
	h.Write([]byte(scope)) // a hash.Hash never fails
	for _, f := range fs {
		h.Write([]byte("\n" + f.named))
	}
	return [8]byte(h.Sum(nil))
}
