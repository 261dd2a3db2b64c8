package crossbar

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/audit"
	"purser/engine/ledger"
)

// lineAudit is who asked for a line, and the balance that it met: nothing for a line that is of no entry.
// Source: ledgers-and-services, sections 4.2 and 6.5.
type lineAudit struct {
	Units     jsontext.Value `json:"available_units,omitzero"`
	Available *amount.Amount `json:"available,omitempty"` // also where it is 0
	Who       jsontext.Value `json:",embed"`              // an object
}

func newLineAudit(l *ledger.Listed) *lineAudit {
	a := &lineAudit{Units: units(l.Before), Available: &l.Before}
	if l.Part() == ledger.Asked {
		a.Who = askedBy(l.Entry)
	}
	return a
}

// askedBy says who asked for an entry, nil for nobody known.
func askedBy(e *engine.Entry) jsontext.Value {
	if e.Facts.Audit != nil {
		return e.Facts.Audit
	}
	if who := audit.Caller(e.Origin); len(who) > 0 {
		return who.AppendJSON(nil)
	}
	return nil
}

// unitsPerCurrency is how many of Kazoo's units the currency has. Source: ledgers-and-services, section 4.3.
const unitsPerCurrency = 10_000

// units returns an amount in Kazoo's units, cut off at them.
func units(a amount.Amount) jsontext.Value {
	whole, _, _ := strings.Cut(a.Mul(amount.FromInt(unitsPerCurrency)).String(), ".")
	if whole == "-0" {
		whole = "0"
	}
	return jsontext.Value(whole)
}
