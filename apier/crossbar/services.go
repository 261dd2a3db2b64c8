package crossbar

import (
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/services"
)

// servicesOf is what one snapshot says of the services of an account.
type servicesOf struct {
	engine.ServicesView
	account *account
}

// services reads the services of the path's account, or what they would be with a quote.
func (rq *request) services(quote *services.Edit) (*servicesOf, error) {
	s := &servicesOf{}
	err := rq.face.readTree(rq.ctx, func(t engine.Tree) (err error) {
		if s.account, err = accountByID(t, rq.account.ID); err != nil || s.account == nil {
			return err
		}
		record := t.Services(s.account.Member)
		if quote != nil {
			if record, err = t.Quote(s.account.Member, *quote, rq.merges(), rq.serviceLimits()); err != nil {
				return err
			}
		}
		s.ServicesView, err = t.ViewServices(s.account.Member, record)
		return err
	})
	if err == nil && s.account == nil { // removed since, over another face
		err = errIdentifier(rq.account.ID.String())
	}
	return s, err
}

// serviceLimits bound a document that the engine does not keep, as those that it keeps.
func (rq *request) serviceLimits() services.Limits {
	return rq.face.opts.Engine.Rules().Services.Limits
}

// serviceDoc is the service record as clients see it. Source: ledgers-and-services, section 7.1.
type serviceDoc struct {
	BillingID  engine.HexID                      `json:"billing_id"`
	IsReseller bool                              `json:"reseller"`
	Reseller   engine.HexID                      `json:"reseller_id"`
	Good       bool                              `json:"in_good_standing"`
	Reason     string                            `json:"reason,omitzero"`
	ReasonCode int64                             `json:"reason_code,omitzero"`
	Dirty      bool                              `json:"dirty"` // always false: nobody reports back
	Plans      services.Assignments              `json:"plans"`
	Overrides  services.Document                 `json:"overrides"`
	Account    services.Counts                   `json:"account_quantities"`
	Cascade    services.Counts                   `json:"cascade_quantities"`
	Quantities services.Quantities               `json:"quantities"`
	Items      map[string]map[string]serviceItem `json:"items"`
}

// serviceItem is a line of the invoices.
type serviceItem struct {
	Category string        `json:"category"`
	Item     string        `json:"item"`
	Quantity int64         `json:"quantity"`
	Rate     amount.Amount `json:"rate"`
}

// serviceDoc shows the services. Without a price they have no items: what was counted is shown all the same.
func (s *servicesOf) serviceDoc() (*serviceDoc, error) {
	q := s.Record.Quantities
	doc := &serviceDoc{BillingID: s.account.Billing(), IsReseller: s.account.IsReseller, Reseller: s.account.reseller,
		Good: s.Status.InGoodStanding, Reason: s.Status.Reason, ReasonCode: s.Status.ReasonCode,
		Plans: s.Record.Plans, Overrides: s.Record.Overrides, Account: q.Account, Cascade: q.Cascade, Quantities: q,
		Items: map[string]map[string]serviceItem{}}
	invoices, err := s.Invoices()
	if err != nil && engine.CodeOf(err) != engine.CodeInvalid {
		return nil, err
	}
	for _, invoice := range invoices {
		for _, line := range invoice.Items {
			if doc.Items[line.Category] == nil {
				doc.Items[line.Category] = map[string]serviceItem{}
			}
			doc.Items[line.Category][line.Item] = serviceItem{line.Category, line.Item, line.Quantity, line.Rate}
		}
	}
	return doc, nil
}

func (f *Face) getServices(rq *request) (*reply, error) {
	s, err := rq.services(nil)
	if err != nil {
		return nil, err
	}
	if rq.query.Get("shape") == "plans" { // all that Kazoo 5 shows
		return &reply{data: s.Record.Plans}, nil
	}
	doc, err := s.serviceDoc()
	return &reply{data: doc}, err
}

// changeServices makes a change and answers with what show makes of the services after it. A repeated request shows
// them as they are by now.
func (rq *request) changeServices(c engine.Change, show func(*servicesOf) (any, error)) (*reply, error) {
	done, err := rq.do(c)
	if err != nil {
		return nil, err
	}
	s, err := rq.services(nil)
	if err != nil {
		return nil, err
	}
	data, err := show(s)
	return &reply{data: data, replayed: done.Replayed}, err
}

