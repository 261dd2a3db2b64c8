package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/apier/apitest"
	"purser/config"
	"purser/engine/store"
)

// Master keys of tests.
var (
	keyA = strings.Repeat("a0", 32)
	keyB = strings.Repeat("b1", 32)
)

// onREST starts a child with REST on.
func onREST(flags ...string) []string {
	return append([]string{"--listen.rest", "127.0.0.1:0"}, flags...)
}

// restConfig is testConfig with REST on and a master key.
func restConfig(t *testing.T, key string) config.Config {
	t.Helper()
	cfg := testConfig(t)
	cfg.Listen.REST, cfg.REST.MasterAPIKey = "127.0.0.1:0", config.Secret(key)
	return cfg
}

// restClient speaks to the REST face.
type restClient struct {
	t     *testing.T
	url   string
	token string
}

// restAnswer is the envelope of an answer.
type restAnswer struct {
	Token string `json:"auth_token"`
	Data  map[string]any
}

func (a restAnswer) text(name string) string {
	text, _ := a.Data[name].(string)
	return text
}

func (c *restClient) try(verb, path, data string) (int, restAnswer, error) {
	var body io.Reader
	if data != "" {
		body = strings.NewReader(`{"data":` + data + `}`)
	}
	request, err := http.NewRequest(verb, c.url+path, body)
	if err != nil {
		return 0, restAnswer{}, err
	}
	request.Header.Set("X-Auth-Token", c.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, restAnswer{}, err
	}
	defer response.Body.Close()
	var a restAnswer
	return response.StatusCode, a, json.NewDecoder(response.Body).Decode(&a)
}

// want sends a request whose answer must have that status.
func (c *restClient) want(status int, verb, path, data string) restAnswer {
	c.t.Helper()
	got, a, err := c.try(verb, path, data)
	require.NoError(c.t, err)
	require.Equal(c.t, status, got, "%s %s: %v", verb, path, a.Data)
	return a
}

// loginREST logs in with an API key and returns the ID of its account.
func loginREST(t *testing.T, addr, key string) (c *restClient, account string) {
	t.Helper()
	c = &restClient{t: t, url: "http://" + addr}
	a := c.want(http.StatusCreated, "PUT", "/v2/api_auth", `{"api_key":"`+key+`"}`)
	c.token = a.Token
	return c, a.text("account_id")
}

var shownKey = regexp.MustCompile(`(?m)^    ([0-9a-f]{64})$`)

// TestAnAccountMadeOverRESTSurvivesKill9 goes the way of somebody who starts the
// daemon for the first time: with the key that it shows, and no other.
func TestAnAccountMadeOverRESTSurvivesKill9(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d := startChild(t, dir, onREST("--log.level", "debug")...)
	found := shownKey.FindStringSubmatch(d.log.String())
	require.NotNil(t, found, d.log)
	key := found[1]
	c, master := loginREST(t, d.addrs["rest"], key)
	child := c.want(http.StatusCreated, "PUT", "/v2/accounts/"+master, `{"name":"Reseller 1"}`)
	path := "/v2/accounts/" + child.text("id")
	childKey := c.want(http.StatusCreated, "PUT", path+"/api_key", "{}").text("api_key")
	require.Equal(t, child.Data, c.want(http.StatusOK, "GET", path, "").Data)
	c.want(http.StatusUnauthorized, "PUT", "/v2/api_auth", `{"api_key":"`+keyA+`"}`)
	d.kill(t)
	require.Equal(t, 2, strings.Count(d.log.String(), key), "shown once, and once in the command to log in: %s", d.log)
	require.NotContains(t, d.log.String(), childKey)
	require.NotContains(t, d.log.String(), c.token)

	d = startChild(t, dir, onREST("--log.level", "debug")...)
	c.url = "http://" + d.addrs["rest"]
	c.want(http.StatusUnauthorized, "GET", path, "")
	c, again := loginREST(t, d.addrs["rest"], key)
	require.Equal(t, master, again)
	require.Equal(t, child.Data, c.want(http.StatusOK, "GET", path, "").Data)
	own, _ := loginREST(t, d.addrs["rest"], childKey)
	require.Equal(t, child.Data, own.want(http.StatusOK, "GET", path, "").Data)
	require.Zero(t, d.terminate(t), d.log)
	require.NotContains(t, d.log.String(), key)
	requireNowhere(t, dir, key, childKey, c.token)
	require.NoError(t, store.Verify(t.Context(), dir, func(c store.Check) { require.True(t, c.OK, "%s: %s", c.Name, c.Detail) }))
}

