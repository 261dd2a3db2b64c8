package crossbar

import (
	"purser/engine"
)

// topUpDoc is the line that a top-up makes.
type topUpDoc struct {
	Ledger lineDoc `json:"ledger"`
}

// sourceIDBytes is how many random bytes name a top-up.
const sourceIDBytes = 5

// topUp gives the account credit. No card pays for it here: who may is for Options.SelfTopUp to say.
// Source: ledgers-and-services, section 7.11.
func (f *Face) topUp(rq *request) (*reply, error) {
	in := rq.form()
	c := &engine.PostLedger{Op: engine.OpTopUp, Account: rq.account.ID, Amount: in.amount("amount", needed)}
	if c.Amount.Sign() < 0 || c.Amount.IsZero() && in.err() == nil { // Kazoo's word for too little, too
		in.reject("amount", fault{code: codeRequired, message: textRequired})
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	id, err := f.randomHex(sourceIDBytes)
	if err != nil {
		return nil, err
	}
	who, err := rq.audit()
	if err != nil {
		return nil, err
	}
	none := int64(0)
	c.Facts = engine.Facts{Source: "payments", SourceID: id, Description: "Manual top-up", UsageQuantity: &none,
		Metadata: []byte(`{"automatic_description":true}`), Trigger: "manual", Module: "kz_services_topup", Audit: who}
	done, err := rq.do(c)
	if err != nil {
		return nil, err
	}
	made, err := rq.posted(1, nil, done)
	if err != nil {
		return nil, err
	}
	return &reply{data: topUpDoc{made[0].own.Ledger}, replayed: done.Replayed}, nil
}
