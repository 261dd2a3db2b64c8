package apitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Face says over what the exchanges of a transcript go.
type Face string

// The faces.
const (
	TCP    Face = "tcp"
	Bijson Face = "bijson"
	HTTP   Face = "http"
)

// Server is a server under test: the addresses of its faces as HOST:PORT. Raw lines go to TCP, or to Bijson where that
// is the face of the replay.
type Server struct {
	TCP, Bijson, HTTP string

	// Sleep and Now are the server's time, for one whose clock is the test's. Default: the real time.
	Sleep func(time.Duration)
	Now   func() time.Time
}

// patience is how long an answer may take.
const patience = 10 * time.Second

// quiet is how long nothing more may come behind the last reply to a raw line.
const quiet = 50 * time.Millisecond

// Replay plays tr over one face of s and fails t at the first answer that is another than recorded.
func Replay(t *testing.T, s Server, face Face, tr *Transcript) {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Sleep == nil {
		s.Sleep = time.Sleep
	}
	r := &replay{t: t, server: s, face: face, bound: map[string]any{}}
	if face != HTTP {
		conn, err := net.DialTimeout("tcp", r.address(), patience)
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		r.conn, r.replies = conn, json.NewDecoder(conn)
		r.replies.UseNumber()
	}
	for i := range tr.lines {
		l := &tr.lines[i]
		if why := r.play(l); why != "" {
			require.FailNow(t, "another answer than recorded", "%s:%d %s\n%s", tr.Path, l.number, l.Note, why)
		}
	}
}

// replay is a transcript being played.
type replay struct {
	t      *testing.T
	server Server
	face   Face
	bound  map[string]any
	last   int // id

	conn    net.Conn
	replies *json.Decoder
}

// address returns where raw lines and connections go.
func (r *replay) address() string {
	if r.face == Bijson {
		return r.server.Bijson
	}
	return r.server.TCP
}

func (r *replay) play(l *line) string {
	m := &matcher{bound: r.bound, unordered: l.Unordered || l.Send == nil, now: r.server.Now}
	defer func() { r.bound = m.bound }()
	switch {
	case l.Sleep > 0:
		r.server.Sleep(time.Duration(l.Sleep * float64(time.Second)))
		return ""
	case l.Raw != nil:
		return r.raw(l, m)
	case l.HTTP != nil:
		return r.http(l, m)
	}
	return r.exchange(l, m)
}

// exchange sends a request and compares its reply.
func (r *replay) exchange(l *line, m *matcher) string {
	var request map[string]json.RawMessage
	require.NoError(r.t, decode([]byte(m.fill(string(l.Send))), &request))
	r.last++
	request["id"] = json.RawMessage(fmt.Sprint(r.last))
	text, err := json.Marshal(request)
	require.NoError(r.t, err)
	got := r.call(text)
	want := map[string]any{"id": json.Number(fmt.Sprint(r.last)), "error": nil}
	for name, value := range l.Recv {
		want[name] = value
	}
	return m.match(want, got, "$")
}

func (r *replay) call(request []byte) (reply map[string]any) {
	if r.face == HTTP {
		_, body := r.post(&httpRequest{Body: string(request)})
		require.NoError(r.t, decode(body, &reply), "%s", body)
		return reply
	}
	require.NoError(r.t, r.conn.SetDeadline(time.Now().Add(patience)))
	_, err := r.conn.Write(request)
	require.NoError(r.t, err)
	require.NoError(r.t, r.replies.Decode(&reply))
	return reply
}

func (r *replay) http(l *line, m *matcher) string {
	if r.server.HTTP == "" {
		return ""
	}
	q := *l.HTTP
	q.Body = m.fill(q.Body)
	head, body := r.post(&q)
	if l.Status != 0 && head.StatusCode != l.Status {
		return fmt.Sprintf("HTTP status %d, want %d: %s", head.StatusCode, l.Status, body)
	}
	kind, _, _ := strings.Cut(head.Header.Get("Content-Type"), ";")
	if l.Type != "" && kind != l.Type {
		return fmt.Sprintf("Content-Type %q, want %q", kind, l.Type)
	}
	if l.Replies == nil {
		return ""
	}
	got, rest := values(body)
	if rest != "" {
		return "not JSON: " + rest
	}
	return m.match(l.Replies, got, "$")
}

func (r *replay) post(q *httpRequest) (*http.Response, []byte) {
	verb, path := q.Verb, q.Path
	if verb == "" {
		verb = http.MethodPost
	}
	if path == "" {
		path = "/jsonrpc"
	}
	url := "http://" + r.server.HTTP + path
	request, err := http.NewRequestWithContext(r.t.Context(), verb, url, strings.NewReader(q.Body))
	require.NoError(r.t, err)
	if q.Headers == nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range q.Headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	require.NoError(r.t, response.Body.Close())
	return response, body
}

// raw sends bytes as they are over a connection of their own.
func (r *replay) raw(l *line, m *matcher) string {
	conn, err := net.DialTimeout("tcp", r.address(), patience)
	require.NoError(r.t, err)
	pieces, several := l.Raw.([]any)
	if !several {
		pieces = []any{l.Raw}
	}
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(quiet) // what is written at once may arrive at once
		}
		if _, err := conn.Write([]byte(m.fill(piece.(string)))); err != nil {
			break // the server may have closed the connection before all was sent
		}
	}
	if l.EOF {
		require.NoError(r.t, conn.(*net.TCPConn).CloseWrite())
	}
	text, closed := r.collect(conn, l)
	require.NoError(r.t, conn.Close())
	got, rest := values(text)
	switch {
	case rest != "":
		return "not JSON: " + rest
	case l.Closed != nil && *l.Closed != closed:
		return fmt.Sprintf("closed %t, want %t", closed, *l.Closed)
	}
	return m.match(l.Replies, got, "$")
}

// collect reads until all replies that are wanted are there, and nothing more comes for a while.
func (r *replay) collect(conn net.Conn, l *line) (text []byte, closed bool) {
	wanted, _ := l.Replies.([]any)
	end := time.Now().Add(patience)
	room := make([]byte, 1<<16)
	for {
		got, _ := values(text)
		deadline := end
		if len(got) >= len(wanted) && (l.Closed == nil || !*l.Closed) {
			deadline = time.Now().Add(quiet)
		}
		require.NoError(r.t, conn.SetReadDeadline(deadline))
		n, err := conn.Read(room)
		text = append(text, room[:n]...)
		if err != nil {
			return text, !errors.Is(err, os.ErrDeadlineExceeded)
		}
	}
}

// values returns the JSON values that text holds, and what is left over.
func values(text []byte) (list []any, rest string) {
	list = []any{}
	for {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			return list, string(bytes.TrimSpace(text))
		}
		list = append(list, v)
		text = text[dec.InputOffset():]
	}
}
