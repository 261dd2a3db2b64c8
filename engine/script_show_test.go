package engine_test

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"purser/engine"
	"purser/engine/amount"
)

// nameNewBalances reads the entries that came since the last time.
func (s *script) nameNewBalances() {
	for _, e := range s.entries(s.t) {
		if e.Seq <= s.seq {
			continue
		}
		s.seq = e.Seq
		for i := range e.Accounts {
			for _, p := range e.Accounts[i].Postings {
				if p.Made {
					s.names[p.UUID] = fmt.Sprintf("u%d", len(s.names)+1)
				}
			}
		}
	}
}

// show lists an account's balances in the order of creation.
func (s *script) show(name string) []string {
	id := accountID(name)
	var a *engine.Account
	if err := s.Read(s.t.Context(), func(state engine.State) (err error) {
		a, err = state.Account(id)
		return err
	}); err != nil {
		return []string{refusal(err)}
	}
	if a == nil {
		return []string{"no account " + name}
	}
	head := "account " + name
	if a.AllowNegative {
		head += ", may go negative"
	}
	if a.Disabled {
		head += ", disabled"
	}
	lines := append([]string{head}, triggers(a)...)
	for i := range a.Balances {
		b := &a.Balances[i]
		lines = append(lines, fmt.Sprintf("  %s %s %q: %s%s",
			s.names[b.UUID], b.ToR, b.ID, units(b.Value, b.ToR), attributes(b.With())))
	}
	return lines
}

// attributes says what is not as in a plain balance.
func attributes(a *engine.Attributes) string {
	var out strings.Builder
	say := func(given bool, format string, args ...any) {
		if given {
			fmt.Fprintf(&out, ", "+format, args...)
		}
	}
	say(!a.Expires.IsZero(), "expires %s", a.Expires.Format(time.RFC3339))
	say(!a.Weight.IsZero(), "weight %s", a.Weight)
	for _, set := range []struct {
		name  string
		items engine.Names
	}{{"destinations", a.DestinationIDs}, {"categories", a.Categories}, {"groups", a.SharedGroups},
		{"timings", a.TimingIDs}} {
		var list []string
		for _, n := range set.items {
			if n.Excluded {
				list = append(list, "!"+n.ID)
			} else {
				list = append(list, n.ID)
			}
		}
		say(list != nil, "%s %s", set.name, strings.Join(list, ";"))
	}
	say(a.RatingSubject != "", "subject %s", a.RatingSubject)
	say(a.Disabled, "disabled")
	say(a.Blocker, "blocker")
	for _, f := range a.Factors {
		say(true, "factor %s %s", f.Name, f.Value)
	}
	return out.String()
}

// charged tells which balance paid what.
func (s *script) charged(c *engine.Charged) []string {
	lines := []string{"charged " + units(amount.FromInt(c.Usage), c.ToR)}
	if !c.Cost.IsZero() {
		lines[0] += " for " + c.Cost.String()
	}
	for _, p := range c.Spans {
		if p.Price != nil {
			lines = append(lines, fmt.Sprintf("  %s at %s of %s, as %s is %s: %s", units(amount.FromInt(p.Length), c.ToR),
				p.Price.Rate.ID, p.Price.PlanID, p.Prefix, p.DestID, p.Cost))
		}
		for _, n := range p.Increments {
			lines = append(lines, "  "+s.increment(c, &p, &n))
		}
		if p.Rounding != nil {
			lines = append(lines, "  "+s.increment(c, &p, p.Rounding)+", to round")
		}
	}
	return lines
}

// increment tells who paid a number of steps.
func (s *script) increment(c *engine.Charged, p *engine.Span, n *engine.Increment) string {
	line := fmt.Sprintf("%d steps of %s", n.Count, units(amount.FromInt(n.Length), c.ToR))
	if p.Price == nil {
		line = fmt.Sprintf("%s by %s: ", units(amount.FromInt(p.Length), c.ToR), s.names[n.Unit.UUID]) + line
	} else {
		line = "  " + line + " at " + n.Cost.String()
	}
	if !n.Unit.IsZero() {
		if n.Unit.Factor.Cmp(amount.FromInt(1)) != 0 {
			line += " times " + n.Unit.Factor.String()
		}
		if p.Price != nil {
			line += " from " + s.names[n.Unit.UUID]
		}
		line += ", leaves " + units(n.Unit.After, n.Unit.ToR)
	}
	if !n.Money.IsZero() {
		line += " from " + cmp.Or(s.names[n.Money.UUID], "a new one") + ", leaves " + n.Money.After.String()
	}
	if n.Payer != c.Payer && p.Price != nil {
		line += " of " + accountName(n.Payer)
	}
	if p.Price == nil && p.DestID != "*any" {
		line += fmt.Sprintf(", as %s is %s", p.Prefix, p.DestID)
	}
	return line
}

// lastEntry shows the newest entry of the journal.
func (s *script) lastEntry() []string {
	all := s.entries(s.t)
	if len(all) == 0 {
		return []string{"the journal is empty"}
	}
	e := all[len(all)-1]
	lines := []string{fmt.Sprintf("entry %d at %s: %s", e.Seq, e.At.Format("15:04:05"), e.Op)}
	for i := range e.Accounts {
		c := &e.Accounts[i]
		head := "  account " + accountName(c.ID)
		if c.Made {
			head += " made"
		}
		if c.Removed {
			head += " removed"
		}
		lines = append(lines, head)
		for _, p := range c.Postings {
			lines = append(lines, fmt.Sprintf("    %s: %s, after %s%s",
				s.names[p.UUID], signed(p.Delta, p.ToR), units(p.After, p.ToR), fate(p)))
		}
	}
	return append(lines, s.firings(e)...)
}

// fate says what beside the value a posting changes.
func fate(p engine.Posting) string {
	switch {
	case p.Made && p.Expired:
		return ", made and over"
	case p.Made:
		return ", made"
	case p.Expired:
		return ", over"
	case p.Removed:
		return ", removed"
	case p.Renamed:
		return fmt.Sprintf(", named %q", p.ID)
	case p.Attributes != nil:
		return ", described anew"
	}
	return ""
}

func signed(v amount.Amount, tor string) string {
	if v.Sign() > 0 {
		return "+" + units(v, tor)
	}
	return units(v, tor)
}

// units writes voice as a duration, all else as the number.
func units(v amount.Amount, tor string) string {
	if n, ok := wholeOf(v); ok && n != 0 && (tor == engine.Voice || tor == "") {
		return time.Duration(n).String()
	}
	return v.String()
}
