package services

import (
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyItem draws settings of an item.
func anyItem(t *rapid.T) Document {
	var d Document
	some := func(name string, v func() Value) {
		if rapid.Bool().Draw(t, name) {
			d = d.With(name, v())
		}
	}
	price := func() Value {
		return Value{kind: kindNumber, text: digits(fmt.Sprintf("%d.%d", rapid.IntRange(0, 20).Draw(t, "whole"), rapid.IntRange(0, 99).Draw(t, "part")))}
	}
	small := func(least int64) func() Value {
		return func() Value { return Whole(rapid.Int64Range(least, 9).Draw(t, "n")) }
	}
	tiers := func() Value {
		var d Document
		for range rapid.IntRange(0, 4).Draw(t, "tiers") {
			d = d.With(strconv.Itoa(rapid.IntRange(0, 12).Draw(t, "bound")), price())
		}
		return Object(d)
	}
	some("rate", price)
	some("rates", tiers)
	some("flat_rate", price)
	some("flat_rates", tiers)
	some("minimum", small(0))
	some("maximum", small(0))
	some("step", small(1))
	some("activation_charge", price)
	some("cascade", func() Value { return Flag(true) })
	some("exceptions", func() Value { return List(Text("x")) })
	some("discounts", func() Value {
		return Object(Document{{"cumulative", Object(Document{{"maximum", small(0)()}, {"rate", price()}})}, {"single", Object(Document{{"rate", price()}})}})
	})
	return d
}

func anyPlan(t *rapid.T) Document {
	var plan Document
	for range rapid.IntRange(0, 5).Draw(t, "items") {
		category := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "category")
		item := rapid.SampledFrom([]string{"x", "y", "_all"}).Draw(t, "item")
		plan = plan.With(category, Object(plan.object(category).With(item, Object(anyItem(t)))))
	}
	merge := Document{{"priority", Whole(rapid.Int64Range(0, 2).Draw(t, "priority"))},
		{"strategy", Text(rapid.SampledFrom([]string{"simple", "recursive"}).Draw(t, "strategy"))}}
	d := Document{{"merge", Object(merge)}, {"plan", Object(plan)}}
	if rapid.Bool().Draw(t, "billed elsewhere") {
		d = d.With("bookkeeper", Object(Document{{"id", Text("other")}}))
	}
	return d
}

// shuffled writes a value with the members of its objects in any order.
func shuffled(v Value, chance *rand.Rand) string {
	switch v.kind {
	case kindObject:
		members := make([]string, len(v.members))
		for i, to := range chance.Perm(len(members)) {
			name := string(Text(v.members[i].Name).AppendJSON(nil))
			members[to] = name + " : " + shuffled(v.members[i].Value, chance)
		}
		return "{" + strings.Join(members, ",") + "}"
	case kindList:
		items := make([]string, len(v.list))
		for i, item := range v.list {
			items[i] = shuffled(item, chance)
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return string(v.AppendJSON(nil))
}

// TestAnInvoiceDependsOnNoOrder: the same plans, overrides and quantities give
// the same bytes, whatever order the members of their JSON and the plans had.
func TestAnInvoiceDependsOnNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chance := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		var plans, others []Assigned
		again := func(d Document) Document {
			next, err := ParseDocument([]byte(shuffled(Object(d), chance)), Limits{})
			require.NoError(t, err)
			return next
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "plans") {
			a := Assigned{Assignment{Plan: strconv.Itoa(i), Vendor: "v", Overrides: anyPlan(t)}, anyPlan(t)}
			plans = append(plans, a)
			a.Document, a.Overrides = again(a.Document), again(a.Overrides)
			others = append(others, a)
		}
		chance.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		overrides, q := anyPlan(t), anyHolding(t).Quantities
		first, err := Invoices(plans, overrides, q)
		require.NoError(t, err)
		manual, err := ParseCounts([]byte(shuffled(Object(q.Manual.document()), chance)), Limits{})
		require.NoError(t, err)
		second, err := Invoices(others, again(overrides), Quantities{q.Account, q.Cascade, manual})
		require.NoError(t, err)
		require.Equal(t, jsonOf(t, first), jsonOf(t, second))
		requireSums(t, first)
		compared, err := Compare(nil, second)
		require.NoError(t, err)
		requireSums(t, compared)
	})
}

// requireSums says that lines and charges add up, and none pays the customer.
func requireSums(t *rapid.T, invoices []Invoice) {
	for _, i := range invoices {
		recurring, today := i.Summary.Recurring, i.Summary.Today
		for _, line := range i.Items {
			recurring = recurring.Sub(line.Total)
			require.GreaterOrEqual(t, line.Billable, int64(0))
		}
		for _, charge := range i.ActivationCharges {
			today = today.Sub(charge.Total)
			require.Positive(t, charge.Billable)
		}
		require.True(t, recurring.IsZero())
		require.True(t, today.IsZero())
	}
}

// BenchmarkInvoices prices a plan of 200 items with tiers and discounts, and
// compares it with the invoice before.
func BenchmarkInvoices(b *testing.B) {
	var items Document
	var q Quantities
	settings := doc(b, `{"rates":{"10":2.5,"100":2},"rate":1.75,"minimum":2,"activation_charge":5,"name":"Phone","step":2,
		"discounts":{"single":{"rate":1},"cumulative":{"rate":0.05,"maximum":50}}}`)
	for n := range 200 {
		name := fmt.Sprintf("item_%d", n)
		items = items.With(name, Object(settings))
		q.Manual = q.Manual.With("devices", name, int64(n))
	}
	plans := []Assigned{{Assignment{Plan: "p", Vendor: "v", Overrides: doc(b, `{"plan":{"devices":{"item_7":{"rate":1}}}}`)},
		Document{{"plan", Object(Document{{"devices", Object(items)}})}}}}
	before, err := Invoices(plans, nil, Quantities{})
	require.NoError(b, err)
	b.Run("price", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Invoices(plans, nil, q); err != nil {
				b.Fatal(err)
			}
		}
	})
	now, err := Invoices(plans, nil, q)
	require.NoError(b, err)
	b.Run("compare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Compare(before, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	text := plans[0].Document.AppendJSON(nil)
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParsePlan(text, Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
