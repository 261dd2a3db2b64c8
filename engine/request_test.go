package engine_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// request is what a client of the model test asks for, in words that neither
// the model nor the engine owns.
type request struct {
	verb         string
	owner, key   string // key "" is none
	content      int    // the same number: the same request, sent again
	account      string // tenant:name
	tor          string
	wish         wish
	value        *big.Rat
	overwrite    bool // of a transfer: up to value; of a destination: replace
	items        []setting
	other, name  string // of a transfer: the other account and its balance's ID; else what is set or removed
	negative     *bool
	prefixes     []string
	hours        [2]int
	usage        int64
	category     string
	number       string
	factor       string
	start        time.Time
	allOrNothing bool
	dry          bool
}

type setting struct {
	tor   string
	wish  wish
	value *big.Rat // nil is not given
}

// wish describes a purse; nil is not given.
type wish struct {
	number                                    int // of the purse, 0 is not given, nobody is of none
	id                                        *string
	expires                                   *time.Time
	weight                                    *int
	destinations, categories, groups, timings *map[string]bool
	subject                                   *string
	disabled, blocker                         *bool
	factors                                   *map[string]*big.Rat
}

// nobody is the number of no purse.
const nobody = 1_000_000_000

// swarm is what one run of the model test does not do: an even mix of
// everything hides what is rare.
type swarm struct {
	verbs                             []string
	accounts                          []string
	keys, numbers, attributes, expiry bool
	huge, crashes, single, jumps      bool
	calls                             string // one account is charged over and over with usage of this ToR; "" is no
}

var allVerbs = []string{"set", "topup", "debit", "remove", "transfer", "account", "remove-account", "destination",
	"remove-destination", "timing", "remove-timing", "charge", "maxcharge", "maxtime"}

func drawSwarm(t *rapid.T) swarm {
	on := rapid.Bool()
	s := swarm{accounts: []string{"t:a", "t:b", "t2:a", "t:c"}[:rapid.IntRange(1, 4).Draw(t, "accounts")],
		keys: on.Draw(t, "keys"), numbers: on.Draw(t, "numbers"), attributes: on.Draw(t, "attributes"),
		expiry: on.Draw(t, "expiry"), huge: rapid.IntRange(0, 3).Draw(t, "huge") == 0, crashes: on.Draw(t, "crashes"),
		single: on.Draw(t, "single"), jumps: on.Draw(t, "jumps")}
	for _, verb := range allVerbs {
		if on.Draw(t, verb) {
			s.verbs = append(s.verbs, verb)
		}
	}
	s.verbs = append(s.verbs, rapid.SampledFrom([]string{"set", "topup"}).Draw(t, "filler"))
	if s.calls = pick(t, "calls", "", "", engine.Voice, engine.Data); s.calls != "" {
		s.attributes, s.accounts = true, s.accounts[:1]
		s.verbs = []string{"set", "set", "destination", "timing", "remove",
			"charge", "charge", "charge", "maxcharge", "maxtime"}
	}
	return s
}

func pick[T any](t *rapid.T, name string, from ...T) T { return rapid.SampledFrom(from).Draw(t, name) }

// maybe returns one of from, or nil.
func maybe[T any](t *rapid.T, name string, from ...T) *T {
	if i := rapid.IntRange(-2, len(from)-1).Draw(t, name); i >= 0 {
		return &from[i]
	}
	return nil
}

func (s *swarm) value(t *rapid.T) *big.Rat {
	values := []string{"0", "1", "2.5", "7", "60", "0.000001", "2000000000", "90000000000"}
	switch {
	case s.calls == engine.Voice:
		values = []string{"2000000000", "9000000000", "90000000000"}
	case s.calls == engine.Data:
		values = []string{"1", "3", "60"}
	case s.huge:
		values = append(values, "999999999999999999", "600000000000000000", "0.000000000000000001")
	}
	v, _ := new(big.Rat).SetString(pick(t, "value", values...))
	return v
}

