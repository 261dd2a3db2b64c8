package crossbar

import (
	"errors"
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// reservedSources are the sources that no client may name: words of paths, and lines that are of no entry.
// Source: ledgers-and-services, sections 1.1 and 4.2.
var reservedSources = []string{ledger.RolloverName, "available", "credit", "debit", "total", "summary",
	"summary_by_accounts", "batch"}

// metadataBytesMax bounds a line's metadata, in bytes. Source: ledgers-and-services, section 4.2.
const metadataBytesMax = 64 << 10

func (f *Face) ledgerDebit(rq *request) (*reply, error) { return rq.postLedger(engine.OpDebit) }

func (f *Face) ledgerCredit(rq *request) (*reply, error) { return rq.postLedger(engine.OpTopUp) }

// postLedger makes a line. Source: ledgers-and-services, section 5.6.
func (rq *request) postLedger(op engine.Op) (*reply, error) {
	in := rq.form()
	c, err := rq.newLine(in, op)
	if err != nil {
		return nil, err
	}
	lines := []*engine.PostLedger{c}
	if err := rq.checkReversals(lines, []form{in}); err != nil {
		return nil, err
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	done, err := rq.do(c)
	var refused *engine.Error
	switch {
	case errors.As(err, &refused) && refused.Code == engine.CodeExists:
		return nil, rq.conflicting(refused, nil)
	case err != nil:
		return nil, err
	}
	docs, err := rq.posted(lines, done.Seq)
	if err != nil {
		return nil, err
	}
	return &reply{data: docs[0].shown(), location: docs[0].own.Ledger.ID, replayed: done.Replayed}, nil
}

// newLine reads a line. What is wrong with it is noted in the form.
func (rq *request) newLine(in form, op engine.Op) (c *engine.PostLedger, err error) {
	c = &engine.PostLedger{Op: op, Account: rq.account.ID, Amount: in.amount("amount", optional), Facts: in.line()}
	inside := in.flag("impact_reseller")
	c.Reseller = rq.envelope.flag("impact_reseller") || inside != nil && *inside
	c.Facts.Audit, err = rq.audit()
	c.Facts.Trigger, c.Facts.Module, c.Facts.Unique = "crossbar", "cb_ledgers", true
	if at, ok := rq.testTime(); ok {
		c.Facts.Created = engine.At(at)
	}
	return c, err
}

// line reads the facts of a line.
func (f form) line() engine.Facts {
	source, usage, period := f.object("source", needed), f.object("usage", needed), f.object("period", optional)
	facts := engine.Facts{Source: source.text("service", filled), SourceID: source.text("id", filled),
		UsageType: usage.text("type", needed), UsageUnit: usage.text("unit", needed),
		Description: f.text("description", optional), Reverses: f.text("reverses", optional),
		PeriodStart: period.integer("start", optional), PeriodEnd: period.integer("end", optional)}
	quantity := usage.atLeast(0, "quantity")
	facts.UsageQuantity = &quantity
	if slices.Contains(reservedSources, facts.Source) {
		source.reject("service", fault{code: codeForbidden, message: "The name is taken by the API", value: facts.Source})
	}
	if metadata := f.object("metadata", optional); metadata.v != nil {
		facts.Metadata = metadata.v.raw
		if len(facts.Metadata) > metadataBytesMax {
			f.reject("metadata", maximumFault(metadataBytesMax, len(facts.Metadata)))
		}
	}
	return facts
}

// postedDoc is a line of one of two ledgers. Source: ledgers-and-services, section 5.6.
type postedDoc struct {
	Ledger     lineDoc       `json:"ledger"`
	Available  amount.Amount `json:"available_dollars"` // after it
	IsReseller bool          `json:"is_reseller"`
}

// posted is what a line became: its document in the account's ledger, and in its reseller's.
type posted struct {
	account, seller engine.HexID // of no seller: it was not asked
	own, copied     postedDoc
}

// shown returns what the reply shows of it.
func (p *posted) shown() any {
	if p.seller.IsZero() {
		return p.own.Ledger
	}
	return map[string]postedDoc{p.account.String(): p.own, p.seller.String(): p.copied}
}

// posted returns what lines became whose entries begin at number first: now, or before under the same idempotency key.
func (rq *request) posted(lines []*engine.PostLedger, first uint64) ([]posted, error) {
	all := make([]posted, len(lines))
	err := rq.readLedger(rq.account, func(v *ledger.View) (err error) {
		for i := range all {
			all[i].account = rq.account.ID
			if all[i].own, err = newPostedDoc(v, rq.account, first+uint64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	toSeller := slices.ContainsFunc(lines, func(c *engine.PostLedger) bool { return c.Reseller })
	if err != nil || !toSeller || rq.account.reseller == rq.account.ID {
		return all, err
	}
	seller, err := rq.face.readAccount(rq.ctx, rq.account.reseller)
	if err != nil {
		return nil, err
	}
	if seller == nil {
		return nil, errIdentifier(rq.account.reseller.String())
	}
	err = rq.readLedger(seller, func(v *ledger.View) (err error) {
		for i := range all {
			if !lines[i].Reseller {
				continue
			}
			all[i].seller = seller.ID
			if all[i].copied, err = newPostedDoc(v, seller, first+uint64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// newPostedDoc returns what entry seq made in the ledger of an account.
func newPostedDoc(v *ledger.View, of *account, seq uint64) (doc postedDoc, err error) {
	l, err := v.Made(seq)
	if err != nil {
		return doc, err
	}
	if l == nil {
		return doc, errIdentifier(of.ID.String())
	}
	doc = postedDoc{Available: l.Before.Add(l.Amount), IsReseller: of.IsReseller}
	doc.Ledger, err = newLineDoc(v, l)
	return doc, err
}

// conflicting names the line that stands in the way of another, and which item of a batch that is; nil for no batch.
func (rq *request) conflicting(e *engine.Error, item *int) *problem {
	p := conflict("conflicting documents")
	of := told{Message: "conflicting documents", Item: item}
	if e.Entry != 0 {
		if found, err := rq.posted([]*engine.PostLedger{{}}, e.Entry); err == nil { // else it is in the reseller's ledger
			of.Cause = found[0].own.Ledger.ID
		}
	}
	p.data = of
	return p
}
