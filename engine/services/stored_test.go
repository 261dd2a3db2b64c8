package services

import (
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
)

// stored returns the bytes that a value is kept as.
func stored(t testing.TB, v any) []byte {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	data, err := mode.Marshal(v)
	require.NoError(t, err)
	return data
}

// requireStored says that v is the same again after it was stored.
func requireStored[T any](t testing.TB, v T) {
	t.Helper()
	data := stored(t, v)
	var again T
	require.NoError(t, cbor.Unmarshal(data, &again))
	require.Equal(t, data, stored(t, again), "the same bytes")
	require.Equal(t, jsonOf(t, v), jsonOf(t, again), "and the same answer")
}

func sampleRecord(t testing.TB) Record {
	return Record{
		Plans: Assignments{{Plan: "a", Vendor: "v", Overrides: doc(t, `{"plan":{"x":{"y":{"rate":1.5}}}}`), Contract: doc(t, `{"c":[]}`)},
			{Plan: "b"}},
		Overrides: doc(t, `{"plan":{"devices":{"sip_device":{"rate":12}}}}`),
		Quantities: Quantities{Account: counts(t, `{"a":{"b":1}}`), Cascade: counts(t, `{"a":{"b":2}}`),
			Manual: counts(t, `{"a":{"b":0},"c":{"d":4}}`)},
		Standing: Standing{true, "late", -7},
	}
}

func sampleInvoice(t testing.TB) Invoice {
	plan := `{"plan":{"a":{"b":{"rate":1.25,"minimum":3,"activation_charge":2,"taxes":{"x":1},"as":"n",
		"discounts":{"single":{"rate":1},"cumulative":{"rate":0.5,"maximum":2}}},"c":{"flat_rate":7}}}}`
	return compared(t, `{"plan":{"a":{"b":{},"gone":{}}}}`, plan, manual(t, `{"a":{"gone":1}}`), manual(t, `{"a":{"b":4}}`))
}

func TestWhatIsStoredIsTheSameAgain(t *testing.T) {
	requireStored(t, Record{})
	requireStored(t, sampleRecord(t))
	requireStored(t, sampleInvoice(t))
	requireStored(t, []Change{{"users", "user", ScopeCascade, -2, 0}})
	requireStored(t, Object(doc(t, `{"a":[1,null,"x"],"b":true}`)))
	requireStored(t, Document(nil))
	requireStored(t, Text("x"))
}

func TestAnEmptyRecordTakesOneByte(t *testing.T) {
	require.Equal(t, []byte{0xa0}, stored(t, Record{}))
}

// TestTheStoredFormIsFixed has bytes that a journal may hold: they must read
// the same for ever.
func TestTheStoredFormIsFixed(t *testing.T) {
	r := Record{
		Plans:      Assignments{{Plan: "p", Vendor: "v", Overrides: doc(t, `{"a":1}`)}},
		Quantities: Quantities{Manual: Counts{{"users", "user", 3}, {"users", "zero", 0}}},
		Standing:   Standing{Delinquent: true},
	}
	require.Equal(t, "\xa3\x01\x81\xa3\x01\x61p\x02\x61v\x03\x67{\"a\":1}"+
		"\x03\xa1\x03\x82\xa3\x01\x65users\x02\x64user\x03\x03\xa2\x01\x65users\x02\x64zero\x04\xa1\x01\xf5", string(stored(t, r)))
}

func TestStoredListsOutOfOrderAreRefused(t *testing.T) {
	type plainCounts []Count
	for _, c := range []plainCounts{{{"a", "b", 1}, {"a", "b", 2}}, {{"b", "a", 1}, {"a", "b", 2}}, {{"a", "b", -1}}} {
		require.Error(t, new(Counts).UnmarshalCBOR(stored(t, c)))
	}
	type plainAssignments []Assignment
	for _, a := range []plainAssignments{{{Plan: "a"}, {Plan: "a"}}, {{Plan: "b"}, {Plan: "a"}}} {
		require.Error(t, new(Assignments).UnmarshalCBOR(stored(t, a)))
	}
	for _, text := range []string{`[]`, `1`, `{`, `{"a":1,"a":1}`} {
		require.Error(t, new(Document).UnmarshalCBOR(stored(t, text)))
	}
	require.Error(t, new(Value).UnmarshalCBOR(stored(t, 7)))
}

func TestWhatIsStoredStaysReadableUnderLowerLimits(t *testing.T) {
	big := doc(t, `{"a":{"b":{"c":{"d":"0123456789"}}}}`)
	_, err := ParseDocument(big.AppendJSON(nil), Limits{Depth: 2, TextBytes: 3, Values: 2, Bytes: 9})
	require.Error(t, err)
	requireStored(t, big)
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{`{}`, planComplex, `{"a":[1,1.50,"x",null,{"b":true}]}`, `[[[`, `{"a":1e400}`, "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data, Limits{})
		if err != nil {
			require.NotEmpty(t, err.(Problems))
			return
		}
		text := v.AppendJSON(nil)
		again, err := Parse(text, Limits{Bytes: len(text)})
		require.NoError(t, err)
		require.Equal(t, string(text), string(again.AppendJSON(nil)))
	})
}

// FuzzRequests gives bodies of requests to all that reads them: what is taken
// can be stored, priced and shown.
func FuzzRequests(f *testing.F) {
	for _, text := range []string{planComplex, `{"users":{"user":84}}`, `{"plan":{"a":{"_all":{"rate":1,"step":3}}}}`,
		`{"in_good_standing":false,"reason_code":3}`, `{"add":["a",{"id":"b","overrides":{"plan":{}}}],"delete":["c"]}`} {
		f.Add([]byte(text))
	}
	old := Counts{{"users", "user", 3}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := ParseCounts(data, Limits{}); err == nil {
			requireStored(t, c)
		}
		if c, err := old.Patch(data, Limits{}); err == nil {
			requireStored(t, c)
		}
		if plan, err := ParsePlan(data, Limits{}); err == nil {
			invoices, err := Invoices([]Assigned{{Assignment{Plan: "p"}, plan}}, nil, Quantities{Manual: old})
			if err == nil {
				requireStored(t, invoices)
			}
		}
		if overrides, err := PatchOverrides(nil, data, Limits{}); err == nil {
			requireStored(t, overrides)
		}
		if e, err := ParseEdit(data, Limits{}); err == nil {
			for _, add := range e.Add {
				_, err := Assignments(nil).Add(add, "v", true, Limits{})
				require.NoError(t, err)
			}
		}
		if s, err := ParseStanding(data, Limits{}); err == nil {
			requireStored(t, s)
		}
	})
}

func FuzzStored(f *testing.F) {
	f.Add(stored(f, sampleRecord(f)))
	f.Add(stored(f, Record{}))
	f.Add(stored(f, sampleInvoice(f)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Record
		if cbor.Unmarshal(data, &r) == nil {
			requireStored(t, r)
			r.Quantities.Effective(true)
		}
		var i Invoice
		if cbor.Unmarshal(data, &i) == nil {
			requireStored(t, i)
		}
	})
}
