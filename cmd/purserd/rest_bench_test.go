package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// The benchmarks below ask a daemon in a process of its own, over loopback, with keep-alive.

// gregorianYearZero is year 0 in Unix seconds, negated.
const gregorianYearZero = 62167219200

// portal is an HTTP client of a daemon, logged in as the master.
type portal struct {
	http.Client
	url, token, reseller, account string
}

func newPortal(b *testing.B, clients int, flags ...string) (*portal, *child) {
	b.Helper()
	c := startChild(b, b.TempDir(), onREST(append(flags, "--rest.master_api_key", keyA)...)...)
	p := &portal{url: "http://" + c.addrs["rest"]}
	p.Transport = &http.Transport{MaxIdleConnsPerHost: clients}
	var login restAnswer
	require.NoError(b, json.Unmarshal(p.must(b, "PUT", "/v2/api_auth", `{"data":{"api_key":"`+keyA+`"}}`, 0), &login))
	p.token = login.Token
	make := func(parent, name string) string {
		var made restAnswer
		require.NoError(b, json.Unmarshal(p.must(b, "PUT", "/v2/accounts/"+parent, `{"data":{"name":"`+name+`"}}`, 0), &made))
		return made.text("id")
	}
	p.reseller = make(login.text("account_id"), "Reseller")
	p.must(b, "PUT", "/v2/accounts/"+p.reseller+"/reseller", "", 0)
	p.account = make(p.reseller, "Customer")
	return p, c
}

// ask sends a request and returns the body of an answer that is no error; at is the time of a test clock, 0 for now.
func (p *portal) ask(verb, path, body string, at int64) ([]byte, error) {
	rq, err := http.NewRequest(verb, p.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	rq.Header.Set("X-Auth-Token", p.token)
	rq.Header.Set("Content-Type", "application/json")
	if at != 0 {
		rq.Header.Set("X-Purser-Time", fmt.Sprint(at))
	}
	answer, err := p.Do(rq)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %d %s", verb, path, answer.StatusCode, data)
	}
	return data, err
}

func (p *portal) must(b *testing.B, verb, path, body string, at int64) []byte {
	b.Helper()
	data, err := p.ask(verb, path, body, at)
	require.NoError(b, err)
	return data
}

// lineData is the data of a line of a call.
func lineData(id int64, beside string) string {
	return fmt.Sprintf(`{"amount":"0.2262","description":"US Hollywood","source":{"service":"per-minute-voip","id":"call-%d"},`+
		`"usage":{"type":"voice","quantity":60,"unit":"sec"},"metadata":{"to":"+1323","from":"+49"}%s}`, id, beside)
}

