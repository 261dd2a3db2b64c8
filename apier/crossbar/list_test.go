package crossbar

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

// asking returns a request with a query, at noon of the day that LA's documents were written on.
func asking(query string) *request {
	values, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/v2/x", nil)
	face := &Face{opts: Options{}.withDefaults(), whole: semaphore.NewWeighted(1)}
	return &request{face: face, http: r, ctx: r.Context(), query: values, now: fromGregorian(63722160516)}
}

func TestAWindowReachesBack31DaysUnlessItSays(t *testing.T) {
	const now = 63722160516
	for query, want := range map[string]window{
		"":                             {now - 2_682_000, now},
		"created_from=11111111":        {11111111, now},
		"created_from=abc":             {now - 2_682_000, now},
		"created_from=-5&created_to=0": {now - 2_682_000, now},
		"created_to=63000000000":       {63000000000 - 2_682_000, 63000000000},
		"created_from=5&created_to=5":  {5, 5},
		"created_to=100":               {1, 100},
		"created_from=1.5":             {now - 2_682_000, now},
		"created_from=11111111&created_to=22222222": {11111111, 22222222},
	} {
		got, err := asking(query).window(windowBack)
		require.NoError(t, err)
		require.Equal(t, want, got, query)
	}
	summary, err := asking("created_to=63722160516").window(windowBackSummary)
	require.NoError(t, err)
	require.Equal(t, window{now - 31_540_000, now}, summary)
	summary, err = asking("").window(windowBackSummary)
	require.NoError(t, err)
	require.Equal(t, window{now - 2_682_000, now}, summary, "a year back only from a given end")
	require.True(t, summary.holds(now))
	require.False(t, summary.holds(now+1))
}

func TestAWindowThatEndsBeforeItBeginsIsRefused(t *testing.T) {
	_, err := asking("created_from=9&created_to=5").window(windowBack)
	var p *problem
	require.ErrorAs(t, err, &p)
	body, err := asking("").errorEnvelope(p)
	require.NoError(t, err)
	require.Contains(t, string(body),
		`{"created_from":{"date_range":{"message":"created_to 5 is prior to created_from 9","cause":9}}}`)
}

func TestFiltersLookAtPathsOfItems(t *testing.T) {
	item := map[string]any{"source": map[string]any{"id": "x", "n": 5}, "metadata": map[string]any{"manual": true}, "empty": "", "null": nil}
	for query, want := range map[string]bool{
		"filter_source.id=x":                    true,
		"filter_source.id=y":                    false,
		"filter_source.n=5":                     true,
		"filter_source.n=5.0":                   true,
		"filter_source.n=5x":                    false,
		"filter_source.id=x0":                   false,
		"filter_metadata.manual=true":           true,
		"filter_not_source.id=x":                false,
		"filter_not_source.id=y":                true,
		"filter_not_nothing=y":                  true,
		"filter_nothing=":                       false,
		"has_key=source.id":                     true,
		"has_key=null":                          true,
		"has_key=nothing":                       false,
		"key_missing=nothing":                   true,
		"key_missing=source":                    false,
		"has_value=source":                      true,
		"has_value=empty":                       false,
		"missing_value=null":                    true,
		"missing_value=source.n":                false,
		"filter_source.id=x&filter_source.n=6":  false,
		"filter_source.id=x&key_missing=source": false,
		"page_size=1&filterx=1":                 true,
	} {
		fs, err := asking(query).filters()
		require.NoError(t, err)
		got, err := fs.pass(item)
		require.NoError(t, err)
		require.Equal(t, want, got, query)
	}
	_, err := asking(strings.Repeat("has_key=a&", 21)).filters()
	require.ErrorContains(t, err, "400")
}

