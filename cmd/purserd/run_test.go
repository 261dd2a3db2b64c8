package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"purser/config"
	"purser/engine"
	"purser/engine/services"
)

func TestRequestsOfOneConnectionTakeEffectInOrder(t *testing.T) {
	d := startInside(t, testConfig(t))
	w := dialWire(t, d.addrs["json"])
	const n = 500
	var all strings.Builder
	for i := range n {
		all.WriteString(request(2*i, "APIerSv1.SetBalance",
			fmt.Sprintf(`{"Account":"o","BalanceType":"*monetary","Value":%d,"Balance":{"ID":"m"}}`, i+1)))
		all.WriteString(request(2*i+1, "APIerSv2.GetAccount", `{"Account":"o"}`))
	}
	go func() { _, _ = io.WriteString(w.nc, all.String()) }()
	for i := range n {
		var set, get reply
		require.NoError(t, w.dec.Decode(&set))
		require.NoError(t, w.dec.Decode(&get))
		require.EqualValues(t, 2*i, set.ID)
		require.EqualValues(t, 2*i+1, get.ID)
		var a struct {
			BalanceMap map[string][]struct{ Value int }
		}
		require.NoError(t, json.Unmarshal(get.Result, &a))
		require.Equal(t, i+1, a.BalanceMap["*monetary"][0].Value, "the read sees the set before it and none after it")
	}
	require.NoError(t, d.end(t))
}

// TestFailingSyncEndsTheDaemon puts /dev/zero in the place of the journal's
// file: writes succeed, fdatasync fails. The first commit after that must not
// be answered OK, and the daemon must be gone long before it would have stopped.
func TestFailingSyncEndsTheDaemon(t *testing.T) {
	cfg := testConfig(t)
	cfg.Stop.Timeout = time.Hour
	d := startInside(t, cfg)
	w := dialWire(t, d.addrs["json"])
	const add = `{"Account":"f","BalanceType":"*monetary","Value":1,"Balance":{"ID":"m"}}`
	w.ok("APIerSv1.AddBalance", add)

	zero, err := os.OpenFile("/dev/zero", os.O_RDWR, 0)
	require.NoError(t, err)
	require.NoError(t, unix.Dup2(int(zero.Fd()), journalFD(t, cfg.Store.Dir)))
	_, failure := w.call("APIerSv1.AddBalance", add)
	require.Contains(t, failure, "SERVER_ERROR")
	require.Contains(t, failure, "retry with the same idempotency key")
	select {
	case err := <-d.ended:
		require.ErrorIs(t, err, errJournalFailed)
	case <-time.After(10 * time.Second):
		t.Fatal("the daemon goes on after a failed sync")
	}
	require.Contains(t, d.log.String(), `why="a commit failed"`)
	require.NoError(t, zero.Close())
}

// journalFD finds the descriptor of the open journal.
func journalFD(t *testing.T, dir string) int {
	t.Helper()
	want, err := filepath.Abs(filepath.Join(dir, "journal.db"))
	require.NoError(t, err)
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, fd := range fds {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && target == want {
			var n int
			_, err := fmt.Sscan(fd.Name(), &n)
			require.NoError(t, err)
			return n
		}
	}
	t.Fatalf("no descriptor of %s", want)
	return 0
}

func TestSIGTERMAnswersWhatWasAcceptedAndExits0(t *testing.T) {
	d := startChild(t, filepath.Join(t.TempDir(), "data"))
	w := dialWire(t, d.addrs["json"])
	const n = 200
	var all strings.Builder
	for i := range n {
		all.WriteString(request(i, "APIerSv1.AddBalance", `{"Account":"s","BalanceType":"*monetary","Value":1,"Balance":{"ID":"m"}}`))
	}
	_, err := io.WriteString(w.nc, all.String())
	require.NoError(t, err)
	var first reply
	require.NoError(t, w.dec.Decode(&first))
	idle := dialWire(t, d.addrs["json"])
	idle.ok("CoreSv1.Ping", "{}")
	half := dialWire(t, d.addrs["json"])
	half.ok("CoreSv1.Ping", "{}")
	_, err = io.WriteString(half.nc, `{"method":"APIer`)
	require.NoError(t, err)

	began := time.Now()
	status := make(chan int, 1)
	go func() { status <- d.terminate(t) }()
	answered := 1
	for {
		var r reply
		if w.dec.Decode(&r) != nil {
			break
		}
		require.Nil(t, r.Error)
		answered++
	}
	require.Zero(t, <-status, d.log)
	require.Less(t, time.Since(began), 5*time.Second)
	_, err = idle.nc.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)

	again := startInside(t, withDir(t, d.cmd.Args[2]))
	require.Equal(t, fmt.Sprint(answered), dialWire(t, again.addrs["json"]).balance("s"),
		"what was answered is there, and what was not accepted is not")
	require.NoError(t, again.end(t))
}

