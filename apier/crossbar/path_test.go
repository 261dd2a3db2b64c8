package crossbar

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPathIsSplitBeforeItIsDecoded(t *testing.T) {
	for path, want := range map[string][]string{
		"/v2/a":                   {"a"},
		"/v2/a/":                  {"a"},
		"/v2/ledgers/tower%2Fsup": {"ledgers", "tower/sup"},
		"/v2/a%20b/%C3%A9":        {"a b", "é"},
		"/v2/a%252Fb":             {"a%2Fb"},
		"/v2/...":                 {"..."},
	} {
		got, ok := splitPath(path)
		require.True(t, ok, path)
		require.Equal(t, want, got)
	}
	for _, path := range []string{"", "/", "/v2", "/v2/", "/v2//", "/v2/a//b", "/v2/..", "/v2/a/../b", "/v2/%2e%2e/a", "/v2/.",
		"/v2/a%00", "/v2/%ff", "/v2/%zz", "/v1/a", "v2/a", "/v2/" + strings.Repeat("a/", 40)} {
		_, ok := splitPath(path)
		require.False(t, ok, path)
	}
}

func TestFixedWordsWinOverVariables(t *testing.T) {
	row := func(verb, path string) route { return route{verb: verb, path: path} }
	places := newPlaces([]route{
		row("GET", "/l"), row("PUT", "/l/debit"), row("GET", "/l/{SOURCE}"), row("GET", "/l/{SOURCE}/{ENTRY}"),
		row("GET", "/l/summary/{MONTH}"),
	})
	for path, want := range map[string]string{ // template and variables
		"l":                "/l",
		"l/calls":          "/l/{SOURCE} SOURCE=calls",
		"l/calls/e1":       "/l/{SOURCE}/{ENTRY} ENTRY=e1 SOURCE=calls",
		"l/summary/201901": "/l/summary/{MONTH} MONTH=201901",
		"l/summary":        "", // not a source of that name
		"l/debit/e1":       "",
		"l/a/b/c":          "",
		"x":                "",
	} {
		at, vars := places.find(strings.Split(path, "/"))
		got := ""
		if at != nil {
			got = at.routes["GET"].path
			var list []string
			for name, v := range vars {
				list = append(list, " "+name+"="+v)
			}
			slices.Sort(list)
			got += strings.Join(list, "")
		}
		require.Equal(t, want, got, path)
	}
	debit, _ := places.find([]string{"l", "debit"})
	require.Equal(t, []string{"OPTIONS", "PUT"}, debit.verbs())
	calls, _ := places.find([]string{"l", "calls"})
	require.Equal(t, []string{"GET", "HEAD", "OPTIONS"}, calls.verbs())
}

func TestTheTableHasEachVerbOnceAtAPlace(t *testing.T) {
	seen, places := map[string]bool{}, newPlaces(routes())
	for _, r := range routes() {
		key := r.verb + " " + r.path
		require.False(t, seen[key], key)
		seen[key] = true
		require.NotNil(t, r.handler, key)
		require.NotEmpty(t, r.summary, key)
		segments := strings.Split(strings.TrimPrefix(r.path, "/"), "/")
		at, vars := places.find(segments) // "{NAME}" is a value of NAME as good as any
		require.Equal(t, r.path, at.routes[r.verb].path)
		for name, v := range vars {
			require.Equal(t, "{"+name+"}", v, "%s: one variable has one name", key)
		}
		require.True(t, r.reach == reachNone || r.reach == reachToken || strings.Contains(r.path, "{"+varAccount+"}"), key)
	}
}

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/v2/a/b", "/v2/tower%2Fsupport/", "/v2/..", "/v2/%00", "/v2/%c3%a9"} {
		f.Add(seed)
	}
	places := newPlaces(routes())
	f.Fuzz(func(t *testing.T, path string) {
		segments, ok := splitPath(path)
		if !ok {
			return
		}
		require.LessOrEqual(t, len(segments), segmentsMax)
		escaped := make([]string, len(segments))
		for i, s := range segments {
			require.NotContains(t, []string{"", ".", ".."}, s)
			require.NotContains(t, s, "\x00")
			escaped[i] = url.PathEscape(s)
		}
		again, ok := splitPath(base + "/" + strings.Join(escaped, "/"))
		require.True(t, ok)
		require.Equal(t, segments, again)
		places.find(segments)
	})
}
