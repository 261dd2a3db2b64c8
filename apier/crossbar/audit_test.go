package crossbar

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func TestAnAuditSaysWhoAsked(t *testing.T) {
	r := newRigOn(t, append(routes(), route{verb: "PUT", path: "/accounts/{ACCOUNT_ID}/audited", reach: reachTree,
		reply: "Document", handler: func(_ *Face, rq *request) (*reply, error) {
			b, err := rq.audit()
			return &reply{data: jsontext.Value(b)}, err
		}}))
	id := withUser(t, r)
	basic := base64.StdEncoding.EncodeToString([]byte(r.fill("{A}:") + sentCredentials(methodMD5, "ann", "correct horse")))
	for header, want := range map[string]string{
		"token: R": `"authentication":{"type":"x-auth-token","account_id":"{R}","account_name":"Account 1"}`,
		"Authorization: Basic " + basic: `"authentication":{"type":"basic","account_id":"{A}","account_name":"Account A"},
			"agent":{"type":"user","type_id":"` + id + `","account_id":"{A}","full_name":"Ann"}`,
	} {
		a := r.send(t, "POST /v2/accounts/{A}/audited?verb=PUT", "", header)
		request := strings.Join([]string{`"request":{"id":"`, a.text("request_id"),
			`","client_ip":"127.0.0.1","method":"PUT","path":"/v2/accounts/{A}/audited"}`}, "")
		require.JSONEq(t, r.fill(`{"crossbar_request":true,`+want+`,`+request+`}`), a.data(t))
		require.NotContains(t, a.data(t), basic)
	}
}
