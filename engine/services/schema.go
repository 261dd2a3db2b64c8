package services

import (
	"errors"
	"fmt"
	"strings"

	"purser/engine/amount"
)

// schema says what a value must be: the part of JSON Schema that Kazoo shows of
// an item's settings, and that validation walks along.
type schema struct {
	kind        string // one of the types below
	description string
	fallback    Value // what it is when it is not there; none for some
	minimum     *int64
	maximum     *int64
	enum        []string
	items       *schema    // of a list; nil allows anything
	properties  properties // of an object
	required    []string
	// others is the schema of members that properties does not name; nil
	// allows anything.
	others *schema
	// names checks the names of members, "" if a name is right.
	names func(name string) string
}

// property is one named member of an object's schema.
type property struct {
	name string
	schema
}

// properties are the members that an object's schema names.
type properties []property

// document returns s as JSON Schema.
func (s schema) document() Document {
	d := Document{}.With("type", Text(s.kind))
	if s.description != "" {
		d = d.With("description", Text(s.description))
	}
	if !s.fallback.IsZero() {
		d = d.With("default", s.fallback)
	}
	if s.minimum != nil {
		d = d.With("minimum", Whole(*s.minimum))
	}
	if s.maximum != nil {
		d = d.With("maximum", Whole(*s.maximum))
	}
	if s.items != nil {
		d = d.With("items", Object(s.items.document()))
	}
	if s.properties != nil {
		d = d.With("properties", Object(s.properties.document()))
	}
	if s.others != nil {
		d = d.With("additionalProperties", Object(s.others.document()))
	}
	return d
}

// document returns {name: schema}.
func (p properties) document() Document {
	var d Document
	for _, one := range p {
		d = d.With(one.name, Object(one.schema.document()))
	}
	return d
}

// The types of a schema.
const (
	typeText   = "string"
	typeNumber = "number"
	typeWhole  = "integer"
	typeFlag   = "boolean"
	typeObject = "object"
	typeList   = "array"
)

// nameBytesMax bounds the name of a category or item: it becomes part of keys
// on the disk, and of the names of audit rows.
const nameBytesMax = 128

// QuantityMax is the largest quantity that is taken from a request, also as
// minimum, maximum, step or bound of a tier: far above any number of phones,
// far below where sums of them leave 64 bits.
const QuantityMax = 1_000_000_000

// billedName checks the name of a category or item.
func billedName(name string) string {
	isControl := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch {
	case name == "":
		return "Name must not be empty"
	case len(name) > nameBytesMax:
		return fmt.Sprintf("Name must have at most %d bytes", nameBytesMax)
	case strings.ContainsFunc(name, isControl):
		return "Name must not have control characters"
	}
	return ""
}

// checker collects the problems of one document.
type checker struct {
	nullIsGiven bool // null is a value like any other, instead of none at all
	problems    Problems
}

func (c *checker) add(p Problem) { c.problems = append(c.problems, p) }

// check compares a value that is there with its schema; no schema allows
// anything.
func (c *checker) check(at place, v Value, s *schema) {
	if s == nil || !v.isGiven() && !c.nullIsGiven {
		return
	}
	switch s.kind {
	case typeObject:
		if members, ok := v.Object(); ok {
			c.members(at, members, s)
			return
		}
	case typeList:
		if items, ok := v.List(); ok {
			for i, item := range items {
				c.check(at.in(fmt.Sprint(i)), item, s.items)
			}
			return
		}
	case typeText:
		if text, ok := v.Text(); ok {
			c.text(at, text, s)
			return
		}
	case typeFlag:
		if _, ok := v.Bool(); ok {
			return
		}
	case typeNumber, typeWhole:
		c.number(at, v, s)
		return
	}
	c.add(wrongType(at, s.kind, v))
}

func (c *checker) members(at place, members Document, s *schema) {
	for _, name := range s.required {
		if !members.Get(name).isGiven() {
			c.add(missing(at.in(name)))
		}
	}
	named := func(name string) *schema {
		for i := range s.properties {
			if s.properties[i].name == name {
				return &s.properties[i].schema
			}
		}
		return s.others
	}
	for _, m := range members {
		if s.names != nil {
			if why := s.names(m.Name); why != "" {
				c.add(invalid(at.in(m.Name), why))
				continue
			}
		}
		c.check(at.in(m.Name), m.Value, named(m.Name))
	}
}

func (c *checker) text(at place, text string, s *schema) {
	if len(s.enum) == 0 {
		return
	}
	allowed := make([]Value, len(s.enum))
	for i, one := range s.enum {
		if one == text {
			return
		}
		allowed[i] = Text(one)
	}
	c.add(Problem{Path: at.String(), Code: CodeEnum, Message: "Value not found in enumerated list of values",
		Target: List(allowed...), Value: Text(text)})
}

func (c *checker) number(at place, v Value, s *schema) {
	a, err := v.Amount()
	switch {
	case errors.Is(err, amount.ErrRange):
		c.add(Problem{Path: at.String(), Code: CodeMaximum, Value: v,
			Message: fmt.Sprintf("Value must have at most %d digits before and %d after the point",
				amount.IntegerDigitsMax, amount.FractionDigitsMax)})
		return
	case err != nil:
		c.add(wrongType(at, s.kind, v))
		return
	}
	if _, whole := v.Int(); !whole && s.kind == typeWhole {
		c.add(wrongType(at, s.kind, v))
		return
	}
	if s.minimum != nil && a.Cmp(amount.FromInt(*s.minimum)) < 0 {
		c.add(belowMinimum(at, *s.minimum, v))
	}
	if s.maximum != nil && a.Cmp(amount.FromInt(*s.maximum)) > 0 {
		c.add(aboveMaximum(at, *s.maximum, v))
	}
}
