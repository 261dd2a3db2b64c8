package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"purser/apier"
	"purser/apier/crossbar"
	"purser/config"
	"purser/engine"
	"purser/engine/store"
	"purser/rpcjson"
)

// errJournalFailed says that a commit failed while the daemon served.
var errJournalFailed = errors.New("the journal failed")

// runtimeFiles are what a test replaces of the daemon's surroundings.
type runtimeFiles struct {
	stdout io.Writer // takes the ready line
	stderr io.Writer // takes the master's API key, when one is made
}

// run serves until ctx ends, or the engine or a listener fails. Things start
// from the disk outwards and stop from the listeners inwards: an answer needs
// the engine, the engine needs the store, and the store is closed when nobody
// writes any more.
func run(ctx context.Context, cfg config.Config, files runtimeFiles, log *slog.Logger) (err error) {
	log.Info("starting", "version", version, "store", cfg.Store.Dir)
	tuneCollector(cfg.Memory)
	metrics := newMetrics(version)
	disk, err := openStore(cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disk.close()) }()

	notifier, err := newNotifier(cfg, log)
	if err != nil {
		return err
	}
	feed := newFeed(cfg, log)
	waiting := crossbar.NewWaiting(cfg.REST.Waiting)
	observe := observers(metrics, notifier, feed, waiting)
	eng, err := engine.Start(ctx, disk.journal, disk.folds, engineOptions(cfg, observe, log))
	if err != nil {
		return fmt.Errorf("start the engine: %w", err)
	}
	defer func() { err = errors.Join(err, stopEngine(eng)) }()
	log.Info("journal folded", "seq", eng.Stats().Seq)
	feed.Start(eng, eng.Stats().Seq)
	defer feed.Stop()

	faces, err := newFaces(cfg, eng, disk.folds, feed, waiting, metrics, log)
	if err != nil {
		return err
	}
	lns, err := openListeners(cfg, log)
	if err != nil {
		return err
	}
	metrics.watch(eng, disk.folds, faces.rpc, lns.web)
	metrics.watchNotifier(notifier)
	metrics.watchFeed(feed)
	metrics.watchWaiting(waiting)

	if lns.rest != nil {
		if err := ensureMaster(ctx, cfg.REST, eng, files.stderr, lns.restURL(cfg), log); err != nil {
			return errors.Join(err, lns.close())
		}
	}
	serving, endServing := context.WithCancel(ctx)
	defer endServing()
	tasks, failing := errgroup.WithContext(serving)
	end := eng.Stats().Seq // before anybody can make it grow
	tasks.Go(func() error { return runNotifier(serving, notifier, eng, end, log) })
	lns.serve(serving, tasks, cfg, faces, log)
	if _, err := fmt.Fprintln(files.stdout, lns.readyLine()); err != nil {
		return errors.Join(fmt.Errorf("print the ready line: %w", err), lns.close())
	}
	log.Info("ready", "listeners", lns.String())

	select {
	case <-ctx.Done():
		log.Info("stopping", "timeout", cfg.Stop.Timeout)
	case <-eng.Done():
		log.Info("stopping", "why", "a commit failed") // the error is logged at the end
	case <-failing.Done(): // half a daemon would look like a whole one
		log.Info("stopping", "why", "a listener failed") // likewise
	}
	faces.web.stopping.Store(true)
	waiting.Stop()
	endServing()
	return waitFor(tasks, stopTime(cfg, eng))
}

// failedStopMax bounds the stop after a failed commit: whoever still waits has
// been told that the outcome is unknown.
const failedStopMax = 500 * time.Millisecond

func stopTime(cfg config.Config, eng *engine.Engine) time.Duration {
	if eng.Err() != nil {
		return failedStopMax
	}
	return cfg.Stop.Timeout
}

// waitFor waits for the listeners' goroutines, but not for ever.
func waitFor(tasks *errgroup.Group, most time.Duration) error {
	done := make(chan error, 1)
	go func() { done <- tasks.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(most):
		return fmt.Errorf("listeners did not end within %s", most)
	}
}

func stopEngine(eng *engine.Engine) error {
	if err := eng.Stop(); err != nil {
		return fmt.Errorf("%w: %w", errJournalFailed, err)
	}
	return nil
}

// disk is the open store.
type disk struct {
	journal *store.Journal
	folds   *store.Store
}

