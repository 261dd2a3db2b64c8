package audit

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"purser/engine/amount"
	"purser/engine/services"
)

// sampleSA is the history that the sample of the first Kazoo document shows.
func sampleSA() *History {
	var h History
	const before = 63720259200
	user := counter(&h, "users", "user")
	number := counter(&h, "phone_numbers", "phone_number")
	device := counter(&h, "devices", "sip_device")
	call := func(at, seconds int64) { h.AddUsage(at, "per-minute-voip", amount.FromInt(seconds), "sec") }
	user(before, 83)
	number(before, 52)
	device(before, 42)

	user(63721540230, 84)
	call(63721549000, 120)
	call(63721549284, 180)
	number(63721611287, 53)
	call(63721972845, 60)
	user(63722056079, 85)
	device(63722060000, 44)
	device(63722066155, 42)
	call(63722073234, 780)
	device(63722076464, 43)
	call(63722156725, 1500)
	user(63722160000, 86)
	user(63722160516, 85)
	call(63722239192, 960)
	return &h
}

// sampleSB is the history that the sample of the second Kazoo document shows.
func sampleSB() *History {
	var h History
	const before = 63739785600
	account := counter(&h, "accounts", "account")
	mailbox := counter(&h, "voicemails", "mailbox")
	softphone := counter(&h, "devices", "softphone")
	user := counter(&h, "users", "user")
	account(before, 1)
	softphone(before, 2)
	user(before, 1)

	account(63742805754, 2)
	account(63743140000, 3)
	softphone(63743140580, 3)
	account(63743140658, 2)
	user(63743140695, 2)
	mailbox(63743140695, 3)
	return &h
}

// counter returns a function that sets the quantity of an item.
func counter(h *History, category, item string) func(at, quantity int64) {
	var now int64
	return func(at, quantity int64) {
		h.AddChange(at, services.Change{Category: category, Item: item, Scope: services.ScopeManual,
			Difference: quantity - now, Quantity: quantity})
		now = quantity
	}
}

func rowsOf(h *History, from, to int64) []NamedRow { return h.Rows(Window(from, to)) }

func TestTheFirstDocumentsSampleIsReproduced(t *testing.T) {
	rows := rowsOf(sampleSA(), 63721540230, 63722160516)
	requireJSON(t, `{
    "per-minute-voip": [
      {"2019-04-03": {"last_timestamp": 63721549284, "quantity": 300, "sum_quantity": true, "unit": "sec"}},
      {"2019-04-08": {"last_timestamp": 63721972845, "quantity": 60, "sum_quantity": true, "unit": "sec"}},
      {"2019-04-09": {"last_timestamp": 63722073234, "quantity": 780, "sum_quantity": true, "unit": "sec"}},
      {"2019-04-10": {"last_timestamp": 63722156725, "quantity": 1500, "sum_quantity": true, "unit": "sec"}},
      {"2019-04-11": {"last_timestamp": 63722239192, "quantity": 960, "sum_quantity": true, "unit": "sec"}}],
    "phone_number": [
      {"2019-04-04": {"addition": 1, "last_timestamp": 63721611287, "quantity": 53, "removal": 0, "sum_quantity": false}}],
    "sip_device": [
      {"2019-04-09": {"addition": 2, "last_timestamp": 63722066155, "quantity": 42, "removal": 2, "sum_quantity": false}},
      {"2019-04-10": {"addition": 1, "last_timestamp": 63722076464, "quantity": 43, "removal": 0, "sum_quantity": false}}],
    "user": [
      {"2019-04-03": {"addition": 1, "last_timestamp": 63721540230, "quantity": 84, "removal": 0, "sum_quantity": false}},
      {"2019-04-09": {"addition": 1, "last_timestamp": 63722056079, "quantity": 85, "removal": 0, "sum_quantity": false}},
      {"2019-04-11": {"addition": 1, "last_timestamp": 63722160516, "quantity": 85, "removal": 1, "sum_quantity": false}}]
    }`, Object(rows))
	requireJSON(t, `[
      {"2019-04-11": {"addition": 1, "last_timestamp": 63722160516, "quantity": 85, "removal": 1, "sum_quantity": false}},
      {"2019-04-09": {"addition": 1, "last_timestamp": 63722056079, "quantity": 85, "removal": 0, "sum_quantity": false}},
      {"2019-04-03": {"addition": 1, "last_timestamp": 63721540230, "quantity": 84, "removal": 0, "sum_quantity": false}}
    ]`, Source(rows, "user", false))
}

func TestTheSecondDocumentsSampleIsReproduced(t *testing.T) {
	rows := rowsOf(sampleSB(), 63742805754, 63743140658)
	requireJSON(t, `[{
      "account": {
        "2019-12-05": {"addition": 1, "last_timestamp": 63742805754, "quantity": 2, "removal": 0, "sum_quantity": false},
        "2019-12-09": {"addition": 1, "last_timestamp": 63743140658, "quantity": 2, "removal": 1, "sum_quantity": false}},
      "mailbox": {
        "2019-12-09": {"addition": 3, "last_timestamp": 63743140695, "quantity": 3, "removal": 0, "sum_quantity": false}},
      "softphone": {
        "2019-12-09": {"addition": 1, "last_timestamp": 63743140580, "quantity": 3, "removal": 0, "sum_quantity": false}},
      "user": {
        "2019-12-09": {"addition": 1, "last_timestamp": 63743140695, "quantity": 2, "removal": 0, "sum_quantity": false}}
    }]`, Array(rows))
	requireJSON(t, `[
      {"2019-12-09": {"addition": 1, "last_timestamp": 63743140658, "quantity": 2, "removal": 1, "sum_quantity": false}},
      {"2019-12-05": {"addition": 1, "last_timestamp": 63742805754, "quantity": 2, "removal": 0, "sum_quantity": false}}
    ]`, Source(rows, "account", false))
	requireJSON(t, `[
      {"2019-12-09": {"addition": 1, "last_timestamp": 63743140695, "quantity": 2, "removal": 0, "sum_quantity": false}}
    ]`, Source(rows, "user", false))
}

func requireJSON(t *testing.T, want string, got any) {
	t.Helper()
	text, err := json.Marshal(got)
	require.NoError(t, err)
	compact := jsontext.Value(want)
	require.NoError(t, compact.Compact())
	require.Equal(t, string(compact), string(text))
}
