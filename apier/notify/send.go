package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// newClient returns a client that goes where it is told and nowhere else: no
// redirects, which could lead to an address that is not allowed, no proxy.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute},
	}
}

// deliver sends m until a server has it, ctx ends, or it is too late; it
// returns nil when a server has it.
func (n *Notifier) deliver(ctx context.Context, m *message) error {
	until := n.opts.Now().Add(n.opts.GiveUp)
	for pause := n.opts.RetryMin; ; pause = min(2*pause, n.opts.RetryMax) {
		err := n.post(ctx, m)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if n.opts.Now().Add(pause).After(until) {
			return err
		}
		n.opts.Log.Debug("notification failed, trying again", "seq", m.seq, "to", m.to.Host, "err", err)
		select {
		case <-time.After(pause/2 + rand.N(pause/2+1)): // not all servers' retries at the same time
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// answerBytesMax is how much of an answer is read, so that the connection can
// be used again.
const answerBytesMax = 64 << 10

// post sends m once. Any answer but 2xx is an error.
func (n *Notifier) post(ctx context.Context, m *message) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.to.String(), bytes.NewReader(m.body))
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", m.key)
	req.Header.Set("User-Agent", "purser")
	resp, err := n.client.Do(req)
	if err != nil {
		if whole := (*url.Error)(nil); errors.As(err, &whole) {
			err = whole.Err // without the address: what opens it, as with a web hook, is often a part of it
		}
		return fmt.Errorf("notify: %w", err)
	}
	_, err = io.CopyN(io.Discard, resp.Body, answerBytesMax)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("notify: %s answers %s", m.to.Host, resp.Status)
	}
	return nil
}
