package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inProcessYardstick serves a yardstick until the test ends.
func inProcessYardstick(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- serveYardstick(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
	})
	return ln.Addr().String()
}

func TestBenchRunsTheCanonicalLoadAgainstAYardstickProcess(t *testing.T) {
	dir := t.TempDir()
	status, out, errText := runPurser(t, "", nil, "bench", inProcessYardstick(t), "--json", "--duration", "100ms",
		"--accounts", "50", "--conns", "2", "--in-flight", "4", "--sync-dir", dir, "--progress")
	require.Equal(t, exitOK, status, errText)
	var report benchReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Len(t, report.Lines, 3)
	for i, op := range []string{"add", "debit", "debit"} {
		l := report.Lines[i]
		require.Equal(t, op, l.Op)
		require.Positive(t, l.Rate)
		require.Positive(t, l.YardstickRate)
		require.InEpsilon(t, l.Rate/l.YardstickRate, l.Ratio, 1e-9)
		require.LessOrEqual(t, l.RatioMin, l.RatioMax)
		require.Positive(t, l.P50)
		require.GreaterOrEqual(t, l.P99, l.P50)
		require.NotEmpty(t, l.Verdict)
	}
	require.Equal(t, 1, report.Lines[2].Conns*report.Lines[2].InFlight)
	require.Positive(t, report.Lines[2].Syncs)
	require.Positive(t, report.Sync)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "the sync probe removes its file")
}

func TestBenchShowsATableOfOneLoad(t *testing.T) {
	status, out, errText := runPurser(t, "", nil, "bench", inProcessYardstick(t), "--op", "mixed", "--yardstick=false",
		"--duration", "100ms", "--accounts", "5", "--conns", "1", "--in-flight", "2")
	require.Equal(t, exitOK, status, errText)
	lines := strings.Split(out, "\n")
	require.Contains(t, lines[0], "conns x in flight")
	require.Contains(t, lines[1], "mixed")
	require.Empty(t, errText, "no progress line without a terminal")
}

func TestAnErrorAnswerFailsTheBench(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv1.SetBalance": "!NO_SPACE"})
	status, _, errText := runPurser(t, "", nil, "bench", stub.address, "--yardstick=false", "--accounts", "3")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errText, "NO_SPACE")
}

func TestADaemonThatHangsUpFailsTheBench(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv1.AddBalance": "hangup"})
	status, _, errText := runPurser(t, "", nil, "bench", stub.address, "--yardstick=false", "--accounts", "3")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errText, "daemon, add: bench: wait for answers")
}

func TestBenchFlagsHaveBounds(t *testing.T) {
	for _, flags := range [][]string{{"--conns", "0"}, {"--in-flight", "1025"}, {"--accounts", "10000001"},
		{"--duration", "1ms"}, {"--op", "nonsense"}, {"--seed", "-1"}} {
		status, _, errText := runPurser(t, "", nil, append([]string{"bench", "127.0.0.1:1"}, flags...)...)
		require.Equal(t, exitUsage, status, "%v: %s", flags, errText)
	}
}

func TestThePreparationGivesEveryAccountBothBalances(t *testing.T) {
	stub := newStubDaemon(t, nil)
	d := dialer{address: stub.address, timeout: 10 * time.Second}
	var done atomic.Uint64
	m, err := load{dial: d.dial, conns: 3, inFlight: 2, timeout: d.timeout,
		source: func(conn int) requestSource { return preparation(unitsSetup().accounts, 10, conn, 3) }}.run(t.Context(), &done)
	require.NoError(t, err)
	require.EqualValues(t, 20, m.answers)
	require.EqualValues(t, 20, done.Load())
	seen := strings.Join(stub.requests(), "\n")
	for _, account := range []string{"b0000000", "b0000009"} {
		require.Equal(t, 2, strings.Count(seen, account))
	}
	require.Equal(t, 10, strings.Count(seen, `"*voice"`))
	require.Equal(t, 10, strings.Count(seen, `"*monetary"`))
}

