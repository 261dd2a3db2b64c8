package rpcjson

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func startBidi(t testing.TB, opts Options, more ...Method) *listener {
	t.Helper()
	return listen(t, newTestServer(t, opts, more...).ServeBidi)
}

// message is what OpenSIPS can tell apart: requests by their method.
type message struct {
	Method string
	Params []map[string]any
	ID     uint64
	Result any
	Error  any
}

func (c *client) message() message {
	c.t.Helper()
	var m message
	require.NoError(c.t, json.Unmarshal([]byte(c.line()), &m))
	return m
}

// disconnect asks the peer to end a session, as a goroutine of its own, and answers its request with what it said.
func disconnect(timeout time.Duration) Method {
	return Handle("SessionSv1.TerminateSession", testRole, func(c *Call, a *accountArgs) {
		go func() {
			ctx, cancel := context.WithTimeout(c.Context(), timeout)
			defer cancel()
			var said string
			err := c.Client().Call(ctx, "SessionSv1.DisconnectSession",
				map[string]any{"EventStart": map[string]any{"DialogID": 7}, "Reason": a.Account}, &said)
			if err != nil {
				c.Fail(err)
				return
			}
			c.Reply(said)
		}()
	})
}

const terminate = `{ "method": "SessionSv1.TerminateSession", "id": 5, "params": [ { "Account": "no credit" } ] }`

func TestOpenSIPSIsCalledWhileItsOwnRequestWaits(t *testing.T) {
	c := startBidi(t, Options{}, disconnect(waitMax)).dial(t)
	// OpenSIPS writes no separators, and takes the replies by their order.
	c.send(request1 + terminate)
	require.Equal(t, ok("1"), c.line())

	call := c.message()
	require.Equal(t, "SessionSv1.DisconnectSession", call.Method)
	require.Equal(t, []map[string]any{{"EventStart": map[string]any{"DialogID": 7.0}, "Reason": "no credit"}}, call.Params)

	c.send(fmt.Sprintf(`{"error":null,"result":"OK","id":%d}`, call.ID) + request1)
	require.Equal(t, ok("5"), c.line())
	require.Equal(t, ok("1"), c.line())
}

const request1 = `{ "method": "APIerSv1.SetAccount", "id": 1, "params": [ { "Account": "1001" } ] }`

func TestPeersAnswerReachesTheCaller(t *testing.T) {
	for _, a := range []struct{ answer, want string }{
		{`{"result":"bye","id":%d}`, `{"id":5,"result":"bye","error":null}`},
		{`{"RESULT":"bye","Error":null,"Id":%d}`, `{"id":5,"result":"bye","error":null}`},
		{`{"error":"Unknown Method","result":null,"id":%d}`, failed("5", "Unknown Method")},
		{`{"error":"","result":"bye","id":%d}`, `{"id":5,"result":"bye","error":null}`},
		{`{"error":{"code":1},"id":%d}`, failed("5", `{\"code\":1}`)},
		{`{"error":null,"id":%d}`, `{"id":5,"result":"","error":null}`},
	} {
		t.Run(a.answer, func(t *testing.T) {
			c := startBidi(t, Options{}, disconnect(waitMax)).dial(t)
			c.send(terminate)
			c.send(fmt.Sprintf(a.answer, c.message().ID))
			require.Equal(t, a.want, c.line())
		})
	}
	t.Run("of another type", func(t *testing.T) {
		c := startBidi(t, Options{}, disconnect(waitMax)).dial(t)
		c.send(terminate)
		c.send(fmt.Sprintf(`{"result":5,"id":%d}`, c.message().ID))
		require.Contains(t, c.line(), "result of SessionSv1.DisconnectSession")
		c.isOpen()
	})
}

func TestAnswersToNoCallAreIgnored(t *testing.T) {
	c := startBidi(t, Options{}).dial(t)
	c.send(`{"id":1,"result":"OK"}{"id":99,"error":"x"}{"id":"a","result":null}{"result":1}{"id":{},"error":{}}`)
	c.isOpen()
}

func TestResultWithoutMethodIsNoAnswerOnTheOneWayPort(t *testing.T) {
	c := startTCP(t, Options{}).dial(t)
	c.send(`{"id":1,"result":"OK"}`)
	require.Equal(t, failed("1", illFormed), c.line())
}

