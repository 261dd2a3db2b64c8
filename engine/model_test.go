package engine_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// model is what the engine must do, written from the documents of the systems
// that it stands in for, as simply as can be: fractions, copies of everything,
// one step after the other. It shares no code with the engine.
type model struct {
	now          time.Time // of the last command
	accounts     map[string]*customer
	destinations map[string][]string // prefixes
	timings      map[string][2]int   // first and last hour of the day
	keys         map[string]remembered
	made         int // balances ever made; each is known by its number
	keepKeys     time.Duration
	balancesMax  int
}

type customer struct {
	purses             []purse
	negative, disabled bool
}

type purse struct {
	number  int
	id, tor string
	value   *big.Rat // never changed, only replaced
	looks
}

// looks are a purse's attributes: sets are name to included.
type looks struct {
	expires                                   time.Time
	weight                                    int
	destinations, categories, groups, timings map[string]bool
	subject                                   string
	disabled, blocker                         bool
	factors                                   map[string]*big.Rat
}

type remembered struct {
	content int
	reply   string
	at      time.Time
}

func newModel(keepKeys time.Duration, balancesMax int) *model {
	return &model{accounts: map[string]*customer{}, destinations: map[string][]string{}, timings: map[string][2]int{},
		keys: map[string]remembered{}, keepKeys: keepKeys, balancesMax: balancesMax}
}

// do answers a request at a time, which never goes back. A read leaves no trace.
func (m *model) do(r *request, at time.Time) string {
	if r.verb == "maxtime" {
		return m.charge(r)
	}
	if at.After(m.now) {
		m.now = at
	}
	key := r.owner + "/" + r.key
	if k, ok := m.keys[key]; ok && m.now.Sub(k.at) <= m.keepKeys {
		if k.content != r.content {
			return "refused: idempotency conflict"
		}
		return k.reply
	}
	before, made := m.accounts, m.made
	m.accounts = copied(before)
	reply := m.change(r)
	if !strings.HasPrefix(reply, "refused") && !m.inRange(before) {
		reply = "refused: invalid"
	}
	if strings.HasPrefix(reply, "refused") || r.dry {
		m.accounts, m.made = before, made
	}
	if r.key != "" && !strings.HasPrefix(reply, "refused") {
		m.keys[key] = remembered{r.content, reply, m.now}
	}
	return reply
}

func copied(accounts map[string]*customer) map[string]*customer {
	all := map[string]*customer{}
	for name, c := range accounts {
		one := *c
		one.purses = slices.Clone(c.purses)
		all[name] = &one
	}
	return all
}

// inRange: no value and no difference may have more than 18 digits.
func (m *model) inRange(before map[string]*customer) bool {
	limit := new(big.Rat).SetInt64(1_000_000_000_000_000_000)
	for name, c := range m.accounts {
		for _, p := range c.purses {
			delta := p.value
			if old := before[name]; old != nil {
				if i := slices.IndexFunc(old.purses, func(o purse) bool { return o.number == p.number }); i >= 0 {
					delta = minus(p.value, old.purses[i].value)
				}
			}
			if new(big.Rat).Abs(p.value).Cmp(limit) >= 0 || new(big.Rat).Abs(delta).Cmp(limit) >= 0 {
				return false
			}
		}
	}
	return true
}