func TestTheRatedBenchLoadsItsPlanBeforeAnyAccount(t *testing.T) {
	stub := newStubDaemon(t, nil)
	status, out, errText := runPurser(t, "", nil, "bench", stub.address, "--op", "rated", "--yardstick=false",
		"--duration", "100ms", "--accounts", "3", "--conns", "1", "--in-flight", "1")
	require.Equal(t, exitOK, status, errText)
	require.Contains(t, out, "rated")
	seen := stub.requests()
	calls := ratedSetup().calls
	for i, call := range calls {
		require.Equal(t, call.method+" "+call.argument, seen[i])
	}
	accounts, debits := seen[len(calls):len(calls)+3], seen[len(calls)+3:]
	for i, request := range accounts {
		require.Contains(t, request, fmt.Sprintf(`APIerSv1.SetBalance {"Tenant":"rated.bench","Account":"b000000%d"`, i))
	}
	require.NotEmpty(t, debits)
	for _, request := range debits {
		require.Contains(t, request, `Responder.Debit {"Tenant":"rated.bench"`)
	}
}

func TestARefusedPlanFailsTheRatedBench(t *testing.T) {
	stub := newStubDaemon(t, map[string]string{"APIerSv1.LoadRatingPlan": "!NOT_AUTHORIZED"})
	status, _, errText := runPurser(t, "", nil, "bench", stub.address, "--op", "rated", "--yardstick=false")
	require.Equal(t, exitFailed, status)
	require.Equal(t, "purser: bench: APIerSv1.LoadRatingPlan: NOT_AUTHORIZED\n", errText)
}

func TestTheSameSeedGivesTheSameRequests(t *testing.T) {
	op, err := benchOpNamed("mixed")
	require.NoError(t, err)
	text := func(seed, stream uint64) string {
		next, buf := op.random(1000, seed, stream), []byte(nil)
		for slot := range 100 {
			buf, _ = next(buf, slot)
		}
		return string(buf)
	}
	require.Equal(t, text(1, 1), text(1, 1))
	require.NotEqual(t, text(1, 1), text(2, 1))
	require.NotEqual(t, text(1, 1), text(1, 2))
	require.Regexp(t, `"Account":"b0000\d{3}".*"id":100099}\n$`, text(1, 1))
}

func TestAnAnswerNobodyAskedForIsRefused(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{`{"id":100001,"result":"OK","error":null}`, ""},
		{`{"id":100000,"result":"OK","error":null}`, "nothing asked for"},
		{`{"id":100007,"result":"OK","error":null}`, "nothing asked for"},
		{`{"id":1zzzzz,"result":"OK","error":null}`, "nothing asked for"},
		{`{"id":100001,"result":null,"error":"X"}`, "no success"},
		{`{"id":null,"result":null,"error":"X"}`, "no success"},
		{``, "no success"},
	} {
		p := newPipeline(closedConn(t), nil, 2, time.Second, new(atomic.Uint64))
		p.sent[1], p.free = 0, []int{0}
		err := p.answer([]byte(c.line), time.Millisecond)
		if c.says == "" {
			require.NoError(t, err)
			require.Equal(t, []int{0, 1}, p.free)
			require.EqualValues(t, 1, p.latency.n)
			continue
		}
		require.ErrorContains(t, err, c.says)
	}
}

// closedConn is a connection that is never used.
func closedConn(t *testing.T) net.Conn {
	t.Helper()
	conn, peer := net.Pipe()
	require.NoError(t, conn.Close())
	require.NoError(t, peer.Close())
	return conn
}

func TestACancelledBenchEndsAtOnce(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	ctx, cancel := context.WithCancel(t.Context())
	d := dialer{address: silent.Addr().String(), timeout: time.Hour}
	source := func(int) requestSource {
		cancel()
		return preparation(unitsSetup().accounts, 1, 0, 1)
	}
	_, err = load{dial: d.dial, conns: 1, inFlight: 1, timeout: d.timeout, source: source}.run(ctx, new(atomic.Uint64))
	require.ErrorIs(t, err, context.Canceled)
}

