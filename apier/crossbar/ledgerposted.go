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

// posted returns what n lines became, now or before under the same idempotency key. The seller is the one of rq.seller.
func (rq *request) posted(n int, seller *account, done engine.Result) ([]posted, error) {
	all := make([]posted, n)
	for i := range all {
		all[i].account = rq.account.ID
	}
	// A test clock may put lines in front of others that were there before.
	if n == 1 && done.Entry != nil && !rq.face.opts.TestClock {
		return all, rq.fillNow(&all[0], seller, done)
	}
	return all, rq.fillRead(all, seller, done.Seq)
}

// copiedTo returns the account whose ledger has a copy of the entry's line, nil for none. It is another one than seller
// where the account has got another reseller since, or between the look and the line.
func (rq *request) copiedTo(e *engine.Entry, seller *account) (of *account, err error) {
	if e.Facts.About == nil {
		return nil, nil
	}
	id := e.Accounts[1].ID
	if seller != nil && seller.Account.ID == id {
		return seller, nil
	}
	err = rq.look(func(t engine.Tree) error {
		m, err := t.ByAccount(id)
		if err == nil {
			of, err = accountOf(t, m)
		}
		return err
	})
	if err == nil && of == nil {
		err = errIdentifier(id.Account)
	}
	return of, err
}

// fillNow fills in the documents of the line that was made just now, without reading ledgers: that would wait for what
// others change meanwhile.
func (rq *request) fillNow(one *posted, seller *account, done engine.Result) error {
	fill := func(doc *postedDoc, of *account, before amount.Amount) error {
		return doc.fill(newView(of, rq.face.opts.LedgerUnits), of, done.Entry, before)
	}
	if err := fill(&one.own, rq.account, done.Before[0]); err != nil {
		return err
	}
	copied, err := rq.copiedTo(done.Entry, seller)
	if err != nil || copied == nil {
		return err
	}
	one.seller = copied.ID
	return fill(&one.copied, copied, done.Before[1])
}

// fillRead reads the documents of lines whose entries begin at number first.
func (rq *request) fillRead(all []posted, seller *account, first uint64) error {
	var twice *engine.Entry // one whose line has a copy; they were decided together, so all copies are in one ledger
	err := rq.readMade(rq.account, first, len(all), func(i int, v *ledger.View, l *ledger.Listed) error {
		if l == nil {
			return errIdentifier(rq.account.ID.String())
		}
		if l.Entry.Facts.About != nil {
			twice = l.Entry
		}
		return all[i].own.fill(v, rq.account, l.Entry, l.Before)
	})
	if err != nil || twice == nil {
		return err
	}
	if seller, err = rq.copiedTo(twice, seller); err != nil {
		return err
	}
	return rq.readMade(seller, first, len(all), func(i int, v *ledger.View, l *ledger.Listed) error {
		if l == nil { // a line without a copy
			return nil
		}
		all[i].seller = seller.ID
		return all[i].copied.fill(v, seller, l.Entry, l.Before)
	})
}

// readMade calls fn with each of the lines that n entries from number first on were asked for in a ledger, nil where
// there is none.
func (rq *request) readMade(of *account, first uint64, n int, fn func(int, *ledger.View, *ledger.Listed) error) error {
	return rq.readLedger(of, func(v *ledger.View) error {
		lines, err := v.Made(first, n)
		for i := 0; err == nil && i < len(lines); i++ {
			err = fn(i, v, lines[i])
		}
		return err
	})
}

// fill makes the document of the line that an entry was asked for in the ledger of an account, which had before.
func (doc *postedDoc) fill(v *ledger.View, of *account, e *engine.Entry, before amount.Amount) (err error) {
	lines := v.Lines(e)
	asked := slices.IndexFunc(lines, func(l ledger.Line) bool { return l.Part() == ledger.Asked })
	if asked < 0 {
		return errIdentifier(of.ID.String())
	}
	doc.Available = before
	doc.IsReseller = of.IsReseller || lines[asked].About.ID != v.Self.ID // it was one when it got its copy
	for i := range lines {                                               // also what was left in balances that were over
		doc.Available = doc.Available.Add(lines[i].Amount)
	}
	doc.Ledger, err = newLineDoc(v, &ledger.Listed{Line: lines[asked], Before: before})
	return err
}
