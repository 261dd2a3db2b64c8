package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/config"
)

// childEnv makes the test binary run as the daemon, so that tests can kill it.
const childEnv = "PURSERD_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Unsetenv(childEnv)
		main()
		return
	}
	os.Exit(m.Run())
}

// child is a daemon in a process of its own.
type child struct {
	cmd   *exec.Cmd
	addrs map[string]string
	log   *syncBuffer
}

// syncBuffer is a buffer that a process writes to while a test reads it.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var anyPort = []string{"--listen.json", "127.0.0.1:0", "--listen.bijson", "127.0.0.1:0", "--listen.http", "127.0.0.1:0",
	"--listen.rest", ""}

// startChild starts the daemon on a folder and waits for its ready line.
func startChild(t testing.TB, dir string, flags ...string) *child {
	t.Helper()
	c := &child{log: &syncBuffer{}}
	c.cmd = exec.Command(os.Args[0], append(append([]string{"--store.dir", dir}, anyPort...), flags...)...)
	c.cmd.Env = append(os.Environ(), childEnv+"=1")
	c.cmd.Stderr = c.log
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	t.Cleanup(func() {
		if c.cmd.ProcessState == nil {
			require.NoError(t, c.cmd.Process.Kill())
			c.wait()
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "log: %s", c.log)
	c.addrs = readyAddrs(t, line)
	return c
}

func (c *child) wait() int {
	if err := c.cmd.Wait(); err != nil && c.cmd.ProcessState == nil {
		panic(err)
	}
	return c.cmd.ProcessState.ExitCode()
}

// kill ends the process as a power switch would, but for the page cache.
func (c *child) kill(t testing.TB) {
	t.Helper()
	require.NoError(t, c.cmd.Process.Kill())
	c.wait()
}

func (c *child) terminate(t testing.TB) int {
	t.Helper()
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	return c.wait()
}

func readyAddrs(t testing.TB, line string) map[string]string {
	t.Helper()
	fields := strings.Fields(line)
	require.NotEmpty(t, fields)
	require.Equal(t, "ready", fields[0])
	addrs := map[string]string{}
	for _, f := range fields[1:] {
		name, addr, ok := strings.Cut(f, "=")
		require.True(t, ok, line)
		addrs[name] = addr
	}
	return addrs
}

// testConfig is that of a daemon on free ports and a temporary folder.
func testConfig(t *testing.T) config.Config {
	t.Helper()
	return withDir(t, filepath.Join(t.TempDir(), "data"))
}

// withDir is testConfig on a folder that is there.
func withDir(t *testing.T, dir string) config.Config {
	t.Helper()
	cfg, err := config.Load("", nil, map[string]string{"store.dir": dir,
		"listen.json": "127.0.0.1:0", "listen.bijson": "127.0.0.1:0", "listen.http": "127.0.0.1:0", "listen.rest": ""})
	require.NoError(t, err)
	return cfg
}

// inside is a daemon in the test's own process.
type inside struct {
	addrs map[string]string
	log   *syncBuffer
	shown *syncBuffer // on standard error, beside the log
	stop  context.CancelFunc
	ended chan error
}

func startInside(t *testing.T, cfg config.Config) *inside {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	d := &inside{log: &syncBuffer{}, shown: &syncBuffer{}, stop: stop, ended: make(chan error, 1)}
	out, in := io.Pipe()
	go func() {
		err := run(ctx, cfg, runtimeFiles{stdout: in, stderr: d.shown}, slog.New(slog.NewTextHandler(d.log, nil)))
		in.CloseWithError(err)
		d.ended <- err
	}()
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "log: %s", d.log)
	d.addrs = readyAddrs(t, line)
	return d
}

// end stops the daemon and returns what run returned.
func (d *inside) end(t *testing.T) error {
	t.Helper()
	d.stop()
	select {
	case err := <-d.ended:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the daemon did not end")
		return nil
	}
}

// reply is an answer in the CGRateS dialect.
type reply struct {
	ID     any             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *string         `json:"error"`
}

// wire is a connection to the daemon's JSON port.
type wire struct {
	t   *testing.T
	nc  net.Conn
	dec *json.Decoder
	ids int
}

func dialWire(t *testing.T, addr string) *wire {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(30*time.Second)))
	return &wire{t: t, nc: nc, dec: json.NewDecoder(nc)}
}

// request returns a request's text; args is JSON.
func request(id int, method, args string) string {
	return fmt.Sprintf(`{"method":%q,"params":[%s],"id":%d}`, method, args, id)
}

// call sends a request and returns its result or error text.
func (w *wire) call(method, args string) (result, failure string) {
	w.t.Helper()
	w.ids++
	_, err := io.WriteString(w.nc, request(w.ids, method, args))
	require.NoError(w.t, err)
	var r reply
	require.NoError(w.t, w.dec.Decode(&r))
	if r.Error != nil {
		return "", *r.Error
	}
	return string(r.Result), ""
}

func (w *wire) ok(method, args string) string {
	w.t.Helper()
	result, failure := w.call(method, args)
	require.Empty(w.t, failure, "%s %s", method, args)
	return result
}

// balance returns the text of the value of an account's first *monetary balance.
func (w *wire) balance(account string) string {
	w.t.Helper()
	var a struct {
		BalanceMap map[string][]struct{ Value json.Number }
	}
	require.NoError(w.t, json.Unmarshal([]byte(w.ok("APIerSv2.GetAccount", fmt.Sprintf(`{"Account":%q}`, account))), &a))
	return a.BalanceMap["*monetary"][0].Value.String()
}
