package main

import (
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"purser/apier/crossbar"
	"purser/engine"
	"purser/engine/store"
	"purser/rpcjson"
)

// metrics are what Prometheus reads from GET /metrics.
type metrics struct {
	registry     *prometheus.Registry
	requests     *prometheus.CounterVec
	latency      *prometheus.HistogramVec
	commits      prometheus.Histogram
	groups       prometheus.Histogram
	series       sync.Map // of a method and a face
	restRequests *prometheus.CounterVec
	restLatency  *prometheus.HistogramVec
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "purser_requests_total",
			Help: "Answered requests by method, face and outcome."}, []string{"method", "face", "outcome"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "purser_request_seconds",
			Help:    "Time from a request being read to its answer being written, by method.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16)}, []string{"method"}),
		restRequests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "purser_rest_requests_total",
			Help: "Answered REST requests by verb, route and class of status."}, []string{"verb", "route", "status"}),
		restLatency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "purser_rest_request_seconds",
			Help:    "Time from a REST request's header being read to its answer being written, by verb and route.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16)}, []string{"verb", "route"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "purser_commit_seconds",
			Help:    "Time to seal, write and sync one commit group.",
			Buckets: prometheus.ExponentialBuckets(0.00005, 2, 16)}),
		groups: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "purser_commit_entries",
			Help: "Entries in one commit group.", Buckets: prometheus.ExponentialBuckets(1, 2, 12)}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "purser_build_info", Help: "1, with the version as label.",
		ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.latency, m.restRequests, m.restLatency, m.commits, m.groups, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// committed is the engine's observer.
func (m *metrics) committed(c engine.Committed) {
	m.commits.Observe(c.Took.Seconds())
	m.groups.Observe(float64(c.Entries))
}

// series are the metrics of one method on one face, looked up once: by label
// each time they cost more than the request's place in the queue.
type series struct {
	ok, failed prometheus.Counter
	took       prometheus.Observer
}

// answered is the transports' observer.
func (m *metrics) answered(o rpcjson.Observation) {
	type key struct{ method, face string }
	found, there := m.series.Load(key{o.Method, o.Face})
	if !there {
		found, _ = m.series.LoadOrStore(key{o.Method, o.Face}, series{
			ok:     m.requests.WithLabelValues(o.Method, o.Face, "ok"),
			failed: m.requests.WithLabelValues(o.Method, o.Face, "error"),
			took:   m.latency.WithLabelValues(o.Method),
		})
	}
	s := found.(series) // nothing else is stored
	if o.Err != nil {
		s.failed.Inc()
	} else {
		s.ok.Inc()
	}
	s.took.Observe(o.Took.Seconds())
}

// answeredREST is the REST face's observer. The labels are those of its table of
// routes, and thus few.
func (m *metrics) answeredREST(o crossbar.Observation) {
	m.restRequests.WithLabelValues(o.Verb, o.Route, strconv.Itoa(o.Status/100)+"xx").Inc()
	m.restLatency.WithLabelValues(o.Verb, o.Route).Observe(o.Took.Seconds())
}

// watch adds the figures that are read when somebody asks.
func (m *metrics) watch(eng *engine.Engine, folds *store.Store, rpc *rpcjson.Server, web *rpcjson.Gate) {
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) {
		opts := prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}
		m.registry.MustRegister(prometheus.NewGaugeFunc(opts, value))
	}
	counter := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
	}
	counter("purser_journal_entries_total", "Durable journal entries: the number of the last one.",
		func() float64 { return float64(eng.Stats().Seq) })
	counter("purser_connections_refused_total", "Connections closed for a limit or for where they came from.",
		func() float64 { return float64(rpc.Stats().Refused + web.Refused()) })
	gauge("purser_commands_queued", "Commands and reads waiting for the writer.", nil,
		func() float64 { return float64(eng.Stats().Queue) })
	gauge("purser_accounts", "Accounts of all tenants.", nil, func() float64 { return float64(folds.Stats().Accounts) })
	gauge("purser_checkpoint_seq", "Journal entry that the last checkpoint stands for.", nil,
		func() float64 { return float64(folds.Stats().CheckpointSeq) })
	gauge("purser_requests_in_flight", "Requests that wait for their answer.", nil,
		func() float64 { return float64(rpc.Stats().InFlight) })
	gauge("purser_connections", "Open connections by face.", prometheus.Labels{"face": rpcjson.FaceTCP},
		func() float64 { return float64(rpc.Stats().ConnsTCP) })
	gauge("purser_connections", "Open connections by face.", prometheus.Labels{"face": rpcjson.FaceBidi},
		func() float64 { return float64(rpc.Stats().ConnsBidi) })
	for _, face := range []string{rpcjson.FaceHTTP, faceREST} {
		gauge("purser_connections", "Open connections by face.", prometheus.Labels{"face": face},
			func() float64 { return float64(web.Open(face)) })
	}
}
