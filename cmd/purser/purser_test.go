package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the yardstick process that bench starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "yardstick" {
		main()
	}
	os.Exit(m.Run())
}

// stubDaemon answers requests as a test scripts it and keeps what it was sent.
type stubDaemon struct {
	address string
	mu      sync.Mutex
	seen    []string // "Method {argument}"
}

// newStubDaemon answers each method with the text of its result, `!text` being
// an error; `hangup` closes the connection instead.
func newStubDaemon(t *testing.T, results map[string]string) *stubDaemon {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	stub := &stubDaemon{address: ln.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { stub.serve(conn, results) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, ln.Close())
		serving.Wait()
	})
	return stub
}

func (d *stubDaemon) serve(conn net.Conn, results map[string]string) {
	defer conn.Close()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		var request struct {
			Method string
			Params []json.RawMessage
			ID     json.RawMessage
		}
		if json.Unmarshal(lines.Bytes(), &request) != nil || len(request.Params) != 1 {
			return
		}
		d.mu.Lock()
		d.seen = append(d.seen, request.Method+" "+string(request.Params[0]))
		d.mu.Unlock()
		result, ok := results[request.Method]
		if !ok {
			result = `"OK"`
		}
		if result == "hangup" {
			return
		}
		text, failed := strings.CutPrefix(result, "!")
		if failed {
			quoted, _ := json.Marshal(text)
			fmt.Fprintf(conn, `{"id":%s,"result":null,"error":%s}`+"\n", request.ID, quoted)
		} else {
			fmt.Fprintf(conn, `{"id":%s,"result":%s,"error":null}`+"\n", request.ID, text)
		}
	}
}

// requests is what the stub was sent.
func (d *stubDaemon) requests() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen
}

// runPurser executes a command line in process.
func runPurser(t *testing.T, stdin string, env map[string]string, args ...string) (status int, out, errText string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), args, stdio{in: strings.NewReader(stdin), out: &stdout, err: &stderr,
		getenv: func(name string) string { return env[name] }})
	return status, stdout.String(), stderr.String()
}

// compact makes a JSON text one line: the stub answers in lines.
func compact(text string) string { return strings.ReplaceAll(text, "\n", "") }
