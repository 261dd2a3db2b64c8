package crossbar

import (
	"container/list"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"purser/engine"
)

// How a token was obtained, as Kazoo names it.
const (
	methodAPIAuth  = "cb_api_auth"
	methodUserAuth = "cb_user_auth"
)

// claims say whose a token is, and what it was got with.
type claims struct {
	account engine.HexID
	user    engine.HexID   // zero for an API key's
	apiKey  engine.KeyHash // zero for a user's
	method  string
}

// hold tells whether the account still has what the token was got with. An account that was removed and made again
// under its name has the same id, and is another.
func (c *claims) hold(a *account) bool {
	if c.method == methodAPIAuth {
		return c.apiKey == a.APIKey
	}
	return slices.ContainsFunc(a.Users, func(u engine.User) bool { return u.ID == c.user })
}

// tokenKey is what is kept of a token: its SHA-256. To find a token by it takes the same time whatever was guessed.
type tokenKey [sha256.Size]byte

// key returns what the presented token is kept under.
func (p *presented) key() tokenKey {
	if p.basic != "" {
		return sha256.Sum256([]byte("Basic " + p.basic))
	}
	return sha256.Sum256([]byte(p.text))
}

// tokens are the logins of this process, in memory: a restart ends them. All last equally long, so the order in which
// they were made is the order in which they end.
type tokens struct {
	ttl                time.Duration
	max, perAccountMax int

	mu       sync.Mutex
	byKey    map[tokenKey]*list.Element  // of *login token
	all      *list.List                  // oldest first
	accounts map[engine.HexID]*list.List // the same, of one account
}

// held is one token.
type held struct {
	key       tokenKey
	claims    claims
	ends      time.Time
	inAccount *list.Element
}

func newTokens(ttl time.Duration, most, perAccountMax int) *tokens {
	return &tokens{ttl: ttl, max: most, perAccountMax: perAccountMax,
		byKey: map[tokenKey]*list.Element{}, all: list.New(), accounts: map[engine.HexID]*list.List{}}
}

// add keeps a token. Where that is one too many, the oldest of the account, or of all, ends.
func (t *tokens) add(now time.Time, key tokenKey, c claims) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire(now)
	if old := t.byKey[key]; old != nil {
		t.remove(old)
	}
	if of := t.accounts[c.account]; of != nil && of.Len() >= t.perAccountMax {
		t.remove(t.byKey[of.Front().Value.(tokenKey)])
	}
	if t.all.Len() >= t.max {
		t.remove(t.all.Front())
	}
	of := t.accounts[c.account]
	if of == nil {
		of = list.New()
		t.accounts[c.account] = of
	}
	t.byKey[key] = t.all.PushBack(&held{key: key, claims: c, ends: now.Add(t.ttl), inAccount: of.PushBack(key)})
}

// find returns the claims of a token that has not ended.
func (t *tokens) find(now time.Time, key tokenKey) (claims, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire(now)
	at := t.byKey[key]
	if at == nil {
		return claims{}, false
	}
	return at.Value.(*held).claims, true
}

// revoke ends a token.
func (t *tokens) revoke(key tokenKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := t.byKey[key]; at != nil {
		t.remove(at)
	}
}

// expire removes the tokens that have ended.
func (t *tokens) expire(now time.Time) {
	for first := t.all.Front(); first != nil && !now.Before(first.Value.(*held).ends); first = t.all.Front() {
		t.remove(first)
	}
}

func (t *tokens) remove(at *list.Element) {
	h := t.all.Remove(at).(*held)
	delete(t.byKey, h.key)
	of := t.accounts[h.claims.account]
	of.Remove(h.inAccount)
	if of.Len() == 0 {
		delete(t.accounts, h.claims.account)
	}
}