// A limit that the settings do not reach would be 0, and refuse everything.
func TestTheRulesOfADaemonWithoutSettingsAreTheEnginesDefaults(t *testing.T) {
	cfg, err := config.Load("", nil, nil)
	require.NoError(t, err)
	require.Equal(t, engine.DefaultRules(), engineRules(cfg))
}

func TestWhatServicesOfferIsWhatTheSettingsSay(t *testing.T) {
	offered := func(flags map[string]string) []services.Category {
		cfg, err := config.Load("", nil, flags)
		require.NoError(t, err)
		return restOptions(cfg, nil, newMetrics(version), slog.New(slog.DiscardHandler)).ServiceCategories
	}
	require.Equal(t, services.DefaultCategories(), offered(nil))
	require.Equal(t, []services.Category{{Name: "users", Items: []string{"user"}}},
		offered(map[string]string{"services.categories": "users.user"}))
}

func TestSecondDaemonOnOneFolderIsRefused(t *testing.T) {
	cfg := testConfig(t)
	d := startInside(t, cfg)
	var stderr bytes.Buffer
	status := execute(t.Context(), append([]string{"--store.dir", cfg.Store.Dir}, anyPort...), nil, io.Discard, &stderr)
	require.Equal(t, exitFailed, status)
	require.Contains(t, stderr.String(), cfg.Store.Dir)
	require.NoError(t, d.end(t))
}

func TestPortInUseEndsTheStart(t *testing.T) {
	first := startInside(t, testConfig(t))
	cfg := testConfig(t)
	cfg.Listen.JSON = first.addrs["json"]
	err := run(t.Context(), cfg, runtimeFiles{stdout: io.Discard}, newLogger(cfg.Log, io.Discard))
	require.ErrorContains(t, err, "listen.json")
	require.NoError(t, first.end(t))
}

// What is wrong with the command line is said in lines of their own, with the next step, and nothing is started.
func TestWrongFlagsAndSettingsEndWithTheirRemedy(t *testing.T) {
	for want, c := range map[string]struct{ args, env []string }{
		"purserd: flag: unknown setting store-dir (did you mean store.dir?) (see purserd --help)\n": {
			args: []string{"--store-dir", "x"}},
		"purserd: unknown command \"start\" for \"purserd\" (see purserd --help)\n": {args: []string{"start"}},
		"purserd: environment: unknown variable PURSER_PORT (see purserd --help)\n": {env: []string{"PURSER_PORT=1"}},
		"purserd: limits.depth must be more than 0 (default 32)\n" +
			"purserd: log.level must be debug, info, warn or error (see purserd --help)\n": {
			args: []string{"--limits.depth=0", "--log.level=loud"}},
	} {
		var stderr bytes.Buffer
		require.Equal(t, exitUsage, execute(t.Context(), c.args, c.env, io.Discard, &stderr))
		require.Equal(t, want, stderr.String())
	}
}

// Rotating logs sends it, and so does a terminal that closes; systemd would not start the daemon again.
func TestSIGHUPDoesNotEndTheDaemon(t *testing.T) {
	d := startChild(t, t.TempDir())
	require.NoError(t, d.cmd.Process.Signal(unix.SIGHUP))
	require.Zero(t, d.terminate(t), "it ended by the first signal: %s", d.log)
}

func TestEachRequestIsALineAtLevelDebug(t *testing.T) {
	d := startChild(t, t.TempDir(), "--log.level", "debug")
	w := dialWire(t, d.addrs["json"])
	w.ok("CoreSv1.Ping", "{}")
	w.call("APIerSv2.GetAccount", `{"Account":"nobody"}`)
	require.Zero(t, d.terminate(t))
	require.Contains(t, d.log.String(), "msg=request face=tcp peer=127.0.0.1 method=CoreSv1.Ping err=<nil> took=")
	require.Contains(t, d.log.String(), "msg=request face=tcp peer=127.0.0.1 method=APIerSv2.GetAccount err=NOT_FOUND took=")
}

func TestPublicAddressIsRefusedWithoutProtection(t *testing.T) {
	var stderr bytes.Buffer
	status := execute(t.Context(), []string{"--listen.json", "0.0.0.0:0"}, nil, io.Discard, &stderr)
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr.String(), "listen.json")
}

