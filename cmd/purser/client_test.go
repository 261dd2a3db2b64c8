package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestTLSTrustsTheGivenAuthorityOnly(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports the handshake that is to fail
	server.StartTLS()
	defer server.Close()
	path := filepath.Join(t.TempDir(), "ca.pem")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(path, authority, 0o600))

	link := linkFlags{server: server.Listener.Addr().String(), timeout: 10 * time.Second, tlsCA: path}
	trusting, err := link.dialer()
	require.NoError(t, err)
	conn, err := trusting.dial(t.Context())
	require.NoError(t, err)
	require.NoError(t, conn.Close())

	link.tlsCA, link.tls = "", true
	strict, err := link.dialer()
	require.NoError(t, err)
	_, err = strict.dial(t.Context())
	require.Equal(t, exitUnreached, exitStatus(err))
	require.ErrorContains(t, err, "certificate")
}

func TestAnAuthorityFileWithoutCertificateIsAUsageError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(path, []byte("nothing"), 0o600))
	_, err := tlsConfig(path)
	require.Equal(t, exitUsage, exitStatus(err))
}

func TestAnAnswerToAnotherRequestIsRefused(t *testing.T) {
	_, err := parseReply([]byte(`{"id":2,"result":"OK","error":null}`), 1)
	require.ErrorContains(t, err, "not to 1")
	_, err = parseReply([]byte(`{"id":1,"result":null,"error":{"code":-1}}`), 1)
	require.EqualError(t, err, `{"code":-1}`)
	_, err = parseReply([]byte(`{"id":1}`), 1)
	require.ErrorContains(t, err, "without a result")
	result, err := parseReply([]byte(`{"id":1,"result":1.50}`+"\n"), 1)
	require.NoError(t, err)
	require.Equal(t, jsontext.Value("1.50"), result)
}

func TestAnAnswerLargerThanTheReadBufferIsRead(t *testing.T) {
	long := `"` + strings.Repeat("x", 12<<10) + `"` // the reader's buffer has 4 KiB
	stub := newStubDaemon(t, map[string]string{"CoreSv1.Ping": long})
	_, out, errText := runPurser(t, "", nil, "--server", stub.address, "--json", "ping")
	require.Equal(t, long+"\n", out, errText)
}

// FuzzReply: whatever a server sends, both decoders of answers take it or
// refuse it, and every shape of table is shown or refused.
func FuzzReply(f *testing.F) {
	f.Add([]byte(`{"id":100001,"result":"OK","error":null}`))
	f.Add([]byte(`{"id":1,"result":[{"ID":"t:a","BalanceMap":{"*voice":[{"Value":1}]}}],"error":null}`))
	f.Add([]byte(`{"id":1,"result":{"Cost":1,"AccountSummary":{"BalanceSummaries":[{}]}},"error":null}`))
	f.Add([]byte(`{"id":1,"result":null,"error":"NOT_FOUND"}`))
	f.Fuzz(func(t *testing.T, reply []byte) {
		p := newPipeline(closedConn(t), nil, 2, time.Second, new(atomic.Uint64))
		p.sent[1], p.free = 0, []int{0}
		if p.answer(reply, 0) == nil {
			require.Equal(t, []int{0, 1}, p.free)
		}
		result, err := parseReply(reply, 1)
		if err != nil {
			return
		}
		shown := &printer{out: io.Discard}
		for _, c := range commands() {
			require.NoError(t, shown.result(c, result))
		}
	})
}
