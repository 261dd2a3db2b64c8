package crossbar

import (
	"github.com/go-json-experiment/json"

	"purser/engine"
)

// auditDoc says who asked for a change. It is stored with the change and shown in its document.
// Source: ledgers-and-services, section 6.5.
type auditDoc struct {
	Crossbar       bool        `json:"crossbar_request"`
	Authentication auditToken  `json:"authentication"`
	Agent          *auditAgent `json:"agent,omitempty"` // of a user's token only
	Request        auditSource `json:"request"`
}

type auditToken struct {
	Type string       `json:"type"`
	ID   engine.HexID `json:"account_id"`
	Name string       `json:"account_name"`
}

type auditAgent struct {
	Type    string       `json:"type"`
	ID      engine.HexID `json:"type_id"`
	Account engine.HexID `json:"account_id"`
	Name    string       `json:"full_name"`
}

type auditSource struct {
	ID     string `json:"id"`
	Peer   string `json:"client_ip"`
	Method string `json:"method"`
	Path   string `json:"path"`
}

// audit returns the JSON of the request's auditDoc, for the journal.
func (rq *request) audit() (text []byte, err error) {
	if rq.auditText != nil {
		return rq.auditText, nil
	}
	doc := auditDoc{Crossbar: true,
		Authentication: auditToken{rq.token.how, rq.caller.ID, rq.caller.Name},
		Request:        auditSource{rq.id, rq.peer, rq.verb, rq.http.URL.EscapedPath()}}
	for _, u := range rq.caller.Users {
		if u.ID == rq.claims.user {
			doc.Agent = &auditAgent{"user", u.ID, rq.caller.ID, u.Name}
		}
	}
	rq.auditText, err = json.Marshal(doc, sameJSON)
	return rq.auditText, err
}
