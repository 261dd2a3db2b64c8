package rpcjson

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testRole is the role of the methods of the tests, and of their listeners.
const testRole Roles = 1

// waitMax is how long a test waits for what must come.
const waitMax = 10 * time.Second

type accountArgs struct {
	Tenant  string
	Account string
	Value   *int64
	Balance map[string]any
}

var errAccountMissing = errors.New("MANDATORY_IE_MISSING: [Account]")

// setAccount answers like CGRateS: it wants an account.
func setAccount(c *Call, a *accountArgs) {
	if a.Account == "" {
		c.Fail(errAccountMissing)
		return
	}
	c.Reply("OK")
}

// echo answers with the account that it was given.
func echo(c *Call, a *accountArgs) { c.Reply(a.Account) }

func newTestServer(t testing.TB, opts Options, more ...Method) *Server {
	t.Helper()
	s := New(opts)
	require.NoError(t, s.Register(
		Handle("APIerSv1.SetAccount", testRole, setAccount),
		Handle("APIerSv1.Echo", testRole, echo),
		Handle("APIerSv1.Secret", testRole<<1, setAccount),
		Handle("APIerSv1.Panic", testRole, func(*Call, *accountArgs) { panic("as asked") }),
	))
	require.NoError(t, s.Register(more...))
	return s
}

// listener is a running listener of a face.
type listener struct {
	addr string
	stop context.CancelFunc
	done chan error
}

func listen(t testing.TB, serve func(context.Context, net.Listener, Access) error) *listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{addr: ln.Addr().String(), stop: cancel, done: make(chan error, 1)}
	go func() { l.done <- serve(ctx, ln, Access{Roles: testRole}) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-l.done:
			require.NoError(t, err)
			l.done <- nil
		case <-time.After(waitMax):
			require.Fail(t, "the listener does not stop")
		}
	})
	return l
}

func startTCP(t testing.TB, opts Options, more ...Method) *listener {
	t.Helper()
	return listen(t, newTestServer(t, opts, more...).ServeTCP)
}

func startHTTP(t testing.TB, opts Options, more ...Method) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(newTestServer(t, opts, more...).HTTP(Access{Roles: testRole}))
	t.Cleanup(srv.Close)
	return srv
}

// client is a raw connection.
type client struct {
	t testing.TB
	*net.TCPConn
	lines *bufio.Reader
}

func (l *listener) dial(t testing.TB) *client {
	t.Helper()
	nc, err := net.Dial("tcp", l.addr)
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(waitMax)))
	return &client{t: t, TCPConn: nc.(*net.TCPConn), lines: bufio.NewReader(nc)}
}

func (c *client) send(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

func (c *client) line() string {
	c.t.Helper()
	line, err := c.lines.ReadString('\n')
	require.NoError(c.t, err, "got %q", line)
	return strings.TrimSuffix(line, "\n")
}

// rest returns what the server sends until it hangs up, which must not be with a reset.
func (c *client) rest() string {
	c.t.Helper()
	rest, err := io.ReadAll(c.lines)
	require.NoError(c.t, err)
	return string(rest)
}

// isOpen checks that the connection still serves.
func (c *client) isOpen() {
	c.t.Helper()
	c.send(`{"method":"APIerSv1.Echo","params":[{"Account":"still"}],"id":"open"}`)
	require.Equal(c.t, `{"id":"open","result":"still","error":null}`, c.line())
}

// ok is the answer to a good request with this id.
func ok(id string) string { return `{"id":` + id + `,"result":"OK","error":null}` }
