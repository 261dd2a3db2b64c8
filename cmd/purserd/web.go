package main

import (
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"purser/config"
	"purser/engine"
	"purser/rpcjson"
)

// web is the HTTP listener: JSON-RPC, metrics and health.
type web struct {
	handler  http.Handler
	engine   *engine.Engine
	stopping atomic.Bool
}

func newWeb(cfg config.Config, rpc *rpcjson.Server, eng *engine.Engine, m *metrics, log *slog.Logger) *web {
	w := &web{engine: eng}
	allow := access(cfg, cfg.Roles.HTTP)
	calls := rpc.HTTP(allow)
	mux := http.NewServeMux()
	mux.Handle("/jsonrpc", calls)
	mux.Handle("/rpc", calls)
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError)}))
	mux.HandleFunc("GET /healthz", w.health)
	mux.HandleFunc("GET /readyz", w.ready)
	w.handler = onlyFrom(allow, mux)
	return w
}

// onlyFrom refuses peers that may not use the listener: metrics and health are
// for the same networks as the calls.
func onlyFrom(allow rpcjson.Access, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !allow.AllowsPeer(r.RemoteAddr) {
			http.Error(rw, "your address is not allowed here", http.StatusForbidden)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// health says whether the engine works: 503 means that only a restart helps.
func (w *web) health(rw http.ResponseWriter, _ *http.Request) {
	select {
	case <-w.engine.Done():
		http.Error(rw, "the engine has ended", http.StatusServiceUnavailable)
	default:
		say(rw, "ok")
	}
}

// ready says whether requests should be sent here.
func (w *web) ready(rw http.ResponseWriter, r *http.Request) {
	if w.stopping.Load() {
		http.Error(rw, "stopping", http.StatusServiceUnavailable)
		return
	}
	w.health(rw, r)
}

func say(rw http.ResponseWriter, text string) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := rw.Write([]byte(text + "\n")); err != nil {
		return // the asker has gone: there is nobody to tell
	}
}
