package rpcjson

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exchangeLine is one line of testdata/*.jsonl: what is sent, and what CGRateS of 2026-01-14 answers.
type exchangeLine struct {
	Note    string
	Raw     any // text, or a list of pieces
	EOF     bool
	Closed  *bool
	Replies any // a list, or "$any"
	HTTP    *struct {
		Path    string
		Body    string
		Headers map[string]string
	}
	Status int
	Type   string
}

func readTranscript(t *testing.T, file string) []exchangeLine {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	require.NoError(t, err)
	defer f.Close()
	var list []exchangeLine
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l exchangeLine
		require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
		if l.Raw != nil || l.HTTP != nil {
			list = append(list, l)
		}
	}
	require.NotEmpty(t, list)
	return list
}

// values reads JSON values to the end of r.
func values(t *testing.T, r io.Reader) []any {
	t.Helper()
	list := []any{}
	for dec := json.NewDecoder(r); ; {
		var v any
		err := dec.Decode(&v)
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		list = append(list, v)
	}
}

// matchReplies compares all but the errors that may be "$any".
func matchReplies(t *testing.T, want any, got []any) {
	t.Helper()
	if want == "$any" {
		return
	}
	wants := want.([]any)
	require.Len(t, got, len(wants))
	for i, w := range wants {
		w, g := w.(map[string]any), got[i].(map[string]any)
		delete(w, "$exact") // always so here
		if w["error"] == "$any" {
			require.IsType(t, "", g["error"])
			w["error"] = g["error"]
		}
		require.Equal(t, w, g)
	}
}

func TestTranscriptsOfTheWire(t *testing.T) {
	s := newTestServer(t, Options{})
	for face, serve := range map[string]*listener{"tcp": listen(t, s.ServeTCP), "bijson": listen(t, s.ServeBidi)} {
		for _, file := range []string{"wire-framing.jsonl", "wire-ids.jsonl", "wire-params-and-methods.jsonl"} {
			for _, l := range readTranscript(t, file) {
				t.Run(face+"/"+l.Note, func(t *testing.T) { playRaw(t, serve.dial(t), l) })
			}
		}
	}
}

func playRaw(t *testing.T, c *client, l exchangeLine) {
	pieces, many := l.Raw.([]any)
	if !many {
		pieces = []any{l.Raw}
	}
	for _, piece := range pieces {
		c.send(piece.(string))
	}
	if l.Closed != nil && *l.Closed {
		if l.EOF {
			require.NoError(t, c.CloseWrite())
		}
		matchReplies(t, l.Replies, values(t, strings.NewReader(c.rest())))
		return
	}
	var got []any
	for range l.Replies.([]any) {
		got = append(got, values(t, strings.NewReader(c.line()))...)
	}
	matchReplies(t, l.Replies, got)
	c.isOpen()
}

func TestTranscriptOfHTTP(t *testing.T) {
	srv := startHTTP(t, Options{})
	for _, l := range readTranscript(t, "http-jsonrpc.jsonl") {
		t.Run(l.Note, func(t *testing.T) {
			path := l.HTTP.Path
			if path == "" {
				path = "/jsonrpc"
			}
			req, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+path, strings.NewReader(l.HTTP.Body))
			require.NoError(t, err)
			for k, v := range l.HTTP.Headers {
				req.Header.Set(k, v)
			}
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, l.Status, resp.StatusCode)
			if l.Type != "" {
				require.Equal(t, l.Type, resp.Header.Get("Content-Type"))
			}
			if l.Replies != nil {
				matchReplies(t, l.Replies, values(t, resp.Body))
			}
		})
	}
}
