package tariffplan

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"purser/engine/rating"
)

// Compile checks all rows and makes the engine's values of them. IDs that the
// plan refers to must be in the plan or in known; a nil known is an engine
// without any. Warnings are what is allowed and probably not meant. The error
// is an *Errors; nothing of the plan may be used then.
func Compile(t *Tables, known Known, o Options) (set *Set, warnings []Problem, err error) {
	c := &compiler{tables: t, known: known, opts: o.withDefaults(), timings: map[string]rating.Timing{}}
	if known == nil {
		c.known = nothing{}
	}
	c.errors.max, c.warnings.max = c.opts.ErrorsMax, c.opts.ErrorsMax
	for i := range c.named {
		c.named[i] = make(map[string]bool, len(t[i]))
	}
	set = &Set{}
	set.Destinations = c.destinations()
	set.Timings = c.allTimings()
	c.rates()
	c.prices()
	set.Plans = c.plans()
	set.Profiles = c.profiles()
	set.Groups = c.groups()
	set.Actions = c.actions()
	set.Triggers = c.triggers()
	if err := c.errors.err(); err != nil {
		return nil, c.warnings.first, err
	}
	return set, c.warnings.first, nil
}

// compiler is a compilation on its way, table by table in the order in which
// they refer to one another.
type compiler struct {
	tables *Tables
	known  Known
	opts   Options

	errors, warnings problems

	// named has the IDs of all rows seen, of wrong ones too: a reference to a
	// wrong row is no second error.
	named [tableCount]map[string]bool

	timings map[string]rating.Timing
	rate    map[string]*rate
	price   map[string][]price // of the rows of DestinationRates, by ID
}

// rows goes through the rows of a table that can be taken apart.
func (c *compiler) rows(t Table) iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for i := range c.tables[t] {
			r := &c.tables[t][i]
			if len(r.Cells) > 0 {
				c.named[t][r.Cells[columnID]] = true
			}
			if c.wellFormed(t, r) && !yield(r) {
				return
			}
		}
	}
}

// wellFormed checks what holds for all tables.
func (c *compiler) wellFormed(t Table, r *Row) bool {
	columns := t.Columns()
	for i, cell := range r.Cells[:min(len(r.Cells), len(columns))] {
		if !utf8.ValidString(cell) {
			c.fail(t, r, i, "not UTF-8")
			return false
		}
		if strings.ContainsFunc(cell, func(char rune) bool { return char < ' ' || char == 0x7f }) {
			c.fail(t, r, i, "control character")
			return false
		}
	}
	if len(r.Cells) != len(columns) {
		p := r.problem(t, 0, "record on line %d: wrong number of fields: %d, want %d (%s)",
			r.Line, len(r.Cells), len(columns), strings.Join(columns, ","))
		p.Field = ""
		c.errors.add(p)
		return false
	}
	return true
}

// fail reports an error at a cell.
func (c *compiler) fail(t Table, r *Row, column int, format string, args ...any) {
	c.errors.add(r.problem(t, column, format, args...))
}

// warn reports what is allowed and probably not meant.
func (c *compiler) warn(t Table, r *Row, column int, format string, args ...any) {
	c.warnings.add(r.problem(t, column, format, args...))
}

// doubt warns, and with Options.Validate refuses, with CGRateS's text in front.
func (c *compiler) doubt(t Table, r *Row, column int, format string, args ...any) {
	if c.opts.Validate {
		c.fail(t, r, column, "invalid data: "+format, args...)
		return
	}
	c.warn(t, r, column, format, args...)
}

// unseen tells whether key was not seen before; otherwise it reports that r
// says again what another row has said.
func unseen[K comparable](c *compiler, seen map[K]*Row, key K, t Table, r *Row, column int, what string) bool {
	if before, again := seen[key]; again {
		c.fail(t, r, column, "%s is given already in %s:%d", what, before.File, before.Line)
		return false
	}
	seen[key] = r
	return true
}

// sorted returns what of returns for each entry of m, by key.
func sorted[K cmp.Ordered, V, T any](m map[K]V, of func(K, V) T) []T {
	if len(m) == 0 {
		return nil
	}
	list := make([]T, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, of(key, m[key]))
	}
	return list
}
