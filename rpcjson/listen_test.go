package rpcjson

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTLS serves TCP behind a TLS listener.
func startTLS(t *testing.T, opts Options) (*listener, *tls.Config) {
	t.Helper()
	certs := httptest.NewUnstartedServer(nil)
	certs.StartTLS()
	t.Cleanup(certs.Close)
	s := newTestServer(t, opts)
	l := listen(t, func(ctx context.Context, ln net.Listener, access Access) error {
		return s.ServeTCP(ctx, tls.NewListener(ln, certs.TLS), access)
	})
	return l, &tls.Config{InsecureSkipVerify: true}
}

func TestTLSListenerWorksAsItIs(t *testing.T) {
	l, config := startTLS(t, Options{})
	nc, err := tls.Dial("tcp", l.addr, config)
	require.NoError(t, err)
	defer nc.Close()
	_, err = io.WriteString(nc, ask("Echo", 1)+"nope")
	require.NoError(t, err)
	got, err := io.ReadAll(nc)
	require.NoError(t, err)
	require.Equal(t, `{"id":1,"result":"a1","error":null}`+"\n"+
		failed("null", "jsonrpc: not JSON: a word that is not null, true or false")+"\n", string(got))
}

func TestHalfATLSHandshakeIsClosedInTime(t *testing.T) {
	l, _ := startTLS(t, Options{RequestTimeout: 50 * time.Millisecond})
	c := l.dial(t)
	c.send("\x16\x03\x01")
	_, err := io.ReadAll(c)
	require.NoError(t, err)
}

// brokenListener fails a number of times before it accepts, and counts.
type brokenListener struct {
	net.Listener
	failures atomic.Int32
}

func (l *brokenListener) Accept() (net.Conn, error) {
	if l.failures.Add(-1) >= 0 {
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

// lockedBuffer is a buffer for a logger of many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

func TestAcceptGoesOnAfterAFailure(t *testing.T) {
	var log lockedBuffer
	s := newTestServer(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	l := listen(t, func(ctx context.Context, ln net.Listener, access Access) error {
		broken := &brokenListener{Listener: ln}
		broken.failures.Store(3)
		return s.ServeTCP(ctx, broken, access)
	})
	l.dial(t).isOpen()
	require.Equal(t, 3, strings.Count(log.String(), "accept failed"))
}

// TestFloodOfHalfRequestsIsClosed opens many connections that say little, and sees them closed, the others served
// meanwhile, and the memory back to what one of them should take.
func TestFloodOfHalfRequestsIsClosed(t *testing.T) {
	const conns, addresses = 1000, 5
	s := newTestServer(t, Options{RequestTimeout: time.Second})
	l := listen(t, s.ServeTCP)
	honest := l.dial(t)
	honest.isOpen()
	var flood []net.Conn
	grown := heapGrowth(func() {
		for i := range conns {
			from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i%addresses))}}
			nc, err := from.DialContext(t.Context(), "tcp", l.addr)
			require.NoError(t, err)
			t.Cleanup(func() { nc.Close() })
			_, err = io.WriteString(nc, `{"method":"APIerSv1.`)
			require.NoError(t, err)
			flood = append(flood, nc)
		}
		honest.isOpen()
	})
	require.Less(t, grown, int64(conns*40<<10), "bytes taken by %d connections and their clients", conns)
	for _, nc := range flood {
		require.NoError(t, nc.SetReadDeadline(time.Now().Add(waitMax)))
		answer, err := io.ReadAll(nc)
		require.NoError(t, err)
		require.Contains(t, string(answer), "not complete within 1s")
		require.NoError(t, nc.Close())
	}
	honest.isOpen()
	require.Eventually(t, func() bool { return s.Stats().ConnsTCP == 1 }, waitMax, time.Millisecond)
	t.Logf("%d bytes a connection, %d goroutines left", grown/conns, runtime.NumGoroutine())
}
