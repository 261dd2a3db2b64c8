package services

import (
	"fmt"
	"strings"
)

// Code says what is wrong with a field, in Kazoo's words.
type Code string

// The codes of a [Problem].
const (
	CodeRequired  Code = "required"
	CodeType      Code = "type"
	CodeMinimum   Code = "minimum"
	CodeMaximum   Code = "maximum"
	CodeEnum      Code = "enum"
	CodeInvalid   Code = "invalid"
	CodeForbidden Code = "forbidden"
	CodeUnique    Code = "unique"
)

// Problem is one reason why a request's document is refused. A face shows it as
// {Path: {Code: {message, target, value}}}.
type Problem struct {
	Path    string // dotted names of the field, a dot in a name as %2E; "data" the whole, "json" no JSON
	Code    Code
	Message string // for people
	Target  Value  // what would be right; none for some
	Value   Value  // what was sent; none for some
}

// Problems are all reasons why a document is refused, at least one. It is the
// only kind of error that a request can cause in this package.
type Problems []Problem

// Error names the fields and what is wrong with them.
func (p Problems) Error() string {
	var b strings.Builder
	b.WriteString("validation error")
	for i, problem := range p {
		if i == 3 {
			fmt.Fprintf(&b, " and %d more", len(p)-i)
			break
		}
		fmt.Fprintf(&b, ", %s: %s", problem.Path, problem.Message)
	}
	return b.String()
}

// err returns p as an error, nil if there is no problem.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// place is where a value stands in a document: the names on the way to it.
type place struct {
	above *place
	name  string
}

func (p *place) in(name string) place { return place{p, name} }

// placeOf returns the place that names lead to.
func placeOf(names ...string) place {
	var at place
	for _, name := range names {
		above := at
		at = above.in(name)
	}
	return at
}

// String returns the dotted path; that of the document itself is "data".
func (p place) String() string {
	if p.above == nil {
		return "data"
	}
	name := strings.ReplaceAll(p.name, ".", "%2E")
	if p.above.above == nil {
		return name
	}
	return p.above.String() + "." + name
}

func notJSON() Problem {
	return Problem{Path: "json", Code: CodeInvalid, Message: "All JSON must be valid", Target: Text("body")}
}

func tooMuch(of string, limit int) Problem {
	return Problem{Path: place{}.String(), Code: CodeMaximum,
		Message: fmt.Sprintf("Value must have at most %d %s", limit, of), Target: Whole(int64(limit))}
}

func missing(at place) Problem {
	return Problem{Path: at.String(), Code: CodeRequired, Message: "Field is required but missing", Value: Text(at.name)}
}

func wrongType(at place, want string, v Value) Problem {
	return Problem{Path: at.String(), Code: CodeType,
		Message: "Value did not match type(s): " + want, Target: Text(want), Value: v}
}

func belowMinimum(at place, least int64, v Value) Problem {
	return Problem{Path: at.String(), Code: CodeMinimum,
		Message: fmt.Sprintf("Value must be at least %d", least), Target: Whole(least), Value: v}
}

func aboveMaximum(at place, most int64, v Value) Problem {
	return Problem{Path: at.String(), Code: CodeMaximum,
		Message: fmt.Sprintf("Value must be at most %d", most), Target: Whole(most), Value: v}
}

func invalid(at place, message string) Problem {
	return Problem{Path: at.String(), Code: CodeInvalid, Message: message, Value: Text(at.name)}
}