// wish draws what a request says of a purse; there are made of them so far.
func (s *swarm) wish(t *rapid.T, now time.Time, made int) (w wish) {
	w.id = maybe(t, "id", "a", "b", "a", "*default", "")
	if s.calls != "" {
		w.id = new(pick(t, "id", "a", "b", "c"))
	}
	if s.numbers && made > 0 && rapid.IntRange(0, 3).Draw(t, "by number") == 0 {
		w.number = pick(t, "number", nobody, 1+rapid.IntRange(0, made-1).Draw(t, "of made"), made)
	}
	if s.expiry {
		w.expires = maybe(t, "expires", now, now.Add(time.Minute), now.Add(time.Hour), now.Add(-time.Second), time.Time{})
	}
	if !s.attributes {
		return w
	}
	w.weight = maybe(t, "weight", 0, 10, 20)
	w.destinations = maybe(t, "destinations", map[string]bool{}, map[string]bool{"D1": true},
		map[string]bool{"D1": true, "D2": false}, map[string]bool{"D2": false}, map[string]bool{"*any": true, "D3": true})
	w.categories = maybe(t, "categories", map[string]bool{}, map[string]bool{"call": true}, map[string]bool{"call": false})
	w.timings = maybe(t, "timings", map[string]bool{}, map[string]bool{"T1": true}, map[string]bool{"T2": false},
		map[string]bool{"T1": true, "T2": true})
	w.blocker = maybe(t, "blocker", true, false)
	w.factors = maybe(t, "factors", map[string]*big.Rat{}, map[string]*big.Rat{"x": big.NewRat(1, 2)},
		map[string]*big.Rat{"x": big.NewRat(3, 1), "y": big.NewRat(0, 1)})
	if s.calls != "" {
		if rapid.Bool().Draw(t, "unbound") {
			w.destinations, w.categories = nil, nil
		}
		w.subject = maybe(t, "subject", "", "*any", "*zero2s", "*zero1500000000")
		return w
	}
	w.subject = maybe(t, "subject", "", "*any", "*zero2s", "*zero1500000000", "premium")
	w.disabled = maybe(t, "disabled", true, false, false)
	w.groups = maybe(t, "groups", map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{"G": true})
	few := wish{number: w.number, id: w.id, expires: w.expires} // so that it selects something now and then
	switch pick(t, "few", "", "", "weight", "destinations", "categories", "flags") {
	case "weight":
		few.weight, few.timings = w.weight, w.timings
	case "destinations":
		few.destinations = w.destinations
	case "categories":
		few.categories, few.groups = w.categories, w.groups
	case "flags":
		few.disabled, few.blocker, few.subject = w.disabled, w.blocker, w.subject
	default:
		return w
	}
	return few
}

// request draws a request.
func (s *swarm) request(t *rapid.T, now time.Time, made int) *request {
	r := &request{verb: pick(t, "verb", s.verbs...), account: pick(t, "account", s.accounts...)}
	r.owner, _, _ = strings.Cut(r.account, ":")
	tor := rapid.SampledFrom([]string{"*voice", "*data", "*sms", "*generic", "*monetary", "*data"})
	if s.calls != "" {
		tor = rapid.SampledFrom([]string{s.calls, s.calls, engine.Generic})
	}
	switch r.verb {
	case "set":
		for range pick(t, "items", 1, 1, 2, 4) {
			item := setting{tor: tor.Draw(t, "tor"), wish: s.wish(t, now, made)}
			if s.calls != "" || rapid.Bool().Draw(t, "with value") {
				item.value = s.value(t)
			}
			r.items = append(r.items, item)
		}
	case "topup", "debit":
		r.tor, r.wish, r.value = tor.Draw(t, "tor"), s.wish(t, now, made), s.value(t)
		r.overwrite = rapid.IntRange(0, 4).Draw(t, "overwrite") == 0
	case "remove":
		r.tor, r.wish = tor.Draw(t, "tor"), s.wish(t, now, made)
	case "transfer":
		r.wish.id, r.name = new(pick(t, "source", "a", "b", "*default")), pick(t, "target", "a", "b", "*default")
		r.other, r.overwrite = pick(t, "other", s.accounts...), rapid.Bool().Draw(t, "up to")
		if r.value = s.value(t); rapid.Bool().Draw(t, "minus") {
			r.value = new(big.Rat).Neg(r.value)
		}
	case "account":
		r.negative, r.wish.disabled = maybe(t, "negative", true, false), maybe(t, "disabled", true, false, false, false)
	case "destination", "remove-destination":
		r.name, r.overwrite = pick(t, "name", "D1", "D2", "D3"), rapid.Bool().Draw(t, "overwrite")
		r.prefixes = rapid.SliceOfN(rapid.SampledFrom([]string{"49", "4915", "43", "4"}), 0, 3).Draw(t, "prefixes")
		if r.verb == "destination" {
			r.prefixes = append(r.prefixes, "49")
		}
	case "timing", "remove-timing":
		r.name = pick(t, "name", "T1", "T2")
		r.hours = [2]int{pick(t, "from", 0, 11, 11, 12), pick(t, "to", 10, 11, 23, 23)}
	default:
		s.charge(t, r, now)
	}
	return r
}

func (s *swarm) charge(t *rapid.T, r *request, now time.Time) {
	if r.tor = s.calls; r.tor == "" {
		r.tor = pick(t, "tor", "*voice", "*data", "*sms", "*generic", "", "*data", "*monetary")
	}
	r.usage = pick[int64](t, "usage", 1, 5, 2, 40, 0, 10_001, -1)
	if r.tor == "*voice" || r.tor == "" {
		r.usage = pick[int64](t, "usage", 1e9, 5e9, 1_500_000_000, 60e9, 0, 1, 700*3600e9)
	}
	r.category, r.number = pick(t, "category", "call", ""), pick(t, "to", "", "4915", "4930", "43", "1")
	next := now.Truncate(time.Hour).Add(time.Hour)
	r.start = pick(t, "start", now, now.Add(time.Hour), now.Add(-8*time.Hour), next.Add(-1), next.Add(-2*time.Second),
		next.Add(-2*time.Second))
	r.factor = pick(t, "factor", "", "x", "y")
	r.dry = r.verb == "charge" && rapid.IntRange(0, 5).Draw(t, "dry") == 0
	r.allOrNothing = r.verb == "maxcharge" && rapid.Bool().Draw(t, "all or nothing")
}

