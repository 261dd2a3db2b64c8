package notify

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// Options are the settings of a Notifier; a zero field takes the default that
// its comment names.
type Options struct {
	// Path is the file that keeps the position. It must be set.
	Path string
	// Allow lists the beginnings of the addresses that may be sent to,
	// https://billing.example.net/hooks. Default: none, nothing is sent.
	Allow []string

	Timeout    time.Duration // of one try; 5s
	RetryMin   time.Duration // pause behind the first try that failed, doubled behind each other; 1s
	RetryMax   time.Duration // the longest pause; 5m
	GiveUp     time.Duration // a notification that was tried for so long is dropped; 1h
	SaveEvery  time.Duration // how often the position is written; 10s
	PendingMax int           // notifications that wait; 1024. Beyond it the journal is not read on

	Now func() time.Time // time.Now
	Log *slog.Logger     // nothing is logged
}

func (o Options) withDefaults() Options {
	byDefault(&o.Timeout, 5*time.Second)
	byDefault(&o.RetryMin, time.Second)
	byDefault(&o.RetryMax, 5*time.Minute)
	byDefault(&o.GiveUp, time.Hour)
	byDefault(&o.SaveEvery, 10*time.Second)
	byDefault(&o.PendingMax, 1024)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func byDefault[T int | time.Duration](field *T, v T) {
	if *field == 0 {
		*field = v
	}
}

// Notifier sends what the journal asks for. Make it with [New], tell it of
// commits with [Notifier.Committed], and let [Notifier.Run] work.
type Notifier struct {
	opts     Options
	allow    allowed
	client   *http.Client
	position position
	unread   *backlog // entries that ask for something

	sent, failed, refused, queued atomic.Int64
}

// New checks the options. Nothing is sent before Run.
func New(o Options) (*Notifier, error) {
	allow, err := parseAllowed(o.Allow)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	return &Notifier{opts: o, allow: allow, client: newClient(o.Timeout), position: position(o.Path),
		unread: newBacklog()}, nil
}

// Committed tells of entries that have become durable, in the order in which
// they did; notices is how many notifications they ask for. It never waits.
func (n *Notifier) Committed(first, last uint64, notices int) {
	n.unread.committed(first, last, notices > 0)
}

// Stats are figures of a running Notifier.
type Stats struct {
	Sent    int64 // notifications that a server has
	Failed  int64 // given up
	Refused int64 // to an address that is not allowed
	Queued  int64 // waiting or being sent
}

// Stats returns the current figures.
func (n *Notifier) Stats() Stats {
	return Stats{Sent: n.sent.Load(), Failed: n.failed.Load(), Refused: n.refused.Load(), Queued: n.queued.Load()}
}

// Run sends until ctx ends: first what was not delivered when the last run
// ended, then what comes. j is the journal that Committed tells of, and end its
// last durable entry at the start. It returns an error when the position cannot
// be kept or the journal not be read.
func (n *Notifier) Run(ctx context.Context, j Journal, end uint64) error {
	if len(n.allow) == 0 {
		return n.runOff(ctx)
	}
	from, known, err := n.position.read()
	if err != nil {
		return err
	}
	if !known || from > end {
		from = end // no news of old, but from now on every one
		if err := n.position.write(from); err != nil {
			return err
		}
	}
	n.unread.begin(from, end)
	r := &run{Notifier: n, journal: j, saved: from, lanes: map[string][]*message{},
		waiting: map[uint64]int{}, warned: map[string]bool{}, delivered: make(chan outcome)}
	return r.follow(ctx)
}

// runOff sends nothing, and says so once when something was to be sent.
func (n *Notifier) runOff(ctx context.Context) error {
	if err := n.position.remove(); err != nil { // whoever switches it on later wants no old news
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-n.unread.wake:
		n.opts.Log.Warn("a trigger asks for a notification: none are sent, notify.allow is empty")
	}
	<-ctx.Done()
	return nil
}
