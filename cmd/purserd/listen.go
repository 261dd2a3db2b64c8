package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"purser/apier"
	"purser/config"
	"purser/rpcjson"
)

// listeners are the daemon's open ports. A nil one is switched off.
type listeners struct {
	json, bijson, http, rest net.Listener

	web *rpcjson.Gate // of http and rest; the server of JSON-RPC has its own for the others
}

// faceREST names the REST listener, as rpcjson names the others.
const faceREST = "rest"

// openListeners binds all ports before the first one is served, so that a port
// in use ends the start and not half a service.
func openListeners(cfg config.Config, log *slog.Logger) (*listeners, error) {
	l := &listeners{web: rpcjson.NewGate(cfg.Limits.Connections, cfg.Limits.ConnectionsPerPeer, log)}
	secure, err := newTLS(cfg.TLS)
	if err != nil {
		return nil, err
	}
	for _, p := range []struct {
		name, addr string
		to         *net.Listener
		web        string // the face of web
	}{
		{"listen.json", cfg.Listen.JSON, &l.json, ""},
		{"listen.bijson", cfg.Listen.BiJSON, &l.bijson, ""},
		{"listen.http", cfg.Listen.HTTP, &l.http, rpcjson.FaceHTTP},
		{"listen.rest", cfg.Listen.REST, &l.rest, faceREST},
	} {
		if p.addr == "" {
			continue
		}
		ln, err := net.Listen("tcp", p.addr)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", p.name, err), l.close())
		}
		if p.web != "" {
			ln = l.web.Limit(ln, p.web)
		}
		if secure != nil { // outermost: net/http looks for it
			ln = tls.NewListener(ln, secure)
		}
		*p.to = ln
	}
	return l, nil
}

// serve starts a goroutine of tasks for each listener; they end with ctx.
func (l *listeners) serve(ctx context.Context, tasks *errgroup.Group, cfg config.Config, f *faces, log *slog.Logger) {
	start := func(ln net.Listener, name string, serve func() error) {
		if ln == nil {
			return
		}
		tasks.Go(func() error {
			if err := serve(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	start(l.json, "listen.json", func() error { return f.rpc.ServeTCP(ctx, l.json, access(cfg, cfg.Roles.JSON)) })
	start(l.bijson, "listen.bijson", func() error { return f.rpc.ServeBidi(ctx, l.bijson, access(cfg, cfg.Roles.BiJSON)) })
	start(l.http, "listen.http", func() error { return serveHTTP(ctx, l.http, f.web.handler, cfg, log) })
	start(l.rest, "listen.rest", func() error { return serveHTTP(ctx, l.rest, f.rest, cfg, log) })
}

// access says who may use a listener. The roles are names that config has
// checked, so that an unknown one cannot come here.
func access(cfg config.Config, roles []string) rpcjson.Access {
	set, err := apier.ParseRoles(roles)
	if err != nil {
		set = 0 // nothing is allowed
	}
	return rpcjson.Access{Roles: set, Networks: cfg.Listen.Allow}
}

// close closes what is open.
func (l *listeners) close() error {
	var errs []error
	for _, ln := range []net.Listener{l.json, l.bijson, l.http, l.rest} {
		if ln != nil {
			errs = append(errs, ln.Close())
		}
	}
	return errors.Join(errs...)
}

// String returns the open listeners as name=address, in a fixed order.
func (l *listeners) String() string {
	var parts []string
	for _, p := range []struct {
		name string
		ln   net.Listener
	}{{"json", l.json}, {"bijson", l.bijson}, {"http", l.http}, {"rest", l.rest}} {
		if p.ln != nil {
			parts = append(parts, p.name+"="+p.ln.Addr().String())
		}
	}
	return strings.Join(parts, " ")
}

// readyLine is what programs that start the daemon wait for.
func (l *listeners) readyLine() string { return "ready " + l.String() }

// restURL is where the REST face is, without /v2.
func (l *listeners) restURL(cfg config.Config) string {
	scheme := "http"
	if cfg.TLS.Cert != "" {
		scheme = "https"
	}
	return scheme + "://" + l.rest.Addr().String()
}

// answerTime is the part of stop.timeout that listeners have to answer what they
// accepted. The rest is for closing connections.
func answerTime(cfg config.Config) time.Duration { return cfg.Stop.Timeout * 4 / 5 }

// Limits of HTTP itself; those of requests are settings.
const (
	httpHeaderBytesMax = 16 << 10
	httpHeaderTime     = 5 * time.Second
	httpIdleTime       = 2 * time.Minute
)

// serveHTTP serves a listener until ctx ends and its requests are answered.
// Whoever has not sent a whole request by then has sent none.
func serveHTTP(ctx context.Context, ln net.Listener, handler http.Handler, cfg config.Config, log *slog.Logger) error {
	srv := &http.Server{
		Handler: handler, MaxHeaderBytes: httpHeaderBytesMax, ReadHeaderTimeout: httpHeaderTime,
		ReadTimeout: httpHeaderTime + cfg.Limits.RequestTime, IdleTimeout: httpIdleTime,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime(cfg))
		defer cancel()
		err := srv.Shutdown(limited)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close()
		}
		stopped <- err
	}()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
