package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// replyBytesMax bounds one answer: a list of the most accounts that a daemon
// gives in one answer fits in.
const replyBytesMax = 256 << 20

// dialer opens connections to one server.
type dialer struct {
	address string
	timeout time.Duration // to connect, and to wait for each answer
	tls     *tls.Config   // nil: plain TCP
}

// dial connects. The error is a *connectError.
func (d dialer) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	var conn net.Conn
	var err error
	if d.tls == nil {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", d.address)
	} else {
		conn, err = (&tls.Dialer{Config: d.tls}).DialContext(ctx, "tcp", d.address)
	}
	if err != nil {
		return nil, &connectError{address: d.address, cause: err}
	}
	return conn, nil
}

// tlsConfig trusts the certificate authorities of a PEM file, or those of the
// system when the name is empty.
func tlsConfig(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, usageErrorf("--tls-ca: %v", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, usageErrorf("--tls-ca: %s holds no PEM certificate", caFile)
	}
	return config, nil
}

// remoteError is an error the daemon answered with.
type remoteError struct{ text string }

// Error returns the daemon's text.
func (e *remoteError) Error() string { return e.text }

// client calls methods of one daemon, one after the other, over a connection
// that it opens when it needs one. After an error of the connection the next
// call opens a new one; no call is repeated by itself.
type client struct {
	dialer dialer
	conn   net.Conn     // nil: not connected
	hangUp func() error // closes conn once; later calls give the same error
	reader *bufio.Reader
	id     int
}

// call sends one request and waits for its answer. Errors: *connectError
// (nothing was done), *remoteError, or a lost connection, after which a change
// may or may not have happened.
func (c *client) call(ctx context.Context, method string, argument jsontext.Value) (jsontext.Value, error) {
	if c.conn == nil {
		conn, err := c.dialer.dial(ctx)
		if err != nil {
			return nil, err
		}
		c.conn, c.hangUp, c.reader = conn, sync.OnceValue(conn.Close), bufio.NewReader(conn)
	}
	c.id++
	line, err := c.exchange(ctx, fmt.Appendf(nil, `{"method":%q,"params":[%s],"id":%d}`+"\n", method, argument, c.id))
	if bytes.HasPrefix(line, []byte("HTTP/")) {
		cause := errors.New("it speaks HTTP; purser wants the address of listen.json")
		return nil, errors.Join(&connectError{address: c.dialer.address, cause: cause}, c.close())
	}
	if err == nil {
		var result jsontext.Value
		if result, err = parseReply(line, c.id); err == nil {
			return result, nil
		}
	}
	if remote := (*remoteError)(nil); errors.As(err, &remote) {
		return nil, err
	}
	return nil, errors.Join(fmt.Errorf("no answer from %s: %w (a change may or may not have happened: look before you "+
		"repeat it)", c.dialer.address, err), c.close())
}

// exchange writes a request and reads one line.
func (c *client) exchange(ctx context.Context, request []byte) ([]byte, error) {
	if err := c.conn.SetDeadline(time.Now().Add(c.dialer.timeout)); err != nil {
		return nil, err
	}
	hangUp := c.hangUp
	defer context.AfterFunc(ctx, func() { hangUp() })() // its error is kept for close
	line, err := c.writeRead(request)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // rather than how the connection took it
	}
	return line, err
}

// writeRead writes a request and reads one line, both within the deadline.
func (c *client) writeRead(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	var line []byte
	for {
		part, err := c.reader.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(line) > replyBytesMax:
			return nil, fmt.Errorf("an answer of more than %d bytes", replyBytesMax)
		}
	}
}

// close closes the connection, if there is one.
func (c *client) close() error {
	if c.conn == nil {
		return nil
	}
	c.conn, c.reader = nil, nil
	return c.hangUp()
}

// parseReply takes the result out of an answer, its numbers as they were
// written.
func parseReply(line []byte, id int) (jsontext.Value, error) {
	var reply struct {
		ID     jsontext.Value `json:"id"`
		Result jsontext.Value `json:"result"`
		Error  jsontext.Value `json:"error"`
	}
	if err := json.Unmarshal(bytes.TrimSpace(line), &reply); err != nil {
		return nil, fmt.Errorf("not an answer: %w", err)
	}
	if len(reply.Error) > 0 && reply.Error.Kind() != 'n' {
		var text string
		if err := json.Unmarshal(reply.Error, &text); err != nil {
			text = string(reply.Error)
		}
		return nil, &remoteError{text: text}
	}
	if want := fmt.Sprint(id); string(reply.ID) != want {
		return nil, fmt.Errorf("an answer to request %s, not to %s", reply.ID, want)
	}
	if reply.Result == nil {
		return nil, errors.New("an answer without a result")
	}
	return reply.Result, nil
}
