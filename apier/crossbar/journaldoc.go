package crossbar

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
)

// entryDoc is what an entry of the journal does to one account: the others that it changes are not in it, nor are
// hashes, idempotency keys or addresses of notifications. Source: ledgers-and-services, section 10.1.
type entryDoc struct {
	Seq     uint64       `json:"seq"`
	Time    time.Time    `json:"time"`
	Created int64        `json:"created"` // Gregorian seconds; by a test clock it may be another time
	Op      engine.Op    `json:"op"`
	Tenant  string       `json:"tenant"`
	Account string       `json:"account"`
	ID      engine.HexID `json:"account_id"`

	Made          bool         `json:"made,omitzero"`
	Removed       bool         `json:"removed,omitzero"`
	AllowNegative *bool        `json:"allow_negative,omitzero"`
	Disabled      *bool        `json:"disabled,omitzero"`
	Postings      []postingDoc `json:"postings"`
	Ledgers       []lineDoc    `json:"ledgers"` // the lines of its ledger that the entry makes

	Profile        *profileDoc          `json:"profile,omitzero"`
	Triggers       *[]accountTriggerDoc `json:"triggers,omitzero"` // all that it has from now on
	TriggerUpdates []triggerUpdateDoc   `json:"trigger_updates,omitzero"`
	Fired          []firingDoc          `json:"fired,omitzero"`
	Services       *serviceChangeDoc    `json:"services,omitzero"`
	Plans          []planChangeDoc      `json:"service_plans,omitzero"`

	Caller callerDoc `json:"caller"`
}

// callerDoc is who asked, and how.
type callerDoc struct {
	Face   string                    `json:"face,omitzero"`
	Method string                    `json:"method,omitzero"`
	Peer   string                    `json:"peer,omitzero"`
	Audit  map[string]jsontext.Value `json:"audit,omitempty"`
}

// postingDoc is what happened to a balance: before + delta = after.
type postingDoc struct {
	UUID       uuid.UUID      `json:"balance_uuid"`
	ID         string         `json:"balance_id"`
	ToR        string         `json:"balance_type"`
	Delta      amount.Amount  `json:"delta"`
	Before     amount.Amount  `json:"before"`
	After      amount.Amount  `json:"after"`
	Made       bool           `json:"made,omitzero"`
	Removed    bool           `json:"removed,omitzero"`
	Expired    bool           `json:"expired,omitzero"` // removed because it was over
	Attributes *attributesDoc `json:"attributes,omitzero"`
}

// attributesDoc is all that restricts a balance from an entry on. Of a set, false says that the name is excluded.
type attributesDoc struct {
	Expires        time.Time                `json:"expires,omitzero"`
	Weight         amount.Amount            `json:"weight"`
	DestinationIDs map[string]bool          `json:"destination_ids,omitempty"`
	Categories     map[string]bool          `json:"categories,omitempty"`
	SharedGroups   map[string]bool          `json:"shared_groups,omitempty"`
	TimingIDs      map[string]bool          `json:"timing_ids,omitempty"`
	RatingSubject  string                   `json:"rating_subject,omitzero"`
	Disabled       bool                     `json:"disabled"`
	Blocker        bool                     `json:"blocker"`
	Factors        map[string]amount.Amount `json:"factors,omitempty"`
}

// profileDoc is what the tree of accounts knows of the account from an entry on, without what authenticates it.
type profileDoc struct {
	Name       string         `json:"name"`
	Tree       []engine.HexID `json:"tree"`
	IsReseller bool           `json:"is_reseller"`
	Realm      string         `json:"realm,omitzero"`
	BillingID  engine.HexID   `json:"billing_id,omitzero"`
	HasAPIKey  bool           `json:"has_api_key"`
	Users      []userDoc      `json:"users"`
}

// entry returns the account's part of an entry.
func (o *journalOwner) entry(e *engine.Entry) (*entryDoc, error) {
	id := o.Account.ID
	doc := &entryDoc{Seq: e.Seq, Time: e.At.UTC(), Created: e.Created().Gregorian(), Op: e.Op, Tenant: id.Tenant,
		Account: id.Account, ID: o.ID, Postings: []postingDoc{}, Ledgers: []lineDoc{},
		Caller: callerDoc{e.Origin.Face, e.Origin.Method, e.Origin.Peer, stored(e.Facts.Audit)}}
	for i := range e.Accounts {
		if e.Accounts[i].ID == id {
			doc.change(&e.Accounts[i])
		}
	}
	lines := o.ledger.Lines(e)
	for i := range lines {
		line, err := newFactsDoc(o.ledger, &lines[i])
		if err != nil {
			return nil, err
		}
		doc.Ledgers = append(doc.Ledgers, line)
	}
	for i := range e.Fired {
		if e.Fired[i].Account == id {
			doc.Fired = append(doc.Fired, newFiringDoc(&e.Fired[i]))
		}
	}
	if e.Services != nil {
		o.services(doc, e.Services)
	}
	return doc, nil
}

// change shows what an entry does to the account itself.
func (doc *entryDoc) change(c *engine.AccountChange) {
	doc.Made, doc.Removed, doc.AllowNegative, doc.Disabled = c.Made, c.Removed, c.AllowNegative, c.Disabled
	for i := range c.Postings {
		p := &c.Postings[i]
		doc.Postings = append(doc.Postings, postingDoc{UUID: p.UUID, ID: p.ID, ToR: p.ToR, Delta: p.Delta,
			Before: p.After.Sub(p.Delta), After: p.After, Made: p.Made, Removed: p.Removed, Expired: p.Expired,
			Attributes: newAttributesDoc(p.Attributes)})
	}
	if c.Triggers != nil {
		doc.Triggers = newTriggerDocs(c.Triggers)
	}
	for _, u := range c.TriggerUpdates {
		doc.TriggerUpdates = append(doc.TriggerUpdates, triggerUpdateDoc{u.Position, newTriggerStateDoc(u.State)})
	}
	if p := c.Profile; p != nil {
		doc.Profile = &profileDoc{Name: p.Name, Tree: p.Tree, IsReseller: p.IsReseller, Realm: p.Realm,
			BillingID: p.BillingID, HasAPIKey: !p.APIKey.IsZero(), Users: []userDoc{}}
		for _, u := range p.Users {
			doc.Profile.Users = append(doc.Profile.Users, userDoc{u.ID, u.Name})
		}
	}
}

func newAttributesDoc(a *engine.Attributes) *attributesDoc {
	if a == nil {
		return nil
	}
	doc := &attributesDoc{Expires: a.Expires.Time, Weight: a.Weight, DestinationIDs: included(a.DestinationIDs),
		Categories: included(a.Categories), SharedGroups: included(a.SharedGroups), TimingIDs: included(a.TimingIDs),
		RatingSubject: a.RatingSubject, Disabled: a.Disabled, Blocker: a.Blocker, Factors: map[string]amount.Amount{}}
	for _, f := range a.Factors {
		doc.Factors[f.Name] = f.Value
	}
	return doc
}

// included returns a set with sign as an object.
func included(names engine.Names) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[n.ID] = !n.Excluded
	}
	return set
}
