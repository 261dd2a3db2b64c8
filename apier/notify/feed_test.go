package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/rpcjson"
)

// station is a feed at work on a journal, and the port that its peers come to.
type station struct {
	*testing.T
	journal *entries
	feed    *Feed
	log     *lines
	addr    string
}

type subscribeArgs struct {
	Tenant string
	After  uint64
}

func newStation(t *testing.T, o FeedOptions) *station {
	s := &station{T: t, journal: &entries{}, log: &lines{}}
	o.Log = slog.New(slog.NewTextHandler(s.log, nil))
	if o.RetryPause == 0 {
		o.RetryPause = time.Millisecond
	}
	s.feed = NewFeed(o)
	answer := func(c *rpcjson.Call, err error) {
		if err != nil {
			c.Fail(err)
			return
		}
		c.Reply("OK")
	}
	rpc := rpcjson.New(rpcjson.Options{})
	require.NoError(t, rpc.Register(
		rpcjson.Handle("NotifySv1.Subscribe", 1, func(c *rpcjson.Call, a *subscribeArgs) {
			answer(c, s.feed.Subscribe(c, a.Tenant, a.After))
		}),
		rpcjson.Handle("NotifySv1.Unsubscribe", 1, func(c *rpcjson.Call, a *subscribeArgs) {
			answer(c, s.feed.Unsubscribe(c, a.Tenant))
		})))
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- rpc.ServeBidi(ctx, ln, rpcjson.Access{Roles: 1}) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
		s.feed.Stop()
	})
	return s
}

func (s *station) start() { s.feed.Start(s.journal, uint64(len(s.journal.list))) }

// write adds an entry in which a trigger of each tenant fired, whose actions
// notify nobody, and does not tell of it.
func (s *station) write(tenants ...string) uint64 {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	e := &engine.Entry{Seq: uint64(len(s.journal.list) + 1), At: engine.At(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))}
	for i, tenant := range tenants {
		e.Fired = append(e.Fired, engine.Firing{Account: engine.AccountID{Tenant: tenant, Account: "1003"},
			Type: engine.MinBalance, ActionsID: "ACT", Value: amount.FromInt(int64(i))})
	}
	s.journal.list = append(s.journal.list, e)
	return e.Seq
}

// fire is write that commits.
func (s *station) fire(tenants ...string) uint64 {
	seq := s.write(tenants...)
	s.feed.Committed(seq, seq, min(1, len(tenants)))
	return seq
}

func (s *station) eventually(want FeedStats) {
	s.Helper()
	require.Eventually(s, func() bool { return s.feed.Stats() == want }, 10*time.Second, time.Millisecond, "want %+v", want)
}

// peer is a program that can be called. What it is sent is read by one
// goroutine, which does nothing else.
type peer struct {
	*testing.T
	net.Conn
	replies chan line
	calls   chan line
}

// line is a request or an answer.
type line struct {
	Method string
	Params []json.RawMessage
	ID     uint64
	Result any
	Error  any
}

