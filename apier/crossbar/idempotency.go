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

// keylessOrder returns what every change carries: by whom, and when.
func (rq *request) keylessOrder() Order {
	at, _ := rq.testTime()
	return Order{At: at,
		Origin: engine.Origin{Face: "rest", Method: rq.route.verb + " " + rq.route.path, Peer: rq.peer}}
}

// order returns the same with the request's idempotency key. A key is the caller's own for a verb and a path, so it is
// stored as a hash of all these.
func (rq *request) order() (Order, error) {
	o := rq.keylessOrder()
	key := rq.http.Header.Get(headerIdempotencyKey)
	if key == "" {
		return o, nil
	}
	if len(key) > keyBytesMax || !utf8.ValidString(key) {
		return Order{}, invalidField(headerIdempotencyKey, maximumFault(keyBytesMax, len(key)))
	}
	scope := fmt.Sprintf("%s %s %s %d:%s", rq.caller.ID, rq.verb, rq.http.URL.EscapedPath(), len(key), key)
	sum := sha256.Sum256([]byte(scope))
	o.Tenant, o.Key = rq.caller.Key.Tenant, "rest:"+hex.EncodeToString(sum[:])
	digest := sha256.Sum256(append([]byte(askedQuery(rq.query)+"\n"), rq.envelope.asked()...))
	o.Digest = digest[:]
	return o, nil
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