// requireNowhere fails when a secret, as text or as bytes, is in a file below dir.
func requireNowhere(t *testing.T, dir string, secrets ...string) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		for _, secret := range secrets {
			raw, err := hex.DecodeString(secret)
			require.NoError(t, err)
			require.False(t, bytes.Contains(content, []byte(secret)), path)
			require.False(t, bytes.Contains(content, raw), path)
		}
		return err
	}))
	require.NotZero(t, files)
}

func TestAChangedMasterKeyReplacesTheOldOne(t *testing.T) {
	cfg := restConfig(t, keyA)
	login := func(key string, status int) *inside {
		d := startInside(t, cfg)
		c := &restClient{t: t, url: "http://" + d.addrs["rest"]}
		c.want(status, "PUT", "/v2/api_auth", `{"api_key":"`+key+`"}`)
		require.Empty(t, d.shown.String(), "what the settings give is not shown")
		return d
	}
	d := login(keyA, http.StatusCreated)
	_, master := loginREST(t, d.addrs["rest"], keyA)
	require.True(t, metric(t, d, "purser_journal_entries_total 1"))
	require.NoError(t, d.end(t))

	d = login(keyA, http.StatusCreated)
	require.True(t, metric(t, d, "purser_journal_entries_total 1"), "no entry when nothing changes")
	require.NoError(t, d.end(t))

	cfg.REST.MasterAPIKey = config.Secret(keyB)
	d = login(keyA, http.StatusUnauthorized)
	_, again := loginREST(t, d.addrs["rest"], keyB)
	require.Equal(t, master, again)
	require.True(t, metric(t, d, "purser_journal_entries_total 2"))
	require.NoError(t, d.end(t))

	cfg.REST.MasterAPIKey = ""
	d = login(keyB, http.StatusCreated)
	require.True(t, metric(t, d, "purser_journal_entries_total 2"), "none given: the key there is stays")
	require.NoError(t, d.end(t))
}

func TestTheMasterIsNotAmongTheAccountsOfTheDefaultTenant(t *testing.T) {
	d := startInside(t, restConfig(t, keyA))
	require.Equal(t, "0", dialWire(t, d.addrs["json"]).ok("APIerSv1.GetAccountsCount", `{}`))
	require.NoError(t, d.end(t))

	cfg := testConfig(t)
	d = startInside(t, cfg)
	require.True(t, metric(t, d, "purser_journal_entries_total 0"), "without REST there is no master")
	require.Empty(t, d.shown.String())
	require.NoError(t, d.end(t))
}

func TestRESTListenerServesHealthAndIsMeasured(t *testing.T) {
	d := startInside(t, restConfig(t, keyA))
	require.Equal(t, "ok\n", get(t, "http://"+d.addrs["rest"]+"/healthz"))
	c, master := loginREST(t, d.addrs["rest"], keyA)
	c.want(http.StatusNotFound, "GET", "/healthz/x", "")
	c.want(http.StatusNotFound, "POST", "/healthz", "{}")
	c.want(http.StatusOK, "GET", "/v2/accounts/"+master, "")
	c.want(http.StatusNotFound, "GET", "/v2/accounts/"+strings.Repeat("0", 32), "")
	for _, line := range []string{
		`purser_rest_requests_total{route="/accounts/{ACCOUNT_ID}",status="2xx",verb="GET"} 1`,
		`purser_rest_requests_total{route="/accounts/{ACCOUNT_ID}",status="4xx",verb="GET"} 1`,
		`purser_rest_requests_total{route="/api_auth",status="2xx",verb="PUT"} 1`,
		`purser_rest_requests_total{route="",status="4xx",verb="GET"} 1`,
		`purser_rest_request_seconds_count{route="/accounts/{ACCOUNT_ID}",verb="GET"} 2`,
	} {
		// A request is counted when its answer has been sent.
		require.Eventually(t, func() bool { return metric(t, d, line) }, 10*time.Second, time.Millisecond, line)
	}
	require.NoError(t, d.end(t))
}

func TestRESTListenerIsForItsNetworksOnly(t *testing.T) {
	cfg := restConfig(t, keyA)
	cfg.Listen.Allow = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	d := startInside(t, cfg)
	for _, path := range []string{"/healthz", "/v2/openapi.json"} {
		response, err := http.Get("http://" + d.addrs["rest"] + path)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusForbidden, response.StatusCode, path)
	}
	require.NoError(t, d.end(t))
}

func TestPublicRESTAddressIsRefusedWithoutProtection(t *testing.T) {
	var stderr bytes.Buffer
	status := execute(t.Context(), []string{"--listen.rest", "0.0.0.0:0"}, nil, io.Discard, &stderr)
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr.String(), "listen.rest is not a loopback address")
}

