package apier

import (
	"errors"
	"time"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
	"purser/rpcjson"
)

// OpenLedger returns a snapshot of an account's ledger and what gives it back. It is called within [Engine].View; the
// snapshot is read after that, by one goroutine. An error means that the state cannot be read.
type OpenLedger func(engine.AccountID) (v *ledger.View, end func() error, err error)

// ledgerArgs name a ledger and a part of it: a month, or a page of lines.
type ledgerArgs struct {
	accountArgs
	Month  string // YYYYMM, in UTC; "" is all time
	Source string // of lines; "" is all
	Limit  int    // lines; 0, or more than an answer may hold, is as many as it may hold
	Start  string // ID of the first line, as Next of the answer before said; "" is the newest
}

// ledgerSum is a source's lines added up.
type ledgerSum struct {
	Amount   amount.Amount `json:"amount"`
	Quantity amount.Amount `json:"quantity"` // of usage
	Type     string        `json:"type,omitzero"`
	Unit     string        `json:"unit,omitzero"`
	Lines    int           `json:"lines"`
}

// ledgerSummary is a ledger's totals by source.
type ledgerSummary struct {
	Sources map[string]ledgerSum `json:"sources"`
	Opening amount.Amount        `json:"opening"` // the balance before
	Closing amount.Amount        `json:"closing"`
}

// ledgerLine is a line of a ledger.
type ledgerLine struct {
	ID          string        `json:"id"`
	Seq         uint64        `json:"seq"` // of its journal entry
	Created     time.Time     `json:"created"`
	Account     string        `json:"account"` // ID of the one that it is about
	Source      string        `json:"source"`
	SourceID    string        `json:"source_id"`
	Amount      amount.Amount `json:"amount"` // negative for a debit
	Type        string        `json:"type,omitzero"`
	Quantity    int64         `json:"quantity"` // of usage
	Unit        string        `json:"unit,omitzero"`
	Description string        `json:"description,omitzero"`
}

// ledgerPage is a page of lines, the newest first.
type ledgerPage struct {
	Lines []ledgerLine `json:"lines"`
	Next  string       `json:"next,omitzero"` // Start of the next page
}

func (s *service) ledgerMethods() []rpcjson.Method {
	if s.Ledger == nil {
		return nil
	}
	var list []rpcjson.Method
	for name, fn := range map[string]func(*service, *ledger.View, *ledgerArgs) (any, error){
		"GetTotal":   func(_ *service, v *ledger.View, _ *ledgerArgs) (any, error) { return v.Total() },
		"GetSummary": (*service).ledgerSummary,
		"GetEntries": (*service).ledgerPage,
	} {
		list = append(list, read(ledgers, name, RoleRead, func(c *rpcjson.Call, args *ledgerArgs) {
			s.serveLedger(c, args, fn)
		})...)
	}
	return list
}

// serveLedger answers with what fn makes of the ledger that is named, once all that it shows is on the disk.
func (s *service) serveLedger(c *rpcjson.Call, args *ledgerArgs,
	fn func(*service, *ledger.View, *ledgerArgs) (any, error),
) {
	id, err := s.named(&args.accountArgs)
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	var v *ledger.View
	var end func() error
	err = s.Engine.View(c.Context(), func(st engine.State) (err error) {
		v, end, err = s.openLedger(st, id)
		return err
	}, func(err error) {
		go s.answerLedger(c, end, func() (any, error) { // the engine's callback must not wait
			if err != nil {
				return nil, err
			}
			return fn(s, v, args)
		})
	})
	if err != nil {
		s.fail(c, err, nil)
	}
}

// answerLedger answers c with what read returns, and gives the snapshot back.
func (s *service) answerLedger(c *rpcjson.Call, end func() error, read func() (any, error)) {
	result, err := guarded(read)
	if end != nil {
		err = errors.Join(err, end())
	}
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	c.Reply(result)
}

// openLedger returns the ledger of an account that there is.
func (s *service) openLedger(st engine.State, id engine.AccountID) (*ledger.View, func() error, error) {
	m, err := memberOf(engine.Tree{State: st}, id)
	if err != nil {
		return nil, nil, err
	}
	v, end, err := s.Ledger(id)
	if err != nil {
		return nil, nil, err
	}
	v.Self, v.Units = engine.AccountName{ID: m.ID.String(), Name: m.Name}, s.LedgerUnits
	return v, end, nil
}

// window returns the time that is meant.
func (a *ledgerArgs) window() (ledger.Window, error) {
	if a.Month == "" {
		return ledger.Ever(), nil
	}
	m, ok := ledger.ParseMonth(a.Month)
	if !ok {
		return ledger.Window{}, invalid("Month", "want YYYYMM")
	}
	return m.Window(), nil
}

func (s *service) ledgerSummary(v *ledger.View, args *ledgerArgs) (any, error) {
	w, err := args.window()
	if err != nil {
		return nil, err
	}
	sums, err := v.Sums(w)
	if err != nil {
		return nil, err
	}
	doc := ledgerSummary{Sources: map[string]ledgerSum{}}
	if args.Month != "" {
		if doc.Opening, err = v.TotalAt(w.From - 1); err != nil {
			return nil, err
		}
	}
	doc.Closing = doc.Opening
	for i := range sums {
		t := &sums[i]
		doc.Sources[t.Source] = ledgerSum{t.Amount, t.Quantity, t.Type, t.Unit, t.Lines}
		doc.Closing = doc.Closing.Add(t.Amount)
	}
	return doc, nil
}

func (s *service) ledgerPage(v *ledger.View, args *ledgerArgs) (any, error) {
	q := ledger.Query{Source: args.Source, Limit: s.EntriesMax}
	if args.Limit > 0 {
		q.Limit = min(q.Limit, args.Limit)
	}
	var err error
	if q.Window, err = args.window(); err != nil {
		return nil, err
	}
	if args.Start != "" {
		first, err := v.Get(args.Start)
		if err != nil {
			return nil, err
		}
		if first == nil {
			return nil, invalid("Start", "no line of this ledger")
		}
		q.Start = &first.Place
	}
	page, next, err := v.List(q)
	if err != nil {
		return nil, err
	}
	doc := ledgerPage{Lines: []ledgerLine{}}
	for i := range page {
		l := &page[i]
		created := l.Entry.At.UTC()
		if at := l.Entry.Facts.Created; !at.IsZero() {
			created = at.UTC()
		}
		doc.Lines = append(doc.Lines, ledgerLine{ledger.ID(v.Self.ID, l.Place), l.Seq(), created, l.About.ID, l.Source,
			l.SourceID(), l.Amount, l.Type, l.Quantity, l.Unit, l.Description()})
	}
	if next != nil {
		doc.Next = ledger.ID(v.Self.ID, *next)
	}
	return doc, nil
}
