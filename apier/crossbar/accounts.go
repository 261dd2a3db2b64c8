package crossbar

import (
	"strings"

	"purser/engine"
)

// accountDoc is an account as clients see it. Source: ledgers-and-services, section 9.1.
type accountDoc struct {
	ID         engine.HexID   `json:"id"`
	Name       string         `json:"name"`
	Parent     engine.HexID   `json:"parent_id,omitzero"`
	Tree       []engine.HexID `json:"tree"`
	Enabled    bool           `json:"enabled"`
	IsReseller bool           `json:"is_reseller"`
	Reseller   engine.HexID   `json:"reseller_id"`
	IsMaster   bool           `json:"superduper_admin"`
	Realm      string         `json:"realm,omitzero"`
	BillingID  engine.HexID   `json:"billing_id"`
	Created    int64          `json:"created,omitzero"` // Gregorian seconds; unknown for accounts of other faces
	Tenant     string         `json:"tenant"`
	Account    string         `json:"account"`
}

func newAccountDoc(a *account) accountDoc {
	doc := accountDoc{ID: a.ID, Name: a.Name, Parent: a.Parent(), Tree: a.Tree, Enabled: a.Enabled(),
		IsReseller: a.IsReseller, Reseller: a.reseller, IsMaster: a.IsMaster(), Realm: a.Realm,
		BillingID: a.Billing(), Tenant: a.Account.ID.Tenant, Account: a.Account.ID.Account}
	if !a.Created.IsZero() {
		doc.Created = gregorian(a.Created.Time)
	}
	return doc
}

func (f *Face) getAccount(rq *request) (*reply, error) {
	return &reply{data: newAccountDoc(rq.account)}, nil
}

func (f *Face) createAccount(rq *request) (*reply, error) {
	in := rq.form()
	c := &engine.MakeMember{Parent: rq.account.ID, Name: in.text("name", filled), Realm: in.text("realm", optional)}
	if enabled := in.flag("enabled"); enabled != nil {
		c.Disabled = !*enabled
	}
	c.Account = engine.AccountID{Tenant: given(in.text("tenant", optional), f.opts.DefaultTenant),
		Account: strings.TrimSpace(in.text("account", optional))} // as over JSON-RPC
	if err := in.err(); err != nil {
		return nil, err
	}
	done, err := rq.do(c)
	if err != nil {
		return nil, err
	}
	r, err := rq.accountReply(done.Member, done)
	if err == nil {
		r.location = done.Member.String()
	}
	return r, err
}

// accountReply shows an account after a change. After a repeated request it is the account as it is by now.
func (rq *request) accountReply(id engine.HexID, done engine.Result) (*reply, error) {
	a, err := rq.face.readAccount(rq.ctx, id)
	switch {
	case err != nil:
		return nil, err
	case a == nil: // removed since, over another face
		return nil, errIdentifier(id.String())
	}
	return &reply{data: newAccountDoc(a), replayed: done.Replayed}, nil
}

func (f *Face) replaceAccount(rq *request) (*reply, error) { return rq.editAccount(filled) }

func (f *Face) patchAccount(rq *request) (*reply, error) { return rq.editAccount(optional) }

// editAccount changes what the body gives of the account.
func (rq *request) editAccount(name presence) (*reply, error) {
	in := rq.form()
	c := &engine.ChangeMember{Name: in.given("name", name), Realm: in.given("realm", optional)}
	if enabled := in.flag("enabled"); enabled != nil {
		disabled := !*enabled
		c.Disabled = &disabled
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	return rq.change(c)
}

// change changes the account of the path, unless it is not what If-Match says.
func (rq *request) change(c *engine.ChangeMember) (*reply, error) {
	c.ID = rq.account.ID
	done, err := rq.doIfMatch(c, func(t engine.Tree) (any, error) {
		a, err := accountByID(t, c.ID)
		if err != nil || a == nil {
			return nil, err
		}
		return newAccountDoc(a), nil
	})
	if err != nil {
		return nil, err
	}
	return rq.accountReply(c.ID, done)
}

// disableAccount takes the place of deleting: ledgers are kept, and with them their account.
func (f *Face) disableAccount(rq *request) (*reply, error) {
	var children []*engine.Member
	err := f.readTree(rq.ctx, func(t engine.Tree) (err error) {
		children, err = t.Children(rq.account.ID, engine.HexID{}, 1)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(children) > 0 {
		return nil, errDescendants
	}
	disabled := true
	return rq.change(&engine.ChangeMember{Disabled: &disabled})
}

// promote and demote change who sells to the accounts below from now on; what entries say of it stays.
func (f *Face) promote(rq *request) (*reply, error) { return rq.setReseller(true) }

func (f *Face) demote(rq *request) (*reply, error) { return rq.setReseller(false) }

func (rq *request) setReseller(on bool) (*reply, error) {
	return rq.change(&engine.ChangeMember{IsReseller: &on})
}

// apiKeyDoc is an API key on the one occasion that it is shown, else null.
type apiKeyDoc struct {
	Key *string `json:"api_key"`
}

func (f *Face) getAPIKey(*request) (*reply, error) { return &reply{data: apiKeyDoc{}}, nil }

// newAPIKey takes no idempotency key: the first reply could not be given again, since only a hash of the key is kept.
func (f *Face) newAPIKey(rq *request) (*reply, error) {
	key, err := f.randomHex(tokenBytes)
	if err != nil {
		return nil, err
	}
	hash := engine.HashAPIKey(key)
	cmd := rq.keyless(&engine.ChangeMember{ID: rq.account.ID, APIKey: &hash})
	if _, err := f.opts.Engine.Do(rq.ctx, cmd); err != nil {
		return nil, err
	}
	return &reply{data: apiKeyDoc{&key}}, nil
}