func (m *model) change(r *request) string {
	c := m.accounts[r.account]
	switch r.verb {
	case "set":
		return m.set(r)
	case "topup", "debit":
		return m.adjust(r)
	case "remove":
		if c == nil || m.unknownTiming(r.wish) {
			return "refused: not found"
		}
		had := len(c.purses)
		c.purses = slices.DeleteFunc(c.purses, func(p purse) bool { return p.tor == r.tor && r.wish.hits(&p) })
		if len(c.purses) == had {
			return "refused: nothing done"
		}
	case "transfer":
		return m.transfer(r)
	case "account":
		c = m.open(r.account)
		replace(&c.negative, r.negative)
		replace(&c.disabled, r.wish.disabled)
	case "remove-account":
		delete(m.accounts, r.account)
	case "destination":
		if _, there := m.destinations[r.name]; there && !r.overwrite {
			return "refused: exists"
		}
		m.destinations[r.name] = slices.Compact(slices.Sorted(slices.Values(r.prefixes)))
	case "remove-destination":
		return m.removeDestination(r)
	case "timing":
		m.timings[r.name] = r.hours
	case "remove-timing":
		if _, there := m.timings[r.name]; !there {
			return "refused: not found"
		}
		delete(m.timings, r.name)
	default:
		return m.charge(r)
	}
	return "ok"
}

func (m *model) open(name string) *customer {
	if m.accounts[name] == nil {
		m.accounts[name] = &customer{}
	}
	return m.accounts[name]
}

// create returns the position of a new purse, -1 when there are too many.
func (m *model) create(c *customer, tor, id string, l looks) int {
	if len(c.purses) >= m.balancesMax {
		return -1
	}
	m.made++
	c.purses = append(c.purses, purse{number: m.made, id: id, tor: tor, value: new(big.Rat), looks: l})
	return len(c.purses) - 1
}

func (m *model) over(p *purse) bool { return !p.expires.IsZero() && p.expires.Before(m.now) }

func (m *model) clean(c *customer) {
	c.purses = slices.DeleteFunc(c.purses, func(p purse) bool { return m.over(&p) })
}

func (m *model) unknownTiming(w wish) bool {
	for name := range given(w.timings) {
		if _, ok := m.timings[name]; !ok {
			return true
		}
	}
	return false
}

func (m *model) set(r *request) string {
	reply := "ok"
	for i, item := range r.items {
		before, made := copied(m.accounts), m.made
		if refusal := m.setOne(m.open(r.account), item); refusal != "" {
			m.accounts, m.made = before, made
			if i == 0 {
				return "refused: " + refusal
			}
			reply = "ok, then refused: " + refusal
			break
		}
	}
	m.clean(m.accounts[r.account])
	return reply
}

func (m *model) setOne(c *customer, s setting) (refusal string) {
	w := s.wish
	if w.number == 0 && (w.id == nil || *w.id == "") {
		return "missing"
	}
	if m.unknownTiming(w) {
		return "not found"
	}
	i := slices.IndexFunc(c.purses, func(p purse) bool {
		return !m.over(&p) && (w.number == p.number || w.number == 0 && p.tor == s.tor && p.id == *w.id)
	})
	if i < 0 && w.number != 0 {
		return "nothing done"
	}
	isDefault := w.id != nil && *w.id == "*default" || w.id == nil && c.purses[i].id == "*default"
	if i < 0 && isDefault && s.value == nil {
		return ""
	}
	if i < 0 {
		if i = m.create(c, s.tor, *w.id, looks{}); i < 0 {
			return "limit"
		}
	}
	p := &c.purses[i]
	replace(&p.id, w.id)
	if !isDefault {
		p.looks = w.over(p.looks)
	}
	if s.value != nil {
		p.value = s.value
	}
	return ""
}

func (m *model) adjust(r *request) string {
	if m.unknownTiming(r.wish) {
		return "refused: not found"
	}
	c, hit := m.open(r.account), false
	change := r.value
	if r.verb == "debit" {
		change = new(big.Rat).Neg(change)
	}
	for i := range c.purses {
		p := &c.purses[i]
		if p.tor != r.tor || m.over(p) || !r.wish.hits(p) {
			continue
		}
		if hit = true; r.overwrite {
			p.value = new(big.Rat)
		}
		p.value = plus(p.value, change)
	}
	if !hit {
		id, l := "", r.wish.over(looks{})
		if replace(&id, r.wish.id); id == "*default" {
			l = looks{}
		}
		i := m.create(c, r.tor, id, l)
		if i < 0 {
			return "refused: limit"
		}
		c.purses[i].value = change
	}
	m.clean(c)
	return "ok"
}

