package services

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/amount"
)

// assigned returns plan documents as they are assigned, named p0, p1, ...
func assigned(t testing.TB, plans ...string) []Assigned {
	t.Helper()
	list := make([]Assigned, len(plans))
	for i, text := range plans {
		list[i] = Assigned{Assignment{Plan: fmt.Sprintf("p%d", i), Vendor: "reseller"}, doc(t, text)}
	}
	return list
}

func manual(t testing.TB, text string) Quantities { return Quantities{Manual: counts(t, text)} }

// invoice returns the one invoice of plans without overrides.
func invoice(t testing.TB, plans []Assigned, q Quantities) Invoice {
	t.Helper()
	invoices, err := Invoices(plans, nil, q)
	require.NoError(t, err)
	require.Len(t, invoices, 1)
	return invoices[0]
}

// TestPriceOfAnItem has a row per rule of an item's settings: what quantity of
// devices.phone is billed at which rate, and what the line comes to.
func TestPriceOfAnItem(t *testing.T) {
	for _, c := range []struct {
		rule, settings string
		quantity       int64
		want           string // billable * rate = total
	}{
		{"nothing costs nothing", `{}`, 3, "3 * 0 = 0"},
		{"rate is per unit", `{"rate":1.25}`, 3, "3 * 1.25 = 3.75"},
		{"a rate may be text", `{"rate":"0.1"}`, 3, "3 * 0.1 = 0.3"},
		{"none of an item is a line too", `{"rate":5}`, 0, "0 * 5 = 0"},
		{"tier: the smallest bound not exceeded", `{"rates":{"5":3,"10":2,"100":1}}`, 5, "5 * 3 = 15"},
		{"tier: beyond its bound the next", `{"rates":{"5":3,"10":2,"100":1}}`, 6, "6 * 2 = 12"},
		{"tiers are ordered as numbers, not as text", `{"rates":{"9":3,"10":2}}`, 10, "10 * 2 = 20"},
		{"beyond all tiers the rate", `{"rates":{"5":3},"rate":7}`, 6, "6 * 7 = 42"},
		{"tiers win over the rate", `{"rates":{"5":3},"rate":7}`, 5, "5 * 3 = 15"},
		{"flat_rate is for the whole", `{"flat_rate":20,"rates":{"5":3},"rate":7}`, 4, "1 * 20 = 20"},
		{"a flat_rate of 0 is none", `{"flat_rate":0,"rate":7}`, 4, "4 * 7 = 28"},
		{"flat tiers win over flat_rate", `{"flat_rates":{"5":9,"10":8},"flat_rate":20}`, 6, "1 * 8 = 8"},
		{"beyond all flat tiers flat_rate", `{"flat_rates":{"5":9},"flat_rate":20}`, 6, "1 * 20 = 20"},
		{"a flat tier may be free", `{"flat_rates":{"5":0},"rate":3}`, 5, "1 * 0 = 0"},
		{"minimum", `{"rate":1,"minimum":5}`, 2, "5 * 1 = 5"},
		{"minimum does not lower", `{"rate":1,"minimum":5}`, 7, "7 * 1 = 7"},
		{"maximum", `{"rate":1,"maximum":5}`, 7, "5 * 1 = 5"},
		{"a maximum of 0 is free", `{"rate":1,"maximum":0}`, 7, "0 * 1 = 0"},
		{"minimum wins over maximum", `{"rate":1,"minimum":5,"maximum":3}`, 4, "5 * 1 = 5"},
		{"step rounds up", `{"rate":1,"step":5}`, 6, "10 * 1 = 10"},
		{"step leaves multiples", `{"rate":1,"step":5}`, 10, "10 * 1 = 10"},
		{"step rounds the minimum up", `{"rate":1,"step":5,"minimum":6}`, 1, "10 * 1 = 10"},
		{"step rounds the maximum up", `{"rate":1,"step":5,"maximum":6}`, 99, "10 * 1 = 10"},
		{"tiers go by the billable quantity", `{"rates":{"5":3,"10":2},"step":5}`, 6, "10 * 2 = 20"},
		{"single discount, once", `{"rate":2,"discounts":{"single":{"rate":1}}}`, 3, "3 * 2 = 5"},
		{"single discount from its minimum", `{"rate":2,"discounts":{"single":{"rate":1,"minimum":3}}}`, 2, "2 * 2 = 4"},
		{"no single discount on nothing", `{"rate":2,"discounts":{"single":{"rate":1}}}`, 0, "0 * 2 = 0"},
		{"no discount on what is free", `{"discounts":{"single":{"rate":1},"cumulative":{"rate":1,"maximum":9}}}`, 3, "3 * 0 = 0"},
		{"cumulative discount per unit", `{"rate":2,"discounts":{"cumulative":{"rate":0.5,"maximum":10}}}`, 3, "3 * 2 = 4.5"},
		{"cumulative discount for at most its maximum", `{"rate":2,"discounts":{"cumulative":{"rate":0.5,"maximum":2}}}`, 3, "3 * 2 = 5"},
		{"cumulative discount without maximum is none", `{"rate":2,"discounts":{"cumulative":{"rate":0.5}}}`, 3, "3 * 2 = 6"},
		{"cumulative tiers", `{"rate":2,"discounts":{"cumulative":{"rates":{"2":1,"9":0.25},"rate":7,"maximum":9}}}`, 4, "4 * 2 = 7"},
		{"beyond cumulative tiers their rate", `{"rate":2,"discounts":{"cumulative":{"rates":{"2":1},"rate":0.5,"maximum":9}}}`, 4,
			"4 * 2 = 6"},
		{"both discounts", `{"rate":2,"discounts":{"single":{"rate":1},"cumulative":{"rate":0.5,"maximum":2}}}`, 3, "3 * 2 = 4"},
		{"a flat price has its single discount by the quantity", `{"flat_rate":20,"discounts":{"single":{"rate":2,"minimum":5}}}`,
			5, "1 * 20 = 18"},
		{"a flat price is one unit for discounts", `{"flat_rate":20,"discounts":{"cumulative":{"rate":2,"maximum":9}}}`, 5, "1 * 20 = 18"},
		{"no digit is lost", `{"rate":0.000000000000000001}`, 999_999_999, "999999999 * 0.000000000000000001 = 0.000000000999999999"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			i := invoice(t, assigned(t, `{"plan":{"devices":{"phone":`+c.settings+`}}}`),
				Quantities{Manual: Counts{}.With("devices", "phone", c.quantity)})
			require.Len(t, i.Items, 1)
			line := i.Items[0]
			require.Equal(t, c.want, fmt.Sprintf("%d * %v = %v", line.Billable, line.Rate, line.Total))
			require.Equal(t, c.quantity, line.Quantity)
			require.Zero(t, line.Total.Cmp(i.Summary.Recurring))
		})
	}
}

