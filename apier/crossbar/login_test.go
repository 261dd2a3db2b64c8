package crossbar

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestALoginTellsWhoIsIn(t *testing.T) {
	r := newRig(t)
	a := r.send(t, "PUT /v2/api_auth", `{"data":{"api_key":"key of A"}}`)
	require.Equal(t, http.StatusCreated, a.status)
	require.Regexp(t, `^[0-9a-f]{64}$`, a.text("auth_token"))
	require.JSONEq(t, r.fill(`{"account_id":"{A}","account_name":"Account A","reseller_id":"{R}","is_reseller":false,
		"is_master_account":false,"language":"en-us","apps":[],"expires_in":3600}`), a.data(t))

	who := r.send(t, "GET /v2/token_auth", "", "token: M")
	require.Contains(t, who.data(t), `"is_master_account":true`)
	require.Contains(t, who.data(t), `"method":"cb_api_auth"`)
	require.Equal(t, r.tokens["M"], who.text("auth_token"))
}

func TestATokenIsFoundWhereClientsPutIt(t *testing.T) {
	r := newRig(t)
	token := r.tokens["A"]
	for _, c := range []struct{ line, body, header string }{
		{"GET /v2/accounts/{A}", "", "X-Auth-Token: " + token},
		{"GET /v2/accounts/{A}?auth_token=" + token, "", ""},
		{"PATCH /v2/accounts/{A}", `{"data":{},"auth_token":"` + token + `"}`, ""},
		{"GET /v2/accounts/{A}", "", "Authorization: Bearer " + token},
		{"GET /v2/accounts/{A}?auth_token=wrong", "", "X-Auth-Token: " + token}, // the header comes first
	} {
		a := r.send(t, c.line, c.body, c.header)
		require.Equal(t, http.StatusOK, a.status, "%v: %s", c, a.body)
		require.Equal(t, token, a.text("auth_token"))
	}
	a := r.send(t, "GET /v2/accounts/{A}", "", "X-Auth-Token: wrong")
	require.NotContains(t, a.body, "wrong", "what is no token is not repeated")
}

func TestATokenEndsAfterItsTimeAndWhenItIsRevoked(t *testing.T) {
	r := newRig(t)
	require.Equal(t, 200, r.send(t, "DELETE /v2/token_auth", "", "token: B").status)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{B}", "", "token: B").status)
	r.clock.Add(time.Hour - time.Second)
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status)
	r.clock.Add(time.Second)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status)
	require.Empty(t, r.face.tokens.byKey)
	require.Empty(t, r.face.tokens.accounts)
}

func TestANewAPIKeyEndsTheOldOneAndItsTokens(t *testing.T) {
	r := newRig(t)
	require.JSONEq(t, `{"api_key":null}`, r.send(t, "GET /v2/accounts/{A}/api_key", "", "token: A").data(t))
	a := r.send(t, "PUT /v2/accounts/{A}/api_key", `{"data":{}}`, "token: R")
	require.Equal(t, http.StatusCreated, a.status)
	key, _ := a.env["data"].(map[string]any)["api_key"].(string)
	require.Regexp(t, `^[0-9a-f]{64}$`, key)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status)
	require.Equal(t, 401, r.send(t, "PUT /v2/api_auth", `{"data":{"api_key":"key of A"}}`).status)
	r.tokens["A"] = r.logIn(t, key)
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status)
}

func TestTokensAreBounded(t *testing.T) {
	now := morning
	tokens := newTokens(time.Hour, 3, 2)
	key := func(n int) tokenKey { return (&presented{text: strconv.Itoa(n)}).key() }
	alive := func() (list []int) {
		for n := range 10 {
			if _, ok := tokens.find(now, key(n)); ok {
				list = append(list, n)
			}
		}
		return list
	}
	one, two, three := engine.HexID{1}, engine.HexID{2}, engine.HexID{3}
	for n, id := range []engine.HexID{one, one, one} {
		tokens.add(now, key(n), claims{account: id})
	}
	require.Equal(t, []int{1, 2}, alive(), "an account's oldest ends")
	tokens.add(now, key(3), claims{account: two})
	tokens.add(now, key(4), claims{account: three})
	require.Equal(t, []int{2, 3, 4}, alive(), "the oldest of all ends")
	tokens.add(now, key(3), claims{account: three})
	require.Equal(t, []int{2, 3, 4}, alive(), "a token is kept once")
	got, _ := tokens.find(now, key(3))
	require.Equal(t, three, got.account)
	require.NotContains(t, tokens.accounts, two)
}