// BenchmarkRESTChange compares a durable credit with an answer that does nothing, both of 16 clients.
func BenchmarkRESTChange(b *testing.B) {
	const clients = 16
	p, _ := newPortal(b, clients)
	var id atomic.Int64
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"healthz", func() error { _, err := p.ask("GET", "/healthz", "", 0); return err }},
		{"credit", func() error {
			_, err := p.ask("PUT", "/v2/accounts/"+p.account+"/ledgers/credit", `{"data":`+lineData(id.Add(1), "")+`}`, 0)
			return err
		}},
		{"debit", func() error {
			_, err := p.ask("PUT", "/v2/accounts/"+p.account+"/ledgers/debit", `{"data":`+lineData(id.Add(1), "")+`}`, 0)
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var left atomic.Int64
			left.Store(int64(b.N))
			var group errgroup.Group
			b.ResetTimer()
			for range clients {
				group.Go(func() error {
					for left.Add(-1) >= 0 {
						if err := c.ask(); err != nil {
							return err
						}
					}
					return nil
				})
			}
			require.NoError(b, group.Wait())
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// The ledger of BenchmarkRESTViews.
const (
	viewLines    = 1_000_000
	viewAccounts = 100_000
	viewBatch    = 500
	viewDays     = 60
)

// viewStart is when the ledger begins, in Gregorian seconds.
var viewStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix() + gregorianYearZero

// BenchmarkRESTViews reads a ledger of 1,000,000 lines beside 100,000 accounts, one client, and reports the 99th
// percentile of each view.
func BenchmarkRESTViews(b *testing.B) {
	if testing.Short() {
		b.Skip("fills a ledger for a minute or two")
	}
	p, c := newPortal(b, 4, "--rest.test_clock=true")
	b.Logf("%.0f accounts/s made, %.0f lines/s in batches of %d", fillAccounts(b, c.addrs["json"]), p.fillLedger(b), viewBatch)
	account := "/v2/accounts/" + p.account
	anywhere := func() int64 { return viewStart + rand.Int64N(viewDays*24*3600) }
	for _, view := range []struct {
		name string
		path func() string
	}{
		{"sums", func() string { return fmt.Sprintf("/ledgers?created_from=%d&created_to=%d", viewStart, anywhere()) }},
		{"month", func() string { return fmt.Sprintf("/ledgers/summary/20260%d", 1+rand.IntN(3)) }},
		{"total", func() string { return "/ledgers/total" }},
		{"total at", func() string { return fmt.Sprintf("/ledgers/total?at=%d", anywhere()) }},
		{"page", func() string { return fmt.Sprintf("/ledgers/per-minute-voip?created_from=1&created_to=%d", anywhere()) }},
		{"ascending page", func() string {
			return fmt.Sprintf("/ledgers/per-minute-voip?ascending=true&created_from=%d&created_to=%d", anywhere(), viewStart*2)
		}},
		{"audit of a year", func() string {
			return fmt.Sprintf("/services/audit_summary?created_to=%d", viewStart+viewDays*24*3600)
		}},
	} {
		b.Run(view.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				path := view.path()
				began := time.Now()
				_, err := p.ask("GET", account+path, "", 0)
				took = append(took, time.Since(began))
				require.NoError(b, err)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// fillLedger makes the lines, spread over days, and returns how many a second.
func (p *portal) fillLedger(b *testing.B) float64 {
	b.Helper()
	const batches = viewLines / viewBatch
	began := time.Now()
	var next atomic.Int64
	var group errgroup.Group
	for range 2 { // more would make lines far in front of others
		group.Go(func() error {
			var body bytes.Buffer
			for n := next.Add(1) - 1; n < batches; n = next.Add(1) - 1 {
				body.Reset()
				body.WriteString(`{"data":[`)
				for i := range int64(viewBatch) {
					if i > 0 {
						body.WriteByte(',')
					}
					body.WriteString(lineData(n*viewBatch+i, `,"direction":"debit"`))
				}
				body.WriteString(`]}`)
				at := viewStart + n*(viewDays*24*3600)/batches
				if _, err := p.ask("PUT", "/v2/accounts/"+p.account+"/ledgers/batch", body.String(), at); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(b, group.Wait())
	return viewLines / time.Since(began).Seconds()
}

// fillAccounts makes the accounts over JSON-RPC and returns how many a second.
func fillAccounts(b *testing.B, addr string) float64 {
	b.Helper()
	nc, err := net.Dial("tcp", addr)
	require.NoError(b, err)
	defer nc.Close()
	began := time.Now()
	var group errgroup.Group
	group.Go(func() error {
		w := bufio.NewWriter(nc)
		for i := range viewAccounts {
			fmt.Fprintln(w, request(i, "APIerSv1.AddBalance",
				fmt.Sprintf(`{"Account":"a%d","BalanceType":"*monetary","Value":10}`, i)))
		}
		return w.Flush()
	})
	answers := bufio.NewScanner(nc)
	for range viewAccounts {
		require.True(b, answers.Scan(), answers.Err())
		require.Contains(b, answers.Text(), `"OK"`)
	}
	require.NoError(b, group.Wait())
	return viewAccounts / time.Since(began).Seconds()
}
