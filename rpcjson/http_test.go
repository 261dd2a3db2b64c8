package rpcjson

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
	"purser/paced"
)

func TestStrictEndpoint(t *testing.T) {
	srv := startHTTP(t, Options{})
	for _, c := range []struct {
		name, body, answer string
		status             int
	}{
		{"positional", strictAdd, strictOK, 200},
		{"named", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","params":{"account":"n"},"id":"i"}`,
			`{"jsonrpc":"2.0","id":"i","result":"n"}`, 200},
		{"no params", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","id":1}`, `{"jsonrpc":"2.0","id":1,"result":""}`, 200},
		{"id null is no notification", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","id":null}`,
			`{"jsonrpc":"2.0","id":null,"result":""}`, 200},
		{"notification", strictNotify, "", 204},
		{"notification of an unknown method", `{"jsonrpc":"2.0","method":"APIerSv1.Nope"}`, "", 204},
		{"batch in order", `[` + strictAdd + `,` + strictNotify + `,{"jsonrpc":"2.0","method":"APIerSv1.Echo","id":2}]`,
			`[` + strictOK + `,{"jsonrpc":"2.0","id":2,"result":""}]`, 200},
		{"batch of notifications", `[` + strictNotify + `,` + strictNotify + `]`, "", 204},
		{"error of a method", `{"jsonrpc":"2.0","method":"APIerSv1.SetAccount","id":1}`,
			strictFailed("1", -32000, "MANDATORY_IE_MISSING: [Account]"), 200},
		{"no role", `{"jsonrpc":"2.0","method":"APIerSv1.Secret","id":1}`,
			strictFailed("1", -32001, "NOT_AUTHORIZED: APIerSv1.Secret"), 200},
		{"unknown method", `{"jsonrpc":"2.0","method":"APIerSv1.Nope","id":1}`,
			strictFailed("1", -32601, "rpc: can't find method APIerSv1.Nope"), 200},
		{"method without dot", `{"jsonrpc":"2.0","method":"Nope","id":1}`, strictFailed("1", -32601, illFormed+"Nope"), 200},
		{"bad params", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","params":[{"Account":1}],"id":1}`, strictFailed("1", -32602,
			"json: cannot unmarshal number into Go struct field Account of type string"), 200},
		{"params is text", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","params":"a","id":1}`, strictFailed("1", -32602,
			"json: cannot unmarshal string into Go value of type [1]interface {}"), 200},
		{"panic", `{"jsonrpc":"2.0","method":"APIerSv1.Panic","id":1}`, strictFailed("1", -32603, "SERVER_ERROR"), 200},
		{"not 2.0", `{"jsonrpc":"1.0","method":"APIerSv1.Echo","id":1}`,
			strictFailed("1", -32600, `jsonrpc: member jsonrpc is not \"2.0\"`), 200},
		{"no version", `{"method":"APIerSv1.Echo","id":1}`,
			strictFailed("1", -32600, `jsonrpc: member jsonrpc is not \"2.0\"`), 200},
		{"method is a number", `{"jsonrpc":"2.0","method":1,"params":"bar"}`,
			strictFailed("null", -32600, "rpc: method is not text"), 200},
		{"id is an object", `{"jsonrpc":"2.0","method":"APIerSv1.Echo","id":{}}`,
			strictFailed("null", -32600, "jsonrpc: id is neither text, number nor null"), 200},
		{"empty object", `{}`, strictFailed("null", -32600, `jsonrpc: member jsonrpc is not \"2.0\"`), 200},
		{"empty batch", `[]`, strictFailed("null", -32600, "jsonrpc: empty batch"), 200},
		{"empty body", ``, strictFailed("null", -32700, "jsonrpc: not JSON: nothing there"), 200},
		{"two values", strictAdd + strictAdd, strictFailed("null", -32700, "jsonrpc: not JSON: more than one value, or none"), 200},
		{"trailing garbage", strictAdd + "}", strictFailed("null", -32700, "jsonrpc: not JSON: more than one value, or none"), 200},
		{"half", `{"a":`, strictFailed("null", -32700, "jsonrpc: not JSON: unexpected end of input"), 200},
		{"nested too deep", strings.Repeat("[", 33) + strings.Repeat("]", 33),
			strictFailed("null", -32600, "jsonrpc: request nested too deep, limit 32 levels"), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := post(t, srv.URL+"/rpc", c.body)
			require.Equal(t, c.answer, strings.TrimSuffix(answer, "\n"))
			require.Equal(t, c.status, status)
		})
	}
}