func (s *station) dial() *peer {
	s.Helper()
	nc, err := net.Dial("tcp", s.addr)
	require.NoError(s, err)
	p := &peer{T: s.T, Conn: nc, replies: make(chan line, 1000), calls: make(chan line, 5000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for dec := json.NewDecoder(nc); ; {
			var l line
			if dec.Decode(&l) != nil {
				return
			}
			if l.Method == "" {
				p.replies <- l
			} else {
				p.calls <- l
			}
		}
	}()
	s.Cleanup(func() {
		if err := nc.Close(); !errors.Is(err, net.ErrClosed) {
			require.NoError(s, err)
		}
		<-ended
	})
	return p
}

// ask sends a request of its own and returns the error that answers it, nil for OK.
func (p *peer) ask(method, args string) any {
	p.Helper()
	_, err := fmt.Fprintf(p, `{"method":"NotifySv1.%s","params":[%s],"id":9}`, method, args)
	require.NoError(p, err)
	select {
	case reply := <-p.replies:
		if reply.Error == nil {
			require.Equal(p, "OK", reply.Result)
		}
		return reply.Error
	case <-time.After(10 * time.Second):
		require.Fail(p, "no answer came")
		return nil
	}
}

// fromNow is an entry that no journal reaches.
const fromNow = math.MaxUint64

func (p *peer) subscribe(tenant string, after uint64) {
	p.Helper()
	require.Nil(p, p.ask("Subscribe", fmt.Sprintf(`{"Tenant":%q,"After":%d}`, tenant, after)))
}

// heard waits for a call and returns it with the number of the entry.
func (p *peer) heard() (line, uint64) {
	p.Helper()
	select {
	case call := <-p.calls:
		require.Equal(p, "NotifySv1.Triggered", call.Method)
		require.Len(p, call.Params, 1)
		var b struct{ Seq uint64 }
		require.NoError(p, json.Unmarshal(call.Params[0], &b))
		return call, b.Seq
	case <-time.After(10 * time.Second):
		require.Fail(p, "no call came")
		return line{}, 0
	}
}

// says answers a call.
func (p *peer) says(call line, answer string) {
	p.Helper()
	_, err := fmt.Fprintf(p, `{"id":%d,%s}`, call.ID, answer)
	require.NoError(p, err)
}

// takes waits for a call about entry want, and answers that it is well.
func (p *peer) takes(want uint64) line {
	p.Helper()
	call, seq := p.heard()
	require.Equal(p, want, seq)
	p.says(call, `"result":"OK","error":null`)
	return call
}

// hearsNothing makes sure that no call waits to be answered. It asks for
// something first, so that what was on its way has come.
func (p *peer) hearsNothing() {
	p.Helper()
	require.Contains(p, p.ask("Unsubscribe", `{"Tenant":"nobody's"}`), "not found")
	require.Empty(p, p.calls)
}

func TestAPeerHearsOfAllFiringsOfItsTenantInOrder(t *testing.T) {
	s := newStation(t, FeedOptions{})
	s.write("t") // before it asked
	s.start()
	p := s.dial()
	p.subscribe("t", fromNow)
	s.fire()
	s.fire("other")
	third := s.fire("t", "other", "t")
	s.feed.Committed(s.journal.add(), 5, 0)
	last := s.journal.add("http://127.0.0.1/")
	s.feed.Committed(last, last, 1)

	call, seq := p.heard()
	require.Equal(t, third, seq)
	require.JSONEq(t, `{"seq":4,"time":"2026-11-20T10:00:00Z","tenant":"t","account":"1003","type":"*min_balance","value":0,
		"threshold":0,"actions":"ACT","moved":[]}`, string(call.Params[0]))
	p.hearsNothing() // one call at a time
	p.says(call, `"result":{"any":"thing"}`)
	require.Contains(t, string(p.takes(third).Params[0]), `"value":2`)
	told := p.takes(last)
	posted, err := json.Marshal(describe(s.journal.list[last-1], &s.journal.list[last-1].Fired[0]))
	require.NoError(t, err)
	require.JSONEq(t, string(posted), string(told.Params[0]), "the same as by HTTP")
	s.eventually(FeedStats{Subscriptions: 1, Told: 3})
}

func TestAFiringWhoseActionsFailedSaysWhy(t *testing.T) {
	e := &engine.Entry{Seq: 1, Fired: []engine.Firing{{ActionsID: "GONE", Failed: "GONE is not there"}}}
	text, err := json.Marshal(describe(e, &e.Fired[0]))
	require.NoError(t, err)
	require.Contains(t, string(text), `"failed":"GONE is not there"`)
}

func TestAPeerResumesBehindAnEntry(t *testing.T) {
	s := newStation(t, FeedOptions{})
	for range 5 {
		s.write("t")
	}
	s.start()
	p := s.dial()
	p.subscribe("t", 3)
	p.takes(4)
	p.takes(5)
	require.Nil(t, p.ask("Unsubscribe", `{"Tenant":"t"}`))
	s.fire("t")
	p.subscribe("t", 77) // of another journal: from now on
	p.takes(s.fire("t"))
	require.Nil(t, p.ask("Unsubscribe", `{"Tenant":"t"}`))
	p.subscribe("t", 0) // of the first entry too
	p.takes(1)
}

func TestAFarPeerIsToldOfEverythingInTurns(t *testing.T) {
	s := newStation(t, FeedOptions{})
	const most = 2*turnEntries + 3
	var want []uint64
	for i := range most {
		if i < 2*turnFirings || i == most-1 {
			want = append(want, s.write("t"))
		} else {
			s.write()
		}
	}
	s.start()
	p := s.dial()
	p.subscribe("t", 1)
	for _, seq := range want[1:] {
		p.takes(seq)
	}
	p.takes(s.fire("t"))
	s.eventually(FeedStats{Subscriptions: 1, Told: int64(len(want))})
}

func TestAPeerThatFailsIsCalledOnceMore(t *testing.T) {
	s := newStation(t, FeedOptions{})
	s.start()
	p := s.dial()
	p.subscribe("t", fromNow)
	first := s.fire("t")
	call, seq := p.heard()
	require.Equal(t, first, seq)
	p.says(call, `"error":"busy"`)
	p.takes(first)
	s.eventually(FeedStats{Subscriptions: 1, Told: 1})

	second := s.fire("t")
	for range 2 {
		call, seq = p.heard()
		require.Equal(t, second, seq)
		p.says(call, `"error":"busy"`)
	}
	s.eventually(FeedStats{Told: 1, GivenUp: 1})
	require.Equal(t, 1, s.log.count("level=INFO msg=\"subscription ended\" tenant=t peer=127.0.0.1"))
	require.Equal(t, 1, s.log.count("busy"))
	s.fire("t")
	p.hearsNothing()
	p.subscribe("t", second-1) // the connection is open
	p.takes(second)
}

func TestAPeerThatDoesNotAnswerHoldsUpNobody(t *testing.T) {
	s := newStation(t, FeedOptions{Timeout: time.Hour})
	s.start()
	slow, quick := s.dial(), s.dial()
	slow.subscribe("t", fromNow)
	quick.subscribe("t", fromNow)
	first := s.fire("t")
	_, seq := slow.heard()
	require.Equal(t, first, seq)
	quick.takes(first)
	for range stretchesMax + 10 {
		quick.takes(s.fire("t")) // Committed does not wait
	}
	slow.hearsNothing()
	s.eventually(FeedStats{Subscriptions: 2, Told: stretchesMax + 11})
}

func TestAPeerThatDoesNotAnswerInTimeIsGivenUp(t *testing.T) {
	s := newStation(t, FeedOptions{Timeout: 10 * time.Millisecond})
	s.start()
	p := s.dial()
	p.subscribe("t", fromNow)
	s.fire("t")
	p.heard()
	p.heard()
	s.eventually(FeedStats{GivenUp: 1})
	p.hearsNothing()
}

func TestAVanishedPeerMakesRoom(t *testing.T) {
	s := newStation(t, FeedOptions{SubscribersMax: 1, Timeout: time.Hour})
	s.start()
	p, other := s.dial(), s.dial()
	p.subscribe("t", fromNow)
	require.Contains(t, other.ask("Subscribe", `{"Tenant":"t"}`), "notify.subscribers allows 1")
	s.fire("t")
	p.heard()
	require.NoError(t, p.Close())
	s.eventually(FeedStats{})
	other.subscribe("t", fromNow)
	other.takes(s.fire("t"))

	require.NoError(t, other.Close()) // while nothing is told
	s.eventually(FeedStats{Told: 1})
}

func TestAConnectionHasOneSubscriptionOfATenant(t *testing.T) {
	s := newStation(t, FeedOptions{})
	s.start()
	p, other := s.dial(), s.dial()
	p.subscribe("t", fromNow)
	p.subscribe("u", fromNow)
	other.subscribe("t", fromNow)
	require.Contains(t, p.ask("Subscribe", `{"Tenant":"t","After":1}`), "exists")
	require.Nil(t, p.ask("Unsubscribe", `{"Tenant":"t"}`))
	require.Contains(t, p.ask("Unsubscribe", `{"Tenant":"t"}`), "not found")
	s.eventually(FeedStats{Subscriptions: 2})
	seq := s.fire("t", "u")
	other.takes(seq)
	require.Contains(t, string(p.takes(seq).Params[0]), `"tenant":"u"`)
	s.eventually(FeedStats{Subscriptions: 2, Told: 2})
	p.hearsNothing()
}

func TestUnsubscribeEndsWhatIsStillToBeTold(t *testing.T) {
	s := newStation(t, FeedOptions{Timeout: time.Hour})
	for range 3 {
		s.write("t")
	}
	s.start()
	p := s.dial()
	p.subscribe("t", 1)
	p.heard() // and does not answer
	require.Nil(t, p.ask("Unsubscribe", `{"Tenant":"t"}`))
	ended := make(chan struct{})
	go func() {
		s.feed.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		require.Fail(t, "the subscription goes on")
	}
	p.hearsNothing()
	require.Zero(t, s.feed.Stats())
}

func TestWithoutAJournalNobodySubscribes(t *testing.T) {
	s := newStation(t, FeedOptions{})
	p := s.dial()
	require.Contains(t, p.ask("Subscribe", `{"Tenant":"t"}`), "starting or stopping")
	s.start()
	p.subscribe("t", fromNow)
	s.feed.Stop()
	require.Zero(t, s.feed.Stats())
	require.Contains(t, p.ask("Subscribe", `{"Tenant":"t"}`), "starting or stopping")
}

func TestAJournalThatCannotBeReadEndsTheSubscription(t *testing.T) {
	s := newStation(t, FeedOptions{})
	s.start()
	p := s.dial()
	p.subscribe("t", fromNow)
	s.journal.mu.Lock()
	s.journal.fail = io.ErrUnexpectedEOF
	s.journal.mu.Unlock()
	s.fire("t")
	s.eventually(FeedStats{})
	require.Equal(t, 1, s.log.count("level=ERROR"))
}