// charging returns the engine's words for a charge.
func (r *request) charging() *engine.Charge {
	return &engine.Charge{Account: splitID(r.account), Usage: engine.Usage{Category: r.category, Destination: r.number,
		ToR: r.tor, Start: r.start, Units: r.usage}, Factor: r.factor, Max: r.verb != "charge", ForceDuration: r.allOrNothing, DryRun: r.dry}
}

// command returns the engine's words for r; uuids are those of the purses.
func (r *request) command(uuids []uuid.UUID) *engine.Command {
	digest := sha256.Sum256(fmt.Append(nil, r.content))
	c := &engine.Command{Tenant: r.owner, Key: r.key, Digest: digest[:]}
	id := splitID(r.account)
	switch r.verb {
	case "set":
		set := &engine.SetBalances{Account: id}
		for _, item := range r.items {
			set.Items = append(set.Items, engine.SetItem{ToR: item.tor, Wanted: item.wish.wanted(uuids),
				Value: decimals(item.value)})
		}
		c.Change = set
	case "topup", "debit":
		c.Change = &engine.Adjust{Op: engine.Op(r.verb), Account: id, ToR: r.tor, Wanted: r.wish.wanted(uuids),
			Value: *decimals(r.value), Overwrite: r.overwrite}
	case "remove":
		c.Change = &engine.RemoveBalances{Account: id, ToR: r.tor, Wanted: r.wish.wanted(uuids)}
	case "transfer":
		move := &engine.Transfer{Source: id, SourceBalanceID: *r.wish.id, Destination: splitID(r.other),
			DestinationBalanceID: r.name, Units: *decimals(r.value)}
		if r.overwrite {
			move.Units, move.Reference = amount.Amount{}, decimals(r.value)
		}
		c.Change = move
	case "account":
		c.Change = &engine.SetAccount{Account: id, AllowNegative: r.negative, Disabled: r.wish.disabled}
	case "remove-account":
		c.Change = &engine.RemoveAccount{Account: id}
	case "destination":
		c.Change = &engine.SetDestination{ID: r.name, Prefixes: r.prefixes, Overwrite: r.overwrite}
	case "remove-destination":
		c.Change = &engine.RemoveDestination{ID: r.name, Prefixes: r.prefixes}
	case "timing":
		c.Change = &engine.SetTiming{Timing: rating.Timing{ID: r.name,
			Start: fmt.Sprintf("%02d:00:00", r.hours[0]), End: fmt.Sprintf("%02d:59:59", r.hours[1])}}
	case "remove-timing":
		c.Change = &engine.RemoveTiming{ID: r.name}
	default:
		c.Change = r.charging()
	}
	return c
}

func (w *wish) wanted(uuids []uuid.UUID) engine.Wanted {
	e := engine.Wanted{ID: w.id, DestinationIDs: names(w.destinations), Categories: names(w.categories),
		SharedGroups: names(w.groups), TimingIDs: names(w.timings), RatingSubject: w.subject,
		Disabled: w.disabled, Blocker: w.blocker}
	switch {
	case w.number == nobody:
		e.UUID = enginetest.NthUUID(nobody).String()
	case w.number > 0:
		e.UUID = uuids[w.number-1].String()
	}
	if w.expires != nil {
		e.Expires = new(engine.At(*w.expires))
	}
	if w.weight != nil {
		e.Weight = new(amount.FromInt(int64(*w.weight)))
	}
	if w.factors != nil {
		list := []engine.Factor{}
		for _, name := range slices.Sorted(maps.Keys(*w.factors)) {
			list = append(list, engine.Factor{Name: name, Value: *decimals((*w.factors)[name])})
		}
		e.Factors = &list
	}
	return e
}

func names(set *map[string]bool) *engine.Names {
	if set == nil {
		return nil
	}
	var list []engine.Name
	for name, included := range *set {
		list = append(list, engine.Name{ID: name, Excluded: !included})
	}
	return new(engine.NewNames(list...))
}

func splitID(name string) engine.AccountID {
	owner, account, _ := strings.Cut(name, ":")
	return engine.AccountID{Tenant: owner, Account: account}
}

func decimals(v *big.Rat) *amount.Amount {
	if v == nil {
		return nil
	}
	return new(dec(v.FloatString(18)))
}

// fraction is the way back.
func fraction(v amount.Amount) *big.Rat {
	f, _ := new(big.Rat).SetString(v.String())
	return f
}