func TestBodyWithGarbageExecutesNothing(t *testing.T) {
	var served atomic.Int32
	srv := startHTTP(t, Options{}, Handle("APIerSv1.Count", testRole, func(c *Call, _ *accountArgs) {
		served.Add(1)
		c.Reply("OK")
	}))
	count := `{"jsonrpc":"2.0","method":"APIerSv1.Count","id":1}`
	for _, body := range []string{count + count, count + "x", "[" + count + ",]", "[" + count, "[" + count + "]]"} {
		post(t, srv.URL+"/rpc", body)
		require.Zero(t, served.Load(), body)
	}
	post(t, srv.URL+"/rpc", "["+count+","+count+"]")
	require.Equal(t, int32(2), served.Load())
}

func TestRPCTakesPostOnly(t *testing.T) {
	srv := startHTTP(t, Options{})
	resp, err := http.Get(srv.URL + "/rpc")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	require.Equal(t, "POST", resp.Header.Get("Allow"))
}

func TestAnyVerbWithABodyServesJSONRPC(t *testing.T) {
	srv := startHTTP(t, Options{})
	for _, verb := range []string{"GET", "PUT", "POST", "PATCH"} {
		req, err := http.NewRequestWithContext(t.Context(), verb, srv.URL+"/jsonrpc", strings.NewReader(ask("Echo", 1)))
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
		require.Equal(t, `{"id":1,"result":"a1","error":null}`+"\n", string(body), verb)
	}
	status, answer := post(t, srv.URL+"/jsonrpc", "")
	require.Equal(t, 200, status)
	require.Equal(t, failed("null", "jsonrpc: not JSON: empty body")+"\n", answer)
}

func TestManyRequestsInOneBodyAreServedInOrder(t *testing.T) {
	var body, want strings.Builder
	for id := range 5000 {
		body.WriteString(ask("Go", id))
		fmt.Fprintf(&want, `{"id":%d,"result":"a%d","error":null}`+"\n", id, id)
	}
	srv := startHTTP(t, Options{InFlightMax: 7}, Handle("APIerSv1.Go", testRole, func(c *Call, a *accountArgs) {
		go c.Reply(a.Account)
	}))
	_, answer := post(t, srv.URL+"/jsonrpc", body.String())
	require.Equal(t, want.String(), answer)
}

func TestTooLongBodyIsRefused(t *testing.T) {
	srv := startHTTP(t, Options{RequestBytesMax: 1000})
	for path, want := range map[string]string{
		"/jsonrpc": failed("null", "request too long"), "/rpc": strictFailed("null", -32600, "request too long"),
	} {
		status, answer := post(t, srv.URL+path, strings.Repeat(" ", 1001))
		require.Equal(t, http.StatusRequestEntityTooLarge, status)
		require.Equal(t, want+"\n", answer)
		// Of unknown length, and a lot of it:
		resp, err := http.Post(srv.URL+path, "", io.LimitReader(endless{}, 64<<20))
		if err != nil {
			continue // the server hung up before the client had sent all: that is an answer too
		}
		resp.Body.Close()
		require.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
	}
}

// endless is an endless text.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '"'
	}
	return len(b), nil
}

func TestBodyMustBeCompleteInTime(t *testing.T) {
	srv := startHTTP(t, Options{RequestTimeout: 50 * time.Millisecond})
	nc, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.SetDeadline(time.Now().Add(waitMax)))
	_, err = io.WriteString(nc, "POST /jsonrpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	answer, err := io.ReadAll(nc)
	require.NoError(t, err)
	require.Contains(t, string(answer), "408 Request Timeout")
}

func TestMethodOutlivesTheTimeForTheBody(t *testing.T) {
	const timeout = 30 * time.Millisecond
	srv := startHTTP(t, Options{RequestTimeout: timeout}, Handle("APIerSv1.Slow", testRole,
		func(c *Call, _ *accountArgs) {
			select {
			case <-c.Context().Done():
				c.Fail(c.Context().Err())
			case <-time.After(3 * timeout):
				c.Reply("OK")
			}
		}))
	_, answer := post(t, srv.URL+"/jsonrpc", ask("Slow", 1))
	require.Equal(t, ok("1")+"\n", answer)
}

func TestIdempotencyKeyReachesTheMethod(t *testing.T) {
	srv := startHTTP(t, Options{}, Handle("APIerSv1.Key", testRole, func(c *Call, _ *accountArgs) {
		c.Reply(strings.Join([]string{c.IdempotencyKey(), c.Face(), c.Peer()}, " "))
	}))
	for key, want := range map[string]string{
		"k-1":                    `{"id":1,"result":"k-1 http 127.0.0.1","error":null}`,
		strings.Repeat("k", 257): failed("null", "Idempotency-Key too long"),
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/jsonrpc", strings.NewReader(ask("Key", 1)))
		require.NoError(t, err)
		req.Header.Set("Idempotency-Key", key)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		require.Equal(t, want+"\n", string(body))
	}
}

