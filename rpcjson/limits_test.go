package rpcjson

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHalfARequestIsClosedInTime(t *testing.T) {
	l := startTCP(t, Options{RequestTimeout: 50 * time.Millisecond})
	for name, half := range map[string]string{
		"object": `{"method"`, "too long": `{"a":"` + strings.Repeat("x", 2<<20), "netstring": "5", "number": " 5",
	} {
		t.Run(name, func(t *testing.T) {
			c := l.dial(t)
			c.send(half)
			require.Contains(t, c.rest(), `jsonrpc: request not complete within 50ms`)
		})
	}
}

func TestSlowRequestsMayFollowEachOther(t *testing.T) {
	// Each request takes its time, all together take longer than one may.
	const timeout = time.Second
	c := startTCP(t, Options{RequestTimeout: timeout}).dial(t)
	c.send(`{"method":"APIerSv1.Echo",`)
	for begin := time.Now(); time.Since(begin) < 2*timeout; {
		c.send(`"params":[{"Account":"a"}],"id":1}{"method":"APIerSv1.Echo",`)
		require.Equal(t, `{"id":1,"result":"a","error":null}`, c.line())
	}
}

func TestIdleConnectionStaysOpen(t *testing.T) {
	const timeout = 20 * time.Millisecond
	c := startTCP(t, Options{RequestTimeout: timeout}).dial(t)
	c.isOpen()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(3*timeout)))
	_, err := c.lines.ReadByte()
	var timedOut net.Error
	require.ErrorAs(t, err, &timedOut)
	require.True(t, timedOut.Timeout(), "the server hung up")
	require.NoError(t, c.SetDeadline(time.Now().Add(waitMax)))
	c.isOpen()
}

func TestPeerThatDoesNotReadIsCutOff(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	s := newTestServer(t, Options{WriteTimeout: 50 * time.Millisecond},
		Handle("APIerSv1.Long", testRole, func(c *Call, _ *accountArgs) { c.Reply(long) }))
	l := listen(t, s.ServeTCP)
	bystander, c := l.dial(t), l.dial(t)
	cut := false
	for id := 0; !cut; id++ {
		_, err := io.WriteString(c, ask("Long", id))
		cut = err != nil
	}
	bystander.isOpen()
	require.Eventually(t, func() bool { return s.Stats().ConnsTCP == 1 }, waitMax, time.Millisecond)
	require.Zero(t, s.Stats().InFlight)
}

// heapOf returns the bytes in use after f, beyond those before it.
func heapGrowth(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.Sys) - int64(before.Sys)
}

func TestEndlessRequestTakesNoMemory(t *testing.T) {
	const size = 64 << 20
	c := startTCP(t, Options{RequestTimeout: time.Minute}).dial(t) // which a busy machine may need
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
	grown := heapGrowth(func() {
		c.send(`{"a":"`)
		piece := strings.Repeat("x", 64<<10)
		for sent := 0; sent < size; sent += len(piece) {
			c.send(piece)
		}
		c.send(`"}`)
		require.Equal(t, failed("null", "jsonrpc: request too long, limit 1048576 bytes"), c.line())
		c.isOpen()
	})
	require.Less(t, grown, int64(16<<20), "a request of 64 MiB was kept")
}

