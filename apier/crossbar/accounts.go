package crossbar

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"unicode/utf8"

	"purser/engine"
)

// accountDoc is an account as clients see it. Source: ledgers-and-services, section 9.1.
type accountDoc struct {
	ID         ID     `json:"id"`
	Name       string `json:"name"`
	Parent     ID     `json:"parent_id,omitzero"`
	Tree       []ID   `json:"tree"`
	Enabled    bool   `json:"enabled"`
	IsReseller bool   `json:"is_reseller"`
	Reseller   ID     `json:"reseller_id"`
	IsMaster   bool   `json:"superduper_admin"`
	Realm      string `json:"realm"`
	BillingID  ID     `json:"billing_id"`
	Created    int64  `json:"created"` // Gregorian seconds
	Tenant     string `json:"tenant"`
	Account    string `json:"account"`
}

func newAccountDoc(a *Account) accountDoc {
	return accountDoc{ID: a.ID, Name: a.Name, Parent: a.Parent(), Tree: a.Tree, Enabled: a.Enabled,
		IsReseller: a.IsReseller, Reseller: a.ResellerID, IsMaster: a.IsMaster(), Realm: a.Realm,
		BillingID: a.BillingID, Created: gregorian(a.Created), Tenant: a.Key.Tenant, Account: a.Key.Account}
}

// Bounds of names and realms, in characters. Source: ledgers-and-services, section 9.1.
const (
	accountNameMax = 128
	realmMin       = 4
	realmMax       = 253
)

var realmPattern = regexp.MustCompile(`^[.\w-]+$`)

// accountName reads the name of an account.
func accountName(in form, need presence) *string {
	if !in.has("name") && need == optional {
		return nil
	}
	name := in.text("name", filled)
	if utf8.RuneCountInString(name) > accountNameMax {
		in.reject("name", fault{code: "maxLength", message: "String must not be more than 128 characters",
			target: accountNameMax})
	}
	return &name
}

// realm reads the realm of an account; realms differ in more than case.
func realm(in form) *string {
	if !in.has("realm") {
		return nil
	}
	name := strings.ToLower(in.text("realm", filled))
	if len(name) < realmMin || len(name) > realmMax || !realmPattern.MatchString(name) {
		in.reject("realm", fault{code: codeInvalid,
			message: "Realm must be 4 to 253 letters, digits, dots, low lines and hyphens"})
	}
	return &name
}

func (f *Face) getAccount(rq *request) (*reply, error) {
	return &reply{data: newAccountDoc(rq.account)}, nil
}

func (f *Face) createAccount(rq *request) (*reply, error) {
	in := rq.form()
	made := NewAccount{Parent: rq.account.ID, Name: *accountName(in, filled), Enabled: true}
	if enabled := in.flag("enabled"); enabled != nil {
		made.Enabled = *enabled
	}
	named := realm(in)
	key := engine.AccountID{Tenant: in.text("tenant", optional), Account: in.text("account", optional)}
	if err := in.err(); err != nil {
		return nil, err
	}
	var err error
	if made.ID, err = f.randomID(); err != nil {
		return nil, err
	}
	if named != nil {
		made.Realm = *named
	} else if made.Realm, err = f.randomRealm(); err != nil {
		return nil, err
	}
	made.Key.Tenant = given(key.Tenant, f.opts.DefaultTenant)
	made.Key.Account = given(key.Account, made.ID.String())
	order, err := rq.order()
	if err != nil {
		return nil, err
	}
	done, err := f.opts.Accounts.Create(rq.ctx, order, made)
	if err != nil {
		return nil, err
	}
	r := accountReply(done)
	r.location = done.Account.ID.String()
	return r, nil
}

// randomRealm makes the realm of an account that names none: six hexadecimal digits and the suffix.
func (f *Face) randomRealm() (string, error) {
	const bytes = 3
	label, err := f.randomHex(bytes)
	return label + "." + f.opts.RealmSuffix, err
}

func accountReply(done Done) *reply {
	return &reply{data: newAccountDoc(done.Account), replayed: done.Replayed}
}

func (f *Face) replaceAccount(rq *request) (*reply, error) { return rq.editAccount(filled) }

func (f *Face) patchAccount(rq *request) (*reply, error) { return rq.editAccount(optional) }

// editAccount changes what the body gives of the account.
func (rq *request) editAccount(name presence) (*reply, error) {
	in := rq.form()
	c := AccountChange{Name: accountName(in, name), Realm: realm(in), Enabled: in.flag("enabled")}
	if err := in.err(); err != nil {
		return nil, err
	}
	if c.Enabled != nil && !*c.Enabled && rq.account.IsMaster() {
		return nil, errForbidden // nobody could ever log in to enable it
	}
	return rq.change(c)
}

// change changes the account of the path, unless it is not what If-Match says.
func (rq *request) change(c AccountChange) (*reply, error) {
	if err := rq.checkIfMatch(newAccountDoc(rq.account)); err != nil {
		return nil, err
	}
	order, err := rq.order()
	if err != nil {
		return nil, err
	}
	done, err := rq.face.opts.Accounts.Change(rq.ctx, order, rq.account.ID, c)
	if err != nil {
		return nil, err
	}
	return accountReply(done), nil
}

// disableAccount takes the place of deleting: ledgers are kept, and with them their account.
func (f *Face) disableAccount(rq *request) (*reply, error) {
	if rq.account.IsMaster() {
		return nil, errForbidden
	}
	var children []*Account
	err := f.read(rq.ctx, func(t Tree) (err error) {
		children, err = t.Children(rq.account.ID, ID{}, 1)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(children) > 0 {
		return nil, errDescendants
	}
	off := false
	return rq.change(AccountChange{Enabled: &off})
}

// promote and demote re-derive the reseller of all accounts below; what entries say of it stays. Neither is for the
// master, which is a reseller always.
func (f *Face) promote(rq *request) (*reply, error) { return rq.setReseller(true) }

func (f *Face) demote(rq *request) (*reply, error) { return rq.setReseller(false) }

func (rq *request) setReseller(on bool) (*reply, error) {
	if rq.account.IsMaster() {
		return nil, errForbidden
	}
	return rq.change(AccountChange{IsReseller: &on})
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
	hash := sha256.Sum256([]byte(key))
	order := rq.keylessOrder()
	if _, err := f.opts.Accounts.Change(rq.ctx, order, rq.account.ID, AccountChange{APIKey: &hash}); err != nil {
		return nil, err
	}
	f.tokens.revokeAll(rq.account.ID, func(c claims) bool { return c.method == methodAPIAuth })
	return &reply{data: apiKeyDoc{&key}}, nil
}
