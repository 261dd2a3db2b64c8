package crossbar

import (
	"encoding/base64"
	"strings"

	"purser/engine"
)

// reach says who may call a route. Source: ledgers-and-services, section 2.
type reach int

// The reaches.
const (
	reachNone     reach = iota // anybody, without a token
	reachToken                 // whoever has a token
	reachTree                  // the account of the path, those above it, the master
	reachReseller              // the reseller of the path's account, never the account itself; the master
	reachTopUp                 // as reachReseller, with Options.SelfTopUp as reachTree
	reachMaster                // the master
)

// reachOf returns what a route's reach is under the options. Source: ledgers-and-services, section 7.11.
func (o *Options) reachOf(r *route) reach {
	switch {
	case r.reach != reachTopUp:
		return r.reach
	case o.SelfTopUp:
		return reachTree
	}
	return reachReseller
}

// allows tells whether caller reaches the account that a request is about, which is nil where the path names none.
func (r reach) allows(caller, about *account) bool {
	switch {
	case r == reachToken || caller.IsMaster():
		return true
	case about == nil:
		return false
	case r == reachTree:
		return caller.ID == about.ID || about.IsBelow(caller.ID)
	case r == reachReseller:
		return caller.ID == about.reseller && caller.ID != about.ID
	}
	return false
}

// varAccount is the path's variable for the account that a route is about.
const varAccount = "ACCOUNT_ID"

// authorize finds who calls and for which account, and whether he may: 401, 423, 404, 403 in this order.
func (rq *request) authorize() error {
	if err := rq.authenticate(); err != nil {
		return err
	}
	text, named := rq.vars[varAccount]
	id, isID := engine.ParseHexID(text)
	err := rq.look(func(t engine.Tree) (err error) {
		if rq.caller, err = accountByID(t, rq.claims.account); err == nil && isID {
			rq.account, err = accountByID(t, id)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case rq.caller == nil, !rq.claims.hold(rq.caller):
		rq.face.tokens.revoke(rq.token.key())
		rq.token = presented{}
		return errCredentials
	case !rq.caller.Enabled():
		return errLocked
	case named && !isID:
		return errMalformedAccount(text)
	case named && rq.account == nil:
		return errIdentifier(text)
	case !rq.face.opts.reachOf(rq.route).allows(rq.caller, rq.account):
		return errForbidden
	}
	return nil
}

// presented is what a request authenticates itself with.
type presented struct {
	text  string // the token, which the envelope repeats; "" for none
	basic string // instead: what stands behind Basic
	how   string // for audits: where it was found
}

// findToken looks for the token at the places that Kazoo's clients put it. Source: ledgers-and-services, section 1.3.
func (rq *request) findToken() presented {
	h := rq.http.Header
	scheme, credentials, _ := strings.Cut(h.Get("Authorization"), " ")
	switch {
	case h.Get("X-Auth-Token") != "":
		return presented{text: h.Get("X-Auth-Token"), how: "x-auth-token"}
	case rq.query.Get("auth_token") != "":
		return presented{text: rq.query.Get("auth_token"), how: "query"}
	case rq.envelope.text("auth_token") != "":
		return presented{text: rq.envelope.text("auth_token"), how: "body"}
	case strings.EqualFold(scheme, "Bearer"):
		return presented{text: strings.TrimSpace(credentials), how: "bearer"}
	case strings.EqualFold(scheme, "Basic"):
		return presented{basic: strings.TrimSpace(credentials), how: "basic"}
	}
	return presented{}
}

// authenticate finds out whose token came with the request.
func (rq *request) authenticate() error {
	rq.token = rq.findToken()
	now := rq.face.opts.Now()
	var ok bool
	switch {
	case rq.token.basic != "":
		if rq.claims, ok = rq.face.tokens.find(now, rq.token.key()); !ok {
			return rq.basicLogin()
		}
	case rq.token.text != "":
		rq.claims, ok = rq.face.tokens.find(now, rq.token.key())
		if !ok {
			rq.token.text = "" // not to be repeated to whoever sent it
		}
	}
	if !ok {
		return errCredentials
	}
	return nil
}

// basicLogin logs in with account_id:credentials. What was sent is then good as a token, so that the slow hash is
// computed once and not for every request.
func (rq *request) basicLogin() error {
	decoded, err := base64.StdEncoding.DecodeString(rq.token.basic)
	if err != nil {
		return errCredentials
	}
	name, credentials, _ := strings.Cut(string(decoded), ":")
	id, _ := engine.ParseHexID(name) // of no account where it is none
	who := login{method: methodMD5, credentials: credentials, name: name,
		find: func(t engine.Tree) (*engine.Member, error) { return t.ByID(id) }}
	found, user, err := rq.checkPassword(who)
	if err != nil {
		return err
	}
	rq.claims = claims{account: found.ID, user: user.ID, method: methodUserAuth}
	rq.face.tokens.add(rq.face.opts.Now(), rq.token.key(), rq.claims)
	return nil
}

// clientKey is the name that a client's address has where failures are counted.
func (rq *request) clientKey() string { return "address " + addressBlock(rq.peer) }
