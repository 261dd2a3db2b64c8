package apier

import (
	"testing"

	"purser/apier/apitest"
	"purser/apier/notify"
)

func TestOnlyPeersThatCanBeCalledSubscribe(t *testing.T) {
	feed := notify.NewFeed(notify.FeedOptions{})
	f := start(t, func(o *Options) { o.Feed = feed })
	feed.Start(f.engine, 0)
	t.Cleanup(feed.Stop)
	const refused = "SERVER_ERROR: only a peer of listen.bijson can be called"
	for _, face := range []apitest.Face{apitest.TCP, apitest.HTTP} {
		f.playOver(face,
			[2]string{`NotifySv1.Subscribe {"After":1}`, fails(refused)},
			[2]string{`NotifySv1.Unsubscribe {}`, fails(refused)})
	}
	f.playOver(apitest.Bijson,
		[2]string{`NotifySv1.Subscribe {"tenant":"t","after":1}`, isOK},
		[2]string{`NotifySv1.Subscribe {}`, isOK},
		[2]string{`NotifySv1.Subscribe {"Tenant":"cgrates.org"}`, fails("EXISTS")},
		[2]string{`NotifySv1.Unsubscribe {}`, isOK},
		[2]string{`NotifySv1.Unsubscribe {}`, fails("NOT_FOUND")},
		[2]string{`NotifySv1.Unsubscribe {"Tenant":"t"}`, isOK},
		[2]string{`NotifySv1.Subscribe {"After":-1}`, `{"error":"$any"}`},
		[2]string{`NotifySv1.Ping {}`, gives(`"Pong"`)})
}

func TestWithoutAFeedNobodySubscribes(t *testing.T) {
	start(t, nil).playOver(apitest.Bijson,
		[2]string{`NotifySv1.Subscribe {}`, fails("rpc: can't find method NotifySv1.Subscribe")})
}
