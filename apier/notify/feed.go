package notify

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"purser/engine"
	"purser/rpcjson"
)

// FeedOptions are the settings of a Feed; a zero field takes the default that
// its comment names.
type FeedOptions struct {
	SubscribersMax int           // subscriptions of all connections together; 100
	Timeout        time.Duration // that a peer may take to answer; 5s
	RetryPause     time.Duration // between the two tries of a call; 1s
	Log            *slog.Logger  // nothing is logged
}

func (o FeedOptions) withDefaults() FeedOptions {
	byDefault(&o.SubscribersMax, 100)
	byDefault(&o.Timeout, 5*time.Second)
	byDefault(&o.RetryPause, time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Feed calls NotifySv1.Triggered of the peers that have subscribed. Make it with
// [NewFeed], tell it of commits with [Feed.Committed], and let it begin with
// [Feed.Start].
type Feed struct {
	opts FeedOptions
	work sync.WaitGroup // the subscriptions

	// reading is held by the one subscription that reads the journal, so that
	// many that begin far back take no more than one processor from the charges.
	reading sync.Mutex

	mu            sync.Mutex
	journal       Journal                 // guarded by mu: nil unless started
	last          uint64                  // guarded by mu: the last durable entry
	subscriptions map[place]*subscription // guarded by mu

	told, givenUp atomic.Int64
}

// place is what can have one subscription: a tenant on a connection.
type place struct {
	peer   *rpcjson.Client
	tenant string
}

// NewFeed makes a feed without subscriptions.
func NewFeed(o FeedOptions) *Feed {
	return &Feed{opts: o.withDefaults(), subscriptions: map[place]*subscription{}}
}

// Start lets peers subscribe. j is the journal that Committed tells of, and end
// its last durable entry.
func (f *Feed) Start(j Journal, end uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.journal, f.last = j, max(f.last, end)
}

// Stop ends all subscriptions, and returns when nobody reads the journal any
// more.
func (f *Feed) Stop() {
	f.mu.Lock()
	f.journal = nil
	for _, s := range f.subscriptions {
		s.cancel()
	}
	f.mu.Unlock()
	f.work.Wait()
}

// Committed tells of entries that have become durable, in the order in which
// they did; fired is how many of them have firings. It waits for nobody.
func (f *Feed) Committed(first, last uint64, fired int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = last
	if fired == 0 {
		return
	}
	for _, s := range f.subscriptions {
		s.unread.committed(first, last, true)
	}
}

// Subscribe tells the peer that c came from of all firings of a tenant from now
// on: of each behind number after, or, where the journal has not reached that
// number, of each entry that is not durable yet.
//
// It ends with the connection, or when the peer fails a call twice. The first
// call may overtake the answer to c. An [engine.Error] says that the peer cannot
// be called (CodeInvalid), has subscribed already (CodeExists), or is one too
// many (CodeLimit).
func (f *Feed) Subscribe(c *rpcjson.Call, tenant string, after uint64) error {
	if c.Client() == nil {
		return errOneWay
	}
	at := place{c.Client(), tenant}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.journal == nil:
		return &engine.Error{Code: engine.CodeUnavailable, Text: "no subscriptions while starting or stopping"}
	case f.subscriptions[at] != nil:
		return &engine.Error{Code: engine.CodeExists}
	case len(f.subscriptions) >= f.opts.SubscribersMax:
		return &engine.Error{Code: engine.CodeLimit, Text: fmt.Sprintf("notify.subscribers allows %d", f.opts.SubscribersMax)}
	}
	ctx, cancel := context.WithCancel(c.Context())
	s := &subscription{place: at, feed: f, journal: f.journal, from: c.Peer(), unread: newBacklog(), cancel: cancel}
	s.unread.begin(after, f.last)
	f.subscriptions[at] = s
	f.work.Go(func() {
		defer f.drop(s)
		s.run(ctx)
	})
	return nil
}

// Unsubscribe ends what Subscribe began on the connection that c came in by.
// The call that is on its way may still come. CodeNotFound says that there is no
// subscription.
func (f *Feed) Unsubscribe(c *rpcjson.Call, tenant string) error {
	if c.Client() == nil {
		return errOneWay
	}
	f.mu.Lock()
	s := f.subscriptions[place{c.Client(), tenant}]
	f.mu.Unlock()
	if s == nil {
		return &engine.Error{Code: engine.CodeNotFound}
	}
	f.drop(s)
	return nil
}

// errOneWay refuses a peer that cannot be called.
var errOneWay = &engine.Error{Code: engine.CodeInvalid, Text: "only a peer of listen.bijson can be called"}

// drop ends a subscription and makes room for another. It may be called twice.
func (f *Feed) drop(s *subscription) {
	s.cancel()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.subscriptions[s.place] == s {
		delete(f.subscriptions, s.place)
	}
}

// FeedStats are figures of a running Feed.
type FeedStats struct {
	Subscriptions int   // at the moment
	Told          int64 // calls that peers answered
	GivenUp       int64 // subscriptions that ended because their peer failed a call twice
}

// Stats returns the current figures.
func (f *Feed) Stats() FeedStats {
	f.mu.Lock()
	defer f.mu.Unlock()
	return FeedStats{Subscriptions: len(f.subscriptions), Told: f.told.Load(), GivenUp: f.givenUp.Load()}
}
