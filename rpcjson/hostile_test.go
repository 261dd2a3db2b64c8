package rpcjson

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// failed is the CGRateS answer with this error.
func failed(id, text string) string {
	return `{"id":` + id + `,"result":null,"error":"` + text + `"}`
}

const (
	illFormed  = "rpc: service/method request ill-formed: "
	echoName   = `"method":"APIerSv1.Echo"`
	echoParams = `"params":[{"Account":"a"}]`
)

// hostile is what clients should not send. All of it gets an answer; where the connection cannot go on it is closed
// after that.
var hostile = []struct {
	name   string
	send   string
	answer string // lines, or the beginning of the only one when it ends with "..."
	closed bool   // on TCP
}{
	{"empty object", `{}`, failed("null", illFormed), false},
	{"only an id", `{"id":1}`, failed("1", illFormed), false},
	{"null", `null`, failed("null", illFormed), false},
	{"text", `"x"`, failed("null", "json: cannot unmarshal string into Go value of type jsonrpc.Request"), false},
	{"number", " 5\n", failed("null", "json: cannot unmarshal number into Go value of type jsonrpc.Request"), false},
	{"true", `true`, failed("null", "json: cannot unmarshal bool into Go value of type jsonrpc.Request"), false},
	{"method is a number", `{"method":5,"id":1}`, failed("1", "rpc: method is not text"), false},
	{"method is null", `{"method":null,"id":1}`, failed("1", illFormed), false},
	{"method is empty", `{"method":"","id":1}`, failed("1", illFormed), false},
	{"method in another case", `{"method":"apiersv1.echo","params":[{}],"id":1}`,
		failed("1", "rpc: can't find service apiersv1.echo"), false},
	{"long method", `{"method":"` + strings.Repeat("n", 500) + `","id":1}`,
		failed("1", illFormed+strings.Repeat("n", 128)), false},
	{"method with control characters", `{"method":"a\n\u0000b","id":1}`, failed("1", illFormed+"a??b"), false},
	{"unknown method before bad params", `{"method":"APIerSv1.Nope","params":{"a":5},"id":1}`,
		failed("1", "rpc: can't find method APIerSv1.Nope"), false},
	{"bad params before unknown method", `{"params":5,"method":"APIerSv1.Nope","id":1}`,
		failed("1", "rpc: can't find method APIerSv1.Nope"), false},
	{"method that the listener has no role for", `{"method":"APIerSv1.Secret","params":[{"Account":"a"}],"id":1}`,
		failed("1", "NOT_AUTHORIZED: APIerSv1.Secret"), false},
	{"panic in the method", `{"method":"APIerSv1.Panic","params":[{}],"id":1}`, failed("1", "SERVER_ERROR"), false},

	{"params is an object", `{` + echoName + `,"params":{"Account":"a"},"id":1}`,
		failed("1", "json: cannot unmarshal object into Go value of type [1]interface {}"), false},
	{"params is text", `{` + echoName + `,"params":"a","id":1}`,
		failed("1", "json: cannot unmarshal string into Go value of type [1]interface {}"), false},
	{"params[0] is text", `{` + echoName + `,"params":["a"],"id":1}`,
		failed("1", "json: cannot unmarshal string into Go value of type rpcjson.accountArgs"), false},
	{"params[0] is a list", `{` + echoName + `,"params":[[]],"id":1}`,
		failed("1", "json: cannot unmarshal array into Go value of type rpcjson.accountArgs"), false},
	{"member of a wrong type", `{` + echoName + `,"params":[{"Account":5}],"id":1}`,
		failed("1", "json: cannot unmarshal number into Go struct field Account of type string"), false},
	{"member of a wrong type, params first", `{"id":1,"params":[{"Account":5}],` + echoName + `}`,
		failed("1", "json: cannot unmarshal number into Go struct field Account of type string"), false},
	{"number out of range", `{` + echoName + `,"params":[{"Value":1e400}],"id":1}`,
		failed("1", "json: cannot unmarshal number into Go struct field Value of type int64: invalid syntax"), false},
	{"params before method", `{` + echoParams + `,"id":1,` + echoName + `}`, `{"id":1,"result":"a","error":null}`, false},
	{"unknown members", `{"a":{"b":[1,{}]},` + echoName + `,"x":null,` + echoParams + `,"id":1}`,
		`{"id":1,"result":"a","error":null}`, false},

	{"member twice", `{` + echoName + `,` + echoParams + `,"id":1,` + echoParams + `}`,
		failed("1", `json: duplicate object member name at params`), false},
	{"member twice in two spellings", `{` + echoName + `,` + echoParams + `,"id":1,"Params":[]}`,
		failed("1", `duplicate member \"Params\"`), false},
	{"member twice, one escaped", `{` + echoName + `,` + echoParams + `,"id":1,"\u0070arams":[]}`,
		failed("1", `json: duplicate object member name at params`), false},
	{"unknown member twice", `{"x":1,"x":2,` + echoName + `,` + echoParams + `,"id":1}`,
		failed("1", `json: duplicate object member name at x`), false},
	{"argument twice", `{` + echoName + `,"params":[{"Account":"a","Account":"b"}],"id":1}`,
		failed("1", `json: duplicate object member name at Account`), false},
	{"argument twice in two spellings", `{` + echoName + `,"params":[{"Account":"a","account":"b"}],"id":1}`,
		failed("1", `json: duplicate object member name at account`), false},
	{"invalid UTF-8", `{` + echoName + `,"params":[{"Account":"` + "\xff" + `"}],"id":1}`,
		failed("1", "json: invalid UTF-8 at Account"), false},
	{"lone surrogate", `{` + echoName + `,"params":[{"Account":"\ud800"}],"id":1}`,
		`{"id":1,"result":null,"error":"json: invalid surrogate pair...`, false},
	{"id with invalid UTF-8", `{` + echoName + `,` + echoParams + `,"id":"` + "\xff" + `"}`,
		failed("null", "json: invalid UTF-8 at id"), false},
	{"long id", `{` + echoName + `,` + echoParams + `,"id":"` + strings.Repeat("i", 2000) + `"}`,
		failed("null", "jsonrpc: id too long"), false},
	{"id of 30 digits", `{` + echoName + `,` + echoParams + `,"id":123456789012345678901234567890}`,
		`{"id":123456789012345678901234567890,"result":"a","error":null}`, false},
	{"id with a trailing zero", `{` + echoName + `,` + echoParams + `,"id":1.50}`,
		`{"id":1.50,"result":"a","error":null}`, false},
	{"id with white space", `{` + echoName + `,` + echoParams + `,"id":{ "a" : [ 1, "b c" ] } }`,
		`{"id":{"a":[1,"b c"]},"result":"a","error":null}`, false},

	{"nested too deep", `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		failed("null", "jsonrpc: request nested too deep, limit 32 levels"), false},
	{"as deep as may be", `{"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `,` +
		echoName + `,` + echoParams + `,"id":1}`, `{"id":1,"result":"a","error":null}`, false},
	{"HTML in the answer", `{` + echoName + `,"params":[{"Account":"<&>"}],"id":1}`,
		`{"id":1,"result":"\u003c\u0026\u003e","error":null}`, false},

	{"empty batch", `[]`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"jsonrpc: empty batch"}}`, false},
	{"batch of nothing", `[1,{}]`,
		`[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"json: cannot unmarshal number into Go value of ` +
			`type jsonrpc.Request"}},{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"` + illFormed + `"}}]`,
		false},
	{"long batch", `[` + strings.Repeat("1,", 100) + `1]`,
		`{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"jsonrpc: batch too long"}}`, false},
	{"batch in a batch", `[[]]`, `[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":` +
		`"json: cannot unmarshal array into Go value of type jsonrpc.Request"}}]`, false},

	{"no JSON in braces", `{"method": nope}`, `{"id":null,"result":null,"error":"jsonrpc: not JSON: ...`, true},
	{"wrong closing bracket", `{"a":[1}}`, `{"id":null,"result":null,"error":"jsonrpc: not JSON: ...`, true},
	{"NaN", `{` + echoName + `,"params":[{"Value":NaN}],"id":1}`, `{"id":null,"result":null,"error":"jsonrpc: not JSON...`, true},
	{"leading zeros", `{` + echoName + `,"params":[{"Value":007}],"id":1}`,
		`{"id":null,"result":null,"error":"jsonrpc: not JSON...`, true},
	{"number with leading zeros", " 007\n", failed("null", "jsonrpc: not JSON: more than one value"), true},
	{"control character in text", "{\"a\":\"\n\"}", `{"id":null,"result":null,"error":"jsonrpc: not JSON...`, true},
	{"word", `nope`, failed("null", "jsonrpc: not JSON: a word that is not null, true or false"), true},
	{"closing bracket first", `}`, failed("null", "jsonrpc: not JSON: a request cannot begin with '}'"), true},
	{"zero bytes", "\x00\x00", failed("null", `jsonrpc: not JSON: a request cannot begin with '\\x00'`), true},
	{"byte order mark", "\xef\xbb\xbf{}", failed("null", `jsonrpc: not JSON: a request cannot begin with 'ï'`), true},
	{"UTF-16", utf16Text(`{}`), failed("null", `jsonrpc: not JSON: a request cannot begin with 'þ'`), true},
	{"TLS hello", "\x16\x03\x01\x02\x00\x01", failed("null",
		"jsonrpc: not JSON: this looks like TLS, this port speaks JSON-RPC in the clear"), true},
	{"HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", failed("null",
		"jsonrpc: not JSON: this looks like HTTP, this port speaks bare JSON-RPC"), true},
	{"what came before is answered", `{` + echoName + `,` + echoParams + `,"id":1}nope`,
		`{"id":1,"result":"a","error":null}` + "\n" + failed("null", "jsonrpc: not JSON: a word that is not null, true or false"), true},
	{"one closing bracket too many", `{` + echoName + `,` + echoParams + `,"id":1}}}`,
		`{"id":1,"result":"a","error":null}`, true},
}