func TestHTTPListenerServesHealthAndMetrics(t *testing.T) {
	d := startInside(t, testConfig(t))
	base := "http://" + d.addrs["http"]
	resp, err := http.Post(base+"/jsonrpc", "application/json",
		strings.NewReader(request(1, "APIerSv1.AddBalance", `{"Account":"h","BalanceType":"*monetary","Value":1}`)))
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, `{"id":1,"result":"OK","error":null}`+"\n", string(body))

	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ok\n"} {
		require.Equal(t, want, get(t, base+path))
	}
	metrics := get(t, base+"/metrics")
	for _, line := range []string{
		`purser_requests_total{face="http",method="APIerSv1.AddBalance",outcome="ok"} 1`, "purser_commit_seconds_count 1",
		"purser_commit_entries_sum 1", "purser_journal_entries_total 1", "purser_accounts 1", `purser_connections{face="tcp"} 0`,
		"purser_request_seconds_bucket", "purser_build_info",
	} {
		require.True(t, strings.Contains(metrics, line), "no line %s", line)
	}
	require.NoError(t, d.end(t))
}

func TestOnePeerCannotTakeAllOfHTTP(t *testing.T) {
	cfg := testConfig(t)
	cfg.Limits.Connections, cfg.Limits.ConnectionsPerPeer = 3, 2
	d := startInside(t, cfg)
	dial := func(from byte) net.Conn {
		peer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, from)}}
		conn, err := peer.DialContext(t.Context(), "tcp", d.addrs["http"])
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
		return conn
	}
	served := func(conn net.Conn) bool {
		_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if err == nil {
			_, err = http.ReadResponse(bufio.NewReader(conn), nil)
		}
		return err == nil
	}
	first, second := dial(2), dial(2)
	require.True(t, served(first))
	require.True(t, served(second))
	require.False(t, served(dial(2)), "a third one")
	require.Contains(t, d.log.String(), `why="too many connections of this peer" face=http peer=127.0.0.2 refused=1`)
	require.True(t, served(dial(3)), "of another peer")
	require.False(t, served(dial(4)), "a fourth one in all")
	require.Contains(t, d.log.String(), `why="too many connections" face=http peer=127.0.0.4 refused=2`)
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool { return served(dial(2)) }, 10*time.Second, 10*time.Millisecond, "there is room again")
	require.NoError(t, second.Close())
	var metrics string
	require.Eventually(t, func() bool {
		conn := dial(2)
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n"); err != nil {
			return false
		}
		answer, err := io.ReadAll(conn)
		metrics = string(answer)
		return err == nil && metrics != ""
	}, 10*time.Second, 10*time.Millisecond)
	require.Regexp(t, `(?m)^purser_connections\{face="http"\} 3$`, metrics)
	require.Regexp(t, `(?m)^purser_connections_refused_total ([2-9]|\d\d+)$`, metrics)
	require.NoError(t, d.end(t))
}

func TestHTTPListenerIsForItsNetworksOnly(t *testing.T) {
	cfg := testConfig(t)
	cfg.Listen.Allow = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	d := startInside(t, cfg)
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		resp, err := http.Get("http://" + d.addrs["http"] + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusForbidden, resp.StatusCode, path)
	}
	require.NoError(t, d.end(t))
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(body))
	return string(body)
}

// TestAListenerThatFailsEndsTheDaemon shuts a listening socket under the
// daemon: a supervisor starts it again, where it would never see the face gone.
func TestAListenerThatFailsEndsTheDaemon(t *testing.T) {
	d := startInside(t, testConfig(t))
	require.NoError(t, unix.Shutdown(listenerFD(t, d.addrs["http"]), unix.SHUT_RD))
	select {
	case err := <-d.ended:
		require.ErrorContains(t, err, "listen.http: accept")
	case <-time.After(10 * time.Second):
		t.Fatal("the daemon goes on without a listener")
	}
	require.Contains(t, d.log.String(), `why="a listener failed"`)
}

// listenerFD finds the descriptor of the socket that listens on an address.
func listenerFD(t *testing.T, addr string) int {
	t.Helper()
	want := netip.MustParseAddrPort(addr)
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, entry := range fds {
		fd, err := strconv.Atoi(entry.Name())
		require.NoError(t, err)
		listens, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
		if err != nil || listens == 0 {
			continue
		}
		at, err := unix.Getsockname(fd)
		require.NoError(t, err)
		if v4, ok := at.(*unix.SockaddrInet4); ok && netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), uint16(v4.Port)) == want {
			return fd
		}
	}
	t.Fatalf("nothing listens on %s", addr)
	return 0
}
