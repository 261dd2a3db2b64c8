package crossbar

import (
	"encoding/hex"
	"strings"

	"purser/engine"
)

// tokenBytes is the size of login tokens and API keys: 256 random bits, sent as 64 hexadecimal digits.
const tokenBytes = 32

// loginData is what a login and GET token_auth tell of the token's account. Source: ledgers-and-services, section 1.3.
type loginData struct {
	ID        string       `json:"id,omitzero"`
	Method    string       `json:"method,omitzero"`
	Account   engine.HexID `json:"account_id"`
	Name      string       `json:"account_name"`
	Owner     engine.HexID `json:"owner_id,omitzero"`
	Reseller  engine.HexID `json:"reseller_id"`
	IsRes     bool         `json:"is_reseller"`
	IsMaster  bool         `json:"is_master_account"`
	Language  string       `json:"language"`
	Apps      []string     `json:"apps"`
	ExpiresIn int64        `json:"expires_in,omitzero"` // seconds; ours
}

func newLoginData(a *account, c claims) loginData {
	return loginData{Account: a.ID, Name: a.Name, Owner: c.user, Reseller: a.reseller,
		IsRes: a.IsReseller, IsMaster: a.IsMaster(), Language: "en-us", Apps: []string{}}
}

// apiAuth logs in with an account's API key. Failures are counted, and too many refused, but a right key is let in
// behind them: nobody finds one by trying, and those who share an address (a proxy's) are not locked out by one.
func (f *Face) apiAuth(rq *request) (*reply, error) {
	in := rq.form()
	key := in.text("api_key", filled)
	if err := in.err(); err != nil {
		return nil, err
	}
	a, err := rq.find(func(t engine.Tree) (*engine.Member, error) { return t.ByAPIKey(engine.HashAPIKey(key)) })
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		if wait := f.throttle.begin(f.opts.Now(), rq.clientKey()); wait > 0 {
			return nil, errTooMany(wait)
		}
		return nil, errCredentials
	}
	return f.logIn(a, claims{account: a.ID, apiKey: a.APIKey, method: methodAPIAuth})
}

// userAuth logs in with the credentials of a user of an account.
func (f *Face) userAuth(rq *request) (*reply, error) {
	in := rq.form()
	who := login{credentials: in.text("credentials", filled), method: in.choice("method", methodMD5, methodSHA)}
	name, realm, phone := in.text("account_name", optional), in.text("account_realm", optional),
		in.text("phone_number", optional)
	switch {
	case name != "":
		who.name, who.find = name, func(t engine.Tree) (*engine.Member, error) { return onlyOne(t.ByName(name, 2)) }
	case realm != "":
		who.name, who.find = realm, func(t engine.Tree) (*engine.Member, error) { return t.ByRealm(realm) }
	case phone != "": // no account has a number here
		who.name, who.find = phone, func(engine.Tree) (*engine.Member, error) { return nil, nil }
	default:
		in.reject("account_name", fault{code: codeRequired, message: textRequired, value: "account_name"})
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	a, user, err := rq.checkPassword(who)
	if err != nil {
		return nil, err
	}
	return f.logIn(a, claims{account: a.ID, user: user.ID, method: methodUserAuth})
}

// login is an attempt to log in with a password.
type login struct {
	method, credentials string
	name                string // of the account, as it was sent
	find                func(engine.Tree) (*engine.Member, error)
}

// onlyOne returns the account of a name, nil when several have it: nobody can say which is meant.
func onlyOne(list []*engine.Member, err error) (*engine.Member, error) {
	if err != nil || len(list) != 1 {
		return nil, err
	}
	return list[0], nil
}

// find reads the account that a login is of, nil when there is none.
func (rq *request) find(by func(engine.Tree) (*engine.Member, error)) (a *account, err error) {
	err = rq.face.readTree(rq.ctx, func(t engine.Tree) error {
		m, err := by(t)
		if err != nil {
			return err
		}
		a, err = accountOf(t, m)
		return err
	})
	return a, err
}

// checkPassword returns the account and the user that a login is of. An account that is not there and a wrong password
// take the same time and get the same answer.
func (rq *request) checkPassword(who login) (*account, *engine.User, error) {
	f := rq.face
	names := []string{rq.clientKey(), "account " + strings.ToLower(who.name)}
	if wait := f.throttle.begin(f.opts.Now(), names...); wait > 0 {
		return nil, nil, errTooMany(wait)
	}
	a, err := rq.find(who.find)
	if err != nil {
		return nil, nil, err
	}
	var users []engine.User
	if a != nil {
		users = a.Users
	}
	user, err := f.findUser(rq.ctx, users, who.method, who.credentials)
	switch {
	case err != nil:
		return nil, nil, err
	case user == nil:
		return nil, nil, errCredentials
	}
	f.throttle.succeeded(names...)
	return a, user, nil
}

// logIn makes a token for an account that is not disabled.
func (f *Face) logIn(a *account, c claims) (*reply, error) {
	if !a.Enabled() {
		return nil, errLocked
	}
	token, err := f.randomHex(tokenBytes)
	if err != nil {
		return nil, err
	}
	made := presented{text: token}
	f.tokens.add(f.opts.Now(), made.key(), c)
	data := newLoginData(a, c)
	data.ExpiresIn = int64(f.opts.TokenTTL.Seconds())
	return &reply{data: data, token: token}, nil
}

// tokenAuth tells whose token it is.
func (f *Face) tokenAuth(rq *request) (*reply, error) {
	data := newLoginData(rq.caller, rq.claims)
	key := rq.token.key()
	data.ID, data.Method = hex.EncodeToString(key[:16]), rq.claims.method
	return &reply{data: data}, nil
}

// endToken ends the token that came with the request.
func (f *Face) endToken(rq *request) (*reply, error) {
	f.tokens.revoke(rq.token.key())
	return &reply{data: struct{}{}}, nil
}
