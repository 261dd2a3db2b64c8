package rpcjson

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// later is a method that answers from other goroutines, in the order that the test wants.
type later struct {
	calls chan *Call
}

func (l later) method() Method {
	return Handle("APIerSv1.Later", testRole, func(c *Call, _ *accountArgs) { l.calls <- c })
}

// ask writes a request of that id, whose account is "a" and the id.
func ask(method string, id any) string {
	return fmt.Sprintf(`{"method":"APIerSv1.%s","params":[{"Account":"a%v"}],"id":%v}`, method, id, id)
}

func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	const requests = 10_000
	var mu sync.Mutex
	var served []string
	record := Handle("APIerSv1.Record", testRole, func(c *Call, a *accountArgs) {
		mu.Lock()
		served = append(served, a.Account)
		mu.Unlock()
		go c.Reply(a.Account) // answers are ready in any order
	})
	c := startTCP(t, Options{}, record).dial(t)
	go func() {
		var all bytes.Buffer
		for id := range requests {
			all.WriteString(ask("Record", id))
		}
		c.Write(all.Bytes())
	}()
	for id := range requests {
		require.Equal(t, fmt.Sprintf(`{"id":%d,"result":"a%d","error":null}`, id, id), c.line())
	}
	for id, account := range served {
		require.Equal(t, fmt.Sprintf("a%d", id), account, "served out of order")
	}
}

func TestAnswerWaitsForThoseBeforeIt(t *testing.T) {
	l := later{make(chan *Call, 3)}
	c := startTCP(t, Options{}, l.method()).dial(t)
	c.send(ask("Later", 1) + ask("Later", 2) + ask("Echo", 3))
	first, second := <-l.calls, <-l.calls
	second.Reply("second")
	first.Fail(errors.New("FIRST"))
	require.Equal(t, failed("1", "FIRST"), c.line())
	require.Equal(t, `{"id":2,"result":"second","error":null}`, c.line())
	require.Equal(t, `{"id":3,"result":"a3","error":null}`, c.line())
}

func TestOnlyTheFirstAnswerCounts(t *testing.T) {
	var log bytes.Buffer
	l := later{make(chan *Call, 1)}
	srv := startTCP(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, l.method())
	c := srv.dial(t)
	c.send(ask("Later", 1))
	call := <-l.calls
	call.Reply("once")
	call.Reply("twice")
	call.Fail(errors.New("THRICE"))
	require.Equal(t, `{"id":1,"result":"once","error":null}`, c.line())
	c.isOpen()
	require.Equal(t, 2, strings.Count(log.String(), "level=ERROR msg=\"request answered twice"))
}

func TestPanicAfterHandingOnLeavesTheAnswerAlone(t *testing.T) {
	calls := make(chan *Call, 1)
	c := startTCP(t, Options{}, Handle("APIerSv1.HandOn", testRole, func(c *Call, _ *accountArgs) {
		c.Reply("done")
		panic("too late")
	})).dial(t)
	c.send(ask("HandOn", 1))
	require.Equal(t, `{"id":1,"result":"done","error":null}`, c.line())
	require.Empty(t, calls)
	c.isOpen()
}

func TestFullConnectionIsNotReadAndNothingIsLost(t *testing.T) {
	const inFlight = 4
	l := later{make(chan *Call, 100)}
	s := newTestServer(t, Options{InFlightMax: inFlight}, l.method())
	c := listen(t, s.ServeTCP).dial(t)
	for id := range 50 {
		c.send(ask("Later", id))
	}
	for id := range 50 {
		call := <-l.calls
		// One is at the writer, InFlightMax wait behind it, and one more may stand at the reader.
		require.LessOrEqual(t, s.Stats().InFlight, inFlight+2)
		call.Reply(id)
		require.Equal(t, fmt.Sprintf(`{"id":%d,"result":%d,"error":null}`, id, id), c.line())
	}
	require.Eventually(t, func() bool { return s.Stats().InFlight == 0 }, waitMax, time.Millisecond)
}