func TestPeerThatDoesNotAnswerHoldsNothingUp(t *testing.T) {
	c := startBidi(t, Options{InFlightMax: 2}, disconnect(20*time.Millisecond)).dial(t)
	c.send(terminate)
	late := c.message()
	require.Equal(t, failed("5", context.DeadlineExceeded.Error()), c.line())
	c.isOpen()
	c.send(terminate)
	c.message()
	require.Equal(t, failed("5", context.DeadlineExceeded.Error()), c.line())
	// Two calls are unanswered, and more would only pile up.
	c.send(terminate)
	require.Equal(t, failed("5", errTooManyCalls.Error()), c.line())
	// A late answer is nobody's, and makes room.
	c.send(fmt.Sprintf(`{"id":%d,"result":"late"}`, late.ID) + terminate)
	again := c.message()
	c.send(fmt.Sprintf(`{"id":%d,"result":"in time"}`, again.ID))
	require.Equal(t, `{"id":5,"result":"in time","error":null}`, c.line())
}

func TestCallsEndWithTheConnection(t *testing.T) {
	result := make(chan error, 2)
	var client *Client
	method := Handle("APIerSv1.Call", testRole, func(c *Call, _ *accountArgs) {
		client = c.Client()
		go func() { result <- client.Call(context.WithoutCancel(c.Context()), "Any.Thing", nil, nil) }()
		c.Reply("OK")
	})
	c := startBidi(t, Options{}, method).dial(t)
	c.send(ask("Call", 1))
	require.Equal(t, ok("1"), c.line())
	require.Equal(t, "Any.Thing", c.message().Method)
	require.NoError(t, c.Close())
	require.ErrorIs(t, <-result, ErrConnEnded)
	require.Eventually(t, func() bool {
		return errors.Is(client.Call(t.Context(), "Any.Thing", nil, nil), ErrConnEnded)
	}, waitMax, time.Millisecond)
}

func TestErrorOfThePeerIsTold(t *testing.T) {
	result := make(chan error, 1)
	c := startBidi(t, Options{}, Handle("APIerSv1.Call", testRole, func(c *Call, _ *accountArgs) {
		go func() {
			result <- c.Client().Call(c.Context(), "Any.Thing", nil, nil)
			c.Reply("OK")
		}()
	})).dial(t)
	c.send(ask("Call", 1))
	c.send(fmt.Sprintf(`{"id":%d,"error":"Unknown Method"}`, c.message().ID))
	require.Equal(t, PeerError("Unknown Method"), <-result)
}

func TestCallsAndRequestsCrossWithoutMixingUp(t *testing.T) {
	const each = 200 // less than InFlightMax, which bounds the calls too
	failures := make(chan error, each)
	c := startBidi(t, Options{}, Handle("APIerSv1.AskBack", testRole, func(c *Call, a *accountArgs) {
		go func() {
			var said string
			err := c.Client().Call(c.Context(), "Peer.Echo", a.Account, &said)
			if err == nil && said != a.Account {
				err = fmt.Errorf("asked %s, got %s", a.Account, said)
			}
			failures <- err
		}()
		c.Reply(a.Account)
	})).dial(t)
	go func() {
		for id := range each {
			c.Write([]byte(ask("AskBack", id)))
		}
	}()
	var held []string // the peer answers two calls in the wrong order
	for answers, calls := 0, 0; answers < each || calls < each; {
		line := c.line()
		var call struct {
			Method string
			Params []string
			ID     uint64
		}
		require.NoError(t, json.Unmarshal([]byte(line), &call))
		if call.Method == "" {
			require.Equal(t, fmt.Sprintf(`{"id":%d,"result":"a%d","error":null}`, answers, answers), line)
			answers++
			continue
		}
		calls++
		held = append(held, fmt.Sprintf(`{"id":%d,"result":%q,"error":null}`, call.ID, call.Params[0]))
		if len(held) == 2 {
			c.send(held[1] + held[0])
			held = nil
		}
	}
	for range each {
		require.NoError(t, <-failures)
	}
}
