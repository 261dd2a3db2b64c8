package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/rpcjson"
)

// triggered is the method of a peer that is told of a firing; its argument is
// the body of an HTTP notification.
const triggered = "NotifySv1.Triggered"

// subscription tells one peer of the firings of one tenant.
type subscription struct {
	place
	feed    *Feed
	journal Journal
	from    string // the peer's address, for the log
	unread  *backlog
	cancel  context.CancelFunc
}

// errFailed says that the peer failed a call twice.
var errFailed = errors.New("the peer does not take what it asked for")

// run works until ctx ends or the peer fails.
func (s *subscription) run(ctx context.Context) {
	err := s.follow(ctx)
	log := s.feed.opts.Log.With("tenant", s.tenant, "peer", s.from)
	switch {
	case ctx.Err() != nil, errors.Is(err, rpcjson.ErrConnEnded):
		log.Debug("subscription ended")
	case errors.Is(err, errFailed):
		s.feed.givenUp.Add(1)
		log.Info("subscription ended", "err", err)
	default:
		log.Error("subscription ended", "err", err)
	}
}

// follow reads firings and tells of them, in turns: the journal is never held
// open for a peer.
func (s *subscription) follow(ctx context.Context) error {
	for {
		news, more, err := s.read(ctx)
		if err != nil {
			return err
		}
		for _, firing := range news {
			if err := s.tell(ctx, firing); err != nil {
				return err
			}
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.unread.wake:
		}
	}
}

// Bounds of one turn.
const (
	turnEntries = 1000 // entries that are read before another subscription may read
	turnFirings = 256  // firings in memory, of whole entries
)

// read returns the next firings of the tenant, and whether there may be more.
func (s *subscription) read(ctx context.Context) (news []jsontext.Value, more bool, err error) {
	s.feed.reading.Lock()
	defer s.feed.reading.Unlock()
	entries := 0
	more, err = s.unread.read(ctx, s.journal, func(e *engine.Entry) error {
		if entries == turnEntries || len(news) >= turnFirings {
			return errEnough
		}
		entries++
		for i := range e.Fired {
			if e.Fired[i].Account.Tenant != s.tenant {
				continue
			}
			text, err := json.Marshal(describe(e, &e.Fired[i]))
			if err != nil {
				return fmt.Errorf("entry %d: %w", e.Seq, err)
			}
			news = append(news, text)
		}
		return nil
	})
	return news, more, err
}

// tell calls the peer, and once more where it fails.
func (s *subscription) tell(ctx context.Context, firing jsontext.Value) error {
	err := s.call(ctx, firing)
	if err == nil || ctx.Err() != nil || errors.Is(err, rpcjson.ErrConnEnded) {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.feed.opts.RetryPause):
	}
	if err = s.call(ctx, firing); err != nil && !errors.Is(err, rpcjson.ErrConnEnded) {
		return fmt.Errorf("%w: %w", errFailed, err)
	}
	return err
}

// call calls the peer and waits for its answer, whatever that is but an error.
func (s *subscription) call(ctx context.Context, firing jsontext.Value) error {
	ctx, cancel := context.WithTimeout(ctx, s.feed.opts.Timeout)
	defer cancel()
	err := s.peer.Call(ctx, triggered, firing, nil)
	if err == nil {
		s.feed.told.Add(1)
	}
	return err
}