func (m *model) transfer(r *request) string {
	const no = "refused: nothing done"
	from, to := m.accounts[r.account], m.accounts[r.other]
	if from == nil || to == nil {
		return no
	}
	source := slices.IndexFunc(from.purses, func(p purse) bool { return p.id == *r.wish.id && !m.over(&p) })
	if source < 0 {
		return no
	}
	tor := from.purses[source].tor
	target := slices.IndexFunc(to.purses, func(p purse) bool { return p.id == r.name && p.tor == tor })
	if target < 0 {
		if target = m.create(to, tor, r.name, looks{}); target < 0 {
			return "refused: limit"
		}
	}
	s, d := &from.purses[source], &to.purses[target]
	units := r.value
	if r.overwrite { // up to the value
		units = minus(r.value, d.value)
	}
	if m.over(d) || units.Sign() == 0 {
		return no
	}
	s.value = minus(s.value, units)
	d.value = plus(d.value, units)
	if units.Sign() > 0 && s.value.Sign() < 0 && s.id != "*default" ||
		units.Sign() < 0 && d.value.Sign() < 0 && d.id != "*default" {
		return no
	}
	m.clean(from)
	m.clean(to)
	return "ok"
}

func (m *model) removeDestination(r *request) string {
	had, there := m.destinations[r.name]
	left := slices.DeleteFunc(slices.Clone(had), func(p string) bool { return slices.Contains(r.prefixes, p) })
	switch {
	case !there:
		return "refused: not found"
	case len(r.prefixes) == 0 || len(left) == 0:
		delete(m.destinations, r.name)
	case len(left) == len(had):
		return "refused: not found"
	default:
		m.destinations[r.name] = left
	}
	return "ok"
}

// hits tells whether an add, debit or removal reaches p.
func (w *wish) hits(p *purse) bool {
	switch {
	case w.number != 0:
		return w.number == p.number
	case w.id != nil && *w.id != "":
		return *w.id == p.id
	}
	return (w.expires == nil || w.expires.Equal(p.expires)) && (w.weight == nil || *w.weight == p.weight) &&
		has(p.destinations, w.destinations) && has(p.categories, w.categories) && has(p.groups, w.groups) &&
		has(p.timings, w.timings) && (w.subject == nil || *w.subject == p.subject) &&
		(w.disabled == nil || *w.disabled == p.disabled) && (w.blocker == nil || *w.blocker == p.blocker)
}

func has(set map[string]bool, want *map[string]bool) bool {
	for name, included := range given(want) {
		if !included || !set[name] {
			return false
		}
	}
	return true
}

func (w *wish) over(l looks) looks {
	replace(&l.expires, w.expires)
	replace(&l.weight, w.weight)
	replace(&l.destinations, w.destinations)
	replace(&l.categories, w.categories)
	replace(&l.groups, w.groups)
	replace(&l.timings, w.timings)
	replace(&l.subject, w.subject)
	replace(&l.disabled, w.disabled)
	replace(&l.blocker, w.blocker)
	replace(&l.factors, w.factors)
	return l
}

func replace[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func given(set *map[string]bool) map[string]bool {
	if set == nil {
		return nil
	}
	return *set
}

func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

// String shows the purse with all that it says.
func (p purse) String() string {
	expires := "never"
	if !p.expires.IsZero() {
		expires = strconv.FormatInt(p.expires.Unix(), 10)
	}
	return fmt.Sprintf("#%d %s %q %s until %s weight %d %v %v %v %v subject %q disabled %t blocker %t factors %v",
		p.number, p.tor, p.id, p.value.RatString(), expires, p.weight, p.destinations, p.categories, p.groups, p.timings,
		p.subject, p.disabled, p.blocker, p.factors)
}
