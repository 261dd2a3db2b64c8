package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// entries is a journal in memory.
type entries struct {
	mu   sync.Mutex
	list []*engine.Entry
	fail error
}

func (j *entries) Journal(_ context.Context, from uint64, fn func(*engine.Entry) error) error {
	j.mu.Lock()
	list, fail := j.list, j.fail
	j.mu.Unlock()
	if fail != nil {
		return fail
	}
	for _, e := range list {
		if e.Seq < from {
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// add appends an entry whose trigger posts to addresses; none: an entry without firings.
func (j *entries) add(addresses ...string) (seq uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &engine.Entry{Seq: uint64(len(j.list) + 1), At: engine.At(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))}
	if len(addresses) > 0 {
		f := engine.Firing{Account: engine.AccountID{Tenant: "t", Account: "1003"}, GroupID: "LOW", UniqueID: "low",
			Type: engine.MinBalance, ActionsID: "ACT", Balance: uuid.UUID{15: 1}, BalanceID: "main", ToR: engine.Monetary,
			Value: amount.FromInt(1), Threshold: amount.FromInt(2), Done: []engine.ActionDone{{Type: engine.ActionTopUp,
				Moved: []engine.Moved{{Balance: uuid.UUID{15: 2}, Delta: amount.FromInt(5)}}}}}
		for _, to := range addresses {
			f.Done = append(f.Done, engine.ActionDone{Type: engine.ActionHTTPPost, Parameters: to})
		}
		e.Fired = []engine.Firing{f}
	}
	j.list = append(j.list, e)
	return e.Seq
}

// receiver is a server that is notified.
type receiver struct {
	*httptest.Server
	got chan *http.Request // with its body read into the header Body

	mu     sync.Mutex
	answer func(http.ResponseWriter, *http.Request)
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{got: make(chan *http.Request, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		text, err := io.ReadAll(req.Body)
		if err == nil {
			req.Header.Set("Body", string(text))
		}
		r.got <- req
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(w, req)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) says(answer func(http.ResponseWriter, *http.Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// next returns what came next.
func (r *receiver) next(t *testing.T) *http.Request {
	t.Helper()
	select {
	case req := <-r.got:
		return req
	case <-time.After(10 * time.Second):
		require.Fail(t, "no notification came")
		return nil
	}
}

// house is a notifier at work on a journal.
type house struct {
	t       *testing.T
	journal *entries
	opts    Options
	n       *Notifier
	stop    func() error
}

func newHouse(t *testing.T, allow ...string) *house {
	return &house{t: t, journal: &entries{}, opts: Options{Path: filepath.Join(t.TempDir(), "position"), Allow: allow,
		RetryMin: time.Millisecond, RetryMax: 2 * time.Millisecond, SaveEvery: time.Hour}}
}

func (h *house) start() {
	h.t.Helper()
	var err error
	h.n, err = New(h.opts)
	require.NoError(h.t, err)
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	end := uint64(len(h.journal.list))
	go func() { ended <- h.n.Run(ctx, h.journal, end) }()
	h.stop = func() error {
		cancel()
		return <-ended
	}
}

// post commits an entry that notifies these addresses.
func (h *house) post(addresses ...string) uint64 {
	seq := h.journal.add(addresses...)
	h.n.Committed(seq, seq, len(addresses))
	return seq
}

// position reads what the file says.
func (h *house) position() string {
	text, err := os.ReadFile(h.opts.Path)
	require.NoError(h.t, err)
	return strings.TrimSpace(string(text))
}

func (h *house) eventually(want Stats) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.n.Stats() == want }, 10*time.Second, time.Millisecond,
		"want %+v", want)
}

func TestANotificationSaysWhatHappened(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL+"/hooks")
	h.start()
	h.post()
	h.post(r.URL + "/hooks/low?x=1")
	req := r.next(t)
	require.Equal(t, http.MethodPost, req.Method)
	require.Equal(t, "/hooks/low?x=1", req.URL.String())
	require.Equal(t, "application/json", req.Header.Get("Content-Type"))
	require.Equal(t, "2-0-1", req.Header.Get("Idempotency-Key"))
	require.JSONEq(t, `{"seq":2,"time":"2026-11-20T10:00:00Z","tenant":"t","account":"1003","group":"LOW","trigger":"low",
		"type":"*min_balance","tor":"*monetary","balance":{"uuid":"00000000-0000-0000-0000-000000000001","id":"main"},
		"value":1,"threshold":2,"actions":"ACT",
		"moved":[{"uuid":"00000000-0000-0000-0000-000000000002","delta":5}]}`, req.Header.Get("Body"))
	h.eventually(Stats{Sent: 1})
	require.NoError(t, h.stop())
	require.Equal(t, "2", h.position())
}

func TestAServerThatFailsIsTriedAgainInOrderAndHoldsUpNoOther(t *testing.T) {
	bad, good := newReceiver(t), newReceiver(t)
	h := newHouse(t, bad.URL, good.URL)
	bad.says(status(http.StatusInternalServerError))
	h.start()
	h.post(bad.URL + "/1")
	h.post(bad.URL+"/2", good.URL+"/2")
	require.Equal(t, "/2", good.next(t).URL.Path)
	for range 3 {
		req := bad.next(t)
		require.Equal(t, "/1", req.URL.Path)
		require.Equal(t, "1-0-1", req.Header.Get("Idempotency-Key"))
	}
	bad.says(nil)
	for path := "/1"; path == "/1"; {
		path = bad.next(t).URL.Path
	}
	h.eventually(Stats{Sent: 3})
	require.NoError(t, h.stop())
	require.Equal(t, "2", h.position())
}

func TestWhatIsNotDeliveredIsSentAfterARestart(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.start()
	h.post(r.URL + "/1")
	r.next(t)
	h.eventually(Stats{Sent: 1})
	r.says(status(http.StatusServiceUnavailable))
	h.post(r.URL + "/2")
	h.post(r.URL + "/3")
	r.next(t)
	require.NoError(t, h.stop())
	require.Equal(t, "1", h.position())

	h.journal.add(r.URL + "/4") // committed while nobody notified
	r.says(nil)
	for len(r.got) > 0 {
		<-r.got
	}
	h.start()
	for _, want := range []string{"/2", "/3", "/4"} {
		require.Equal(t, want, r.next(t).URL.Path)
	}
	h.eventually(Stats{Sent: 3})
	require.NoError(t, h.stop())
	require.Equal(t, "4", h.position())
}

// A crash leaves the position of some time ago: what came since is sent again, with the same keys.
func TestAfterACrashNothingIsLost(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.start()
	h.post(r.URL + "/1")
	first := r.next(t).Header.Get("Idempotency-Key")
	h.eventually(Stats{Sent: 1})
	require.Equal(t, "0", h.position(), "kept at the start, and not yet again")
	require.NoError(t, h.stop())
	require.NoError(t, os.WriteFile(h.opts.Path, []byte("0\n"), 0o600))
	h.start()
	require.Equal(t, first, r.next(t).Header.Get("Idempotency-Key"))
	require.NoError(t, h.stop())
}

func TestThePositionIsKeptNowAndThen(t *testing.T) {
	h := newHouse(t, "http://127.0.0.1")
	h.opts.SaveEvery = time.Millisecond
	h.start()
	h.post()
	h.post()
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(h.opts.Path)
		return err == nil && string(text) == "2\n"
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, h.stop())
}

func TestTheFirstStartSendsNoOldNews(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.journal.add(r.URL + "/old")
	h.start()
	h.post(r.URL + "/new")
	require.Equal(t, "/new", r.next(t).URL.Path)
	require.NoError(t, h.stop())
}

func TestAPositionBehindTheJournalsEndIsOfAnotherJournal(t *testing.T) {
	h := newHouse(t, "http://127.0.0.1")
	require.NoError(t, os.WriteFile(h.opts.Path, []byte("77\n"), 0o600))
	h.journal.add()
	h.start()
	require.NoError(t, h.stop())
	require.Equal(t, "1", h.position())
}

func TestAServerThatHangsIsGivenUp(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.opts.Timeout, h.opts.GiveUp = 20*time.Millisecond, 30*time.Millisecond
	r.says(func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	h.start()
	h.post(r.URL + "/1")
	h.eventually(Stats{Failed: 1})
	require.NoError(t, h.stop())
	require.Equal(t, "1", h.position(), "what was given up is not tried again")
	h.opts.Timeout, h.opts.GiveUp = 0, 0 // a busy machine may need longer than that for an answer
	r.says(nil)
	h.start()
	h.post(r.URL + "/2")
	h.eventually(Stats{Sent: 1})
	require.NoError(t, h.stop())
	require.Equal(t, "2", h.position())
}

func TestNothingIsReadOnWhileEnoughWaits(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.opts.PendingMax = 3
	r.says(status(http.StatusTeapot))
	h.start()
	for range 10 {
		h.post(r.URL)
	}
	h.eventually(Stats{Queued: 3})
	r.next(t)
	require.EqualValues(t, 3, h.n.Stats().Queued)
	r.says(nil)
	h.eventually(Stats{Sent: 10})
	require.NoError(t, h.stop())
	require.Equal(t, "10", h.position())
}

func TestManyCommitsBetweenReadsAreReadOnce(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t, r.URL)
	h.start()
	const count = stretchesMax + 200
	h.journal.mu.Lock() // nothing is read meanwhile
	for seq := range uint64(count) {
		h.journal.list = append(h.journal.list, &engine.Entry{Seq: seq + 1})
		h.n.Committed(seq+1, seq+1, 1)
	}
	h.journal.list[count-1].Fired = []engine.Firing{{Done: []engine.ActionDone{{Type: engine.ActionExport, Parameters: r.URL}}}}
	stretches := len(h.n.unread.list)
	h.journal.mu.Unlock()
	require.Equal(t, stretchesMax, stretches)
	require.Equal(t, fmt.Sprintf("%d-0-0", count), r.next(t).Header.Get("Idempotency-Key"))
	h.eventually(Stats{Sent: 1})
	require.NoError(t, h.stop())
	require.Equal(t, fmt.Sprint(count), h.position())
}

func TestOnlyAllowedAddressesAreSentTo(t *testing.T) {
	list, err := parseAllowed([]string{"https://billing.example.net/hooks", "http://127.0.0.1:8080"})
	require.NoError(t, err)
	for address, want := range map[string]bool{
		"https://billing.example.net/hooks":           true,
		"https://BILLING.example.net/hooks/low?a=b":   true,
		"https://billing.example.net/hooks/":          true,
		"http://127.0.0.1:8080/any/thing":             true,
		"http://127.0.0.1:8080":                       true,
		"https://billing.example.net/hooksmore":       false,
		"https://billing.example.net/":                false,
		"https://billing.example.net":                 false,
		"http://billing.example.net/hooks":            false,
		"https://billing.example.net:8443/hooks":      false,
		"https://billing.example.net.evil.net/hooks":  false,
		"https://billing.example.net@evil.net/hooks":  false,
		"https://u@billing.example.net/hooks":         false,
		"https://billing.example.net/hooks/../admin":  false,
		"https://billing.example.net/hooks/%2e%2e/ad": false,
		"https://billing.example.net//hooks":          false,
		"https://billing.example.net/hooks#x":         false,
		"http://127.0.0.1:80/":                        false,
		"http://169.254.169.254/latest":               false,
		"file:///etc/passwd":                          false,
		"gopher://127.0.0.1:8080/":                    false,
		"/hooks":                                      false,
		"":                                            false,
		"http://127.0.0.1:8080\n":                     false,
	} {
		_, ok := list.find(address)
		require.Equal(t, want, ok, address)
	}
	for _, prefix := range []string{"", "billing.example.net", "ftp://x", "https://", "https://u@x/", "https://x/?q", "https://x/../y"} {
		_, err := parseAllowed([]string{prefix})
		require.Error(t, err, prefix)
		_, err = New(Options{Allow: []string{prefix}})
		require.Error(t, err, prefix)
	}
}

func TestWhatIsNotAllowedIsCountedAndLoggedOnce(t *testing.T) {
	r := newReceiver(t)
	other := newReceiver(t)
	h := newHouse(t, r.URL)
	var logged lines
	h.opts.Log = slog.New(slog.NewTextHandler(&logged, nil))
	h.start()
	h.post(other.URL)
	h.post(other.URL, r.URL)
	r.next(t)
	h.eventually(Stats{Sent: 1, Refused: 2})
	require.NoError(t, h.stop())
	require.Empty(t, other.got)
	require.Equal(t, 1, logged.count("notify.allow does not list"))
	require.Equal(t, "2", h.position())
}

func TestARedirectIsNotFollowed(t *testing.T) {
	r, other := newReceiver(t), newReceiver(t)
	h := newHouse(t, r.URL)
	h.opts.GiveUp = time.Nanosecond
	r.says(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, other.URL, http.StatusTemporaryRedirect)
	})
	h.start()
	h.post(r.URL)
	h.eventually(Stats{Failed: 1})
	require.NoError(t, h.stop())
	require.Empty(t, other.got)
}

