package crossbar

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// A login that was on its way when its user was removed, or its key replaced, makes a token that opens nothing.
func TestATokenEndsWithWhatItWasGotWith(t *testing.T) {
	r := newRig(t)
	for _, late := range []claims{
		{account: r.ids["A"], user: engine.HexID{1}, method: methodUserAuth},
		{account: r.ids["A"], apiKey: engine.HashAPIKey("the key before"), method: methodAPIAuth},
	} {
		made := presented{text: "late"}
		r.face.tokens.add(r.clock.Now(), made.key(), late)
		a := r.refused(t, 401, "invalid_credentials", `{"message":"invalid credentials"}`, "GET /v2/token_auth", "",
			"X-Auth-Token: late")
		require.Empty(t, a.text("auth_token"))
	}
}

// An account of JSON-RPC that is removed and made again has the id that it had.
func TestATokenOpensNoLaterAccountOfTheSameName(t *testing.T) {
	r := newRig(t)
	id := engine.AccountID{Tenant: "cgrates.org", Account: "1001"}
	r.must(t, &engine.SetAccount{Account: id})
	r.ids["1001"] = id.Derived()
	key := engine.HashAPIKey("key of 1001")
	r.must(t, &engine.ChangeMember{ID: r.ids["1001"], APIKey: &key})
	r.tokens["1001"] = r.logIn(t, "key of 1001")
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{1001}", "", "token: 1001").status)
	r.must(t, &engine.RemoveAccount{Account: id})
	r.must(t, &engine.SetAccount{Account: id})
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{1001}", "", "token: M").status)
	require.Equal(t, 401, r.send(t, "GET /v2/accounts/{1001}", "", "token: 1001").status)
}
