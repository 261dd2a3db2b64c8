package rpcjson

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func netstring(text string) string { return fmt.Sprintf("%d:%s,", len(text), text) }

// expect reads exactly this text.
func (c *client) expect(text string) {
	c.t.Helper()
	got := make([]byte, len(text))
	n, err := io.ReadFull(c.lines, got)
	require.Equal(c.t, text, string(got[:n]))
	require.NoError(c.t, err)
}

const (
	strictOK     = `{"jsonrpc":"2.0","id":1,"result":"OK"}`
	strictAdd    = `{"jsonrpc":"2.0","method":"APIerSv1.SetAccount","params":[{"Account":"a"}],"id":1}`
	strictNotify = `{"jsonrpc":"2.0","method":"APIerSv1.SetAccount","params":[{"Account":"a"}]}`
)

// strictFailed is a JSON-RPC 2.0 error.
func strictFailed(id string, code int, text string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":"%s"}}`, id, code, text)
}

func TestNetstringsAreServedAndAnsweredInKind(t *testing.T) {
	for _, face := range []string{"tcp", "bijson"} {
		s := newTestServer(t, Options{RequestBytesMax: 1000})
		serve := map[string]*listener{"tcp": listen(t, s.ServeTCP), "bijson": listen(t, s.ServeBidi)}[face]
		for _, n := range []struct{ name, send, answer string }{
			{"request", netstring(strictAdd), netstring(strictOK)},
			{"white space inside", netstring(" " + strictAdd + "\r\n"), netstring(strictOK)},
			{"without jsonrpc, as Kamailio's scripts may", netstring(`{"method":"APIerSv1.SetAccount","params":[{"Account":"a"}],"id":1}`),
				netstring(strictOK)},
			{"named params", netstring(`{"jsonrpc":"2.0","method":"APIerSv1.SetAccount","params":{"Account":"a"},"id":1}`),
				netstring(strictOK)},
			{"two", netstring(strictAdd) + netstring(strictAdd), netstring(strictOK) + netstring(strictOK)},
			{"notification, then a request", netstring(strictNotify) + netstring(strictAdd), netstring(strictOK)},
			{"batch", netstring("[" + strictAdd + "," + strictNotify + "," + strictAdd + "]"),
				netstring("[" + strictOK + "," + strictOK + "]")},
			{"error", netstring(`{"jsonrpc":"2.0","method":"APIerSv1.SetAccount","params":[{}],"id":"x"}`),
				netstring(strictFailed(`"x"`, -32000, "MANDATORY_IE_MISSING: [Account]"))},
			{"too long", "2000:" + strings.Repeat("x", 2000) + ",", netstring(strictFailed("null", -32600,
				"jsonrpc: request too long, limit 1000 bytes"))},
			{"too deep", netstring(strings.Repeat("[", 33) + strings.Repeat("]", 33)), netstring(strictFailed("null", -32600,
				"jsonrpc: request nested too deep, limit 32 levels"))},
		} {
			t.Run(face+"/"+n.name, func(t *testing.T) {
				c := serve.dial(t)
				c.send(n.send)
				c.expect(n.answer)
				c.send(netstring(strictAdd))
				c.expect(netstring(strictOK))
				require.NoError(t, c.CloseWrite())
				require.Equal(t, "", c.rest())
			})
		}
	}
}

func TestBrokenNetstringsAreAnsweredAndClosed(t *testing.T) {
	l := startTCP(t, Options{})
	for name, send := range map[string]string{
		"no colon":       "5{}",
		"only a request": "5\n",
		"many digits":    "00000000001:",
		"no comma":       "2:{}{",
		"not JSON":       netstring(`{"a":nope}`),
		"nothing":        "0:,",
		"two values":     netstring(`{}{}`),
		"half a value":   netstring(`{`),
		"word":           netstring(`nope`),
	} {
		t.Run(name, func(t *testing.T) {
			c := l.dial(t)
			c.send(send)
			rest := c.rest()
			require.Contains(t, rest, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"jsonrpc: not JSON: `)
			require.Equal(t, netstring(rest[strings.Index(rest, "{"):len(rest)-1]), rest)
		})
	}
}

func TestBatchOnTCPIsAnsweredStrictly(t *testing.T) {
	c := startTCP(t, Options{}).dial(t)
	c.send(`[` + strictAdd + `,{"method":"APIerSv1.Nope","id":2},{"method":"APIerSv1.Echo","params":{"Account":"b"},"id":"3"}]`)
	require.Equal(t, `[`+strictOK+`,`+strictFailed("2", -32601, "rpc: can't find method APIerSv1.Nope")+
		`,{"jsonrpc":"2.0","id":"3","result":"b"}]`, c.line())
	c.send(`[` + strictNotify + `]`) // nothing to answer
	c.isOpen()
}