// browserServer answers with the status that a request with these headers gets.
func askWith(t *testing.T, h http.Handler, verb, path string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	body := ask("Echo", 1)
	if path == "/rpc" {
		body = strictAdd
	}
	r := httptest.NewRequestWithContext(t.Context(), verb, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:5", "localhost:2080"
	local := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.7:2080"))
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
	for k, v := range headers {
		if k == "Host" {
			r.Host = v
			continue
		}
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestBrowsersAreKeptOut(t *testing.T) {
	const portal = "https://portal.example.org"
	h := newTestServer(t, Options{Hosts: []string{"billing.example.org"}, Origins: []string{portal}}).
		HTTP(Access{Roles: testRole})
	for _, c := range []struct {
		name    string
		headers map[string]string
		status  int
	}{
		{"plain client", nil, 200},
		{"plain client, any type", map[string]string{"Content-Type": "text/plain"}, 200},
		{"IPv6 loopback", map[string]string{"Host": "[::1]:2080"}, 200},
		{"IPv4 loopback", map[string]string{"Host": "127.0.0.1"}, 200},
		{"own address", map[string]string{"Host": "192.0.2.7:2080"}, 200},
		{"other address", map[string]string{"Host": "192.0.2.8:2080"}, 403},
		{"configured name", map[string]string{"Host": "Billing.example.org"}, 200},
		{"rebound name", map[string]string{"Host": "evil.example.org"}, 403},
		{"no name", map[string]string{"Host": ""}, 403},
		{"other origin", map[string]string{"Origin": "https://evil.example.org", "Content-Type": "application/json"}, 403},
		{"null origin", map[string]string{"Origin": "null", "Content-Type": "application/json"}, 403},
		{"listed origin", map[string]string{"Origin": portal, "Content-Type": "application/json; charset=utf-8"}, 200},
		{"listed origin, form", map[string]string{"Origin": portal, "Content-Type": "text/plain"}, 415},
		{"listed origin, no type", map[string]string{"Origin": portal}, 415},
		{"browser without origin, form", map[string]string{"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}, 415},
		{"browser without origin", map[string]string{"Sec-Fetch-Mode": "cors", "Content-Type": "application/json"}, 200},
		{"compressed", map[string]string{"Content-Encoding": "gzip"}, 415},
		{"not compressed", map[string]string{"Content-Encoding": "identity"}, 200},
	} {
		for _, path := range []string{"/jsonrpc", "/rpc"} {
			t.Run(c.name+path, func(t *testing.T) {
				w := askWith(t, h, "POST", path, c.headers)
				require.Equal(t, c.status, w.Code, w.Body)
				want := ""
				if c.headers["Origin"] == portal {
					want = portal
				}
				require.Equal(t, want, w.Header().Get("Access-Control-Allow-Origin"))
			})
		}
	}
}

func TestPreflightIsAnsweredForListedOriginsOnly(t *testing.T) {
	const portal = "https://portal.example.org"
	h := newTestServer(t, Options{Origins: []string{portal}}).HTTP(Access{Roles: testRole})
	for _, path := range []string{"/jsonrpc", "/rpc"} {
		w := askWith(t, h, "OPTIONS", path, map[string]string{"Origin": portal, "Access-Control-Request-Method": "POST"})
		require.Equal(t, 204, w.Code)
		require.Equal(t, portal, w.Header().Get("Access-Control-Allow-Origin"))
		require.Equal(t, "POST", w.Header().Get("Access-Control-Allow-Methods"))
		require.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), "Content-Type")
		w = askWith(t, h, "OPTIONS", path, map[string]string{"Origin": "https://evil.example.org"})
		require.Equal(t, 403, w.Code)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
	}
}

func TestHTTPPeersOutsideTheNetworksAreRefused(t *testing.T) {
	h := newTestServer(t, Options{}).HTTP(Access{Roles: testRole, Networks: []netip.Prefix{netip.MustParsePrefix("::1/128")}})
	require.Equal(t, 403, askWith(t, h, "POST", "/jsonrpc", nil).Code)
}

// A list of all accounts takes a slow line longer than Options.WriteTimeout.
func TestALongAnswerHasTheTimeToBeWrittenForEachPiece(t *testing.T) {
	long := strings.Repeat("x", 3*paced.Piece)
	s := newTestServer(t, Options{}, Handle("APIerSv1.Long", testRole, func(c *Call, _ *accountArgs) { c.Reply(long) }))
	w := apitest.NewTimedWriter()
	r := httptest.NewRequest(http.MethodPost, "http://localhost/jsonrpc", strings.NewReader(ask("Long", 1)))
	s.HTTP(Access{Roles: testRole}).ServeHTTP(w, r)
	require.Equal(t, `{"id":1,"result":"`+long+"\",\"error\":null}\n", w.Body.String())
	require.Equal(t, paced.Piece, w.Most)
}