func utf16Text(s string) string {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

// sameAnswer compares whole lines, or where want says so the beginning.
func sameAnswer(t *testing.T, want, got string) {
	t.Helper()
	if prefix, cut := strings.CutSuffix(want, `..."}`); cut {
		want = prefix + "..."
	}
	if prefix, cut := strings.CutSuffix(want, "..."); cut {
		require.Equal(t, prefix, got[:min(len(prefix), len(got))])
		require.Equal(t, 0, strings.Count(got, "\n"))
		return
	}
	require.Equal(t, want, got)
}

func TestHostileInputIsAnsweredOverTCP(t *testing.T) {
	s := newTestServer(t, Options{})
	for face, serve := range map[string]*listener{"tcp": listen(t, s.ServeTCP), "bijson": listen(t, s.ServeBidi)} {
		bystander := serve.dial(t)
		for _, h := range hostile {
			t.Run(face+"/"+h.name, func(t *testing.T) {
				c := serve.dial(t)
				c.send(h.send)
				if h.closed {
					sameAnswer(t, h.answer, strings.TrimSuffix(c.rest(), "\n"))
				} else {
					sameAnswer(t, h.answer, c.line())
					c.isOpen()
				}
				bystander.isOpen()
			})
		}
	}
}

func TestHostileInputIsAnsweredOverHTTP(t *testing.T) {
	srv := startHTTP(t, Options{})
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			status, answer := post(t, srv.URL+"/jsonrpc", h.send)
			require.Equal(t, http.StatusOK, status)
			sameAnswer(t, h.answer, strings.TrimSuffix(answer, "\n"))
		})
	}
}

