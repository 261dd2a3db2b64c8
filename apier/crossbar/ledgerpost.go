package crossbar

import (
	"errors"

	"purser/engine"
	"purser/engine/ledger"
)

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
	seller, err := rq.seller(lines)
	if err != nil {
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
	made, err := rq.posted(len(lines), seller, done)
	if err != nil {
		return nil, err
	}
	return &reply{data: made[0].shown(), location: made[0].own.Ledger.ID, replayed: done.Replayed}, nil
}

// newLine reads a line. What is wrong with it is noted in the form.
func (rq *request) newLine(in form, op engine.Op) (c *engine.PostLedger, err error) {
	c = &engine.PostLedger{Op: op, Account: rq.account.ID, Amount: in.amount("amount", optional), Facts: in.line()}
	inside := in.flag("impact_reseller")
	c.Reseller = rq.envelope.flag("impact_reseller") || inside != nil && *inside
	c.Facts.Audit, err = rq.audit()
	c.Facts.Trigger, c.Facts.Module, c.Facts.Unique = "crossbar", "cb_ledgers", true
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

// conflicting names the line that stands in the way of another, and which item of a batch that is; nil for no batch.
func (rq *request) conflicting(e *engine.Error, item *int) error {
	p := conflict("conflicting documents")
	of := told{Message: "conflicting documents", Item: item}
	if e.Entry != 0 {
		err := rq.readMade(rq.account, e.Entry, 1, func(_ int, v *ledger.View, l *ledger.Listed) error {
			if l != nil { // else it is in the reseller's ledger
				of.Cause = ledger.ID(v.Self.ID, l.Place)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	p.data = of
	return p
}
