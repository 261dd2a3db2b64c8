package apitest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	uuid1 = `"a6fc6e96-de69-445b-8456-cebd78a1b43d"`
	uuid2 = `"9df5d845-e411-4edd-971c-d98dbb926054"`
)

func compare(t *testing.T, want, got string, unordered bool) string {
	var wanted, actual any
	require.NoError(t, decode([]byte(want), &wanted))
	require.NoError(t, decode([]byte(got), &actual))
	now := func() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }
	return (&matcher{bound: map[string]any{}, unordered: unordered, now: now}).match(wanted, actual, "$")
}

func TestWhatMatches(t *testing.T) {
	for _, test := range []struct {
		want, got string
		unordered bool
	}{
		{want: `"$any"`, got: `null`},
		{want: `"$time"`, got: `"2026-11-20T12:00:00Z"`},
		{want: `"$uuid"`, got: uuid1},
		{want: `"$now+3600"`, got: `"2026-11-20T13:01:59Z"`},
		{want: `"$now+0"`, got: `"2026-11-20T14:00:00+02:00"`},
		{want: `{"a":"$empty","b":"$empty","c":"$empty","d":"$empty","e":"$empty"}`, got: `{"a":null,"b":"","c":[],"d":{}}`},
		{want: `["$bind:a","$bind:b","$bind:a"]`, got: `[` + uuid1 + `,` + uuid2 + `,` + uuid1 + `]`},
		{want: `{"a":1}`, got: `{"a":1,"b":2}`},
		{want: `{"$exact":true,"a":1}`, got: `{"a":1}`},
		{want: `10`, got: `10.0`},
		{want: `0.1`, got: `0.1000000000000000055`},
		{want: `12345678901234567890`, got: `12345678901234567890`},
		{want: `"2026-11-20T12:00:00Z"`, got: `"2026-11-20T14:00:00.000+02:00"`},
		{want: `[1,2,2]`, got: `[2,1,2]`, unordered: true},
		{want: `[{"u":"$bind:a","n":1},{"u":"$bind:b","n":2}]`, got: `[{"u":` + uuid2 + `,"n":2},{"u":` + uuid1 + `,"n":1}]`,
			unordered: true},
		{want: `null`, got: `null`},
		{want: `true`, got: `true`},
		{want: `"$int"`, got: `-5`},
		{want: `"$greg"`, got: `63934480800`},
		{want: `"$hex32"`, got: `"98804f3d59185d64a59ff7f9e47d1ae9"`},
		{want: `"$entry"`, got: `"201901-abc"`},
		{want: `"$str"`, got: `"x"`},
		{want: `"$dec:0.30"`, got: `0.3`},
		{want: `"$re:^a.b$"`, got: `"a\nb"`},
		{want: `{"a":"$absent"}`, got: `{"b":1}`},
		{want: `{"$contains":[{"a":1}]}`, got: `[{"a":2},{"a":1,"b":1}]`},
		{want: `{"$only":{"a":{"b":1}}}`, got: `{"a":{"b":1,"c":2}}`},
	} {
		require.Empty(t, compare(t, test.want, test.got, test.unordered), "%s against %s", test.want, test.got)
	}
}

func TestWhatDoesNotMatch(t *testing.T) {
	for _, test := range []struct {
		want, got string
		unordered bool
	}{
		{want: `"$time"`, got: `"12:00"`},
		{want: `"$time"`, got: `5`},
		{want: `"$uuid"`, got: `"5"`},
		{want: `"$now+3600"`, got: `"2026-11-20T13:02:01Z"`},
		{want: `"$now+x"`, got: `"2026-11-20T12:00:00Z"`},
		{want: `"$now+0"`, got: `"x"`},
		{want: `"$empty"`, got: `false`},
		{want: `"$empty"`, got: `0`},
		{want: `"$empty"`, got: `[1]`},
		{want: `"$empty"`, got: `{"a":1}`},
		{want: `"$nonsense"`, got: `"$nonsense"`},
		{want: `["$bind:a","$bind:a"]`, got: `[` + uuid1 + `,` + uuid2 + `]`},
		{want: `["$bind:a","$bind:b"]`, got: `[` + uuid1 + `,` + uuid1 + `]`},
		{want: `{"a":1}`, got: `{}`},
		{want: `{"a":1}`, got: `[]`},
		{want: `{"a":null}`, got: `{}`},
		{want: `{"$exact":true,"a":1}`, got: `{"a":1,"b":null}`},
		{want: `10`, got: `10.1`},
		{want: `10`, got: `"10"`},
		{want: `0.1`, got: `0.10000000001`},
		{want: `12345678901234567890`, got: `12345678901234567891`},
		{want: `"2026-11-20T12:00:00Z"`, got: `"2026-11-20T12:00:01Z"`},
		{want: `[1,2]`, got: `[2,1]`},
		{want: `[1,2]`, got: `[1]`},
		{want: `[1,2,2]`, got: `[2,1,1]`, unordered: true},
		{want: `[]`, got: `null`},
		{want: `null`, got: `0`},
		{want: `true`, got: `1`},
		{want: `"$int"`, got: `1.5`},
		{want: `"$int"`, got: `"5"`},
		{want: `"$greg"`, got: `1767261600`},
		{want: `"$hex32"`, got: `"98804F3D59185D64A59FF7F9E47D1AE9"`},
		{want: `"$entry"`, got: `"2019-abc"`},
		{want: `"$str"`, got: `""`},
		{want: `"$dec:0.3"`, got: `0.3000000000000000001`},
		{want: `"$dec:0.3"`, got: `"0.3"`},
		{want: `"$re:^a$"`, got: `"b"`},
		{want: `{"a":"$absent"}`, got: `{"a":null}`},
		{want: `{"$contains":[{"a":1}]}`, got: `[{"a":2}]`},
		{want: `{"$contains":[]}`, got: `{}`},
		{want: `{"$only":{"a":1}}`, got: `{"a":1,"b":2}`},
		{want: `""`, got: `null`},
	} {
		require.NotEmpty(t, compare(t, test.want, test.got, test.unordered), "%s against %s", test.want, test.got)
	}
}

func TestWhatIsSentMayNameWhatWasBound(t *testing.T) {
	m := &matcher{bound: map[string]any{"u1": "x-1", "u2": "y"}}
	require.Equal(t, `{"a":"x-1","b":"y"}`, m.fill(`{"a":"$bind:u1","b":"$bind:u2"}`))
}

func TestValuesStopAtWhatIsNotJSON(t *testing.T) {
	list, rest := values([]byte("{\"a\":1}[2]\n3 garbage"))
	require.Len(t, list, 3)
	require.Equal(t, "garbage", rest)
}

func TestATranscriptThatIsNoneIsAnError(t *testing.T) {
	_, err := Parse("x.jsonl", "\n\n")
	require.ErrorContains(t, err, "no exchanges")
	_, err = Parse("x.jsonl", `{"sleep":1}`+"\n"+`{"send":`)
	require.ErrorContains(t, err, "x.jsonl:3")
}