// withUser makes a user of A, over the API.
func withUser(t *testing.T, r *rig) (id string) {
	t.Helper()
	a := r.send(t, "PUT /v2/accounts/{A}/users", `{"data":{"username":"Ann","password":"correct horse"}}`, "token: A")
	require.Equal(t, http.StatusCreated, a.status, a.body)
	return a.header.Get("Location")
}

func TestAUserLogsInWithTheHashOfHisPassword(t *testing.T) {
	r := newRig(t)
	id := withUser(t, r)
	require.Equal(t, 200, r.send(t, "PATCH /v2/accounts/{A}", `{"data":{"realm":"a.example"}}`, "token: A").status)
	md5, sha := sentCredentials(methodMD5, "ANN", "correct horse"), sentCredentials(methodSHA, "ann", "correct horse")
	for _, data := range []string{
		`{"credentials":"` + md5 + `","account_name":"Account A"}`,
		`{"credentials":"` + strings.ToUpper(md5) + `","account_name":"account a","method":"md5"}`,
		`{"credentials":"` + sha + `","account_realm":"A.Example","method":"sha"}`,
	} {
		a := r.send(t, "PUT /v2/user_auth", `{"data":`+data+`}`)
		require.Equal(t, http.StatusCreated, a.status, a.body)
		require.Contains(t, a.data(t), `"owner_id":"`+id+`"`)
		who := r.send(t, "GET /v2/token_auth", "", "X-Auth-Token: "+a.text("auth_token"))
		require.Contains(t, who.data(t), `"method":"cb_user_auth"`)
	}
	for _, data := range []string{
		`{"credentials":"` + sha + `","account_name":"Account A"}`,                  // not the MD5
		`{"credentials":"` + md5 + `","account_name":"Account B"}`,                  // nobody's there
		`{"credentials":"` + md5 + `","account_name":"nobody"}`,                     // no such account
		`{"credentials":"` + md5 + `","phone_number":"+4930123"}`,                   // no account has one
		`{"credentials":"","account_realm":"a.example","method":"sha"}`,             // nothing
		`{"credentials":"` + md5 + `","account_name":"Account A","method":"plain"}`, // no such method
		`{"credentials":"` + md5 + `"}`,
	} {
		a := r.send(t, "PUT /v2/user_auth", `{"data":`+data+`}`)
		require.Contains(t, []int{400, 401}, a.status, data)
	}
}

func TestBasicIsAccountAndCredentials(t *testing.T) {
	r := newRig(t)
	withUser(t, r)
	basic := func(credentials string) string {
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(r.fill("{A}:")+credentials))
	}
	good := basic(sentCredentials(methodMD5, "ann", "correct horse"))
	for range 20 { // more than may fail
		a := r.send(t, "GET /v2/accounts/{A}", "", good)
		require.Equal(t, 200, a.status)
		require.NotContains(t, a.env, "auth_token", "the password is not repeated")
	}
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", basic("wrong")).status)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", "Authorization: Basic ***").status)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", "Authorization: Digest x").status)
}

