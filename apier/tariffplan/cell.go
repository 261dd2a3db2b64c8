package tariffplan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/rating"
)

// listMax bounds a list in a cell, as the engine bounds the sets of a balance.
const listMax = 256

// cell is one cell of a row being compiled. Its methods read it as something;
// those that return ok report why when it is false.
type cell struct {
	c      *compiler
	t      Table
	r      *Row
	column int
	text   string
}

func (c *compiler) cell(t Table, r *Row, column int) cell {
	return cell{c, t, r, column, r.Cells[column]}
}

func (x cell) fail(format string, args ...any) { x.c.fail(x.t, x.r, x.column, format, args...) }

// name reads a name that must be given.
func (x cell) name() (string, bool) {
	if x.text == "" {
		x.fail("missing")
		return "", false
	}
	return x.optionalName()
}

// ownName reads the ID of a thing of which *any is built in.
func (x cell) ownName() (string, bool) {
	if x.text == rating.Any {
		x.fail("%s is built in", rating.Any)
		return "", false
	}
	return x.name()
}

func (x cell) optionalName() (string, bool) {
	if len(x.text) > x.c.opts.NameBytesMax {
		x.fail("name of more than %d bytes", x.c.opts.NameBytesMax)
		return "", false
	}
	return x.text, true
}

// amount reads a decimal number; empty is 0.
func (x cell) amount() (amount.Amount, bool) {
	if x.text == "" {
		return amount.Amount{}, true
	}
	a, err := amount.Parse(x.text)
	if err != nil {
		x.fail("%v", err)
		return amount.Amount{}, false
	}
	return a, true
}

// positive reads a decimal number of at least 0; empty is 0.
func (x cell) positive() (amount.Amount, bool) {
	a, ok := x.amount()
	if ok && a.Sign() < 0 {
		x.fail("%s is negative", a)
		return amount.Amount{}, false
	}
	return a, ok
}

// units reads how many units something is long: a plain count, or a duration,
// which is a count of nanoseconds. Empty is 0. Source: cgrates-charging,
// section 5.3.
func (x cell) units() (int64, bool) {
	if x.text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(x.text, 10, 64)
	if err != nil {
		var d time.Duration
		if d, err = time.ParseDuration(x.text); err != nil {
			x.fail("%q is neither a whole number of units nor a duration such as 60s", x.text)
			return 0, false
		}
		n = int64(d)
	}
	if n < 0 || n > rating.UnitsMax {
		x.fail("%s is not from 0 to %d units", x.text, int64(rating.UnitsMax))
		return 0, false
	}
	return n, true
}

// value reads what a balance of units is worth: a decimal number, or a duration.
func (x cell) value() (amount.Amount, bool) {
	if d, err := time.ParseDuration(x.text); err == nil {
		if v := amount.FromInt(int64(d)); v.Check() == nil {
			return v, true
		}
		x.fail("%s is longer than an amount may be", x.text)
		return amount.Amount{}, false
	}
	return x.amount()
}

// flag reads true or false; empty is nil.
func (x cell) flag() *bool {
	if x.text == "" {
		return nil
	}
	on, err := strconv.ParseBool(x.text)
	if err != nil {
		x.fail("%q is neither true nor false", x.text)
	}
	return &on
}

// is tells whether a flag is given and true.
func (x cell) is() bool {
	on := x.flag()
	return on != nil && *on
}

// oneOf reads one of some words.
func (x cell) oneOf(words ...string) (string, bool) {
	if !slices.Contains(words, x.text) {
		x.fail("%q is none of %s", x.text, strings.TrimSpace(strings.Join(words, " ")))
		return "", false
	}
	return x.text, true
}

// list reads the items of a list with semicolons, without empty ones.
func (x cell) list() ([]string, bool) {
	if strings.Count(x.text, ";") >= listMax {
		x.fail("list of more than %d", listMax)
		return nil, false
	}
	var items []string
	for item := range strings.SplitSeq(x.text, ";") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items, true
}

// numbers reads a list of whole numbers, sorted, each once; empty or *any is
// nil, which stands for all.
func (x cell) numbers(min, max int) ([]int, bool) {
	if x.text == rating.Any {
		return nil, true
	}
	items, ok := x.list()
	var numbers []int
	for _, item := range items {
		n, err := strconv.Atoi(item)
		if err != nil || n < min || n > max {
			x.fail("%q is not a number from %d to %d", item, min, max)
			return nil, false
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), ok
}

// names reads a set with signs; known tells what it may refer to, nil stands
// for anything.
func (x cell) names(known func(id string) bool) engine.Names {
	items, _ := x.list()
	names := make([]engine.Name, 0, len(items))
	for _, item := range items {
		id, excluded := strings.CutPrefix(item, "!")
		part := x
		part.text = id
		if _, ok := part.name(); ok && known != nil && !known(id) {
			x.fail("there is no %q", id)
		}
		names = append(names, engine.Name{ID: id, Excluded: excluded})
	}
	return engine.NewNames(names...)
}

// isDestination tells whether a balance may be bound to this destination.
func (c *compiler) isDestination(id string) bool {
	return id == rating.Any || c.named[Destinations][id] || c.known.Destination(id)
}

// isTiming tells whether a balance may be bound to this timing.
func (c *compiler) isTiming(id string) bool {
	if id == rating.Any || c.named[Timings][id] {
		return true
	}
	_, known := c.known.Timing(id)
	return known
}

// isGroup tells whether a balance may be shared in this group.
func (c *compiler) isGroup(id string) bool { return c.named[SharedGroups][id] || c.known.Group(id) }

// numberUpTo reads a whole number from 0 on; empty is 0.
func (x cell) numberUpTo(max int) (int, bool) {
	if x.text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(x.text)
	if err != nil || n < 0 || n > max {
		x.fail("%q is not a number from 0 to %d", x.text, max)
		return 0, false
	}
	return n, true
}