// TestQuantityOfALine has a row per rule of what an item counts.
func TestQuantityOfALine(t *testing.T) {
	q := Quantities{
		Account: counts(t, `{"users":{"user":5,"admin":2},"other":{"user":50}}`),
		Manual:  counts(t, `{"users":{"user":3,"guest":1}}`),
		Cascade: counts(t, `{"users":{"user":100,"below":1000}}`),
	}
	for _, c := range []struct {
		rule, item, settings string
		want                 int64
	}{
		{"manual wins over counted", "user", `{}`, 3},
		{"counted without manual", "admin", `{}`, 2},
		{"unknown is none", "robot", `{}`, 0},
		{"cascade adds what is below", "user", `{"cascade":true}`, 103},
		{"cascade alone", "below", `{"cascade":true}`, 1000},
		{"_all sums the category", "_all", `{}`, 6},
		{"_all without exceptions", "_all", `{"exceptions":["user","nobody"]}`, 3},
		{"_all with cascade", "_all", `{"cascade":true}`, 1106},
		{"exceptions count below neither", "_all", `{"cascade":true,"exceptions":["user"]}`, 1003},
		{"exceptions are for _all only", "user", `{"exceptions":["user"]}`, 3},
	} {
		t.Run(c.rule, func(t *testing.T) {
			i := invoice(t, assigned(t, `{"plan":{"users":{"`+c.item+`":`+c.settings+`}}}`), q)
			require.Equal(t, c.want, i.Items[0].Quantity)
		})
	}
}

