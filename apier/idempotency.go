package apier

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Keys of APIOpts that mean something here.
const (
	optKey    = "*idempotencyKey"
	optDryRun = "*ralsDryRun" // source: cgrates-charging, section 2.1
)

// apiOpts is the member APIOpts of an argument: options by exact name, the unknown ones ignored.
type apiOpts struct {
	Key    string `json:"-"` // "" for none
	DryRun bool
}

// UnmarshalJSONFrom reads the object; null is none.
func (o *apiOpts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*o = apiOpts{}
	switch dec.PeekKind() {
	case jsontext.KindNull:
		return dec.SkipValue()
	case jsontext.KindBeginObject:
		return eachMember(dec, o.set)
	default:
		return errNotObject
	}
}

func (o *apiOpts) set(key string, v jsontext.Value) (err error) {
	switch key {
	case optKey:
		if o.Key, err = strictText(v); err == nil && o.Key == "" {
			err = errors.New("empty")
		}
	case optDryRun:
		if v.Kind() == jsontext.KindNumber {
			return errNotBool
		}
		o.DryRun, err = looseBool(v)
	}
	return err
}

// key returns the idempotency key of a request: that of its APIOpts, or of the HTTP header.
func (o *apiOpts) key(header string) (string, error) {
	switch {
	case o.Key == "":
		return header, nil
	case header == "", header == o.Key:
		return o.Key, nil
	}
	return "", invalid(optKey, "is not the key of the header Idempotency-Key")
}

// digestJSON writes equal arguments as equal text: the members of what is kept as it was sent are sorted.
var digestJSON = json.JoinOptions(json.Deterministic(true), jsontext.ReorderRawObjects(true))

// digest returns the SHA-256 of what was asked: the method's first name and the arguments as they were understood, so
// that another spelling of the same request is the same request. The key itself is no part of it.
func digest(method string, args any) ([]byte, error) {
	h := sha256.New()
	h.Write([]byte(method + "\n")) // a hash.Hash never fails
	if err := json.MarshalWrite(h, args, digestJSON); err != nil {
		return nil, fmt.Errorf("apier: digest of %s: %w", method, err)
	}
	return h.Sum(nil), nil
}