func TestRequestsOfAPeerThatIsGoneAreServed(t *testing.T) {
	l := later{make(chan *Call, 100)}
	s := newTestServer(t, Options{}, l.method())
	c := listen(t, s.ServeTCP).dial(t)
	for id := range 20 {
		c.send(ask("Later", id))
	}
	first := <-l.calls
	require.NoError(t, c.SetLinger(0)) // closing sends a reset
	require.NoError(t, c.Close())
	<-first.Context().Done()
	first.Reply("into the void")
	for range 19 {
		(<-l.calls).Reply("into the void")
	}
	require.Eventually(t, func() bool { return s.Stats() == Stats{} }, waitMax, time.Millisecond)
}

func TestResultThatCannotBeEncodedIsAnError(t *testing.T) {
	var log bytes.Buffer
	c := startTCP(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))},
		Handle("APIerSv1.Channel", testRole, func(c *Call, _ *accountArgs) { c.Reply([]any{1, make(chan int)}) }),
		Handle("APIerSv1.PanicLater", testRole, func(c *Call, _ *accountArgs) { c.Reply(panicker{}) }),
	).dial(t)
	for _, method := range []string{"Channel", "PanicLater"} {
		c.send(ask(method, 1))
		require.Equal(t, failed("1", "SERVER_ERROR: result cannot be encoded"), c.line())
		c.isOpen()
		require.Contains(t, log.String(), "method=APIerSv1."+method)
	}
}

type panicker struct{}

func (panicker) MarshalJSON() ([]byte, error) { panic("as asked") }

func (*panicker) UnmarshalJSON([]byte) error { panic("as asked") }

func TestPanicInAnUnmarshalerIsAnswered(t *testing.T) {
	c := startTCP(t, Options{}, Handle("APIerSv1.BadArgs", testRole, func(c *Call, _ *panicker) { c.Reply("OK") })).dial(t)
	c.send(ask("BadArgs", 1))
	require.Equal(t, failed("1", "SERVER_ERROR"), c.line())
	c.isOpen()
}

func TestResultsLookLikeThoseOfEncodingJSON(t *testing.T) {
	result := struct {
		Text  string
		Slice []int
		Map   map[string]int
		Keys  map[string]int
	}{Text: "<\u2028\n\"é", Keys: map[string]int{"b": 1, "a": 2}}
	c := startTCP(t, Options{}, Handle("APIerSv1.Result", testRole, func(c *Call, _ *accountArgs) { c.Reply(result) })).dial(t)
	c.send(ask("Result", 1))
	require.Equal(t, `{"id":1,"result":{"Text":"\u003c\u2028\n\"é","Slice":null,"Map":null,"Keys":{"a":2,"b":1}},"error":null}`,
		c.line())
}

func TestEachAnswerIsObserved(t *testing.T) {
	seen := make(chan Observation, 10)
	c := startTCP(t, Options{Observe: func(o Observation) { seen <- o }}).dial(t)
	c.send(ask("Echo", 1) + ask("Nope", 2) + `{"method":"APIerSv1.SetAccount","params":[{}],"id":3}` + ask("Secret", 4) +
		`{"method":"APIerSv1.Echo","params":5,"id":5}`)
	for _, method := range []string{"APIerSv1.Echo", "unknown", "APIerSv1.SetAccount", "APIerSv1.Secret", "APIerSv1.Echo"} {
		line, got := c.line(), <-seen
		require.Equal(t, Observation{Method: method, Face: FaceTCP, Peer: "127.0.0.1", Err: got.Err, Took: got.Took}, got)
		require.Positive(t, got.Took)
		if got.Err == nil {
			require.Contains(t, line, `"error":null`)
		} else {
			require.Contains(t, line, strconv.Quote(got.Err.Error()))
		}
	}
}

func TestCallTellsWhereItComesFrom(t *testing.T) {
	l := later{make(chan *Call, 1)}
	c := startTCP(t, Options{}, l.method()).dial(t)
	c.send(ask("Later", 1))
	call := <-l.calls
	require.Equal(t, "tcp 127.0.0.1 APIerSv1.Later ", strings.Join(
		[]string{call.Face(), call.Peer(), call.Method(), call.IdempotencyKey()}, " "))
	require.Nil(t, call.Client())
	require.NoError(t, call.Context().Err())
	call.Fail(nil)
	require.Equal(t, failed("1", "SERVER_ERROR"), c.line())
}
