package apier

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/services"
	"purser/rpcjson"
)

// servicesSummary is what an account has of services, at what price, and who pays. Its members that REST's services and
// services/summary have too are the same.
type servicesSummary struct {
	Account    serviceParty         `json:"account"`
	Payer      serviceParty         `json:"payer"`    // the account itself, or the one above it
	Reseller   serviceParty         `json:"reseller"` // the nearest one above
	IsReseller bool                 `json:"is_reseller"`
	Status     services.Status      `json:"status"`
	Plans      services.Assignments `json:"plans"`
	Overrides  services.Document    `json:"overrides"`
	Quantities services.Quantities  `json:"quantities"`
	Invoices   invoices             `json:"invoices"`
	Summary    services.Summary     `json:"summary"` // of all invoices
	NextCycle  time.Time            `json:"next_cycle"`
}

// invoices are written as REST writes them: a list of none is [] within them too, and not null.
type invoices []services.Invoice

// MarshalJSONTo writes the list.
func (l invoices) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, []services.Invoice(l), json.FormatNilSliceAsNull(false))
}

// serviceParty is an account as both faces name it.
type serviceParty struct {
	ID      engine.HexID `json:"id"`
	Tenant  string       `json:"tenant"`
	Account string       `json:"account"`
	Name    string       `json:"name"`
}

func newServiceParty(m *engine.Member) serviceParty {
	return serviceParty{m.ID, m.Account.ID.Tenant, m.Account.ID.Account, m.Name}
}

func (s *service) servicesMethods() []rpcjson.Method {
	list := read(billed, "GetSummary", RoleRead, s.getServicesSummary)
	if s.AuditDays != nil {
		list = append(list, read(billed, "GetAuditSummary", RoleRead, s.getAuditSummary)...)
	}
	return list
}

func (s *service) getServicesSummary(c *rpcjson.Call, args *accountArgs) {
	id, err := s.named(args)
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	var account, reseller *engine.Member
	var view engine.ServicesView
	s.readThen(c, func(st engine.State) (err error) {
		t := engine.Tree{State: st}
		if account, err = memberOf(t, id); err != nil {
			return err
		}
		if reseller, err = t.Reseller(account); err != nil {
			return err
		}
		view, err = t.ViewServices(account, t.Services(account))
		return err
	}, func() (any, error) {
		priced, err := view.Invoices()
		return &servicesSummary{
			Account: newServiceParty(account), Payer: newServiceParty(view.Payer), Reseller: newServiceParty(reseller),
			IsReseller: account.IsReseller, Status: view.Status, Plans: view.Record.Plans, Overrides: view.Record.Overrides,
			Quantities: view.Record.Quantities, Invoices: priced, Summary: services.Total(priced),
			NextCycle: services.NextCycle(s.Engine.Now()),
		}, err
	})
}
