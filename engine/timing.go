package engine

import (
	"fmt"
	"slices"
	"time"
)

// Timing is when something holds: an empty list is "any". Balances name
// timings to be usable only then. Source: cgrates-charging, section 5.2.
type Timing struct {
	ID        string `cbor:"1,keyasint"`
	Years     []int  `cbor:"2,keyasint,omitempty"`
	Months    []int  `cbor:"3,keyasint,omitempty"` // 1 to 12
	MonthDays []int  `cbor:"4,keyasint,omitempty"` // 1 to 31
	WeekDays  []int  `cbor:"5,keyasint,omitempty"` // 0 to 6, Sunday is 0
	Start     string `cbor:"6,keyasint,omitempty"` // "15:04:05", "" is midnight
	End       string `cbor:"7,keyasint,omitempty"` // inclusive, "" is the end of the day
}

// clockLayout is that of Start and End; as text of fixed width they compare
// as times do.
const clockLayout = "15:04:05"

// holds tells whether t lies in the timing, by t's own wall clock.
func (g *Timing) holds(t time.Time) bool {
	in := func(list []int, v int) bool { return len(list) == 0 || slices.Contains(list, v) }
	clock := t.Format(clockLayout)
	return in(g.Years, t.Year()) && in(g.Months, int(t.Month())) && in(g.MonthDays, t.Day()) &&
		in(g.WeekDays, int(t.Weekday())) && clock >= g.Start && (g.End == "" || clock <= g.End)
}

// check refuses a timing that could never be read back as it was meant.
func (g *Timing) check() error {
	for _, c := range []struct {
		name     string
		list     []int
		min, max int
	}{
		{"Years", g.Years, 1, 9999}, {"Months", g.Months, 1, 12},
		{"MonthDays", g.MonthDays, 1, 31}, {"WeekDays", g.WeekDays, 0, 6},
	} {
		if len(c.list) > namesMax {
			return refuse(CodeLimit, "%d %s, at most %d", len(c.list), c.name, namesMax)
		}
		for _, v := range c.list {
			if v < c.min || v > c.max {
				text := fmt.Sprintf("%d is not from %d to %d", v, c.min, c.max)
				return &Error{Code: CodeInvalid, Fields: []string{c.name}, Text: text}
			}
		}
	}
	for i, text := range []string{g.Start, g.End} {
		if text == "" {
			continue
		}
		if t, err := time.Parse(clockLayout, text); err != nil || t.Format(clockLayout) != text {
			field := []string{"StartTime", "EndTime"}[i]
			return &Error{Code: CodeInvalid, Fields: []string{field}, Text: "want a time of day as 15:04:05"}
		}
	}
	return nil
}

// anyTiming is the built-in timing that always holds.
const anyTiming = "*any"

// sundayIs0 returns the week days with 7, the other number of Sunday, as 0.
func sundayIs0(days []int) []int {
	days = slices.Clone(days)
	for i := range days {
		if days[i] == 7 {
			days[i] = 0
		}
	}
	return days
}

// timingsHold tells whether a balance bound to these timings is usable at t:
// none that it excludes holds, and one of the others does, if there are others.
func timingsHold(s State, names Names, t time.Time) bool {
	bound, held := false, false
	for _, n := range names {
		g, ok := s.Timing(n.ID)
		holds := n.ID == anyTiming || ok && g.holds(t)
		if n.Excluded {
			if holds {
				return false
			}
			continue
		}
		bound, held = true, held || holds
	}
	return held || !bound
}

// SetTiming makes or replaces a timing.
type SetTiming struct{ Timing Timing }

func (c *SetTiming) decide(d *decision) error {
	if c.Timing.ID == "" {
		return Missing("ID")
	}
	if err := d.rules.checkName("ID", c.Timing.ID); err != nil {
		return err
	}
	if c.Timing.ID == anyTiming {
		return &Error{Code: CodeInvalid, Fields: []string{"ID"}, Text: anyTiming + " is built in"}
	}
	g := c.Timing
	g.WeekDays = sundayIs0(g.WeekDays)
	if err := g.check(); err != nil {
		return err
	}
	_, there := d.state.Timing(g.ID)
	if _, n := d.state.Places(); !there && n >= d.rules.PlacesMax {
		return refuse(CodeLimit, "there are %d timings, the most allowed", n)
	}
	d.entry.Op = OpSetTiming
	d.entry.Timing = &TimingChange{Timing: g}
	return nil
}

// RemoveTiming removes a timing; balances that name it are not usable then.
type RemoveTiming struct{ ID string }

func (c *RemoveTiming) decide(d *decision) error {
	if c.ID == "" {
		return Missing("ID")
	}
	if _, ok := d.state.Timing(c.ID); !ok {
		return refuse(CodeNotFound, "timing %q", c.ID)
	}
	d.entry.Op = OpRemoveTiming
	d.entry.Timing = &TimingChange{Timing: Timing{ID: c.ID}, Removed: true}
	return nil
}
