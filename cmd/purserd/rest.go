package main

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"purser/apier/crossbar"
	"purser/config"
	"purser/engine"
	"purser/engine/services"
	"purser/engine/store"
	"purser/rpcjson"
)

// newREST returns what listen.rest serves: everything below /v2, and beside it
// GET /healthz for balancers, which have no token.
func newREST(cfg config.Config, eng *engine.Engine, folds *store.Store, waiting *crossbar.Waiting,
	health http.HandlerFunc, m *metrics, log *slog.Logger,
) (http.Handler, error) {
	o := restOptions(cfg, eng, m, log)
	o.Waiting = waiting
	o.Audit = serviceAudit{folds, o.LedgerUnits}
	o.Ledger = ledgersOf(folds)
	face, err := crossbar.New(o)
	if err != nil {
		return nil, err
	}
	// No ServeMux: it would clean paths, and answer what REST has its own answer to.
	all := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			health(rw, r)
			return
		}
		face.ServeHTTP(rw, r)
	})
	return onlyFrom(rpcjson.Access{Networks: cfg.Listen.Allow}, all), nil
}

func restOptions(cfg config.Config, eng *engine.Engine, m *metrics, log *slog.Logger) crossbar.Options {
	r, l := cfg.REST, cfg.Limits
	o := crossbar.Options{
		Engine: eng, DefaultTenant: cfg.General.DefaultTenant, Version: version, Node: nodeName(log),
		BodyBytesMax: r.BodyBytes, BodiesBytesMax: r.BodiesBytes, DepthMax: l.Depth, ValuesMax: r.Values,
		TextBytesMax: r.TextBytes, FiltersMax: r.Filters, PageSize: r.PageSize, PageSizeMax: r.PageSizeMax,
		ListMax: l.List, WholeListsMax: l.LongAnswers, JournalEntriesMax: r.JournalEntries, JournalBytesMax: r.JournalBytes,
		RequestTimeout: l.RequestTime, WriteTimeout: l.WriteTime,
		TokenTTL: r.TokenTTL, TokensMax: r.Tokens, TokensPerAccountMax: r.TokensPerAccount,
		LoginFailuresMax: r.LoginFailures, Hosts: cfg.HTTP.Hosts, TestClock: r.TestClock, Log: log, Observe: m.answeredREST,
		LedgerUnits: ledgerUnits(cfg), UsageSources: cfg.Audit.UsageSources, SelfTopUp: r.SelfTopUp,
	}
	for _, c := range cfg.Services.Categories {
		o.ServiceCategories = append(o.ServiceCategories, services.Category(c))
	}
	if len(r.Origins) > 0 { // an empty list would let no origin in, and none given lets any
		o.Origins = r.Origins
	}
	if r.TestClock {
		log.Warn("rest.test_clock is on: whoever may write may write into the past")
	}
	return o
}

// watchWaiting adds the figure of requests that wait.
func (m *metrics) watchWaiting(w *crossbar.Waiting) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "purser_rest_waiting",
		Help: "REST requests that wait for an entry of a journal."}, func() float64 { return float64(w.Len()) }))
}