// changePart changes a part of the services, unless it is not what If-Match says, and answers with the part after it. A
// repeated request shows the part as its first answer did: the entry has it.
func (rq *request) changePart(c engine.Change, part func(*services.Record) any) (*reply, error) {
	done, err := rq.doIfMatch(c, func(t engine.Tree) (any, error) {
		record := t.Services(rq.account.Member)
		return part(&record), nil
	})
	if err != nil {
		return nil, err
	}
	s, err := rq.services(nil)
	if err != nil {
		return nil, err
	}
	if done.Replayed {
		if s.Record, err = rq.recordAfter(s.Record, done.Seq); err != nil {
			return nil, err
		}
	}
	return &reply{data: part(&s.Record), replayed: done.Replayed}, nil
}

// recordAfter returns a record with what an entry changed as it was after the entry.
func (rq *request) recordAfter(record services.Record, seq uint64) (services.Record, error) {
	e, err := rq.entry(seq)
	if err != nil || e == nil || e.Services == nil {
		return record, err
	}
	changes := e.Services.Accounts
	i := slices.IndexFunc(changes, func(c engine.AccountServices) bool { return c.Account == rq.account.Account.ID })
	if i < 0 {
		return record, nil
	}
	return *changes[i].Fold(&record), nil
}

// merges tells whether what is sent is laid over what is there.
func (rq *request) merges() bool { return rq.verb == "PATCH" || rq.envelope.flag("merge") }

func (f *Face) editServices(rq *request) (*reply, error) {
	c := &engine.EditServices{Account: rq.account.ID, Data: rq.sent(), Merge: rq.merges()}
	return rq.changeServices(c, func(s *servicesOf) (any, error) { return s.serviceDoc() })
}

func plansShown(r *services.Record) any { return r.Plans }

// assignPlan and unassignPlan answer with all plans after the change. Source: ledgers-and-services, section 7.6.
func (f *Face) assignPlan(rq *request) (*reply, error) {
	c := &engine.AssignPlan{Account: rq.account.ID, Plan: rq.vars[varPlan], Data: rq.sent(), Merge: rq.merges()}
	return rq.changePart(c, plansShown)
}

func (f *Face) unassignPlan(rq *request) (*reply, error) {
	return rq.changePart(&engine.UnassignPlan{Account: rq.account.ID, Plan: rq.vars[varPlan]}, plansShown)
}

func manualShown(r *services.Record) any { return r.Quantities.Manual }

// getManual shows the manual quantities. Source: ledgers-and-services, section 7.7.
func (f *Face) getManual(rq *request) (*reply, error) {
	s, err := rq.services(nil)
	if err != nil {
		return nil, err
	}
	counts := s.Record.Quantities.Manual
	return &reply{data: counts, table: func() table { return countsTable(counts) }}, nil
}

func (f *Face) setManual(rq *request) (*reply, error) {
	return rq.changePart(&engine.SetManual{Account: rq.account.ID, Data: rq.sent(), Patch: rq.merges()}, manualShown)
}

func overridesShown(r *services.Record) any { return r.Overrides }

// getOverrides shows what is laid over all plans. Source: ledgers-and-services, section 7.8.
func (f *Face) getOverrides(rq *request) (*reply, error) {
	s, err := rq.services(nil)
	return &reply{data: s.Record.Overrides}, err
}

func (f *Face) setOverrides(rq *request) (*reply, error) {
	c := &engine.SetOverrides{Account: rq.account.ID, Data: rq.sent(), Patch: rq.merges()}
	return rq.changePart(c, overridesShown)
}

func statusShown(s *servicesOf) (any, error) { return s.Status, nil }

// getStatus shows the account's standing. Source: ledgers-and-services, section 7.3.
func (f *Face) getStatus(rq *request) (*reply, error) {
	s, err := rq.services(nil)
	return &reply{data: s.Status}, err
}

func (f *Face) setStatus(rq *request) (*reply, error) {
	return rq.changeServices(&engine.SetStanding{Account: rq.account.ID, Data: rq.sent()}, statusShown)
}

// nothing is the data of a reply that has none.
type nothing struct{}

func nothingShown(*servicesOf) (any, error) { return nothing{}, nil }

// reconcile and synchronize have nothing to say but that it is done. Source: ledgers-and-services, section 7.10.
func (f *Face) reconcile(rq *request) (*reply, error) {
	return rq.changeServices(&engine.Reconcile{Account: rq.account.ID}, nothingShown)
}

func (f *Face) synchronize(rq *request) (*reply, error) {
	return rq.changeServices(&engine.Synchronize{Account: rq.account.ID}, nothingShown)
}