func TestALineIsNamedByItsPlan(t *testing.T) {
	i := invoice(t, assigned(t, `{"plan":{"users":{"_all":{},"a":{"name":"User"},"b":{"as":"person"},"c":{"as":"x","name":"N"}},
		"devices":{"_all":{"as":"phones"}}}}`), Quantities{})
	var got []string
	for _, line := range i.Items {
		got = append(got, line.Category+" "+line.Item+" "+line.Name)
	}
	require.Equal(t, []string{"devices phones devices", "users _all users", "users a User", "users person users/b", "users x N"}, got)
}

func TestAnInvoiceHasTheMembersOfKazoos(t *testing.T) {
	i := invoice(t, assigned(t, `{"plan":{"devices":{"sip_device":{"rate":1}}}}`), manual(t, `{"devices":{"sip_device":4}}`))
	require.Equal(t, compact(`{"items":[{"category":"devices","item":"sip_device","name":"devices/sip_device","quantity":4,"billable":4,
		"rate":1,"maximum":4,"prorate":{"additions":true,"removals":true},"total":4}],
		"activation_charges":[],"taxes":[],"summary":{"today":0,"recurring":4},
		"plan":{"devices":{"sip_device":{"rate":1}}},
		"bookkeeper":{"id":"default_bookkeeper","type":"default","vendor_id":"reseller"}}`), jsonOf(t, i))
}

func TestOptionalMembersOfALineAppearWhenTheySaySomething(t *testing.T) {
	i := invoice(t, assigned(t, `{"plan":{"a":{"b":{"rate":2,"minimum":3,"taxes":{"vat":1},"prorate":{"removals":false},
		"discounts":{"single":{"rate":1},"cumulative":{"rate":0.5,"maximum":2}}}}}}`), manual(t, `{"a":{"b":1}}`))
	require.Equal(t, compact(`{"category":"a","item":"b","name":"a/b","quantity":1,"billable":3,"rate":2,"minimum":3,"maximum":1,
		"discounts":{"single":{"quantity":1,"rate":1,"total":1},"cumulative":{"quantity":2,"rate":0.5,"total":1}},
		"prorate":{"additions":true,"removals":false},"taxes":{"vat":1},"total":4}`), jsonOf(t, i.Items[0]))
}

func compact(text string) string { return strings.NewReplacer("\n", "", "\t", "").Replace(text) }

func TestWithoutPlansThereIsNoInvoice(t *testing.T) {
	invoices, err := Invoices(nil, doc(t, `{"plan":{"a":{"b":{"rate":1}}}}`), manual(t, `{"a":{"b":1}}`))
	require.NoError(t, err)
	require.Empty(t, invoices)
}

func TestTheOverridesOfAnAssignmentWinOverThoseOfTheAccount(t *testing.T) {
	plans := assigned(t, `{"plan":{"a":{"b":{"rate":1,"name":"plan","minimum":4,"step":2}}}}`)
	plans[0].Overrides = doc(t, `{"plan":{"a":{"b":{"rate":3}}}}`)
	invoices, err := Invoices(plans, doc(t, `{"plan":{"a":{"b":{"rate":2,"name":"account","step":null},"c":{"rate":9}}}}`), Quantities{})
	require.NoError(t, err)
	require.Equal(t, `{"a":{"b":{"minimum":4,"name":"account","rate":3},"c":{"rate":9}}}`, jsonOf(t, invoices[0].Plan))
}

