package engine_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

// market is a state with random prices and a few accounts, on which commands
// are decided and folded with no writer around them.
type market struct {
	*rapid.T
	t       *testing.T
	rules   engine.Rules
	state   *enginetest.State
	ids     enginetest.UUIDs
	entries []*engine.Entry
}

// traits are what the balances of a market may have that a property cannot
// bear. The zero value is a market with everything.
type traits struct {
	sameSubject bool // money goes at the price of the call, units without one
	noTimings   bool
	noGroups    bool
	noBlockers  bool
	noRounding  bool
	noCaps      bool
}

var traders = []string{"a", "b", "c"}

func newMarket(t *testing.T, rt *rapid.T, tr traits) *market {
	m := &market{T: rt, t: t, rules: engine.DefaultRules(), state: enginetest.NewState()}
	m.must(&engine.LoadTariff{Set: anyTariff(rt, tr)})
	grouped := !tr.noGroups && rapid.Bool().Draw(rt, "groups")
	for _, name := range traders {
		m.must(&engine.SetAccount{Account: id(name)})
		for i := range rapid.IntRange(1, 4).Draw(rt, "balances") {
			m.must(anyBalance(rt, tr, id(name), i, grouped))
		}
	}
	return m
}

// must decides and folds a change that cannot be refused.
func (m *market) must(c engine.Change) engine.Result {
	entry, result, err := m.decide(c)
	require.NoError(m, err)
	m.fold(entry)
	return result
}

func (m *market) decide(c engine.Change) (*engine.Entry, engine.Result, error) {
	return m.rules.Decide(m.state, m.command(c, m.ids.New()))
}

func (m *market) command(c engine.Change, seed [16]byte) *engine.Command {
	return &engine.Command{At: engine.At(morning), Tenant: tenant, Seed: seed, Change: c}
}

func (m *market) fold(e *engine.Entry) {
	if e == nil {
		return
	}
	e.Seq = uint64(len(m.entries) + 1)
	m.entries = append(m.entries, e)
	require.NoError(m, m.state.Apply(e))
}

// accounts returns the accounts as they are.
func (m *market) accounts() []*engine.Account {
	all, err := m.state.Accounts(tenant, "", 100)
	require.NoError(m, err)
	return all
}

// worth returns what all balances of the accounts hold together, by type.
func worth(accounts []*engine.Account) map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	for _, a := range accounts {
		for _, b := range a.Balances {
			addTo(sums, b.ToR, fraction(b.Value))
		}
	}
	return sums
}

func addTo[K comparable](sums map[K]*big.Rat, key K, v *big.Rat) {
	if sums[key] == nil {
		sums[key] = new(big.Rat)
	}
	sums[key].Add(sums[key], v)
}

// prices of the random plans: some have no last decimal by the second.
var somePrices = []string{"0", "0.01", "0.07", "0.1", "0.25", "0.0000001", "1.3"}

func anyTariff(rt *rapid.T, tr traits) engine.TariffSet {
	set := engine.TariffSet{
		Destinations: []engine.DestinationChange{{ID: "DE", Prefixes: []string{"49"}}, {ID: "MOBILE", Prefixes: []string{"4915"}}},
		Timings:      []engine.TimingChange{{Timing: rating.Timing{ID: "LATER", Start: "10:00:20", End: "23:59:59"}}},
		Plans:        []rating.Plan{anyPrices(rt, tr, "A"), anyPrices(rt, tr, "B")},
		Groups: []engine.SharedGroup{{ID: "G", Members: []engine.GroupMember{{Account: "*any", Strategy: pick(rt, "strategy",
			engine.PoolLowest, engine.PoolHighest, engine.PoolMineLowest, engine.PoolMineHighest)}}}},
	}
	switched := morning.Unix() + rapid.Int64Range(1, 60).Draw(rt, "switch")
	for subject, plans := range map[string][]rating.Activation{
		rating.Any: {{PlanID: "A"}}, "gold": {{PlanID: "B"}}, "switch": {{PlanID: "A"}, {At: switched, PlanID: "B"}},
	} {
		set.Profiles = append(set.Profiles, rating.Profile{Tenant: tenant, Subject: subject, Activations: plans})
	}
	return set
}

// anyPrices prices all destinations at all times, some of them dearer.
func anyPrices(rt *rapid.T, tr traits, name string) rating.Plan {
	p := rating.Plan{ID: name, Timings: []rating.Timing{{ID: "T", Start: "10:00:30"}, {ID: "NOON", Start: "12:00:00"}}}
	for i := range 3 {
		p.Rates = append(p.Rates, anyRate(rt, fmt.Sprint(name, i)))
	}
	p.Rows = []rating.Row{anyRow(rt, tr, rating.Any, 0), anyRow(rt, tr, "MOBILE", 1), anyRow(rt, tr, rating.Any, 2)}
	p.Rows[2].Timing, p.Rows[2].Weight = rapid.IntRange(1, 2).Draw(rt, "timing"), dec("1")
	return p
}

