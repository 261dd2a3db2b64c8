package engine

import (
	"fmt"
	"slices"
	"time"

	"purser/engine/rating"
)

// checkTiming refuses a timing that could never be read back as it was meant.
func checkTiming(g *rating.Timing) error {
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
		if t, err := time.Parse(rating.ClockLayout, text); err != nil || t.Format(rating.ClockLayout) != text {
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
		holds := n.ID == anyTiming || ok && g.Holds(t)
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
type SetTiming struct{ Timing rating.Timing }

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
	if err := checkTiming(&g); err != nil {
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
	d.entry.Timing = &TimingChange{Timing: rating.Timing{ID: c.ID}, Removed: true}
	return nil
}
