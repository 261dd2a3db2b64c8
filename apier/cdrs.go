package apier

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/ledger"
	"purser/rpcjson"
)

// cdr is a line of a ledger as a call detail record, the feed that CGRateS' clients read money from. OrderID is the
// number of the journal's entry: a reader goes on behind the last one that it saw.
type cdr struct {
	CGRID       string
	RunID       string
	OrderID     uint64
	OriginHost  string
	Source      string
	OriginID    string
	ToR         string
	RequestType string
	Tenant      string
	Category    string
	Account     string
	Subject     string
	Destination string
	SetupTime   time.Time
	AnswerTime  time.Time
	Usage       string
	ExtraFields map[string]string
	CostSource  string
	Cost        amount.Amount // without sign; of units where no money moved
	ExtraInfo   string
	PreRated    bool
}

// runIDs are the names that CGRateS gives to records of changes. Source: cgrates-apier, section 9.14.
var runIDs = map[engine.Op]string{
	engine.OpTopUp: "*topup", engine.OpDebit: "*debit", engine.OpSet: "*set_balance", engine.OpRemove: "*remove_balance",
	engine.OpTransfer: "*transfer_balance", engine.OpRefund: "*refund",
}

// getCDRs answers the records of changes that are on the disk, as getEntries does entries. None are NOT_FOUND, which
// clients take for the end.
func (s *service) getCDRs(c *rpcjson.Call, args *cdrsArgs) {
	filter, err := args.filter(s.Engine.Now())
	if err != nil {
		s.fail(c, err, nil)
		return
	}
	s.readJournal(c, func() (any, error) {
		list, err := s.cdrs(c.Context(), filter)
		if err == nil && len(list) == 0 {
			err = errNotFound
		}
		return list, err
	})
}

// cdrs returns the records that pass a filter. One call reads at a time, as a filter that lets little pass makes it
// read all of the journal.
func (s *service) cdrs(ctx context.Context, f *cdrFilter) (list []cdr, err error) {
	if err := s.scanning.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer s.scanning.Release(1)
	most, skip := s.EntriesMax, f.Offset
	if f.Limit > 0 {
		most = min(most, f.Limit)
	}
	err = s.Engine.Journal(ctx, max(f.ExtraArgs.OrderIDStart, 1), func(found *engine.Entry) error {
		if end := f.ExtraArgs.OrderIDEnd; end != 0 && found.Seq >= end || len(list) >= most {
			return errEnough
		}
		for _, l := range ledger.AppendLines(nil, found) {
			row := newCDR(&l)
			switch {
			case !f.passes(&row, l.Entry):
			case skip > 0:
				skip--
			default:
				list = append(list, row)
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return list, err
}

func newCDR(l *ledger.Line) cdr {
	f := &l.Entry.Facts
	at := l.Entry.At.UTC()
	row := cdr{CGRID: f.CgrID, OrderID: l.Entry.Seq, OriginHost: l.Entry.Origin.Peer, Source: "*" + l.Source,
		OriginID: l.SourceID(), RequestType: "*none", Tenant: l.Owner.Tenant, Category: f.Category,
		Account: l.Owner.Account, Subject: l.Owner.Account, Destination: f.Destination, SetupTime: at, AnswerTime: at,
		Usage: "1", ToR: engine.Monetary, ExtraFields: textsOf(f.Metadata), Cost: l.Amount.Abs()}
	switch {
	case l.Part() == ledger.Expired:
		row.RunID = "*expired"
	case l.Part() == ledger.Acted:
		row.RunID = "*actions"
	case l.Entry.Op == engine.OpCharge:
		row.RunID, row.ToR, row.RequestType = given(f.RunID, "*default"), given(f.ToR, engine.Voice), "*prepaid"
		row.Usage = shownUsage(row.ToR, f.Usage)
	default:
		row.RunID = given(runIDs[l.Entry.Op], "*"+string(l.Entry.Op))
		if l.Amount.IsZero() {
			row.ToR, row.Cost = movedUnits(l)
		}
	}
	return row
}

func given(text, byDefault string) string {
	if text == "" {
		return byDefault
	}
	return text
}

// shownUsage returns usage as records have it: of calls a duration, else units.
func shownUsage(tor string, units int64) string {
	if tor == engine.Voice {
		return time.Duration(units).String()
	}
	return strconv.FormatInt(units, 10)
}

// movedUnits returns how many units a change moved of the type that it moved first, without sign.
func movedUnits(l *ledger.Line) (tor string, sum amount.Amount) {
	tor = engine.Monetary
	for i := range l.Entry.Accounts {
		c := &l.Entry.Accounts[i]
		if c.ID != l.Owner {
			continue
		}
		for j := range c.Postings {
			p := &c.Postings[j]
			asked := p.Delta.Sub(l.Entry.Acted(c.ID, p.UUID))
			if asked.IsZero() || p.Expired {
				continue
			}
			if sum.IsZero() {
				tor = p.ToR
			}
			if p.ToR == tor {
				sum = sum.Add(asked)
			}
		}
	}
	return tor, sum.Abs()
}

// textsOf returns the members of an object as texts: a text as what it says, anything else as its JSON.
func textsOf(object []byte) map[string]string {
	texts := map[string]string{}
	if len(object) == 0 {
		return texts
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(object, &members, jsontext.AllowDuplicateNames(true)); err != nil {
		return texts // it was no object of ours
	}
	for name, v := range members {
		texts[name] = string(v)
		if v.Kind() == jsontext.KindString {
			texts[name] = unquote(v)
		}
	}
	return texts
}
