package crossbar

import (
	"errors"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// metadataBytesMax bounds a line's metadata, in bytes. Source: ledgers-and-services, section 4.2.
const metadataBytesMax = 64 << 10

func (f *Face) ledgerDebit(rq *request) (*reply, error) { return rq.postLedger(engine.OpDebit) }

func (f *Face) ledgerCredit(rq *request) (*reply, error) { return rq.postLedger(engine.OpTopUp) }

// postLedger makes a line. Source: ledgers-and-services, section 5.6.
func (rq *request) postLedger(op engine.Op) (*reply, error) {
	in := rq.form()
	c := &engine.PostLedger{Op: op, Account: rq.account.ID, Amount: in.amount("amount", optional)}
	c.Facts = in.line()
	inside := in.flag("impact_reseller")
	c.Reseller = rq.envelope.flag("impact_reseller") || inside != nil && *inside
	if err := in.err(); err != nil {
		return nil, err
	}
	var err error
	if c.Facts.Audit, err = rq.audit(); err != nil {
		return nil, err
	}
	c.Facts.Trigger, c.Facts.Module, c.Facts.Unique = "crossbar", "cb_ledgers", true
	if at, ok := rq.testTime(); ok {
		c.Facts.Created = engine.At(at)
	}
	done, err := rq.do(c)
	if err != nil {
		return nil, rq.conflicting(err)
	}
	return rq.postedReply(c, done)
}

// line reads the facts of a line.
func (f form) line() engine.Facts {
	source, usage, period := f.object("source", needed), f.object("usage", needed), f.object("period", optional)
	facts := engine.Facts{Source: source.text("service", filled), SourceID: source.text("id", filled),
		UsageType: usage.text("type", needed), UsageUnit: usage.text("unit", needed),
		Description: f.text("description", optional),
		PeriodStart: period.integer("start", optional), PeriodEnd: period.integer("end", optional)}
	quantity := usage.atLeast(0, "quantity")
	facts.UsageQuantity = &quantity
	if !ledger.IsSource(facts.Source) {
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

// postedReply shows what was made, or was made before under the same idempotency key.
func (rq *request) postedReply(c *engine.PostLedger, done engine.Result) (*reply, error) {
	own, err := rq.postedDoc(rq.account, done.Seq)
	if err != nil {
		return nil, err
	}
	r := &reply{data: own.Ledger, location: own.Ledger.ID, replayed: done.Replayed}
	if !c.Reseller || rq.account.reseller == rq.account.ID {
		return r, nil
	}
	seller, err := rq.face.readAccount(rq.ctx, rq.account.reseller)
	if err != nil {
		return nil, err
	}
	if seller == nil {
		return nil, errIdentifier(rq.account.reseller.String())
	}
	copied, err := rq.postedDoc(seller, done.Seq)
	r.data = map[string]postedDoc{rq.account.ID.String(): own, seller.ID.String(): copied}
	return r, err
}

// postedDoc returns what entry seq made in the ledger of an account.
func (rq *request) postedDoc(of *account, seq uint64) (doc postedDoc, err error) {
	err = rq.readLedger(of, func(v *ledger.View) error {
		l, err := v.Made(seq)
		if err != nil {
			return err
		}
		if l == nil {
			return errIdentifier(of.ID.String())
		}
		doc = postedDoc{Available: l.Before, IsReseller: of.IsReseller}
		for _, made := range ledger.AppendLines(nil, l.Entry) { // also what was left in balances that were over
			if made.Owner == of.Account.ID {
				doc.Available = doc.Available.Add(made.Amount)
			}
		}
		doc.Ledger, err = newLineDoc(v, l)
		return err
	})
	return doc, err
}

// conflicting names the line that stands in the way of another.
func (rq *request) conflicting(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Entry == 0 {
		return err
	}
	p := conflict("conflicting documents")
	doc, err := rq.postedDoc(rq.account, e.Entry)
	if err != nil { // it is in the reseller's ledger
		return p
	}
	p.data = told{Message: "conflicting documents", Cause: doc.Ledger.ID}
	return p
}
