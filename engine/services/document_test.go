package services

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

// doc reads a document of a test.
func doc(t testing.TB, text string) Document {
	t.Helper()
	d, err := ParseDocument([]byte(text), Limits{})
	require.NoError(t, err)
	return d
}

func jsonOf(t require.TestingT, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// requireProblems says which fields are wrong, and how: "path code".
func requireProblems(t testing.TB, err error, want ...string) {
	t.Helper()
	var problems Problems
	require.ErrorAs(t, err, &problems)
	got := make([]string, len(problems))
	for i, p := range problems {
		require.NotEmpty(t, p.Message)
		got[i] = p.Path + " " + string(p.Code)
	}
	require.ElementsMatch(t, want, got)
}

func TestADocumentComesBackAsItWasSent(t *testing.T) {
	for sent, want := range map[string]string{
		`{}`: `{}`,
		` { "b" : [1, {"z":null,"y":""}], "a":true }`: `{"a":true,"b":[1,{"y":"","z":null}]}`,
		`{"rate":1.50,"big":123456789012345678901234567890,"e":1e2,"tiny":1e-400}`: `{"big":123456789012345678901234567890,` +
			`"e":100,"rate":1.5,"tiny":1e-400}`,
		`{"A":"ü\u0000\"","a.b":-0}`: `{"A":"ü\u0000\"","a.b":0}`,
	} {
		d := doc(t, sent)
		require.Equal(t, want, jsonOf(t, d))
		require.Equal(t, want, string(d.AppendJSON(nil)))
	}
}

func TestWhatIsNoJSONIsRefused(t *testing.T) {
	for _, text := range []string{``, ` `, `{`, `{}{}`, `{} x`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":1}}`, "{\"a\":\"\xff\"}", `{"a":NaN}`,
		`{"a":01}`, `[1,]`, `nul`, `{"a"}`, `{"a":}`, `{1:2}`} {
		_, err := Parse([]byte(text), Limits{})
		requireProblems(t, err, "json invalid")
	}
	for _, text := range []string{`[]`, `1`, `"x"`, `null`} {
		_, err := ParseDocument([]byte(text), Limits{})
		requireProblems(t, err, "data type")
	}
}

func TestADocumentIsHeldToItsLimits(t *testing.T) {
	limits := Limits{Bytes: 40, Depth: 2, Values: 4, TextBytes: 5}
	for _, text := range []string{`{"a":{"b":1}}`, `{"a":1,"b":2,"c":3}`, `{"12345":"12345"}`, `[[],[],1]`,
		`{}` + strings.Repeat(" ", 38)} {
		_, err := Parse([]byte(text), limits)
		require.NoError(t, err, text)
	}
	for _, text := range []string{`{"a":{"b":{}}}`, `{"a":1,"b":2,"c":3,"d":4}`, `{"123456":1}`, `{"a":"123456"}`, `[[[]]]`,
		`{"a":123456}`, `{}` + strings.Repeat(" ", 39)} {
		_, err := Parse([]byte(text), limits)
		requireProblems(t, err, "data maximum")
	}
	_, err := Parse([]byte(strings.Repeat("[", 1000)), Limits{Depth: 1000})
	requireProblems(t, err, "data maximum")
}

func TestNumbersAreReadExactly(t *testing.T) {
	d := doc(t, `{"n":0.30000000000000004,"t":"12.5","x":"ten","e":"1e3","far":1e30,"b":true}`)
	for name, want := range map[string]string{"n": "0.30000000000000004", "t": "12.5", "e": "1000"} {
		a, err := d.Get(name).Amount()
		require.NoError(t, err)
		require.Equal(t, want, a.String())
	}
	for _, name := range []string{"x", "b", "far", "none"} {
		_, err := d.Get(name).Amount()
		require.Error(t, err)
	}
}

func TestAWholeNumberMayBeWrittenManyWays(t *testing.T) {
	d := doc(t, `{"list":[60,60.0,"60",6e1,"60.0"],"not":[1.5,"abc",null,true,{},[],"",1e30,"0x10"]}`)
	list, _ := d.Get("list").List()
	for _, v := range list {
		n, ok := v.Int()
		require.True(t, ok)
		require.Equal(t, int64(60), n)
	}
	list, _ = d.Get("not").List()
	for _, v := range list {
		_, ok := v.Int()
		require.False(t, ok, jsonOf(t, v))
	}
}

func TestGetStopsWhereThereIsNoMember(t *testing.T) {
	d := doc(t, `{"a":{"b":{"c":1}},"s":"x"}`)
	n, _ := d.Get("a", "b", "c").Int()
	require.Equal(t, int64(1), n)
	for _, path := range [][]string{{"x"}, {"a", "x"}, {"s", "x"}, {"a", "b", "c", "d"}} {
		require.True(t, d.Get(path...).IsZero())
	}
}

func TestWithDoesNotChangeTheDocument(t *testing.T) {
	d := doc(t, `{"a":1,"c":3}`)
	require.Equal(t, `{"a":1,"b":"x","c":3}`, jsonOf(t, d.With("b", Text("x"))))
	require.Equal(t, `{"a":false,"c":3}`, jsonOf(t, d.With("a", Flag(false))))
	require.Equal(t, `{"a":1,"c":3}`, jsonOf(t, d))
}

// TestMergeFollowsRFC7396 has the examples of the appendix of RFC 7396 whose
// target and patch are objects.
func TestMergeFollowsRFC7396(t *testing.T) {
	for _, c := range []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"a":{"b":1}}`, `{"a":{}}`, `{"a":{"b":1}}`},
	} {
		target, patch := doc(t, c.target), doc(t, c.patch)
		require.Equal(t, c.want, jsonOf(t, Merge(target, patch)))
		require.Equal(t, jsonOf(t, doc(t, c.target)), jsonOf(t, target), "the target stays")
		require.Equal(t, jsonOf(t, doc(t, c.patch)), jsonOf(t, patch), "the patch stays")
	}
}

func TestAnEmptyObjectReplacesAMemberOfOverrides(t *testing.T) {
	for _, c := range []struct{ target, patch, want string }{
		{`{"a":{"b":{"c":1}},"d":1}`, `{"a":{}}`, `{"a":{},"d":1}`},
		{`{"a":{"b":{"c":1},"x":2}}`, `{"a":{"b":{}}}`, `{"a":{"b":{},"x":2}}`},
		{`{"a":{"b":{"c":1}}}`, `{"a":{"b":{"d":2}}}`, `{"a":{"b":{"c":1,"d":2}}}`},
		{`{"a":{"b":{"c":1}}}`, `{"a":{"b":null}}`, `{"a":{}}`},
		{`{"a":1}`, `{}`, `{"a":1}`},
		{`{"a":1}`, `{"a":{"b":null}}`, `{"a":{}}`},
	} {
		require.Equal(t, c.want, jsonOf(t, MergeOverrides(doc(t, c.target), doc(t, c.patch))))
	}
}
