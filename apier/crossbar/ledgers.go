package crossbar

import (
	"errors"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
)

// OpenLedger returns a snapshot of an account's ledger and what gives it back. It is called within [Engine].Read; the
// snapshot is read after that, by one goroutine. An error means that the state cannot be read.
type OpenLedger func(engine.AccountID) (v *ledger.View, end func() error, err error)

// LedgerSource is a source that clients are told of. Lines may have others. Source: ledgers-and-services, section 5.1.
type LedgerSource struct {
	Name         string   `json:"name"`
	FriendlyName string   `json:"friendly_name"`
	Markup       []string `json:"markup_type"` // of fixed_price, percentage, rate
}

// defaultLedgerSources are those that Kazoo registers itself.
func defaultLedgerSources() []LedgerSource {
	return []LedgerSource{
		{ledger.PerMinute, "Per Minute VoIP", []string{"percentage"}},
		{"services", "Monthly Recurring Services", nil},
		{"payments", "Payments", nil},
		{ledger.RolloverName, "Monthly Rollover", nil},
	}
}

// readLedger calls fn with the ledger of an account.
func (rq *request) readLedger(of *account, fn func(*ledger.View) error) (err error) {
	o := &rq.face.opts
	if o.Ledger == nil {
		return errors.New("crossbar: Options.Ledger is not set")
	}
	var v *ledger.View
	var end func() error
	err = o.Engine.Read(rq.ctx, func(engine.State) (err error) {
		v, end, err = o.Ledger(of.Account.ID)
		return err
	})
	if end != nil {
		defer func() { err = errors.Join(err, end()) }()
	}
	if err != nil {
		return err
	}
	named := newView(of, o.LedgerUnits)
	v.Self, v.Units = named.Self, named.Units
	return fn(v)
}

// newView returns the ledger of an account without any line in it.
func newView(of *account, units ledger.Units) *ledger.View {
	return &ledger.View{Owner: of.Account.ID, Self: engine.AccountName{ID: of.ID.String(), Name: of.Name}, Units: units}
}

// ledgerReply answers with what fn makes of the path's account's ledger.
func (rq *request) ledgerReply(fn func(*ledger.View) (*reply, error)) (r *reply, err error) {
	err = rq.readLedger(rq.account, func(v *ledger.View) (err error) {
		r, err = fn(v)
		return err
	})
	return r, err
}

// ledgerWindow is the request's window, for a ledger.
func (rq *request) ledgerWindow() (ledger.Window, error) {
	w, err := rq.window(windowBack)
	return ledger.Window{From: w.from, To: w.to}, err
}

func (f *Face) ledgersAvailable(*request) (*reply, error) {
	return &reply{data: f.opts.LedgerSources}, nil
}

// ledgerSums answers with the totals of a window by source. Source: ledgers-and-services, section 5.2.
func (f *Face) ledgerSums(rq *request) (*reply, error) {
	w, err := rq.ledgerWindow()
	if err != nil {
		return nil, err
	}
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		sums, err := v.Sums(w)
		docs := newSumDocs(sums)
		return &reply{data: docs, table: func() table { return sumTable(docs) }}, err
	})
}

// ledgerAccounts answers with the totals of a window by the account that lines are about.
// Source: ledgers-and-services, section 5.4.
func (f *Face) ledgerAccounts(rq *request) (*reply, error) {
	w, err := rq.ledgerWindow()
	if err != nil {
		return nil, err
	}
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		groups, err := v.Accounts(w)
		list, docs := newGroupDocs(groups), map[string]groupDoc{}
		for _, doc := range list {
			docs[doc.Account.ID] = doc
		}
		return &reply{data: docs, table: func() table { return groupTable(list) }}, err
	})
}

// monthDoc is a month of a ledger. Source: ledgers-and-services, section 5.7.
type monthDoc struct {
	Summary   map[string]sumDoc `json:"summary"`
	Breakdown []groupDoc        `json:"breakdown"`
	Opening   *amount.Amount    `json:"opening,omitempty"` // with balances=true only, as clients of Kazoo know neither
	Closing   *amount.Amount    `json:"closing,omitempty"`
}

func (f *Face) ledgerMonth(rq *request) (*reply, error) {
	m, ok := ledger.ParseMonth(rq.vars["MODB_SUFFIX"])
	if !ok {
		return nil, errIdentifier(rq.vars["MODB_SUFFIX"])
	}
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		month, err := v.Month(m)
		if err != nil {
			return nil, err
		}
		doc := monthDoc{Summary: newSumDocs(month.Sums), Breakdown: newGroupDocs(month.Accounts)}
		if rq.asks("balances") {
			doc.Opening, doc.Closing = &month.Opening, &month.Closing
		}
		return &reply{data: doc, table: func() table { return groupTable(doc.Breakdown) }}, nil
	})
}

// totalDoc is a ledger's balance.
type totalDoc struct {
	Amount amount.Amount `json:"amount"`
}

// ledgerTotal answers with the balance now, or at the end of the second that the parameter at says.
// Source: ledgers-and-services, sections 5.8 and 13.
func (f *Face) ledgerTotal(rq *request) (*reply, error) {
	second, past := rq.second("at")
	return rq.ledgerReply(func(v *ledger.View) (*reply, error) {
		sum, err := v.Total()
		if past {
			sum, err = v.TotalAt(second)
		}
		return &reply{data: totalDoc{sum}}, err
	})
}
