package crossbar

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestABodyKeepsItsNumbersAndBytes(t *testing.T) {
	v, err := parseJSON([]byte(` {"a" : [1e2, 0.30000000000000004 ,{"b":"\u00e9"} ] , "c":null} `), 10, 100)
	require.NoError(t, err)
	list := v.get("a")
	require.Equal(t, `[1e2, 0.30000000000000004 ,{"b":"\u00e9"} ]`, string(list.raw))
	require.Equal(t, "1e2", list.items[0].text)
	require.Equal(t, "0.30000000000000004", string(list.items[1].raw))
	require.Equal(t, "é", list.items[2].get("b").text)
	require.Equal(t, jsontext.KindNull, v.get("c").kind)
	require.Nil(t, v.get("d"))
	require.Nil(t, v.get("c").get("d"))
}

func TestABodyIsOneJSONValueInUTF8(t *testing.T) {
	for _, body := range []string{`{"a":1,"a":2}`, `{"a":{"b":1,"b":1}}`, `{} {}`, `{}x`, `{"a":}`, `[1,]`, `[`, `{"a"`, `nul`,
		"\"\xff\"", "\"\\ud800\"", `01`, `+1`, `NaN`, `'a'`, "{\"a\":1}\x00"} {
		_, err := parseJSON([]byte(body), 10, 100)
		require.ErrorIs(t, err, errNotJSON, body)
	}
}

func TestABodyIsBounded(t *testing.T) {
	_, err := parseJSON([]byte(strings.Repeat("[", 3)+strings.Repeat("]", 3)), 3, 100)
	require.NoError(t, err)
	_, err = parseJSON([]byte(strings.Repeat("[", 4)+strings.Repeat("]", 4)), 3, 100)
	require.ErrorIs(t, err, errTooDeep)
	_, err = parseJSON([]byte(`[1,2,3]`), 3, 4)
	require.NoError(t, err)
	_, err = parseJSON([]byte(`[1,2,3,4]`), 3, 4)
	require.ErrorIs(t, err, errTooMuch)
	_, err = parseJSON([]byte(`[[],[],[]]`), 2, 100)
	require.NoError(t, err, "depth is not length")
}

func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{``, ` `, `{}`, `{"data":{}}`, `{"data":[1,"a",null,true,{"b":1.50}],"verb":"PUT"}`, `[`, `{"data":{},"data":{}}`} {
		f.Add([]byte(seed))
	}
	o := Options{}.withDefaults()
	o.ValuesMax = 1000
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := o.decodeEnvelope(body)
		if err != nil {
			return
		}
		require.True(t, utf8.Valid(body) || e.kind == 0)
		require.Equal(t, e.kind == 0, len(strings.TrimSpace(string(body))) == 0)
		if e.check() != nil {
			return
		}
		var again func(v *value)
		again = func(v *value) {
			require.True(t, v.raw.IsValid(), "%q", v.raw)
			for i := range v.items {
				again(&v.items[i])
			}
			for i := range v.members {
				again(&v.members[i].value)
			}
		}
		if e.kind != 0 {
			again(&e.value)
			once, err := parseJSON(e.raw, o.DepthMax, o.ValuesMax)
			require.NoError(t, err)
			require.Equal(t, e.value, once)
		}
	})
}

func TestWhatIsStoredIsShownAsItWasSent(t *testing.T) {
	shown := stored([]byte(` {"a" : {"b":[1e2 , null]}, "c":"\u00e9"} `))
	require.Equal(t, map[string]jsontext.Value{"a": jsontext.Value(`{"b":[1e2 , null]}`), "c": jsontext.Value(`"\u00e9"`)}, shown)
	for _, raw := range []string{"", "[]", "7", `{"a":1`, `{"a":1,}`, `{"a":1} 2`, `{"a":1,"a":2}`, `{"a":nul}`, `{"a"}`, "{\"a\":\"\xff\"}"} {
		require.Empty(t, stored([]byte(raw)), raw)
	}
}
