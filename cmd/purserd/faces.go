package main

import (
	"fmt"
	"log/slog"
	"net/http"

	"purser/apier"
	"purser/apier/crossbar"
	"purser/config"
	"purser/engine"
	"purser/engine/store"
	"purser/rpcjson"
)

// faces are what the listeners serve.
type faces struct {
	rpc  *rpcjson.Server // listen.json, listen.bijson, and within web
	web  *web            // listen.http
	rest http.Handler    // listen.rest
}

func newFaces(cfg config.Config, eng *engine.Engine, folds *store.Store, feed apier.Feed,
	waiting *crossbar.Waiting, m *metrics, log *slog.Logger,
) (*faces, error) {
	rpc := rpcjson.New(rpcOptions(cfg, m, log))
	o := apierOptions(cfg, eng, feed, log)
	o.Ledger, o.LedgerUnits, o.AuditDays = ledgersOf(folds), ledgerUnits(cfg), auditDaysOf(cfg, folds)
	if err := rpc.Register(apier.Methods(o)...); err != nil {
		return nil, fmt.Errorf("register methods: %w", err)
	}
	web := newWeb(cfg, rpc, eng, m, log)
	rest, err := newREST(cfg, eng, folds, waiting, web.health, m, log)
	if err != nil {
		return nil, fmt.Errorf("listen.rest: %w", err)
	}
	return &faces{rpc, web, rest}, nil
}