func TestPagesAreBounded(t *testing.T) {
	for query, code := range map[string]string{"page_size=0": codeMinimum, "page_size=-1": codeMinimum, "page_size=x": codeType,
		"page_size=1001": codeMaximum, "page_size=1.5": codeType} {
		_, err := asking(query).paging("list", false, nil)
		var p *problem
		require.ErrorAs(t, err, &p, query)
		require.Contains(t, p.data.(map[string]any)["page_size"], code, query)
	}
	p, err := asking("page_size=1000").paging("list", false, nil)
	require.NoError(t, err)
	require.Equal(t, 1000, p.size)
	p, err = asking("").paging("list", false, nil)
	require.NoError(t, err)
	require.Equal(t, 50, p.size)
	require.False(t, p.ascending)
	for _, query := range []string{"ascending=true", "descending=false"} {
		p, err = asking(query).paging("list", false, nil)
		require.NoError(t, err)
		require.True(t, p.ascending, query)
	}
}

func TestACursorIsGoodForItsListFiltersAndDirectionOnly(t *testing.T) {
	page := func(list, query string) (paging, error) {
		rq := asking(query)
		fs, err := rq.filters()
		require.NoError(t, err)
		return rq.paging(list, false, fs)
	}
	p, err := page("list", "filter_a=1")
	require.NoError(t, err)
	c := p.cursor
	c.key = entryKey(63722160516, 7)
	again, err := page("list", "filter_a=1&page_size=3&start_key="+c.String())
	require.NoError(t, err)
	created, seq, ok := parseEntryKey(again.after)
	require.True(t, ok)
	require.EqualValues(t, 63722160516, created)
	require.EqualValues(t, 7, seq)
	for _, c := range []struct{ list, query string }{
		{"other", "filter_a=1&start_key=" + c.String()},
		{"list", "filter_a=2&start_key=" + c.String()},
		{"list", "start_key=" + c.String()},
		{"list", "filter_a=1&ascending=true&start_key=" + c.String()},
		{"list", "start_key=%21%21"},
		{"list", "filter_a=1&start_key=" + c.String() + "="},
	} {
		_, err := page(c.list, c.query)
		var p *problem
		require.ErrorAs(t, err, &p, "%v", c)
		require.Contains(t, p.data.(map[string]any)["start_key"], codeInvalid)
	}
}

func TestAListWithoutPagesIsNeverCutSilently(t *testing.T) {
	rq := asking("paginate=false&page_size=1&start_key=zzz")
	rq.face.opts.ListMax = 3
	p, err := rq.paging("list", false, nil)
	require.NoError(t, err)
	key := func(s string) string { return s }
	r, err := pageOf(&p, []string{"a", "b", "c"}, key)
	require.NoError(t, err)
	require.Nil(t, r.page)
	_, err = pageOf(&p, []string{"a", "b", "c", "d"}, key)
	require.ErrorContains(t, err, "paginate")
}

func TestListsWithoutPagesWaitUntilOthersAreWritten(t *testing.T) {
	r := newRig(t, func(o *Options) { o.WholeListsMax = 1 })
	require.True(t, r.face.whole.TryAcquire(1))
	answered := make(chan int, 1)
	go func() {
		answered <- r.send(t, "GET /v2/accounts/{M}/descendants?paginate=false", "", "token: M").status
	}()
	for range 10 {
		require.Equal(t, 200, r.send(t, "GET /v2/accounts/{M}/descendants", "", "token: M").status)
	}
	require.Empty(t, answered)
	r.face.whole.Release(1)
	require.Equal(t, 200, <-answered)
	require.Eventually(t, func() bool { return r.face.whole.TryAcquire(1) }, time.Minute, time.Millisecond)
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{key: "a"}.String())
	f.Add(cursor{ascending: true, key: entryKey(1, 2)}.String())
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := parseCursor(text)
		if !ok {
			return
		}
		require.Equal(t, text, c.String())
		require.LessOrEqual(t, len(c.key), cursorKeyMax)
		if created, seq, ok := parseEntryKey(c.key); ok {
			require.Equal(t, c.key, entryKey(created, seq))
		}
	})
}
