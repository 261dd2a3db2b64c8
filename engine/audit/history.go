package audit

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"purser/engine/amount"
	"purser/engine/services"
)

// History is the audit of one account: the fold of its events, added in the
// order of the journal. The zero History is that of an account without events.
type History struct {
	Names Names  `cbor:"1,keyasint,omitempty"`
	Cells []Cell `cbor:"2,keyasint,omitempty"` // by rising day and series, each once
}

// Cell is the row of one series on one day.
type Cell struct {
	Day    Day `cbor:"1,keyasint"`
	Series int `cbor:"2,keyasint,omitempty"` // its place in Names
	Row    Row `cbor:"3,keyasint"`
}

func (c Cell) compare(other Cell) int {
	return cmp.Or(cmp.Compare(c.Day, other.Day), cmp.Compare(c.Series, other.Series))
}

// AddChange adds a change of an effective quantity at a Gregorian second.
func (h *History) AddChange(created int64, c services.Change) {
	row := h.row(created, Series{Category: c.Category, Item: c.Item})
	*row = row.Changed(created, c)
}

// AddUsage adds usage of a metered source at a Gregorian second.
func (h *History) AddUsage(created int64, source string, quantity amount.Amount, unit string) {
	row := h.row(created, Series{Item: source, IsUsage: true})
	*row = row.Used(created, quantity, unit)
}

// row returns the row of a series on the day of a second; events come nearly
// in order of time, so a new one goes to the end.
func (h *History) row(created int64, s Series) *Row {
	cell := Cell{Day: DayOf(created)}
	h.Names, cell.Series = h.Names.With(s)
	i, ok := slices.BinarySearchFunc(h.Cells, cell, Cell.compare)
	if !ok {
		h.Cells = slices.Insert(h.Cells, i, cell)
	}
	return &h.Cells[i].Row
}

// Rows returns the rows of the days from first to last, both included.
func (h *History) Rows(first, last Day) []NamedRow {
	from, _ := slices.BinarySearchFunc(h.Cells, Cell{Day: first}, Cell.compare)
	var rows []NamedRow
	for _, cell := range h.Cells[from:] {
		if cell.Day > last {
			break
		}
		rows = append(rows, NamedRow{h.Names[cell.Series].Name, cell.Day, cell.Row})
	}
	return rows
}

var errHistory = errors.New("audit: a stored history is not in order")

// UnmarshalCBOR reads a history and refuses one that AddChange and AddUsage
// cannot have made: the look-ups rely on its order.
func (h *History) UnmarshalCBOR(data []byte) error {
	type plain History
	var stored plain
	if err := cbor.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("audit: a stored history: %w", err)
	}
	for i, c := range stored.Cells {
		if c.Series < 0 || c.Series >= len(stored.Names) || i > 0 && stored.Cells[i-1].compare(c) >= 0 {
			return errHistory
		}
	}
	for i, one := range stored.Names {
		if stored.Names[:i].has(one.Name) {
			return errHistory
		}
	}
	*h = History(stored)
	return nil
}
