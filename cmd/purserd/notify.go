package main

import (
	"context"
	"log/slog"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"purser/apier/crossbar"
	"purser/apier/notify"
	"purser/config"
	"purser/engine"
)

// notifyPosition is the file, in store.dir, that keeps what was delivered.
const notifyPosition = "notify.position"

func newNotifier(cfg config.Config, log *slog.Logger) (*notify.Notifier, error) {
	return notify.New(notify.Options{Path: filepath.Join(cfg.Store.Dir, notifyPosition), Allow: cfg.Notify.Allow,
		Timeout: cfg.Notify.Timeout, GiveUp: cfg.Notify.GiveUp, PendingMax: cfg.Notify.Pending, Log: log})
}

func newFeed(cfg config.Config, log *slog.Logger) *notify.Feed {
	n := cfg.Notify
	return notify.NewFeed(notify.FeedOptions{SubscribersMax: n.Subscribers, Timeout: n.Timeout, Log: log})
}

// observers are all that the engine tells of its commits.
func observers(m *metrics, n *notify.Notifier, f *notify.Feed, w *crossbar.Waiting) func(engine.Committed) {
	return func(c engine.Committed) {
		first := c.Last - uint64(c.Entries) + 1
		m.committed(c)
		n.Committed(first, c.Last, c.Notices)
		f.Committed(first, c.Last, c.Fired)
		w.Committed(c)
	}
}

// runNotifier notifies of what is not delivered up to entry end, and then of
// what comes, until ctx ends. When it cannot, the daemon goes on:
// balances do not wait for news of them.
func runNotifier(ctx context.Context, n *notify.Notifier, eng *engine.Engine, end uint64,
	log *slog.Logger) error {
	if err := n.Run(ctx, eng, end); err != nil {
		log.Error("notifications have ended: a restart goes on where they were", "err", err)
	}
	return nil
}

// watchNotifier adds the figures of notifications.
func (m *metrics) watchNotifier(n *notify.Notifier) {
	for outcome, value := range map[string]func(notify.Stats) int64{
		"sent":    func(s notify.Stats) int64 { return s.Sent },
		"failed":  func(s notify.Stats) int64 { return s.Failed },
		"refused": func(s notify.Stats) int64 { return s.Refused },
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "purser_notifications_total",
			Help:        "Notifications of triggers by outcome.",
			ConstLabels: prometheus.Labels{"outcome": outcome}}, func() float64 { return float64(value(n.Stats())) }))
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "purser_notifications_queued",
		Help: "Notifications waiting in memory or being sent."}, func() float64 { return float64(n.Stats().Queued) }))
}

// watchFeed adds the figures of subscriptions.
func (m *metrics) watchFeed(f *notify.Feed) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "purser_subscriptions",
			Help: "Subscriptions of peers to firings of triggers."}, func() float64 { return float64(f.Stats().Subscriptions) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "purser_subscription_calls_total",
			Help: "Calls to subscribed peers that they answered."}, func() float64 { return float64(f.Stats().Told) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "purser_subscriptions_given_up_total",
			Help: "Subscriptions that ended because their peer failed a call twice."},
			func() float64 { return float64(f.Stats().GivenUp) }))
}