func anyRate(rt *rapid.T, name string) rating.Rate {
	r := rating.Rate{ID: name, ConnectFee: dec(pick(rt, "fee", "0", "0", "0.15", "0.003"))}
	for from, n := int64(0), rapid.IntRange(1, 3).Draw(rt, "slots"); len(r.Slots) < n; {
		r.Slots = append(r.Slots, rating.Slot{From: from, Price: dec(pick(rt, "price", somePrices...)),
			Unit: pick(rt, "unit", int64(time.Second), int64(time.Minute)),
			Step: pick(rt, "step", int64(time.Second), int64(6*time.Second), int64(7*time.Second), int64(time.Minute))})
		from += rapid.Int64Range(1, 90).Draw(rt, "slot") * int64(time.Second)
	}
	return r
}

func anyRow(rt *rapid.T, tr traits, destination string, rate int) rating.Row {
	row := rating.Row{DestinationID: destination, Rate: rate,
		RoundingMethod:   pick(rt, "method", "", rating.RoundUp, rating.RoundDown, rating.RoundMiddle),
		RoundingDecimals: rapid.IntRange(0, 4).Draw(rt, "decimals")}
	if limit := maybe(rt, "cap", "0.05", "0.5", "2"); limit != nil && !tr.noCaps {
		row.MaxCost, row.MaxCostStrategy = dec(*limit), pick(rt, "strategy", rating.CapFree, rating.CapDisconnect)
	}
	return row
}

func anyBalance(rt *rapid.T, tr traits, account engine.AccountID, i int, grouped bool) engine.Change {
	item := engine.SetItem{ToR: pick(rt, "ToR", engine.Monetary, engine.Monetary, engine.Voice, engine.Generic),
		Wanted: engine.Wanted{ID: new(fmt.Sprint("b", i)), Weight: new(dec(pick(rt, "weight", "0", "1", "2")))}}
	if item.ToR == engine.Monetary {
		item.Value = new(dec(pick(rt, "money", "0.004", "0.1", "0.37", "1", "20", "0")))
		item.Wanted.RatingSubject = maybe(rt, "subject", "gold", "*zero1s")
	} else {
		item.Value = new(amount.FromInt(rapid.Int64Range(0, 100).Draw(rt, "units") * int64(time.Second)))
		item.Wanted.RatingSubject = maybe(rt, "subject", "gold", "*zero7s", "*zero500ms")
		if rapid.Bool().Draw(rt, "factor") {
			item.Wanted.Factors = &[]engine.Factor{{Name: "x", Value: dec(pick(rt, "x", "0", "0.5", "3"))}}
		}
	}
	if s := item.Wanted.RatingSubject; tr.sameSubject && s != nil && *s == "gold" {
		item.Wanted.RatingSubject = nil
	}
	w := &item.Wanted
	if !tr.noTimings && pick(rt, "timing", true, false, false) {
		w.TimingIDs = new(engine.NewNames(engine.Name{ID: "LATER"}))
	}
	if pick(rt, "bound", true, false, false) {
		w.DestinationIDs = new(engine.NewNames(engine.Name{ID: pick(rt, "destination", "DE", "MOBILE")}))
	}
	switch {
	case grouped && rapid.Bool().Draw(rt, "shared"):
		w.SharedGroups = new(engine.NewNames(engine.Name{ID: "G"}))
	case !grouped && !tr.noBlockers && pick(rt, "blocker", true, false, false, false):
		w.Blocker = new(true)
	}
	return &engine.SetBalances{Account: account, Items: []engine.SetItem{item}}
}

// anyCharge is a debit or a maximum of some part of a call.
func anyCharge(rt *rapid.T, tr traits) *engine.Charge {
	c := &engine.Charge{Account: id(pick(rt, "account", traders...)), Factor: pick(rt, "factor", "", "x")}
	c.Subject, c.ToR = pick(rt, "subject", "who", "gold", "switch"), engine.Voice
	c.Destination = pick(rt, "destination", "4930", "49151", "1")
	c.Start = morning.Add(time.Duration(rapid.Int64Range(-20, 40).Draw(rt, "start")) * time.Second)
	c.Units = rapid.Int64Range(1, 400).Draw(rt, "half seconds") * int64(time.Second/2)
	if pick(rt, "later part", true, false, false) {
		c.Continued = true
		c.Position = rapid.Int64Range(0, 100).Draw(rt, "position") * int64(time.Second)
		c.Spent = dec(pick(rt, "spent", "0", "0.04", "1.9"))
	}
	c.Max, c.DenyNegative = rapid.Bool().Draw(rt, "max"), rapid.Bool().Draw(rt, "deny")
	c.ForceDuration = pick(rt, "force", true, false, false, false)
	c.DryRun = pick(rt, "dry", true, false, false, false)
	c.Rounding = !tr.noRounding && rapid.Bool().Draw(rt, "rounding")
	return c
}

// marketsMax is how many markets a property looks at for each check that rapid
// is asked for: rare ones are those that count, and a market costs 0.1 ms.
const marketsMax = 20

// checkMarkets lets check use random markets.
func checkMarkets(t *testing.T, tr traits, check func(m *market)) {
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, marketsMax).Draw(rt, "markets") {
			check(newMarket(t, rt, tr))
		}
	})
}
