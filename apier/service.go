package apier

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/sync/semaphore"

	"purser/engine"
	"purser/engine/ledger"
	"purser/rpcjson"
)

// Engine is what the methods need of an engine.Engine; see there.
type Engine interface {
	Submit(ctx context.Context, cmd *engine.Command, done func(engine.Result, error)) error
	View(ctx context.Context, fn func(engine.State) error, done func(error)) error
	Read(ctx context.Context, fn func(engine.State) error) error
	Journal(ctx context.Context, from uint64, fn func(*engine.Entry) error) error
	Rules() *engine.Rules
	Now() time.Time
}

// Options of the methods. A zero field takes the default that its comment names.
type Options struct {
	// Engine keeps the balances. It must be set.
	Engine Engine
	// Ledger opens ledgers. Default: there are no methods about them.
	Ledger OpenLedger
	// LedgerUnits are the names of units that ledgers show.
	LedgerUnits ledger.Units
	// AuditDays reads the service audit. Default: there is no method about it.
	AuditDays ReadAuditDays
	// AuditDaysMax bounds the days that one answer is about. Default 366.
	AuditDaysMax int
	// DefaultTenant is the tenant of requests that name none. Default "cgrates.org".
	DefaultTenant string
	// ListMax bounds the accounts in one answer. Default 100,000.
	ListMax int
	// ListBalancesMax bounds the balances in one answer, which a request can multiply by naming an account many
	// times. Default 500,000.
	ListBalancesMax int
	// EntriesMax bounds the journal entries in one answer. Default 1000.
	EntriesMax int
	// TariffPlanDir is the only folder below which requests may load tariff plans. Default: they may load none.
	TariffPlanDir string
	// Feed is what peers can subscribe to. Default: there is no method to do so.
	Feed Feed
	// SleepMax bounds CoreSv1.Sleep. Default 1 minute.
	SleepMax time.Duration

	// Version and NodeID are what CoreSv1.Status shows.
	Version, NodeID string
	// Log gets what clients are not told. Default: nothing is logged.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.DefaultTenant == "" {
		o.DefaultTenant = "cgrates.org"
	}
	o.ListMax = positive(o.ListMax, 100_000)
	o.ListBalancesMax = positive(o.ListBalancesMax, 500_000)
	o.EntriesMax = positive(o.EntriesMax, 1000)
	o.AuditDaysMax = positive(o.AuditDaysMax, 366)
	o.SleepMax = positive(o.SleepMax, time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func positive[T int | time.Duration](v, byDefault T) T {
	if v > 0 {
		return v
	}
	return byDefault
}

// service is what all methods share.
type service struct {
	Options
	log      *slog.Logger
	started  time.Time
	scanning *semaphore.Weighted // held by the one call that may read all of the journal
}

// scope is what every argument may carry: whose accounts are meant, and options.
type scope struct {
	Tenant  string
	APIOpts apiOpts
}

func (sc *scope) scoped() *scope { return sc }

// account returns the account of that name in the request's tenant.
func (sc *scope) account(name string) engine.AccountID {
	return engine.AccountID{Tenant: sc.Tenant, Account: name}
}

// scoped is an argument with a scope.
type scoped interface{ scoped() *scope }

// changing is an argument that asks for a change.
type changing interface {
	scoped

	// change checks the arguments, trims names in place, and returns what the engine is to do.
	change(s *service) (engine.Change, error)
}

// submit asks the engine for the change of args, under the method's first name, and answers c with what reply makes of
// the result.
func (s *service) submit(c *rpcjson.Call, name string, args changing, x exceptions, reply func(*engine.Result) any) {
	sc := args.scoped()
	s.defaultTenant(sc)
	change, err := args.change(s)
	if err != nil {
		s.fail(c, err, x)
		return
	}
	cmd := &engine.Command{
		Origin: engine.Origin{Face: c.Face(), Method: c.Method(), Peer: c.Peer()},
		Tenant: sc.Tenant,
		Change: change,
	}
	if cmd.Key, err = sc.APIOpts.key(c.IdempotencyKey()); err == nil && cmd.Key != "" {
		cmd.Digest, err = digest(name, args)
	}
	if err == nil {
		err = s.Engine.Submit(c.Context(), cmd, func(r engine.Result, err error) {
			switch {
			case err != nil:
				s.fail(c, err, x)
			case r.Refused != nil:
				s.fail(c, r.Refused, x)
			default:
				c.Reply(reply(&r))
			}
		})
	}
	if err != nil {
		s.fail(c, err, x)
	}
}

func (s *service) defaultTenant(sc *scope) {
	if sc.Tenant == "" {
		sc.Tenant = s.DefaultTenant
	}
}

// view answers c with what fn reads, and so with a state that holds every change queued before on the connection.
func (s *service) view(c *rpcjson.Call, x exceptions, fn func(engine.State) (any, error)) {
	var result any
	err := s.Engine.View(c.Context(), func(st engine.State) (err error) {
		result, err = fn(st)
		return err
	}, func(err error) {
		if err != nil {
			s.fail(c, err, x)
			return
		}
		c.Reply(result)
	})
	if err != nil {
		s.fail(c, err, x)
	}
}

// viewLong answers c with what read makes of what see saw, once that is on the disk. It can be long: it is made when
// the answer's turn to be written has come.
func (s *service) viewLong(c *rpcjson.Call, see func(engine.State) error, read func() (any, error)) {
	err := s.Engine.View(c.Context(), see, func(err error) {
		if err != nil {
			s.fail(c, err, nil)
			return
		}
		c.Reply(rpcjson.Long(func(b []byte) ([]byte, error) {
			result, err := read()
			if err == nil {
				b, err = rpcjson.AppendResult(b, result)
			}
			if err != nil {
				return nil, s.told(c, err, nil)
			}
			return b, nil
		}))
	})
	if err != nil {
		s.fail(c, err, nil)
	}
}

// readThen answers c with what answer makes of what see saw, once that is on the disk. see must be quick, answer may
// take its time.
func (s *service) readThen(c *rpcjson.Call, see func(engine.State) error, answer func() (any, error)) {
	finish := func() {
		result, err := guarded(answer)
		if err != nil {
			s.fail(c, err, nil)
			return
		}
		c.Reply(result)
	}
	err := s.Engine.View(c.Context(), see, func(err error) {
		if err != nil {
			s.fail(c, err, nil)
			return
		}
		go finish() // the engine's callback must not wait
	})
	if err != nil {
		s.fail(c, err, nil)
	}
}

// guarded calls read, and makes an error of a panic, which on a goroutine of our own would end the process.
func guarded(read func() (any, error)) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("apier: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return read()
}
