package apier

import (
	"math"

	"purser/rpcjson"
)

// Feed calls peers of the both-directions port when triggers fire behind an entry; see package apier/notify.
type Feed interface {
	Subscribe(c *rpcjson.Call, tenant string, after uint64) error
	Unsubscribe(c *rpcjson.Call, tenant string) error
}

// subscribeArgs ask to be told of a tenant's firings behind a journal entry; without After, from now on.
type subscribeArgs struct {
	scope
	After *uint64
}

// subscribe lets the daemon call NotifySv1.Triggered on the connection. It is ours: CGRateS has nothing like it.
func (s *service) subscribe(c *rpcjson.Call, args *subscribeArgs) {
	s.defaultTenant(&args.scope)
	after := uint64(math.MaxUint64)
	if args.After != nil {
		after = *args.After
	}
	s.answerFeed(c, s.Feed.Subscribe(c, args.Tenant, after))
}

// unsubscribeArgs name the tenant that the peer wants to hear no more of.
type unsubscribeArgs struct{ scope }

func (s *service) unsubscribe(c *rpcjson.Call, args *unsubscribeArgs) {
	s.defaultTenant(&args.scope)
	s.answerFeed(c, s.Feed.Unsubscribe(c, args.Tenant))
}

func (s *service) answerFeed(c *rpcjson.Call, err error) {
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	c.Reply(ok)
}
