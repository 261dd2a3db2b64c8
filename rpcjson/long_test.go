package rpcjson

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// long is a method whose long results the test lets be made; made has the accounts as they are made.
type long struct {
	made chan string
	text string
	err  error
}

func (l long) method() Method {
	return Handle("APIerSv1.Long", testRole, func(c *Call, a *accountArgs) {
		c.Reply(Long(func(b []byte) ([]byte, error) {
			l.made <- a.Account
			return append(b, l.text...), l.err
		}))
	})
}

// notMade checks that no long result is made now.
func (l long) notMade(t *testing.T) {
	t.Helper()
	select {
	case account := <-l.made:
		require.Fail(t, "made too early", account)
	default:
	}
}

func TestALongAnswerIsMadeWhenItsTurnHasCome(t *testing.T) {
	first := later{make(chan *Call, 1)}
	l := long{made: make(chan string), text: `"x"`}
	c := startTCP(t, Options{}, first.method(), l.method()).dial(t)
	c.send(ask("Later", 1) + ask("Long", 2) + ask("Long", 3) + ask("Echo", 4))
	call := <-first.calls
	l.notMade(t)
	call.Reply("done")
	require.Equal(t, "a2", <-l.made)
	require.Equal(t, "a3", <-l.made)
	require.Equal(t, `{"id":1,"result":"done","error":null}`, c.line())
	require.Equal(t, `{"id":2,"result":"x","error":null}`, c.line())
	require.Equal(t, `{"id":3,"result":"x","error":null}`, c.line())
	require.Equal(t, `{"id":4,"result":"a4","error":null}`, c.line())
}

func TestLongAnswersWaitUntilOthersAreWritten(t *testing.T) {
	// More than a connection takes that nobody reads from.
	l := long{made: make(chan string, 2), text: `"` + strings.Repeat("x", 32<<20) + `"`}
	server := startTCP(t, Options{LongAnswersMax: 1}, l.method())
	slow, other := server.dial(t), server.dial(t)
	slow.send(ask("Long", 1))
	require.Equal(t, "a1", <-l.made)
	other.send(ask("Echo", 2) + ask("Long", 3))
	require.Equal(t, `{"id":2,"result":"a2","error":null}`, other.line())
	l.notMade(t)
	require.Contains(t, slow.line(), `"error":null`)
	require.Equal(t, "a3", <-l.made)
	require.Contains(t, other.line(), `"error":null`)
}

func TestALongAnswerMayFail(t *testing.T) {
	l := long{made: make(chan string, 2), text: `["half`, err: errors.New("NOT_FOUND")}
	broken := Handle("APIerSv1.Broken", testRole, func(c *Call, _ *accountArgs) {
		c.Reply(Long(func([]byte) ([]byte, error) { panic("as asked") }))
	})
	c := startTCP(t, Options{LongAnswersMax: 1}, l.method(), broken).dial(t)
	c.send(ask("Long", 1) + ask("Broken", 2) + ask("Long", 3))
	require.Equal(t, `{"id":1,"result":null,"error":"NOT_FOUND"}`, c.line())
	require.Equal(t, `{"id":2,"result":null,"error":"SERVER_ERROR: result cannot be encoded"}`, c.line())
	require.Equal(t, `{"id":3,"result":null,"error":"NOT_FOUND"}`, c.line())
}

func TestABatchHasNoLongAnswersBehindItsBound(t *testing.T) {
	l := long{made: make(chan string, 9), text: `"long enough"`}
	srv := startHTTP(t, Options{LongAnswersMax: 1, BatchBytesMax: 60}, l.method())
	strictly := func(method, id string) string {
		return `{"jsonrpc":"2.0","method":"APIerSv1.` + method + `","params":[{"Account":"a"}],"id":` + id + `}`
	}
	for range 2 { // the room of the first batch is free for the second
		_, answer := post(t, srv.URL+"/rpc", "["+strictly("Long", "1")+","+strictly("Long", "2")+","+strictly("Echo", "3")+"]")
		require.JSONEq(t, `[{"jsonrpc":"2.0","id":1,"result":"long enough"},`+
			`{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"`+errBatchLong.text+`"}},`+
			`{"jsonrpc":"2.0","id":3,"result":"a"}]`, answer)
	}
}

// The batch is never written whole: the connection breaks at a call to the peer, who does not read.
func TestABrokenConnectionGivesTheRoomOfItsLongAnswerBack(t *testing.T) {
	l := long{made: make(chan string, 2), text: `"x"`}
	callPeer := Handle("APIerSv1.CallPeer", testRole, func(c *Call, _ *accountArgs) {
		go func() {
			var said string
			err := c.Client().Call(c.Context(), "Peer.Echo", strings.Repeat("x", 32<<20), &said)
			c.Fail(errors.Join(errors.New("not called"), err))
		}()
	})
	server := startBidi(t, Options{LongAnswersMax: 1, WriteTimeout: 50 * time.Millisecond}, l.method(), callPeer)
	server.dial(t).send("[" + ask("Long", 1) + "," + ask("CallPeer", 2) + "]")
	require.Equal(t, "a1", <-l.made)
	other := server.dial(t)
	other.send(ask("Long", 3))
	require.Equal(t, `{"id":3,"result":"x","error":null}`, other.line())
}