func TestLongRequestsShareABudget(t *testing.T) {
	const busy = "too many long requests at once, try again"
	s := newTestServer(t, Options{BufferBytesMax: 100 << 10})
	l := listen(t, s.ServeTCP)
	srv := httptest.NewServer(s.HTTP(Access{Roles: testRole}))
	defer srv.Close()
	long := strings.Repeat("x", 60<<10) // needs a buffer of 64 KiB, of which 16 are free
	begin, end := `{"x":"`+long, `",`+echoName+`,`+echoParams+`,"id":1}`

	holder, second := l.dial(t), l.dial(t)
	holder.send(begin)
	left := func() int64 { return s.room.left.Load() }
	require.Eventually(t, func() bool { return left() == 52<<10 }, waitMax, time.Millisecond)
	t.Run("tcp", func(t *testing.T) {
		second.send(begin + long + end)
		require.Equal(t, failed("null", "jsonrpc: "+busy), second.line())
		second.isOpen()
	})
	t.Run("netstring", func(t *testing.T) {
		c := l.dial(t)
		c.send(netstring(`"`+long+long+`"`) + netstring(strictAdd))
		c.expect(netstring(strictFailed("null", -32000, "jsonrpc: "+busy)) + netstring(strictOK))
	})
	t.Run("http", func(t *testing.T) {
		status, answer := post(t, srv.URL+"/jsonrpc", begin+long+end)
		require.Equal(t, 503, status)
		require.Equal(t, failed("null", busy)+"\n", answer)
	})
	holder.send(end)
	require.Equal(t, `{"id":1,"result":"a","error":null}`, holder.line())
	require.NoError(t, holder.Close())
	require.Eventually(t, func() bool { return left() == 100<<10 }, waitMax, time.Millisecond, "the room is given back")
	second.send(begin + end)
	require.Equal(t, `{"id":1,"result":"a","error":null}`, second.line())
}

func TestConnectionsAreLimited(t *testing.T) {
	var log lockedBuffer
	s := newTestServer(t, Options{ConnsMax: 3, ConnsPerPeerMax: 2, Log: slog.New(slog.NewTextHandler(&log, nil))})
	tcp, bidi := listen(t, s.ServeTCP), listen(t, s.ServeBidi)
	first, second := tcp.dial(t), bidi.dial(t)
	first.isOpen()
	second.isOpen()
	third := tcp.dial(t)
	require.Equal(t, "", third.rest(), "a third connection of one address")
	require.Equal(t, Stats{ConnsTCP: 1, ConnsBidi: 1, Refused: 1}, s.Stats())
	require.NoError(t, second.Close())
	require.Eventually(t, func() bool { return s.Stats().ConnsBidi == 0 }, waitMax, time.Millisecond)
	tcp.dial(t).isOpen()

	other := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	nc, err := other.DialContext(t.Context(), "tcp", tcp.addr)
	require.NoError(t, err)
	defer nc.Close()
	require.Eventually(t, func() bool { return s.Stats().ConnsTCP == 3 }, waitMax, time.Millisecond)
	other.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 3)}
	nc, err = other.DialContext(t.Context(), "tcp", tcp.addr)
	require.NoError(t, err)
	defer nc.Close()
	_, err = nc.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "a fourth connection in all")
	require.Contains(t, log.String(), `why="too many connections of this peer" face=tcp peer=127.0.0.1 refused=1`)
	require.Contains(t, log.String(), `why="too many connections" face=tcp peer=127.0.0.3 refused=2`)
}

func TestPeersOutsideTheNetworksAreRefused(t *testing.T) {
	var log lockedBuffer
	s := newTestServer(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	access := Access{Roles: testRole, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	c := listen(t, func(ctx context.Context, ln net.Listener, _ Access) error {
		return s.ServeTCP(ctx, ln, access)
	}).dial(t)
	require.Equal(t, "", c.rest())
	require.Equal(t, Stats{Refused: 1}, s.Stats())
	require.Contains(t, log.String(), "its network is not allowed")
}

func TestAccess(t *testing.T) {
	local := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		peer    string
		among   []netip.Prefix
		allowed bool
	}{
		{"127.0.0.1:5", local, true},
		{"[::ffff:127.0.0.1]:5", local, true},
		{"[::1]:5", local, true},
		{"192.0.2.1:5", local, false},
		{"192.0.2.1:5", nil, true},
		{"192.0.2.1:5", []netip.Prefix{}, false},
		{"@socket", nil, true},
		{"@socket", local, false},
	} {
		require.Equal(t, c.allowed, Access{Networks: c.among}.allows(parsePeer(c.peer)), c)
	}
}