func openStore(cfg config.Config, log *slog.Logger) (*disk, error) {
	journal, err := store.OpenJournal(cfg.Store.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	folds, err := store.Open(cfg.Store.Dir, journal, store.Options{
		CheckpointAccounts: cfg.Store.CheckpointAccounts,
		CheckpointEntries:  cfg.Store.CheckpointEntries,
		CacheBytes:         cfg.Store.CacheBytes,
		KeepKeys:           cfg.Idempotency.Keep,
		Failed: func(err error) {
			log.Error("checkpoint failed: the journal goes on, the next start will take longer", "err", err)
		},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the checkpoint: %w", err), journal.Close())
	}
	if why := folds.Rebuilt(); why != "" {
		log.Warn("checkpoint is rebuilt from the journal", "why", why)
	}
	return &disk{journal, folds}, nil
}

// close writes the last checkpoint and closes both files.
func (d *disk) close() error { return errors.Join(d.folds.Close(), d.journal.Close()) }

func engineOptions(cfg config.Config, observe func(engine.Committed), log *slog.Logger) engine.Options {
	return engine.Options{
		QueueMax: cfg.Limits.Queue, GroupMax: cfg.Limits.Group, Observe: observe, Rules: engineRules(cfg),
		Folding: func(at, of uint64) { log.Info("folding the journal", "entry", at, "of", of) },
	}
}

// engineRules are the engine's own with what the settings say: a rule without a
// setting keeps its default, where 0 would refuse everything.
func engineRules(cfg config.Config) engine.Rules {
	l, usage, r := cfg.Limits, cfg.Charging.MaxUsage, engine.DefaultRules()
	r.KeepKeys, r.NameBytesMax, r.MetadataMax = cfg.Idempotency.Keep, l.NameBytes, l.MetadataBytes
	r.BalancesMax, r.PrefixesMax, r.PlacesMax = l.Balances, l.Prefixes, l.Places
	r.TariffMax, r.MembersMax, r.RefundItemsMax = l.Tariff, l.Members, l.RefundItems
	r.TriggersMax, r.ActionsMax = l.Triggers, l.Actions
	r.LineTextMax, r.LineKindsMax, r.BatchMax = l.LineTextBytes, l.LineKinds, l.LedgerBatch
	r.LedgerBalance, r.LedgerDenyNegative = cfg.REST.LedgerBalanceID, cfg.Ledgers.DenyNegative
	r.Tree = engine.TreeRules{DepthMax: l.TreeDepth, UsersMax: l.Users, RealmSuffix: cfg.REST.RealmSuffix}
	r.Services.RecordsMax, r.Services.PlansMax, r.Services.ItemsMax = l.ServiceAccounts, l.ServicePlans, l.AuditItems
	r.MaxUsage = map[string]int64{engine.Voice: int64(usage.Voice), engine.Data: int64(usage.Data),
		engine.SMS: int64(usage.SMS), engine.MMS: int64(usage.MMS)}
	r.MaxUsageOther = int64(usage.Other)
	return r
}

func rpcOptions(cfg config.Config, m *metrics, log *slog.Logger) rpcjson.Options {
	l := cfg.Limits
	return rpcjson.Options{
		RequestBytesMax: l.RequestBytes, DepthMax: l.Depth, InFlightMax: l.InFlight, BatchMax: l.Batch,
		BatchBytesMax: l.BatchBytes, LongAnswersMax: l.LongAnswers,
		ConnsMax: l.Connections, ConnsPerPeerMax: l.ConnectionsPerPeer,
		RequestTimeout: l.RequestTime, WriteTimeout: l.WriteTime, StopTimeout: answerTime(cfg),
		Hosts: cfg.HTTP.Hosts, Origins: cfg.HTTP.Origins, Log: log, Observe: answered(m, log),
	}
}

// answered counts each JSON-RPC request, and tells of it where somebody wants to know.
func answered(m *metrics, log *slog.Logger) func(rpcjson.Observation) {
	if !log.Enabled(context.Background(), slog.LevelDebug) {
		return m.answered
	}
	return func(o rpcjson.Observation) {
		m.answered(o)
		log.Debug("request", "face", o.Face, "peer", o.Peer, "method", o.Method, "err", o.Err, "took", o.Took)
	}
}

func apierOptions(cfg config.Config, eng *engine.Engine, feed apier.Feed, log *slog.Logger) apier.Options {
	return apier.Options{NodeID: nodeName(log), Engine: eng, DefaultTenant: cfg.General.DefaultTenant,
		ListMax: cfg.Limits.List, TariffPlanDir: cfg.TariffPlan.Dir, Feed: feed,
		Version: "purser@" + strings.TrimPrefix(version, "v"), Log: log}
}

// nodeName is what answers say of where they come from, "" when nobody knows.
func nodeName(log *slog.Logger) string {
	name, err := os.Hostname()
	if err != nil {
		log.Warn("this host has no name: answers show none", "err", err)
	}
	return name
}
