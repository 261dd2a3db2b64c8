package crossbar

import (
	"purser/engine"
	"purser/engine/services"
)

// serviceChangeDoc is what an entry does to the services of the account. The parts of the record that changed are as
// they are from now on; the others are left out.
type serviceChangeDoc struct {
	Kinds   []engine.ServiceKind `json:"type"`
	Removed bool                 `json:"removed,omitzero"`
	Cause   *accountRef          `json:"cause,omitzero"` // the account below whose change this follows from

	Plans     *services.Assignments `json:"plans,omitzero"`
	Overrides *services.Document    `json:"overrides,omitzero"`
	Account   *services.Counts      `json:"account_quantities,omitzero"`
	Cascade   *services.Counts      `json:"cascade_quantities,omitzero"`
	Manual    *services.Counts      `json:"manual_quantities,omitzero"`
	Standing  *standingDoc          `json:"status,omitzero"`

	Quantities []services.Change  `json:"quantities"`
	Invoices   []services.Invoice `json:"invoices"`
}

// standingDoc is the mark that a master account has put on the account, as it was sent.
type standingDoc struct {
	Good       bool   `json:"in_good_standing"`
	Reason     string `json:"reason,omitzero"`
	ReasonCode int64  `json:"reason_code,omitzero"`
}

// planChangeDoc is a service plan that the account sells, set or removed.
type planChangeDoc struct {
	ID      string             `json:"id"`
	Removed bool               `json:"removed,omitzero"`
	Plan    *services.Document `json:"document,omitzero"`
}

// services shows the account's part of a change of services.
func (o *journalOwner) services(doc *entryDoc, c *engine.ServiceChange) {
	if len(doc.Caller.Audit) == 0 {
		doc.Caller.Audit = stored(c.Who)
	}
	for i := range c.Accounts {
		if c.Accounts[i].Account == o.Account.ID {
			doc.Services = newServiceChangeDoc(&c.Accounts[i])
		}
	}
	for i := range c.Plans {
		p := &c.Plans[i]
		switch {
		case p.Reseller != o.ID:
		case p.Removed:
			doc.Plans = append(doc.Plans, planChangeDoc{ID: p.ID, Removed: true})
		default:
			doc.Plans = append(doc.Plans, planChangeDoc{ID: p.ID, Plan: &p.Document})
		}
	}
}

func newServiceChangeDoc(c *engine.AccountServices) *serviceChangeDoc {
	doc := &serviceChangeDoc{Kinds: c.Kinds, Removed: c.Removed, Quantities: c.Quantities, Invoices: c.Invoices}
	if c.Cause != nil {
		doc.Cause = &accountRef{c.Cause.ID.String(), c.Cause.Name}
	}
	r := &c.Record
	for _, kind := range c.Kinds {
		switch kind {
		case engine.ServicePlans:
			doc.Plans = &r.Plans
		case engine.ServiceOverrides:
			doc.Overrides = &r.Overrides
		case engine.ServiceAccount:
			doc.Account = &r.Quantities.Account
		case engine.ServiceCascade:
			doc.Cascade = &r.Quantities.Cascade
		case engine.ServiceManual:
			doc.Manual = &r.Quantities.Manual
		case engine.ServiceStatus:
			doc.Standing = &standingDoc{!r.Standing.Delinquent, r.Standing.Reason, r.Standing.Code}
		}
	}
	return doc
}
