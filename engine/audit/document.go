package audit

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/services"
)

// document is an audit log as services/audit/{AUDIT_ID} shows it. Source:
// ledgers-and-services, 6.6.
type document struct {
	ID         string            `json:"id"`
	Status     string            `json:"status"`
	Audit      services.Document `json:"audit"`
	Invoice    *services.Invoice `json:"invoice,omitzero"`
	Bookkeeper *bookkeeper       `json:"bookkeeper,omitzero"`
	Quantities []services.Change `json:"quantities"`
	Created    int64             `json:"created"`
}

type bookkeeper struct {
	services.Bookkeeper
	Results []struct{} `json:"results"`
}

// MarshalJSONTo writes the whole document.
func (l *Log) MarshalJSONTo(e *jsontext.Encoder) error {
	who, err := l.who()
	if err != nil {
		return err
	}
	d := document{ID: l.ID(), Status: l.Status(), Audit: who, Invoice: l.Invoice(), Quantities: l.Change.Quantities,
		Created: l.Created}
	if d.Invoice != nil {
		d.Bookkeeper = &bookkeeper{Bookkeeper: d.Invoice.Bookkeeper}
	}
	return json.MarshalEncode(e, &d)
}

// Listed is an audit log as the list services/audit shows it. Source:
// ledgers-and-services, 7.4.
type Listed struct {
	ID      string               `json:"id"`
	Status  string               `json:"status"`
	Type    []engine.ServiceKind `json:"type"`
	Summary *services.Summary    `json:"summary,omitzero"` // of the invoice
	Created int64                `json:"created"`          // Gregorian second
}

// Listed returns what a list shows of the log.
func (l *Log) Listed() Listed {
	listed := Listed{ID: l.ID(), Status: l.Status(), Type: l.Change.Kinds, Created: l.Created}
	if invoice := l.Invoice(); invoice != nil {
		listed.Summary = &invoice.Summary
	}
	return listed
}