func TestAnEmptyObjectInOverridesTakesNothingFromAPlan(t *testing.T) {
	plan := `{"a":{"b":{"rate":1}}}`
	invoices, err := Invoices(assigned(t, `{"plan":`+plan+`}`), doc(t, `{"plan":{"a":{}},"bookkeeper":{}}`), Quantities{})
	require.NoError(t, err)
	require.Equal(t, plan, jsonOf(t, invoices[0].Plan))
}

// TestPlansOfOneBookkeeperAreMerged has a row per rule of merging plans p0, p1,
// ... into one.
func TestPlansOfOneBookkeeperAreMerged(t *testing.T) {
	const recursive = `,"merge":{"strategy":"recursive"`
	for _, c := range []struct {
		rule      string
		plans     []string
		overrides string
		want      string
	}{
		{"other items stand beside each other", []string{`{"plan":{"a":{"x":{"rate":1}}}}`, `{"plan":{"a":{"y":{"rate":2}},"b":{"z":{}}}}`}, `{}`,
			`{"a":{"x":{"rate":1},"y":{"rate":2}},"b":{"z":{}}}`},
		{"simple takes an item whole from the last plan", []string{`{"plan":{"a":{"x":{"rate":1,"minimum":5}}}}`, `{"plan":{"a":{"x":{"rate":2}}}}`}, `{}`,
			`{"a":{"x":{"rate":2}}}`},
		{"the highest priority is the last plan", []string{`{"merge":{"priority":7},"plan":{"a":{"x":{"rate":1,"minimum":5}}}}`, `{"plan":{"a":{"x":{"rate":2}}}}`}, `{}`,
			`{"a":{"x":{"minimum":5,"rate":1}}}`},
		{"recursive takes setting by setting", []string{`{"plan":{"a":{"x":{"rate":1,"minimum":5}}}` + recursive + `}}`, `{"plan":{"a":{"x":{"rate":2}}}` + recursive + `}}`}, `{}`,
			`{"a":{"x":{"minimum":5,"rate":2}}}`},
		{"cumulative is recursive", []string{`{"plan":{"a":{"x":{"rate":1,"minimum":5}}},"merge":{"strategy":"cumulative"}}`, `{"plan":{"a":{"x":{"minimum":2}}},"merge":{"strategy":"cumulative"}}`}, `{}`,
			`{"a":{"x":{"minimum":2,"rate":1}}}`},
		{"recursive goes over simple, whatever the priority", []string{`{"plan":{"a":{"x":{"rate":1}}}` + recursive + `}}`, `{"merge":{"priority":9},"plan":{"a":{"x":{"rate":2,"minimum":5}}}}`}, `{}`,
			`{"a":{"x":{"minimum":5,"rate":1}}}`},
		{"an override does not hide the plan that defines the item", []string{`{"plan":{"a":{"x":{"rate":1,"minimum":5}}}}`, `{"plan":{"b":{"y":{}}}}`}, `{"plan":{"a":{"x":{"rate":3}}}}`,
			`{"a":{"x":{"minimum":5,"rate":3}},"b":{"y":{}}}`},
		{"null in a plan is as good as no member", []string{`{"plan":{"a":{"x":{"rate":1}}}}`, `{"plan":{"a":{"x":null},"b":null}}`}, `{}`,
			`{"a":{"x":{"rate":1}}}`},
		{"null in overrides removes the plan's member", []string{`{"plan":{"a":{"x":{"rate":1},"y":{}}}}`}, `{"plan":{"a":{"y":null}}}`,
			`{"a":{"x":{"rate":1}}}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			invoices, err := Invoices(assigned(t, c.plans...), doc(t, c.overrides), Quantities{})
			require.NoError(t, err)
			require.Len(t, invoices, 1)
			require.Equal(t, c.want, jsonOf(t, invoices[0].Plan))
		})
	}
}

func TestEachBookkeeperHasAnInvoice(t *testing.T) {
	plans := assigned(t,
		`{"plan":{"a":{"x":{"rate":1}}},"bookkeeper":{"id":"z","type":"http"}}`,
		`{"plan":{"a":{"y":{"rate":2}}}}`,
		`{"plan":{"a":{"z":{"rate":3}}},"bookkeeper":{"type":"http","id":"z"}}`,
		`{"plan":{"b":{}},"bookkeeper":{"id":"z","type":"http","vendor_id":"another"}}`)
	invoices, err := Invoices(plans, nil, manual(t, `{"a":{"x":1,"y":1,"z":1}}`))
	require.NoError(t, err)
	var got []string
	for _, i := range invoices {
		got = append(got, fmt.Sprint(i.Bookkeeper, len(i.Items), i.Summary.Recurring))
	}
	require.Equal(t, []string{"{z http another} 0 0", "{default_bookkeeper default reseller} 1 2", "{z http reseller} 2 4"}, got)

	invoices[1].Summary.Today = amount.FromInt(5)
	require.Equal(t, "{5 6}", fmt.Sprint(Total(invoices)), "of all bookkeepers")
}

func TestABillingCycleIsAMonthOfUTC(t *testing.T) {
	east := time.FixedZone("", 2*60*60)
	for at, want := range map[time.Time]time.Month{
		time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC):     time.February,
		time.Date(2026, time.January, 31, 23, 59, 59, 0, time.UTC): time.February,
		time.Date(2026, time.February, 1, 1, 59, 59, 0, east):      time.February,
		time.Date(2025, time.December, 31, 12, 0, 0, 0, time.UTC):  time.January,
	} {
		require.Equal(t, time.Date(2026, want, 1, 0, 0, 0, 0, time.UTC), NextCycle(at), at)
	}
}

func TestAPriceOfTooManyDigitsIsRefused(t *testing.T) {
	q := manual(t, `{"a":{"b":1000000000,"c":1}}`)
	_, err := Invoices(assigned(t, `{"plan":{"a":{"b":{"rate":999999999}}}}`), nil, q)
	require.NoError(t, err)
	_, err = Invoices(assigned(t, `{"plan":{"a":{"b":{"rate":1000000000}}}}`), nil, q)
	requireProblems(t, err, "plan.a.b maximum")
	_, err = Invoices(assigned(t, `{"plan":{"a":{"b":{"rate":999999999},"c":{"rate":1000000000}}}}`), nil, q)
	requireProblems(t, err, "data maximum")
	_, err = Invoices(assigned(t, `{"plan":{"a":{"b":{}}}}`), nil, Quantities{Account: Counts{{"a", "b", billableMax + 1}}})
	requireProblems(t, err, "plan.a.b maximum")
	_, err = Invoices(assigned(t, `{"plan":{"a":{"_all":{}}}}`), nil, Quantities{Account: Counts{{"a", "b", 1 << 62}, {"a", "c", 1 << 62}}})
	requireProblems(t, err, "plan.a._all maximum")
	_, err = Invoices(assigned(t, `{"plan":{"a":{"b":{"rate":1e10,"discounts":{"cumulative":{"rate":1e10,"maximum":1000000000}}}}}}`),
		nil, q)
	requireProblems(t, err, "plan.a.b maximum")
	one := func(units int64) []Invoice {
		return []Invoice{{Items: []Line{{Category: "a", PlanItem: "b", Billable: units, ActivationCharge: mustAmount(t, "1000000000")}}}}
	}
	_, err = Compare(nil, one(999_999_999))
	require.NoError(t, err)
	_, err = Compare(nil, one(1_000_000_000))
	requireProblems(t, err, "data maximum")
}
