package engine_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// charge answers charge, maxcharge and maxtime.
func (m *model) charge(r *request) string {
	most := map[string]int64{"*voice": 72 * 3600e9, "*data": 107_374_182_400, "*sms": 10_000, "*mms": 10_000}[r.tor]
	if most == 0 {
		most = 189 * 3600e9
	}
	c := m.accounts[r.account]
	switch {
	case r.usage > most:
		return "refused: max usage"
	case r.usage < 0 || r.tor == "*monetary":
		return "refused: invalid"
	case c == nil:
		return "refused: account not found"
	case c.disabled:
		return "refused: account disabled"
	}
	usage := r.usage
	if r.verb != "charge" {
		able, refusal := m.most(c, r)
		switch {
		case r.verb == "maxtime":
			return refusal + able
		case r.usage == 0:
			return "refused: no rating plan"
		case refusal != "":
			return refusal
		case able != "-1":
			if usage, _ = strconv.ParseInt(able, 10, 64); r.allOrNothing && usage < r.usage {
				return "refused: insufficient credit"
			}
		}
	}
	before := slices.Clone(c.purses)
	paid := m.pay(c, r, usage)
	switch {
	case paid.refusal != "":
		return paid.refusal
	case paid.blocked && !r.dry:
		return "refused: blocker"
	case paid.units < usage && paid.blocked && r.allOrNothing && r.verb != "charge":
		return "refused: insufficient credit"
	case paid.units < usage && !paid.blocked:
		return "refused: no rating plan"
	}
	tor := r.tor
	if tor == "" && r.usage > 0 {
		tor = "*voice"
	}
	reply := fmt.Sprintf("charged %d of %q%s", paid.units, tor, paid.spans)
	for i, p := range before {
		reply += fmt.Sprintf("; #%d %s to %s", p.number, p.value.RatString(), c.purses[i].value.RatString())
	}
	return reply
}

// most returns the answer to maxtime. It tries on a copy.
func (m *model) most(c *customer, r *request) (able, refusal string) {
	if c.negative {
		return "-1", ""
	}
	paid := m.pay(&customer{purses: slices.Clone(c.purses)}, r, r.usage)
	switch {
	case r.usage == 0:
		return "0", ""
	case paid.refusal != "":
		return "", paid.refusal
	case paid.units < r.usage && !paid.blocked:
		return "", "refused: no rating plan"
	}
	return fmt.Sprint(min(paid.units, r.usage)), ""
}

type payment struct {
	units   int64
	spans   string
	blocked bool
	refusal string
}

// payer is a purse that may pay, with the length of the prefix that binds it.
type payer struct {
	*purse
	precision int
}

func (m *model) pay(c *customer, r *request, usage int64) (paid payment) {
	if usage == 0 {
		return paid
	}
	tor := r.tor
	if tor == "" {
		tor = "*voice"
	}
	at := func() time.Time {
		if tor != "*voice" {
			return r.start // units of anything else take no time
		}
		return r.start.Add(time.Duration(paid.units))
	}
	payers, money := m.payers(c, r, tor, "*generic"), m.payers(c, r, "*monetary")
	for _, p := range append(slices.Clone(payers), money...) {
		if len(p.groups) > 0 {
			paid.refusal = "refused: not found" // there are no shared groups here
			return paid
		}
	}
	for again := true; again; {
		again = false
		for _, p := range payers {
			if paid.units >= usage {
				return paid
			}
			pays := p.value.Sign() > 0 && m.inTime(p.timings, at())
			step := stepLength(p.subject, tor)
			if step == 0 && pays {
				paid.refusal = "refused: no rating plan"
				return paid
			}
			factor, ok := p.factors[r.factor]
			if !ok {
				factor = big.NewRat(1, 1)
			}
			cost, steps := new(big.Rat).Mul(big.NewRat(step, 1), factor), int64(0)
			if pays {
				for paid.units < usage && p.value.Cmp(cost) >= 0 {
					p.value = minus(p.value, cost)
					paid.units += step
					steps++
				}
			}
			if steps > 0 {
				again = true
				paid.spans += fmt.Sprintf("; %d of %d by #%d leaves %s", steps, step, p.number, p.value.RatString())
			}
			if p.blocker && paid.units < usage {
				paid.blocked = true
				return paid
			}
		}
	}
	for _, p := range money {
		switch {
		case paid.units >= usage:
			return paid
		case p.value.Sign() > 0 && m.inTime(p.timings, at()):
			paid.refusal = "refused: no rating plan"
			return paid
		case p.blocker:
			paid.blocked = true
			return paid
		}
	}
	return paid
}

// payers returns the purses of these types that may pay, best first.
func (m *model) payers(c *customer, r *request, tors ...string) []payer {
	var list []payer
	for _, kind := range slices.Compact(tors) {
		for i := range c.purses {
			p := &c.purses[i]
			expired := !p.expires.IsZero() && p.expires.Before(r.start)
			if p.tor != kind || p.disabled || expired || p.value.Sign() <= 0 && !p.blocker && len(p.groups) == 0 ||
				len(p.categories) > 0 && !p.categories[r.category] {
				continue
			}
			if precision, ok := m.matches(p.destinations, r.number); ok {
				list = append(list, payer{p, precision})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b payer) int {
		if a.precision != b.precision {
			return b.precision - a.precision
		}
		return b.weight - a.weight
	})
	return list
}

// matches tells whether a purse bound to these destinations may pay for a
// number, and by how long a prefix.
func (m *model) matches(bound map[string]bool, number string) (precision int, ok bool) {
	if len(bound) == 0 || bound["*any"] {
		return 0, true
	}
	excludesOnly := true
	for _, included := range bound {
		excludesOnly = excludesOnly && !included
	}
	for ; number != ""; number = number[:len(number)-1] {
		known, named, excluded := false, false, false
		for name, prefixes := range m.destinations {
			if !slices.Contains(prefixes, number) {
				continue
			}
			known = true
			if included, ok := bound[name]; ok {
				named = true
				excluded = excluded || !included
			}
		}
		if named || known && excludesOnly {
			return len(number), !excluded
		}
	}
	return 0, false
}

func (m *model) inTime(timings map[string]bool, at time.Time) bool {
	wanted, found := false, false
	for name, included := range timings {
		hours, ok := m.timings[name]
		holds := ok && at.Hour() >= hours[0] && at.Hour() <= hours[1]
		if !included && holds {
			return false
		}
		wanted, found = wanted || included, found || included && holds
	}
	return found || !wanted
}

// stepLength returns how many units are paid at a time, 0 where only a price
// would say.
func stepLength(subject, tor string) int64 {
	switch {
	case (subject == "" || subject == "*any") && tor == "*voice":
		return 1e9
	case subject == "" || subject == "*any":
		return 1
	case !strings.HasPrefix(subject, "*zero"):
		return 0
	}
	if n, err := strconv.ParseInt(subject[5:], 10, 64); err == nil {
		return n
	}
	d, err := time.ParseDuration(subject[5:])
	if err != nil {
		panic(err)
	}
	return int64(d)
}
