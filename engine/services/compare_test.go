package services

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine/amount"
)

func mustAmount(t testing.TB, text string) amount.Amount {
	t.Helper()
	a, err := amount.Parse(text)
	require.NoError(t, err)
	return a
}

// compared returns the only invoice that is there before or after.
func compared(t testing.TB, before, after string, q, now Quantities) Invoice {
	t.Helper()
	var lists [2][]Invoice
	for i, text := range []string{before, after} {
		if text == "" {
			continue
		}
		var err error
		lists[i], err = Invoices(assigned(t, text), nil, []Quantities{q, now}[i])
		require.NoError(t, err)
	}
	invoices, err := Compare(lists[0], lists[1])
	require.NoError(t, err)
	require.Len(t, invoices, 1)
	return invoices[0]
}

// TestTheSampleOfAnAnnotatedInvoice is that of the reference: a second phone.
func TestTheSampleOfAnAnnotatedInvoice(t *testing.T) {
	plan := `{"plan":{"devices":{"sip_device":{"rate":1,"activation_charge":5}}}}`
	i := compared(t, plan, plan, manual(t, `{"devices":{"sip_device":1}}`), manual(t, `{"devices":{"sip_device":2}}`))
	require.Equal(t, compact(`{"items":[{"category":"devices","item":"sip_device","name":"devices/sip_device","quantity":2,"billable":2,
		"rate":1,"maximum":2,"prorate":{"additions":true,"removals":true},"total":2,
		"changes":{"type":"modified","difference":{"quantity":1,"billable":1}}}],
		"activation_charges":[{"category":"devices","item":"sip_device","name":"devices/sip_device","billable":1,"rate":5,"total":5}],
		"taxes":[],"summary":{"today":5,"recurring":2},
		"plan":{"devices":{"sip_device":{"activation_charge":5,"rate":1}}},
		"bookkeeper":{"id":"default_bookkeeper","type":"default","vendor_id":"reseller"}}`), jsonOf(t, i))
}

func TestALineThatDoesNotDifferHasNoChanges(t *testing.T) {
	plan := `{"plan":{"a":{"b":{"rate":1,"activation_charge":5},"c":{"rate":1}}}}`
	i := compared(t, plan, plan, manual(t, `{"a":{"b":3,"c":1}}`), manual(t, `{"a":{"b":3,"c":0}}`))
	require.Nil(t, i.Items[0].Changes)
	require.Equal(t, `{"type":"modified","difference":{"quantity":-1,"billable":-1}}`, jsonOf(t, i.Items[1].Changes))
	require.Empty(t, i.ActivationCharges, "only what is added is charged")
	require.True(t, i.Summary.Today.IsZero())
}

func TestEverythingThatDiffersIsInTheDifference(t *testing.T) {
	q := manual(t, `{"a":{"b":2}}`)
	i := compared(t, `{"plan":{"a":{"b":{"rate":1,"activation_charge":5,"discounts":{"single":{"rate":0.5}}}}}}`,
		`{"plan":{"a":{"b":{"rate":0.75,"name":"B","minimum":3,"activation_charge":4,
			"discounts":{"single":{"rate":0.25},"cumulative":{"rate":0.1,"maximum":2}}}}}}`, q, q)
	require.Equal(t, compact(`{"type":"modified","difference":{"billable":1,"rate":-0.25,"minimum":3,"activation_charge":-1,
		"discounts":{"single":{"rate":-0.25},"cumulative":{"quantity":2,"rate":0.1}},"name":"B"}}`), jsonOf(t, i.Items[0].Changes))
	require.Equal(t, `[{"category":"a","item":"b","name":"B","billable":1,"rate":4,"total":4}]`, jsonOf(t, i.ActivationCharges))
}

func TestALineThatIsGoneStaysWithoutQuantity(t *testing.T) {
	q := manual(t, `{"a":{"b":2,"c":1}}`)
	i := compared(t, `{"plan":{"a":{"b":{"rate":1},"c":{"rate":3}}}}`, `{"plan":{"a":{"c":{"rate":3}}}}`, q, q)
	require.Equal(t, compact(`{"category":"a","item":"b","name":"a/b","quantity":0,"billable":0,"rate":1,"maximum":0,
		"prorate":{"additions":true,"removals":true},"total":0,
		"changes":{"type":"removed","difference":{"quantity":-2,"billable":-2,"rate":-1}}}`), jsonOf(t, i.Items[0]))
	require.Equal(t, "3", i.Summary.Recurring.String())
}

func TestAPlanThatIsAssignedCreatesItsLines(t *testing.T) {
	plan := `{"plan":{"a":{"b":{"rate":1,"activation_charge":2},"c":{"flat_rate":9,"activation_charge":1}}}}`
	i := compared(t, "", plan, Quantities{}, manual(t, `{"a":{"b":3}}`))
	require.Equal(t, `{"type":"created","difference":{"quantity":3,"billable":3,"rate":1,"activation_charge":2,"name":"a/b"}}`,
		jsonOf(t, i.Items[0].Changes))
	require.Equal(t, "7", i.Summary.Today.String())
	require.Len(t, i.ActivationCharges, 2)
}

func TestAnInvoiceThatIsGoneStaysWithoutQuantities(t *testing.T) {
	plan := `{"plan":{"a":{"b":{"rate":1}}}}`
	i := compared(t, plan, "", manual(t, `{"a":{"b":3}}`), Quantities{})
	require.Equal(t, LineRemoved, i.Items[0].Changes.Type)
	require.True(t, i.Summary.Recurring.IsZero())
	require.Equal(t, "reseller", i.Bookkeeper.Vendor)
}

func TestInvoicesAreComparedByBookkeeperAndLinesByThePlansItem(t *testing.T) {
	q := manual(t, `{"a":{"x":1,"y":1}}`)
	price := func(plans ...string) []Invoice {
		invoices, err := Invoices(assigned(t, plans...), nil, q)
		require.NoError(t, err)
		return invoices
	}
	before := price(`{"plan":{"a":{"x":{"rate":1,"as":"n"},"y":{"rate":2,"as":"n"}}}}`, `{"plan":{"a":{"x":{}}},"bookkeeper":{"id":"z"}}`)
	after := price(`{"plan":{"a":{"x":{"rate":1,"as":"n"},"y":{"rate":5,"as":"n"}}}}`, `{"plan":{"a":{"x":{}}},"bookkeeper":{"id":"b"}}`)
	invoices, err := Compare(before, after)
	require.NoError(t, err)
	require.Equal(t, []string{"b", "default_bookkeeper", "z"},
		[]string{invoices[0].Bookkeeper.ID, invoices[1].Bookkeeper.ID, invoices[2].Bookkeeper.ID})
	require.Nil(t, invoices[1].Items[0].Changes)
	require.Equal(t, "3", invoices[1].Items[1].Changes.Difference.Rate.String())
	again, err := Compare(after, after)
	require.NoError(t, err)
	require.Equal(t, after, again, "nothing differs from itself, and comparing changed nothing")
}
