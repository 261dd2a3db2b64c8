package crossbar

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// usageDoc is the usage of a line or of several.
type usageDoc struct {
	Type     string         `json:"type,omitzero"`
	Quantity jsontext.Value `json:"quantity"` // a whole number
	Unit     string         `json:"unit,omitzero"`
}

// sumDoc is a source's lines added up. Source: ledgers-and-services, section 4.5.
type sumDoc struct {
	Amount amount.Amount `json:"amount"`
	Usage  usageDoc      `json:"usage"`
}

func newSumDocs(sums []ledger.Sum) map[string]sumDoc {
	docs := map[string]sumDoc{}
	for i := range sums {
		s := &sums[i]
		docs[s.Source] = sumDoc{s.Amount, usageDoc{s.Type, jsontext.Value(s.Quantity.String()), s.Unit}}
	}
	return docs
}

// accountRef names an account in a document.
type accountRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// groupDoc is the lines about one account added up.
type groupDoc struct {
	Account accountRef        `json:"account"`
	Ledgers map[string]sumDoc `json:"ledgers"`
	Total   amount.Amount     `json:"total"`
}

func newGroupDocs(groups []ledger.Group) []groupDoc {
	docs := make([]groupDoc, len(groups))
	for i, g := range groups {
		docs[i] = groupDoc{accountRef(g.About), newSumDocs(g.Sums), g.Total}
	}
	return docs
}

// lineDoc is a line of a ledger. Source: ledgers-and-services, section 4.2.
type lineDoc struct {
	ID          string                    `json:"id"`
	Account     accountRef                `json:"account"` // which it is about
	Amount      amount.Amount             `json:"amount"`
	Description string                    `json:"description,omitzero"`
	Source      sourceDoc                 `json:"source"`
	Usage       usageDoc                  `json:"usage"`
	Period      periodDoc                 `json:"period"`
	Metadata    map[string]jsontext.Value `json:"metadata"`
	Executor    executorDoc               `json:"executor"`
	Audit       *lineAudit                `json:"audit,omitzero"` // nil in a journal, whose entries have it
	Created     int64                     `json:"created"`        // Gregorian seconds
	Reverses    string                    `json:"reverses,omitzero"`
}

type sourceDoc struct {
	Service string `json:"service"`
	ID      string `json:"id"`
}

type periodDoc struct {
	Start int64  `json:"start"`
	End   *int64 `json:"end,omitempty"`
}

type executorDoc struct {
	Trigger string `json:"trigger"`
	Module  string `json:"module"`
}

// originDoc names the line that a reseller's line is a copy of.
type originDoc struct {
	ID      string `json:"id"`
	Account string `json:"account_id"`
	Created int64  `json:"created"`
}

// newLineDoc returns the document of a line of v.
func newLineDoc(v *ledger.View, l *ledger.Listed) (lineDoc, error) {
	doc, err := newFactsDoc(v, &l.Line)
	if err != nil {
		return lineDoc{}, err
	}
	doc.Audit = newLineAudit(l)
	return doc, nil
}

// newFactsDoc returns the document of a line of v without its audit, for which other lines would have to be known.
func newFactsDoc(v *ledger.View, l *ledger.Line) (doc lineDoc, err error) {
	doc = lineDoc{ID: ledger.ID(v.Self.ID, l.Place), Account: accountRef(l.About), Amount: l.Amount,
		Description: l.Description(), Source: sourceDoc{l.Source, l.SourceID()},
		Usage:   usageDoc{l.Type, jsontext.Value(amount.FromInt(l.Quantity).String()), l.Unit},
		Created: l.Created, Reverses: l.Reverses(), Metadata: map[string]jsontext.Value{}}
	doc.Period.Start, doc.Period.End = l.Period()
	doc.Executor.Trigger, doc.Executor.Module = l.Executor()
	if l.Part() == ledger.Asked {
		doc.Metadata, err = lineMetadata(l)
	}
	if err == nil && l.About.ID != v.Self.ID {
		doc.Metadata["origin_ledger"], err = json.Marshal(
			originDoc{ledger.ID(l.About.ID, l.Place), l.About.ID, l.Created}, sameJSON)
	}
	return doc, err
}

// stored returns the members of an object that the journal keeps as it was sent; none if it is no object that could
// be sent on. The members are parts of raw, which must not change.
func stored(raw []byte) map[string]jsontext.Value {
	members, err := storedMembers(raw)
	if err != nil {
		return map[string]jsontext.Value{}
	}
	return members
}

func storedMembers(raw []byte) (map[string]jsontext.Value, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw))
	if token, err := dec.ReadToken(); err != nil || token.Kind() != jsontext.KindBeginObject {
		return nil, errNotJSON
	}
	members := map[string]jsontext.Value{}
	for dec.PeekKind() == jsontext.KindString {
		token, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String() // the token is good until the next read
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		end := dec.InputOffset()
		members[name] = raw[end-int64(len(value)) : end]
	}
	if _, err := dec.ReadToken(); err != nil { // the end of the object
		return nil, err
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return nil, errNotJSON
	}
	return members, nil
}

// parseStored decodes what the journal keeps, or we made: it was bounded when it came.
func parseStored(raw []byte) (value, error) {
	const depthMax, valuesMax = 1000, 1 << 20
	return parseJSON(raw, depthMax, valuesMax)
}

// newRolloverDoc returns the line that carries a balance into a month. Source: ledgers-and-services, section 4.6.
func newRolloverDoc(self engine.AccountName, r ledger.Rollover) lineDoc {
	first := r.Month.First()
	return lineDoc{ID: r.ID(), Account: accountRef(self), Amount: r.Amount,
		Description: "Monthly rollover for " + r.Month.String(), Source: sourceDoc{ledger.RolloverName, r.Month.String()},
		Usage: usageDoc{Quantity: jsontext.Value("0")}, Period: periodDoc{Start: first}, Created: first,
		Metadata: map[string]jsontext.Value{"automatic_description": jsontext.Value("true")},
		Executor: executorDoc{"automatic", "kz_ledgers"}, Audit: &lineAudit{}}
}