func TestWithoutAllowedAddressesNothingIsSentAndThatIsSaidOnce(t *testing.T) {
	r := newReceiver(t)
	h := newHouse(t)
	require.NoError(t, os.WriteFile(h.opts.Path, []byte("0\n"), 0o600))
	var logged lines
	h.opts.Log = slog.New(slog.NewTextHandler(&logged, nil))
	h.start()
	h.post()
	h.post(r.URL)
	require.Eventually(t, func() bool { return logged.count("notify.allow is empty") == 1 }, 10*time.Second, time.Millisecond)
	h.post(r.URL)
	require.NoError(t, h.stop())
	require.Equal(t, 1, logged.count("notify.allow is empty"))
	require.Empty(t, r.got)
	require.NoFileExists(t, h.opts.Path, "whoever switches it on later gets no old news")
}

func TestADamagedPositionOrJournalEndsTheNotifier(t *testing.T) {
	h := newHouse(t, "http://127.0.0.1")
	require.NoError(t, os.WriteFile(h.opts.Path, []byte("x"), 0o600))
	n, err := New(h.opts)
	require.NoError(t, err)
	require.ErrorContains(t, n.Run(t.Context(), h.journal, 0), "does not hold the number")

	h = newHouse(t, "http://127.0.0.1")
	h.journal.fail = errors.New("broken")
	n, err = New(h.opts)
	require.NoError(t, err)
	n.Committed(1, 1, 1)
	require.ErrorContains(t, n.Run(t.Context(), h.journal, 0), "broken")

	h.opts.Path = filepath.Join(t.TempDir(), "no", "such", "folder")
	n, err = New(h.opts)
	require.NoError(t, err)
	require.Error(t, n.Run(t.Context(), h.journal, 0))
}

func TestACounterHasNoBalance(t *testing.T) {
	e := &engine.Entry{Seq: 1, Fired: []engine.Firing{{Type: engine.MaxEventCounter, ToR: engine.Voice}}}
	text, err := json.Marshal(describe(e, &e.Fired[0]))
	require.NoError(t, err)
	require.NotContains(t, string(text), "uuid")
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

func TestTheLogOfAFailureShowsTheServerAndNotTheWholeAddress(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	h := newHouse(t, gone.URL)
	var logged lines
	h.opts.GiveUp = time.Second // a few tries, which are logged too
	h.opts.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.start()
	h.post(gone.URL + "/hooks/secret?token=secret")
	h.eventually(Stats{Failed: 1})
	require.NoError(t, h.stop())
	require.Equal(t, 1, logged.count("given up"))
	require.Zero(t, logged.count("secret"))
}
