package crossbar

import (
	"strconv"
	"time"

	"purser/engine"
	"purser/engine/services"
)

// summaryDoc is what services cost. Source: ledgers-and-services, section 7.12.
type summaryDoc struct {
	Plans      services.Assignments `json:"plans"`
	Overrides  services.Document    `json:"overrides"`
	Invoices   []services.Invoice   `json:"invoices"`
	Quantities services.Quantities  `json:"quantities"`
	Reseller   summaryReseller      `json:"reseller"`
	Cycle      billingCycle         `json:"billing_cycle"`
	Status     services.Acceptance  `json:"status"`

	// Always {}: they belong to Kazoo's telephony and payment services.
	Ratedeck      nothing `json:"ratedeck"`
	Applications  nothing `json:"applications"`
	Limits        nothing `json:"limits"`
	IM            nothing `json:"im"`
	PaymentTokens nothing `json:"payment_tokens"`
}

type summaryReseller struct {
	ID engine.HexID `json:"id"`
	Is bool         `json:"is_reseller"` // the account itself
}

// billingCycle is a calendar month in UTC.
type billingCycle struct {
	Next   int64  `json:"next"` // Gregorian second that it ends with
	Period int    `json:"period"`
	Unit   string `json:"unit"`
}

func newBillingCycle(now time.Time) billingCycle {
	return billingCycle{gregorian(services.NextCycle(now)), 1, "month"}
}

func (f *Face) getSummary(rq *request) (*reply, error) { return rq.summary(nil) }

// quote prices other plans for the account's quantities and keeps nothing. Source: ledgers-and-services, section 7.9.
func (f *Face) quote(rq *request) (*reply, error) {
	edit, err := services.ParseEdit(rq.sent(), rq.serviceLimits())
	if err != nil {
		return nil, err
	}
	return rq.summary(&edit)
}

func (rq *request) summary(quote *services.Edit) (*reply, error) {
	s, err := rq.services(quote)
	if err != nil {
		return nil, err
	}
	invoices, err := s.Invoices()
	if err != nil {
		return nil, err
	}
	doc := &summaryDoc{Plans: s.Record.Plans, Overrides: s.Record.Overrides, Invoices: invoices,
		Quantities: s.Record.Quantities, Reseller: summaryReseller{s.account.reseller, s.account.IsReseller},
		Cycle: newBillingCycle(rq.now), Status: s.Status.Acceptance()}
	return &reply{data: doc, table: func() table { return invoicesTable(invoices) }}, nil
}

// invoicesTable has a row for each line of all invoices.
func invoicesTable(invoices []services.Invoice) table {
	t := table{columns: []string{"Bookkeeper", "Category", "Item", "Name", "Quantity", "Billable", "Rate", "Total"}}
	for _, invoice := range invoices {
		for _, line := range invoice.Items {
			t.rows = append(t.rows, []string{invoice.Bookkeeper.ID, line.Category, line.Item, line.Name,
				strconv.FormatInt(line.Quantity, 10), strconv.FormatInt(line.Billable, 10), line.Rate.String(),
				line.Total.String()})
		}
	}
	return t
}

// countsTable has a row for each item.
func countsTable(counts services.Counts) table {
	t := table{columns: []string{"Category", "Item", "Quantity"}}
	for _, one := range counts {
		t.rows = append(t.rows, []string{one.Category, one.Item, strconv.FormatInt(one.N, 10)})
	}
	return t
}

// getEditable shows what overrides may set, which is the same for all accounts.
// Source: ledgers-and-services, section 7.14.
func (f *Face) getEditable(*request) (*reply, error) {
	return &reply{data: services.Editable(f.opts.ServiceCategories)}, nil
}