func TestHistogramKeepsThreePercent(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 31, 32, 63, 64, 65, 1000, 123456, time.Millisecond, time.Hour, 1<<63 - 1} {
		i := histogramBucket(uint64(d))
		require.LessOrEqual(t, uint64(d), histogramBucketEnd(i))
		require.LessOrEqual(t, histogramBucketEnd(i)-uint64(d), uint64(d)/32)
		if i > 0 {
			require.Less(t, histogramBucketEnd(i-1), uint64(d))
		}
	}
}

func TestHistogramQuantiles(t *testing.T) {
	var h, other histogram
	require.Zero(t, h.quantile(0.5))
	for i := range 50 {
		h.add(time.Duration(i))
		other.add(time.Duration(i) * time.Second)
	}
	h.add(-1)
	h.merge(&other)
	require.EqualValues(t, 101, h.n)
	require.LessOrEqual(t, h.quantile(0.25), 25*time.Nanosecond)
	require.InDelta(t, float64(49*time.Second), float64(h.quantile(1)), float64(2*time.Second))
	require.GreaterOrEqual(t, h.quantile(1), 49*time.Second)
}

func TestTheReportNamesWhatIsWanted(t *testing.T) {
	report := benchReport{Server: "127.0.0.1:2012", Accounts: 10000, Seed: 1, SyncDir: "/tmp", Sync: 100_000, Lines: []benchLine{
		{Op: "add", Conns: 8, InFlight: 64, Rate: 90000, P50: 5_000_000, P99: 9_000_000, YardstickRate: 120000, Ratio: 0.75,
			RatioMin: 0.7, RatioMax: 0.8},
		{Op: "debit", Conns: 8, InFlight: 64, Rate: 30000, YardstickRate: 100000, Ratio: 0.3, RatioMin: 0.3, RatioMax: 0.3},
		{Op: "debit", Conns: 1, InFlight: 1, Rate: 4000, P50: 250_000, P99: 400_000, Syncs: 2.5},
		{Op: "set", Conns: 8, InFlight: 64, Rate: 4000, YardstickRate: 100000, Ratio: 0.04},
		{Op: "debit", Conns: 1, InFlight: 1, Rate: 1000, P50: 350_000, P99: 400_000, Syncs: 3.5},
	}}
	for i, share := range []float64{0.7, 0.5, 0.5, 0, 0.5} {
		report.Lines[i].judge(share)
	}
	var out bytes.Buffer
	require.NoError(t, report.write(&out))
	golden, err := os.ReadFile(filepath.Join("testdata", "bench_report.txt"))
	require.NoError(t, err)
	require.Equal(t, string(golden), out.String())
}

func TestAWriteErrorFailsTheReport(t *testing.T) {
	report := benchReport{Lines: []benchLine{{Op: "add"}}}
	require.Error(t, report.write(brokenWriter{}))
}

// brokenWriter is a full disk.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestSendingAndCheckingDoNotAllocate(t *testing.T) {
	op, err := benchOpNamed("mixed")
	require.NoError(t, err)
	p := newPipeline(closedConn(t), op.random(1000, 1, 1), 1, time.Second, new(atomic.Uint64))
	p.out = make([]byte, 0, 4096)
	answer := []byte(`{"id":100000,"result":"OK","error":null}`)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		p.out, _ = p.next(p.out[:0], 0)
		p.sent[0], p.free = 0, p.free[:0]
		if p.answer(answer, 1) != nil {
			panic("refused")
		}
	}))
}

func TestTheProgressLineIsShownAndCleared(t *testing.T) {
	shown, w := io.Pipe()
	line := startProgress(w, "add 8x64")
	line.done.Add(7)
	text := make([]byte, 200)
	n, err := shown.Read(text)
	require.NoError(t, err)
	require.Contains(t, string(text[:n]), "\rbench: add 8x64, 7 answers, ")
	rest := make(chan string, 1)
	go func() {
		all, _ := io.ReadAll(shown)
		rest <- string(all)
	}()
	line.stop()
	require.NoError(t, w.Close())
	require.Regexp(t, `\r +\r$`, <-rest)
}
