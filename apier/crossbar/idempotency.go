package crossbar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"unicode/utf8"

	"purser/engine"
)

const headerIdempotencyKey = "Idempotency-Key"

// keyBytesMax bounds an idempotency key, in bytes. Source: ledgers-and-services, section 13.
const keyBytesMax = 255

// faceName is what entries call this face.
const faceName = "rest"

// keyless returns the command for a change that takes no idempotency key.
func (rq *request) keyless(c engine.Change) *engine.Command {
	return &engine.Command{Change: c,
		Origin: engine.Origin{Face: faceName, Method: rq.route.verb + " " + rq.route.path, Peer: rq.peer}}
}

// command returns the command for a change with who asked for it, and with the request's idempotency key. A key is the
// caller's own for a verb and a path, so it is stored as a hash of all these.
func (rq *request) command(c engine.Change) (_ *engine.Command, err error) {
	cmd := rq.keyless(c)
	if cmd.Who, err = rq.audit(); err != nil {
		return nil, err
	}
	if at, ok := rq.testTime(); ok {
		cmd.Created = engine.At(at)
	}
	key := rq.http.Header.Get(headerIdempotencyKey)
	if key == "" {
		return cmd, nil
	}
	if len(key) > keyBytesMax || !utf8.ValidString(key) {
		return nil, invalidField(headerIdempotencyKey, maximumFault(keyBytesMax, len(key)))
	}
	scope := fmt.Sprintf("%s %s %s %s", rq.caller.ID, rq.verb, rq.http.URL.EscapedPath(), key)
	sum := sha256.Sum256([]byte(scope))
	cmd.Tenant, cmd.Key = rq.caller.Account.ID.Tenant, "rest:"+hex.EncodeToString(sum[:])
	digest := sha256.Sum256(append([]byte(askedQuery(rq.query)+"\n"), rq.envelope.asked()...))
	cmd.Digest = digest[:]
	return cmd, nil
}

// do makes a change under the request's idempotency key.
func (rq *request) do(c engine.Change) (engine.Result, error) {
	cmd, err := rq.command(c)
	if err != nil {
		return engine.Result{}, err
	}
	return rq.face.opts.Engine.Do(rq.ctx, cmd)
}

// askedQuery returns the part of a query that says what is asked for, in one form for any order of its parameters.
func askedQuery(query url.Values) string {
	asked := url.Values{}
	for name, values := range query {
		asked[name] = values
	}
	for _, name := range notAsked {
		asked.Del(name)
	}
	return asked.Encode()
}
