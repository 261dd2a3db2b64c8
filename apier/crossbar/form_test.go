package crossbar

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// formOf returns the form of a body's data.
func formOf(t *testing.T, data string) form {
	t.Helper()
	o := Options{TextBytesMax: 10}.withDefaults()
	e, err := o.decodeEnvelope([]byte(`{"data":` + data + `}`))
	require.NoError(t, err)
	return (&request{face: &Face{opts: o}, envelope: e}).form()
}

// wrongWith returns what is wrong with a form as JSON, "" for nothing.
func wrongWith(t *testing.T, f form) string {
	t.Helper()
	err := f.err()
	if err == nil {
		return ""
	}
	var p *problem
	require.True(t, errors.As(err, &p))
	require.Equal(t, 400, p.status)
	body, err := (&request{face: &Face{}}).errorEnvelope(p)
	require.NoError(t, err)
	var env struct{ Data json.RawMessage }
	require.NoError(t, json.Unmarshal(body, &env))
	return string(env.Data)
}

// readLedger reads a form as an endpoint with texts, numbers and nested objects would.
func readLedger(f form) {
	f.amount("amount", optional)
	source := f.object("source", needed)
	source.text("service", filled)
	source.text("id", filled)
	usage := f.object("usage", needed)
	usage.text("type", needed)
	usage.atLeast(0, "quantity")
	usage.text("unit", needed)
	period := f.object("period", optional)
	period.integer("start", optional)
}

func TestAFormReportsAllThatIsWrong(t *testing.T) {
	required := func(name string) string {
		return `{"required":{"message":"Field is required but missing","value":"` + name + `"}}`
	}
	good := `"source":{"service":"s","id":"i"},"usage":{"type":"","quantity":0,"unit":""}`
	for data, want := range map[string]string{
		`{` + good + `}`: "",
		`{}`:             `{"source":` + required("source") + `,"usage":` + required("usage") + `}`,
		`{"source":{"service":"","id":""},"usage":{"type":"","unit":""}}`: `{"source.service":` + required("service") +
			`,"source.id":` + required("id") + `,"usage.quantity":` + required("quantity") + `}`,
		`{"amount":-5,` + good + `}`:   `{"amount":{"minimum":{"message":"Value must be at least 0","target":0,"value":-5}}}`,
		`{"amount":null,` + good + `}`: `{"amount":{"type":{"message":"Value did not match type(s): number","target":"number"}}}`,
		`{"amount":{},` + good + `}`:   `{"amount":{"type":{"message":"Value did not match type(s): number","target":"number"}}}`,
		`{"amount":"ten",` + good + `}`: `{"amount":{"type":{"message":"Value did not match type(s): number","target":"number",
			"value":"ten"}}}`,
		`{"amount":0.1234567890123456789,` + good + `}`: `{"amount":{"maximum":{"value":0.1234567890123456789,
			"message":"Value must have at most 18 digits before and 18 after the point"}}}`,
		`{"source":{"service":"s","id":"i"},"usage":{"type":1,"quantity":-1,"unit":"12345678901"}}`: `{
			"usage.type":{"type":{"message":"Value did not match type(s): string","target":"string","value":1}},
			"usage.quantity":{"minimum":{"message":"Value must be at least 0","target":0,"value":-1}},
			"usage.unit":{"maximum":{"message":"Value is too long","target":10}}}`,
		`{"period":{"start":"monday"},` + good + `}`: `{"period.start":{"type":{"message":"Value did not match type(s): integer",
			"target":"integer","value":"monday"}}}`,
		`{"period":[],` + good + `}`: `{"period":{"type":{"message":"Value did not match type(s): object","target":"object"}}}`,
		`[1]`:                        `{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}`,
	} {
		f := formOf(t, data)
		readLedger(f)
		if want == "" {
			require.Empty(t, wrongWith(t, f), data)
			continue
		}
		require.JSONEq(t, want, wrongWith(t, f), data)
	}
}

func TestNumbersAreExactAndMayBeTexts(t *testing.T) {
	for text, want := range map[string]string{`0.0001`: "0.0001", `"0.1"`: "0.1", `1e2`: "100",
		`0.30000000000000004`: "0.30000000000000004", `12345678901234567.89`: "12345678901234567.89", `-0`: "0"} {
		f := formOf(t, `{"amount":`+text+`}`)
		require.Equal(t, want, f.amount("amount", needed).String())
		require.NoError(t, f.err())
	}
	for text, want := range map[string]int64{`60`: 60, `"60"`: 60, `60.0`: 60, `6e1`: 60, `9223372036854775807`: 1<<63 - 1,
		`-9223372036854775808`: -1 << 63, `214109238023899`: 214109238023899} {
		f := formOf(t, `{"n":`+text+`}`)
		n := f.integer("n", needed)
		require.NoError(t, f.err(), text)
		require.Equal(t, want, *n)
	}
	for _, text := range []string{`1.5`, `"abc"`, `null`, `true`, `9223372036854775808`, `""`, `[]`} {
		f := formOf(t, `{"n":`+text+`}`)
		require.Nil(t, f.integer("n", needed), text)
		require.Contains(t, wrongWith(t, f), `"type"`, text)
	}
}

func TestNullIsNoMemberWhereItMayBeAbsent(t *testing.T) {
	for _, data := range []string{`{}`, `{"n":null}`} {
		f := formOf(t, data)
		require.Nil(t, f.integer("n", optional))
		require.Nil(t, f.flag("n"))
		require.Empty(t, f.text("n", optional))
		require.Nil(t, f.object("n", optional).v)
		require.False(t, f.has("n"))
		require.NoError(t, f.err())
	}
	require.Nil(t, formOf(t, `{}`).given("n", optional))
	require.Empty(t, *formOf(t, `{"n":null}`).given("n", optional), "a patch takes it away")
}

func TestFlagsAndChoices(t *testing.T) {
	f := formOf(t, `{"on":true,"off":false,"how":"sha","odd":"x","bad":1}`)
	require.True(t, *f.flag("on"))
	require.False(t, *f.flag("off"))
	require.Nil(t, f.flag("none"))
	require.Equal(t, "sha", f.choice("how", "md5", "sha"))
	require.Equal(t, "md5", f.choice("none", "md5", "sha"))
	require.Nil(t, f.given("none", optional))
	require.NoError(t, f.err())
	f.choice("odd", "md5", "sha")
	f.flag("bad")
	require.JSONEq(t, `{"odd":{"enum":{"message":"Value not found in enumerated list of values","target":["md5","sha"]}},
		"bad":{"type":{"message":"Value did not match type(s): boolean","target":"boolean","value":1}}}`, wrongWith(t, f))
}

func TestADotInANameIsEscapedInItsPath(t *testing.T) {
	require.Equal(t, "a.b%2Ec", joinPath("a", "b.c"))
	require.Equal(t, "b%2Ec", joinPath("", "b.c"))
}
