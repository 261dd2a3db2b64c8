package crossbar

import (
	"slices"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

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

// seller returns the reseller whose ledger some of the lines go to as well, nil for none. It is read before they are
// made, so that nothing has to be waited for behind them.
func (rq *request) seller(lines []*engine.PostLedger) (seller *account, err error) {
	wanted := slices.ContainsFunc(lines, func(c *engine.PostLedger) bool { return c.Reseller })
	if !wanted || rq.account.reseller == rq.account.ID {
		return nil, nil
	}
	err = rq.look(func(t engine.Tree) (err error) {
		seller, err = accountByID(t, rq.account.reseller)
		return err
	})
	if err == nil && seller == nil {
		err = errIdentifier(rq.account.reseller.String())
	}
	return seller, err
}

// posted returns what lines became, now or before under the same idempotency key.
func (rq *request) posted(lines []*engine.PostLedger, seller *account, done engine.Result) ([]posted, error) {
	all := make([]posted, len(lines))
	for i := range all {
		all[i].account = rq.account.ID
		if seller != nil && lines[i].Reseller {
			all[i].seller = seller.ID
		}
	}
	// A test clock may put lines in front of others that were there before.
	if len(lines) == 1 && done.Entry != nil && !rq.face.opts.TestClock {
		return all, rq.fillNow(&all[0], seller, done)
	}
	return all, rq.fillRead(all, seller, done.Seq)
}

// fillNow fills in the documents of the line that was made just now, without reading ledgers: that would wait for what
// others change meanwhile.
func (rq *request) fillNow(one *posted, seller *account, done engine.Result) (err error) {
	fill := func(doc *postedDoc, of *account, before amount.Amount) error {
		return doc.fill(newView(of, rq.face.opts.LedgerUnits), of, done.Entry, before)
	}
	if err = fill(&one.own, rq.account, done.Before[0]); err == nil && seller != nil {
		err = fill(&one.copied, seller, done.Before[1])
	}
	return err
}

// fillRead reads the documents of lines whose entries begin at number first.
func (rq *request) fillRead(all []posted, seller *account, first uint64) error {
	read := func(of *account, doc func(*posted) *postedDoc) error {
		return rq.readLedger(of, func(v *ledger.View) error {
			lines, err := v.Made(first, len(all))
			for i := range lines {
				if of == seller && all[i].seller.IsZero() {
					continue
				}
				if lines[i] == nil {
					return errIdentifier(of.ID.String())
				}
				if err = doc(&all[i]).fill(v, of, lines[i].Entry, lines[i].Before); err != nil {
					break
				}
			}
			return err
		})
	}
	err := read(rq.account, func(p *posted) *postedDoc { return &p.own })
	if err == nil && seller != nil {
		err = read(seller, func(p *posted) *postedDoc { return &p.copied })
	}
	return err
}

// fill makes the document of the line that an entry was asked for in the ledger of an account, which had before.
func (doc *postedDoc) fill(v *ledger.View, of *account, e *engine.Entry, before amount.Amount) (err error) {
	lines := v.Lines(e)
	asked := slices.IndexFunc(lines, func(l ledger.Line) bool { return l.Part() == ledger.Asked })
	if asked < 0 {
		return errIdentifier(of.ID.String())
	}
	doc.Available, doc.IsReseller = before, of.IsReseller
	for i := range lines { // also what was left in balances that were over
		doc.Available = doc.Available.Add(lines[i].Amount)
	}
	doc.Ledger, err = newLineDoc(v, &ledger.Listed{Line: lines[asked], Before: before})
	return err
}
