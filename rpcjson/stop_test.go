package rpcjson

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStopAnswersWhatWasAccepted(t *testing.T) {
	l := later{make(chan *Call, 10)}
	srv := startTCP(t, Options{}, l.method())
	c := srv.dial(t)
	c.send(ask("Later", 1) + ask("Later", 2) + `{"half":`)
	first, second := <-l.calls, <-l.calls
	srv.stop()
	require.Eventually(t, func() bool {
		nc, err := net.Dial("tcp", srv.addr)
		if err == nil {
			nc.Close()
		}
		return err != nil
	}, waitMax, time.Millisecond, "it still accepts")
	require.NoError(t, first.Context().Err(), "the context ended before the answer")
	second.Reply("two")
	first.Reply("one")
	require.Equal(t, "{\"id\":1,\"result\":\"one\",\"error\":null}\n{\"id\":2,\"result\":\"two\",\"error\":null}\n", c.rest())
	<-second.Context().Done()
}

func TestStopIsQuickWithIdleAndHalfRequestConnections(t *testing.T) {
	srv := startTCP(t, Options{})
	idle, half, used := srv.dial(t), srv.dial(t), srv.dial(t)
	half.send(`{"method":`)
	used.isOpen()
	begin := time.Now()
	srv.stop()
	for _, c := range []*client{idle, half, used} {
		require.Equal(t, "", c.rest())
	}
	require.NoError(t, <-srv.done)
	srv.done <- nil
	require.Less(t, time.Since(begin), 2*time.Second)
}

func TestStopReportsRequestsThatAreNeverAnswered(t *testing.T) {
	l := later{make(chan *Call, 1)}
	s := newTestServer(t, Options{StopTimeout: 50 * time.Millisecond}, l.method())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.ServeTCP(ctx, ln, Access{Roles: testRole}) }()
	c := (&listener{addr: ln.Addr().String()}).dial(t)
	c.send(ask("Later", 1))
	call := <-l.calls
	stop()
	require.ErrorContains(t, <-ended, "not answered within 50ms")
	<-call.Context().Done()
	call.Reply("too late")
	require.Eventually(t, func() bool { return s.Stats() == Stats{} }, waitMax, time.Millisecond)
}

// longAnswer is 16 MiB, and counts how often it was encoded.
type longAnswer struct{ encoded *atomic.Int64 }

func (l longAnswer) AppendJSON(b []byte) ([]byte, error) {
	l.encoded.Add(1)
	return append(b, strings.Repeat("1", 16<<20)...), nil
}

func TestStopDoesNotWaitForPeersThatDoNotRead(t *testing.T) {
	var encoded atomic.Int64
	srv := startTCP(t, Options{StopTimeout: 50 * time.Millisecond},
		Handle("APIerSv1.Long", testRole, func(c *Call, _ *accountArgs) { c.Reply(longAnswer{&encoded}) }))
	c := srv.dial(t)
	c.send(strings.Repeat(ask("Long", 1), 20))
	_, err := c.lines.ReadByte()
	require.NoError(t, err)
	begin := time.Now()
	srv.stop()
	require.NoError(t, <-srv.done)
	srv.done <- nil
	require.Less(t, time.Since(begin), 2*time.Second)
	require.Less(t, encoded.Load(), int64(5), "nobody reads the others")
}

func TestFailedListenerIsReported(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	require.ErrorIs(t, New(Options{}).ServeTCP(t.Context(), ln, Access{}), net.ErrClosed)
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	base := runtime.NumGoroutine()
	s := newTestServer(t, Options{RequestTimeout: 50 * time.Millisecond})
	for _, serve := range []func(context.Context, net.Listener, Access) error{s.ServeTCP, s.ServeBidi} {
		l := listen(t, serve)
		for range 20 {
			polite, rude, half := l.dial(t), l.dial(t), l.dial(t)
			polite.isOpen()
			require.NoError(t, polite.CloseWrite())
			require.Equal(t, "", polite.rest())
			rude.send(ask("Echo", 1))
			require.NoError(t, rude.SetLinger(0))
			require.NoError(t, rude.Close())
			half.send(`{`)
			_, err := io.ReadAll(half)
			require.NoError(t, err)
			polite.Close()
			half.Close()
		}
		l.stop()
		require.NoError(t, <-l.done)
		l.done <- nil
	}
	// Eventually itself asks from a goroutine of its own.
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= base+1 }, waitMax, 10*time.Millisecond)
	require.Equal(t, Stats{}, s.Stats())
}

func TestStopUnderLoadAnswersAllThatWasServed(t *testing.T) {
	const clients = 8
	var served [clients]atomic.Int64
	replies := make(chan *Call, 64)
	go func() {
		for c := range replies {
			c.Reply("OK")
		}
	}()
	srv := startTCP(t, Options{}, Handle("APIerSv1.Count", testRole, func(c *Call, a *accountArgs) {
		served[*a.Value].Add(1)
		replies <- c
	}))
	var running, ended sync.WaitGroup
	for i := range clients {
		c := srv.dial(t)
		running.Add(1)
		ended.Go(func() { // sends until it is cut off
			text := strings.Repeat(fmt.Sprintf(`{"method":"APIerSv1.Count","params":[{"Value":%d}],"id":1}`, i), 50)
			for err := error(nil); err == nil; {
				_, err = io.WriteString(c, text)
			}
		})
		ended.Go(func() { // counts the answers
			answers := int64(0)
			for {
				line, err := c.lines.ReadString('\n')
				if err != nil {
					break
				}
				if line != ok("1")+"\n" {
					t.Errorf("client %d got %q", i, line)
				}
				if answers++; answers == 100 {
					running.Done()
				}
			}
			if answers != served[i].Load() {
				t.Errorf("client %d: %d served, %d answered", i, served[i].Load(), answers)
			}
		})
	}
	running.Wait()
	srv.stop()
	require.NoError(t, <-srv.done)
	srv.done <- nil
	ended.Wait()
	close(replies)
}