func TestARemovedUserIsOut(t *testing.T) {
	r := newRig(t)
	id := withUser(t, r)
	credentials := sentCredentials(methodMD5, "ann", "correct horse")
	in := r.send(t, "PUT /v2/user_auth", `{"data":{"credentials":"`+credentials+`","account_name":"Account A"}}`)
	require.JSONEq(t, `[{"id":"`+id+`","username":"Ann"}]`, r.send(t, "GET /v2/accounts/{A}/users", "", "token: A").data(t))
	require.Equal(t, 200, r.send(t, "DELETE /v2/accounts/{A}/users/"+id, "", "token: A").status)
	require.Equal(t, 404, r.send(t, "DELETE /v2/accounts/{A}/users/"+id, "", "token: A").status)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{A}", "", "X-Auth-Token: "+in.text("auth_token")).status)
	require.Equal(t, 401, r.send(t, "PUT /v2/user_auth",
		`{"data":{"credentials":"`+credentials+`","account_name":"Account A"}}`).status)
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status, "the API key's token stays")
}

func TestUsersOfOneAccountDifferInNameAndShareASalt(t *testing.T) {
	r := newRig(t)
	withUser(t, r)
	r.refused(t, 400, wordValidation, `{"username":{"unique":{"message":"Value is taken already"}}}`,
		"PUT /v2/accounts/{A}/users", `{"data":{"username":"ANN","password":"12345678"}}`, "token: A")
	r.refused(t, 400, wordValidation, `{"password":{"invalid":{"message":"Password must have 8 to 256 bytes"}}}`,
		"PUT /v2/accounts/{A}/users", `{"data":{"username":"x","password":"1234567"}}`, "token: A")
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			a := r.send(t, "PUT /v2/accounts/{A}/users", fmt.Sprintf(`{"data":{"username":"u%d","password":"12345678"}}`, i), "token: A")
			require.Equal(t, 201, a.status, a.body)
		})
	}
	wait.Wait()
	a, err := r.face.readAccount(t.Context(), r.ids["A"])
	require.NoError(t, err)
	require.Len(t, a.Users, 11, "none of those at once was lost")
	first, ok := costOf(a.Users[0].Credentials)
	require.True(t, ok)
	user, err := r.face.findUser(t.Context(), a.Users, methodMD5, sentCredentials(methodMD5, "u3", "12345678"))
	require.NoError(t, err)
	require.Equal(t, "u3", user.Name)
	last, _ := costOf(user.Credentials)
	require.EqualValues(t, 10, first.rounds)
	require.Len(t, a.Users[0].Credentials, slowBytes)
	_ = last
}

func TestFailedLoginsAreThrottledByAddressAndAccount(t *testing.T) {
	r := newRig(t)
	wrong := `{"data":{"api_key":"guess"}}`
	for range 10 {
		require.Equal(t, 401, r.send(t, "PUT /v2/api_auth", wrong).status)
	}
	a := r.refused(t, 429, "too_many_requests", `{"message":"too many requests"}`, "PUT /v2/api_auth", wrong)
	require.Equal(t, "60", a.header.Get("Retry-After"))
	require.NotEmpty(t, r.logIn(t, "key of A"), "who has a key is not locked out by who has none")
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status, "who is in stays in")
	r.clock.Add(time.Minute)
	require.NotEmpty(t, r.logIn(t, "key of A"))
	for range 10 {
		require.Equal(t, 401, r.send(t, "PUT /v2/api_auth", wrong).status)
	}
	a = r.send(t, "PUT /v2/api_auth", wrong)
	require.Equal(t, "120", a.header.Get("Retry-After"), "twice as long the second time")
}

func TestThrottle(t *testing.T) {
	now := morning
	fail := func(th *throttle, n int, names ...string) (seconds int) {
		for range n {
			seconds = th.begin(now, names...)
		}
		return seconds
	}
	th := newThrottle(3, 4*time.Minute, 100)
	require.Zero(t, fail(th, 3, "a", "b"))
	require.Equal(t, 60, fail(th, 1, "c", "b"), "either name is enough")
	require.Zero(t, fail(th, 1, "c"))
	now = now.Add(time.Minute)
	require.Zero(t, fail(th, 3, "a"))
	require.Equal(t, 60, fail(th, 1, "a"))
	now = now.Add(time.Minute)
	require.Equal(t, 120, fail(th, 4, "a"))
	now = now.Add(2 * time.Minute)
	require.Equal(t, 240, fail(th, 4, "a"))
	now = now.Add(4 * time.Minute)
	require.Equal(t, 240, fail(th, 4, "a"), "never longer than the longest")
	now = now.Add(time.Hour)
	require.Equal(t, 60, fail(th, 4, "a"), "forgotten after a quiet time")
	now = now.Add(time.Hour)
	for range 100 {
		require.Zero(t, th.begin(now, "a"))
		th.succeeded("a")
	}
	small := newThrottle(3, time.Minute, 2)
	fail(small, 1, "a", "b")
	fail(small, 1, "a", "c")
	require.Len(t, small.byName, 2)
	require.NotContains(t, small.byName, "b", "the one used longest ago goes")
}

