package tariffplan

import (
	"fmt"
)

// Problem is what is wrong, or odd, at one place of a plan.
type Problem struct {
	File   string // as in [Row]
	Line   int    // as in [Row]
	Column int    // byte of the line, from 1; of a row from a request the number of the cell
	Field  string // name of the table's column, "" for the line as a whole
	Text   string // begins as CGRateS's text does, where it has one
}

// String returns file:line:column: field: text.
func (p Problem) String() string {
	if p.Field == "" {
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", p.File, p.Line, p.Column, p.Field, p.Text)
}

// Errors are why a plan is refused.
type Errors struct {
	Problems []Problem // the first ones, at most Options.ErrorsMax
	Total    int       // how many there are
}

// Error returns the first problem, its text first because clients of CGRateS
// look for how it begins, and how many there are more.
func (e *Errors) Error() string {
	first := e.Problems[0]
	text := fmt.Sprintf("%s (%s:%d:%d", first.Text, first.File, first.Line, first.Column)
	if first.Field != "" {
		text += " " + first.Field
	}
	if text += ")"; e.Total > 1 {
		text += fmt.Sprintf(" and %d more", e.Total-1)
	}
	return text
}

// problems collects problems up to a bound and counts all.
type problems struct {
	max   int
	first []Problem
	total int
}

func (p *problems) add(found Problem) {
	p.total++
	if len(p.first) < p.max {
		p.first = append(p.first, found)
	}
}

// err returns the problems as *Errors, nil when there are none.
func (p *problems) err() error {
	if p.total == 0 {
		return nil
	}
	return &Errors{Problems: p.first, Total: p.total}
}

// problem makes a problem of a cell of r.
func (r *Row) problem(t Table, column int, format string, args ...any) Problem {
	p := Problem{File: r.File, Line: r.Line, Column: column + 1, Field: t.Columns()[column],
		Text: fmt.Sprintf(format, args...)}
	if column < len(r.columns) {
		p.Column = int(r.columns[column])
	}
	return p
}