// TestSIGTERMAnswersRESTAndExits0 stops the daemon while accounts are being made
// and while two clients hold connections without a whole request.
func TestSIGTERMAnswersRESTAndExits0(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d := startChild(t, dir, onREST("--rest.master_api_key", keyA, "--stop.timeout", "2s")...)
	c, master := loginREST(t, d.addrs["rest"], keyA)
	for _, sent := range []string{"", "PUT /v2/api_auth HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"} {
		nc, err := net.Dial("tcp", d.addrs["rest"])
		require.NoError(t, err)
		t.Cleanup(func() { nc.Close() })
		_, err = io.WriteString(nc, sent)
		require.NoError(t, err)
	}
	var mu sync.Mutex
	var made []string
	enough := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				status, a, err := c.try("PUT", "/v2/accounts/"+master, `{"name":"child"}`)
				if err != nil || status != http.StatusCreated {
					return
				}
				mu.Lock()
				if made = append(made, a.text("id")); len(made) == 20 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	began := time.Now()
	require.Zero(t, d.terminate(t), d.log)
	require.Less(t, time.Since(began), 5*time.Second)
	clients.Wait()

	d = startChild(t, dir, onREST()...)
	c, _ = loginREST(t, d.addrs["rest"], keyA)
	for _, id := range made {
		c.want(http.StatusOK, "GET", "/v2/accounts/"+id, "")
	}
	require.Zero(t, d.terminate(t), d.log)
}

// TestDaemonAnswersRESTAsKazoo plays the cases of the REST face against the whole
// daemon on its store. Those with a request that has no route yet are left out.
func TestDaemonAnswersRESTAsKazoo(t *testing.T) {
	cfg := restConfig(t, keyA)
	cfg.REST.TestClock = true
	d := startInside(t, cfg)
	c, _ := loginREST(t, d.addrs["rest"], keyA)
	routes := documented(t, c.url)
	played := 0
	for _, rc := range apitest.LoadREST(t, "../../apier/crossbar/testdata/conformance/rest/*.jsonl") {
		if !hasRoutes(routes, rc) {
			continue
		}
		played++
		apitest.ReplayREST(t, apitest.RESTServer{URL: c.url, Token: c.token}, rc)
	}
	require.Positive(t, played)
	t.Logf("%d cases played", played)
	require.NoError(t, d.end(t))
}

// documented returns the paths of the daemon's OpenAPI document.
func documented(t *testing.T, url string) (paths [][]string) {
	t.Helper()
	var doc struct{ Paths map[string]any }
	require.NoError(t, json.Unmarshal([]byte(get(t, url+"/v2/openapi.json")), &doc))
	for path := range doc.Paths {
		paths = append(paths, strings.Split(path, "/"))
	}
	require.NotEmpty(t, paths)
	return paths
}

// hasRoutes tells whether each request of a case that should find something leads
// to a documented path.
func hasRoutes(routes [][]string, c *apitest.RESTCase) bool {
	for _, line := range c.Paths() {
		_, path, _ := strings.Cut(line, " ")
		path, _, _ = strings.Cut(path, "?")
		found := false
		for _, route := range routes {
			found = found || leadsTo(strings.Split(strings.Trim(path, "/"), "/"), route[1:])
		}
		if !found {
			return false
		}
	}
	return true
}

func leadsTo(path, route []string) bool {
	if len(path) != len(route) {
		return false
	}
	for i := range route {
		if route[i] != path[i] && !strings.HasPrefix(route[i], "{") {
			return false
		}
	}
	return true
}

// certificate writes a certificate for 127.0.0.1 and its key, and returns what trusts it.
func certificate(t *testing.T) (certFile, keyFile string, trusted *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
		return path
	}
	parsed, err := x509.ParseCertificate(cert)
	require.NoError(t, err)
	trusted = x509.NewCertPool()
	trusted.AddCert(parsed)
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", private), trusted
}

func TestRESTSpeaksTLSWhereTheOthersDo(t *testing.T) {
	cfg := restConfig(t, "")
	var trusted *x509.CertPool
	cfg.TLS.Cert, cfg.TLS.Key, trusted = certificate(t)
	d := startInside(t, cfg)
	url := "https://" + d.addrs["rest"]
	require.Contains(t, d.shown.String(), url+"/v2/api_auth")
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
	t.Cleanup(transport.CloseIdleConnections)
	response, err := (&http.Client{Transport: transport}).Get(url + "/healthz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	response, err = http.Get("http://" + d.addrs["rest"] + "/healthz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusBadRequest, response.StatusCode, "nothing in clear")
	require.NoError(t, d.end(t))
}