// post sends a body as a plain client does.
func post(t testing.TB, url, body string) (status int, answer string) {
	t.Helper()
	resp, err := http.Post(url, "", strings.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

func TestTooLongRequestIsSkippedAndTheNextServed(t *testing.T) {
	l := startTCP(t, Options{RequestBytesMax: 1000})
	for name, long := range map[string]string{
		"in one segment": `{"a":"` + strings.Repeat("x", 1001) + `"}`,
		"in many":        `{"a":"` + strings.Repeat(`x}\"`, 1<<20) + `"}`,
		"digits":         " " + strings.Repeat("9", 1<<20) + " ",
	} {
		t.Run(name, func(t *testing.T) {
			c := l.dial(t)
			c.send(long)
			require.Equal(t, failed("null", "jsonrpc: request too long, limit 1000 bytes"), c.line())
			c.isOpen()
		})
	}
	t.Run("as long as may be", func(t *testing.T) {
		c := l.dial(t)
		head, tail := `{`+echoName+`,`+echoParams+`,"id":1,"x":"`, `"}`
		c.send(head + strings.Repeat("x", 1000-len(head)-len(tail)) + tail)
		require.Equal(t, `{"id":1,"result":"a","error":null}`, c.line())
	})
}

func TestHalfARequestAtTheEndIsReported(t *testing.T) {
	c := startTCP(t, Options{}).dial(t)
	c.send(`{` + echoName + `,` + echoParams + `,"id":1}{"a":`)
	require.NoError(t, c.CloseWrite())
	require.Equal(t, fmt.Sprintln(`{"id":1,"result":"a","error":null}`)+
		fmt.Sprintln(failed("null", "jsonrpc: not JSON: unexpected end of input")), c.rest())
}