func TestManyGuessesAtOnceAreNotMoreThanInTurn(t *testing.T) {
	r := newRig(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[int]int{}
	for range 50 {
		wait.Go(func() {
			a := r.send(t, "PUT /v2/user_auth", `{"data":{"credentials":"x","account_name":"Account A"}}`)
			mu.Lock()
			defer mu.Unlock()
			seen[a.status]++
		})
	}
	wait.Wait()
	require.Equal(t, map[int]int{401: 10, 429: 40}, seen)
}

func TestAddressesAreCountedByWhatOneClientOwns(t *testing.T) {
	require.Equal(t, "192.0.2.7", addressBlock("192.0.2.7"))
	require.Equal(t, "192.0.2.7", addressBlock("::ffff:192.0.2.7"))
	require.Equal(t, addressBlock("2001:db8::1"), addressBlock("2001:db8::ffff:1"))
	require.NotEqual(t, addressBlock("2001:db8::1"), addressBlock("2001:db8:0:1::1"))
	require.Equal(t, "nonsense", addressBlock("nonsense"))
}

func TestADisabledAccountIsLockedOut(t *testing.T) {
	r := newRig(t)
	withUser(t, r)
	require.Equal(t, 200, r.send(t, "DELETE /v2/accounts/{A}", "", "token: R").status)
	r.refused(t, 423, "locked", dataLocked, "GET /v2/accounts/{A}", "", "token: A")
	r.refused(t, 423, "locked", dataLocked, "PUT /v2/api_auth", `{"data":{"api_key":"key of A"}}`)
	r.refused(t, 423, "locked", dataLocked, "PUT /v2/user_auth", `{"data":{"credentials":"`+
		sentCredentials(methodMD5, "ann", "correct horse")+`","account_name":"Account A"}}`)
	require.Equal(t, 200, r.send(t, "PATCH /v2/accounts/{A}", `{"data":{"enabled":true}}`, "token: R").status)
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}", "", "token: A").status)
}

// No secret may stand where an operator, a thief of a back-up or a metric reads it.
func TestSecretsAreNotLoggedNorJournaled(t *testing.T) {
	var log syncBuffer
	r := newRig(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	withUser(t, r)
	credentials := sentCredentials(methodMD5, "ann", "correct horse")
	r.send(t, "PUT /v2/user_auth", `{"data":{"credentials":"`+credentials+`","account_name":"Account A"}}`)
	r.send(t, "GET /v2/accounts/{A}?auth_token="+r.tokens["A"], "")
	r.send(t, "GET /v2/accounts/{A}?auth_token=canary", "")
	var journal bytes.Buffer
	require.NoError(t, r.Journal(t.Context(), 1, func(e *engine.Entry) error {
		_, err := fmt.Fprintf(&journal, "%+v", *e)
		for _, c := range e.Accounts {
			if c.Profile != nil {
				fmt.Fprintf(&journal, "%+v", *c.Profile)
			}
		}
		return err
	}))
	for _, secret := range []string{masterKey, "key of A", r.tokens["A"], "canary", "correct horse", credentials} {
		require.NotContains(t, log.String(), secret)
		require.NotContains(t, journal.String(), secret)
	}
	require.Contains(t, log.String(), "/accounts/{ACCOUNT_ID}")
}

// syncBuffer is a buffer for many goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
