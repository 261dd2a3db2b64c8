package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hook is a server that is notified. It refuses until it is told to accept.
type hook struct {
	*httptest.Server
	bodies chan string
	accept chan struct{}
}

func newHook(t *testing.T) *hook {
	h := &hook{bodies: make(chan string, 100), accept: make(chan struct{})}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		select {
		case <-h.accept:
			if err == nil {
				h.bodies <- string(body)
			}
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) next(t *testing.T) string {
	t.Helper()
	select {
	case body := <-h.bodies:
		return body
	case <-time.After(10 * time.Second):
		require.Fail(t, "no notification came")
		return ""
	}
}

// A server that was down is told after a restart of the daemon.
func TestATriggersNotificationSurvivesARestart(t *testing.T) {
	h := newHook(t)
	cfg := testConfig(t)
	cfg.Notify.Allow = []string{h.URL}
	d := startInside(t, cfg)
	w := dialWire(t, d.addrs["json"])
	w.ok("APIerSv1.SetActions", `{"ActionsId":"TELL","Actions":[{"Identifier":"*http_post","ExtraParameters":"`+h.URL+`/low"},
		{"Identifier":"*export","ExtraParameters":"http://127.0.0.1:1/"}]}`)
	w.ok("APIerSv1.SetActionTrigger", `{"GroupID":"LOW","UniqueID":"low","ThresholdType":"*min_balance","ThresholdValue":2,
		"BalanceType":"*monetary","ActionsID":"TELL"}`)
	w.ok("APIerSv2.SetAccount", `{"Account":"1003","ActionTriggerIDs":["LOW"]}`)
	w.ok("APIerSv1.AddBalance", `{"Account":"1003","BalanceType":"*monetary","Value":3}`)
	w.ok("APIerSv1.DebitBalance", `{"Account":"1003","BalanceType":"*monetary","Value":1.5}`)
	require.Eventually(t, func() bool {
		return metric(t, d, `purser_notifications_queued 1`) && metric(t, d, `purser_notifications_total{outcome="refused"} 1`)
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, d.end(t))
	require.FileExists(t, filepath.Join(cfg.Store.Dir, notifyPosition))

	close(h.accept)
	d = startInside(t, cfg)
	require.Contains(t, h.next(t), `"seq":5,`)
	require.Eventually(t, func() bool { return metric(t, d, `purser_notifications_total{outcome="sent"} 1`) },
		10*time.Second, 10*time.Millisecond)
	w = dialWire(t, d.addrs["json"])
	w.ok("APIerSv1.ExecuteAction", `{"Account":"1003","ActionsId":"TELL"}`)
	require.Contains(t, h.next(t), `"seq":6,`)
	require.NoError(t, d.end(t))
}

func metric(t *testing.T, d *inside, line string) bool {
	t.Helper()
	return strings.Contains(get(t, "http://"+d.addrs["http"]+"/metrics"), line+"\n")
}
