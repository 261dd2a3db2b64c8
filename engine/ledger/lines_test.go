package ledger

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

var day = time.Date(2019, 12, 5, 22, 55, 54, 999, time.UTC)

// credit is an entry that gives the customer money.
func credit(seq uint64, value int64) *engine.Entry {
	return &engine.Entry{Seq: seq, At: engine.At(day), Op: engine.OpTopUp, Origin: engine.Origin{Method: "APIerSv1.AddBalance"},
		Accounts: []engine.AccountChange{{ID: customer, Postings: []engine.Posting{money(value)}}}}
}

func money(value int64) engine.Posting {
	return engine.Posting{UUID: uuid.UUID{1}, ToR: engine.Monetary, Delta: amount.FromInt(value)}
}

func units(tor string, value int64) engine.Posting {
	return engine.Posting{UUID: uuid.UUID{2}, ToR: tor, Delta: amount.FromInt(value)}
}

// short is a line as the tests below compare it.
type short struct {
	Kind
	amount   string
	quantity int64
	part     Part
}

func shortly(lines []Line) (all []short) {
	for _, l := range lines {
		all = append(all, short{l.Kind, l.Amount.String(), l.Quantity, l.Part()})
	}
	return all
}

func TestWhatAnEntryMeans(t *testing.T) { // ledgers-and-services 4.7
	over := func(p engine.Posting) engine.Posting {
		p.Removed, p.Expired = true, true
		return p
	}
	adjustment := func(as, sum string) short { return short{Kind{Adjustments, as, UnitCurrency}, sum, 0, Asked} }
	voice := Kind{PerMinute, "voice", "sec"}
	const second = 1_000_000_000
	for name, c := range map[string]struct {
		op       engine.Op
		facts    engine.Facts
		postings []engine.Posting
		want     []short
	}{
		"AddBalance":              {op: engine.OpTopUp, postings: []engine.Posting{money(5)}, want: []short{adjustment("credit", "5")}},
		"AddBalance below":        {op: engine.OpTopUp, postings: []engine.Posting{money(-5)}, want: []short{adjustment("credit", "-5")}},
		"AddBalance of two":       {op: engine.OpTopUp, postings: []engine.Posting{money(5), money(2)}, want: []short{adjustment("credit", "7")}},
		"DebitBalance":            {op: engine.OpDebit, postings: []engine.Posting{money(-5)}, want: []short{adjustment("debit", "-5")}},
		"SetBalance":              {op: engine.OpSet, postings: []engine.Posting{money(-5)}, want: []short{adjustment("set", "-5")}},
		"SetBalance to the same":  {op: engine.OpSet, postings: []engine.Posting{money(0)}, want: nil},
		"SetBalance of no value":  {op: engine.OpSet, postings: []engine.Posting{{ToR: engine.Monetary, Renamed: true}}, want: nil},
		"AddBalance of voice":     {op: engine.OpTopUp, postings: []engine.Posting{units(engine.Voice, 5)}, want: []short{adjustment("credit", "0")}},
		"SetBalance of voice":     {op: engine.OpSet, postings: []engine.Posting{units(engine.Voice, -5)}, want: []short{adjustment("set", "0")}},
		"DebitBalance of voice":   {op: engine.OpDebit, postings: []engine.Posting{units(engine.Voice, -61*second)}, want: []short{{voice, "0", 61, Asked}}},
		"a begun second is whole": {op: engine.OpDebit, postings: []engine.Posting{units(engine.Voice, -60*second-1)}, want: []short{{voice, "0", 61, Asked}}},
		"DebitBalance of data": {op: engine.OpDebit, postings: []engine.Posting{units(engine.Data, -9)},
			want: []short{{Kind{MobileData, "data", UnitData}, "0", 9, Asked}}},
		"RemoveBalance":  {op: engine.OpRemove, postings: []engine.Posting{money(-5)}, want: []short{adjustment("debit", "-5")}},
		"a debt removed": {op: engine.OpRemove, postings: []engine.Posting{money(5)}, want: []short{adjustment("credit", "5")}},
		"Responder.Debit": {op: engine.OpCharge, facts: engine.Facts{ToR: engine.Voice, Usage: 90 * second},
			postings: []engine.Posting{money(-3)}, want: []short{{voice, "-3", 90, Asked}}},
		"paid with units": {op: engine.OpCharge, facts: engine.Facts{ToR: engine.Voice, Usage: 90 * second},
			postings: []engine.Posting{units(engine.Voice, -90*second)}, want: []short{{voice, "0", 90, Asked}}},
		"for nothing": {op: engine.OpCharge, facts: engine.Facts{ToR: engine.Voice, Usage: second}, want: []short{{voice, "0", 1, Asked}}},
		"messages": {op: engine.OpCharge, facts: engine.Facts{ToR: engine.SMS, Usage: 2}, postings: []engine.Posting{money(-1)},
			want: []short{{Kind{Messages, "sms", "message"}, "-1", 2, Asked}}},
		"what was left in a balance that is over": {op: engine.OpTopUp, postings: []engine.Posting{money(5), over(money(-2))},
			want: []short{adjustment("credit", "5"), {Kind{Adjustments, "debit", UnitCurrency}, "-2", 0, Expired}}},
		"nothing but a balance that is over": {op: engine.OpSet, postings: []engine.Posting{over(units(engine.Voice, -2))},
			want: []short{{Kind{Adjustments, "debit", UnitCurrency}, "0", 0, Expired}}},
		"a balance that is over and empty": {op: engine.OpSet, postings: []engine.Posting{over(money(0))}, want: nil},
		"the caller's source": {op: engine.OpTopUp, facts: engine.Facts{Source: "payments"}, postings: []engine.Posting{money(5)},
			want: []short{{Kind{"payments", "credit", UnitCurrency}, "5", 0, Asked}}},
		"the caller's usage": {op: engine.OpDebit, postings: []engine.Posting{money(-5)},
			facts: engine.Facts{Source: "mobile_data", UsageQuantity: new(int64(7)), UsageUnit: "MB"},
			want:  []short{{Kind{"mobile_data", "debit", "MB"}, "-5", 7, Asked}}},
		"all of a module's usage": {op: engine.OpDebit, postings: []engine.Posting{money(-5)},
			facts: engine.Facts{Source: "mobile_data", UsageQuantity: new(int64(7)), UsageUnit: "MB", Module: "cb_ledgers"},
			want:  []short{{Kind{"mobile_data", "", "MB"}, "-5", 7, Asked}}},
		"usage without amount": {op: engine.OpDebit,
			facts: engine.Facts{Source: "asr", UsageQuantity: new(int64(0)), Module: "cb_ledgers"},
			want:  []short{{Kind{Source: "asr"}, "0", 0, Asked}}},
		"an account made": {op: engine.OpSetAccount, want: nil},
	} {
		e := &engine.Entry{Seq: 7, Op: c.op, Facts: c.facts,
			Accounts: []engine.AccountChange{{ID: customer, Postings: c.postings}}}
		require.Equal(t, c.want, shortly(AppendLines(nil, e)), name)
	}
}

func TestWhatActionsOfTriggersDoIsALineBesideWhatWasAsked(t *testing.T) {
	const second = 1_000_000_000
	gave := func(value int64) short {
		by := amount.FromInt(value)
		return short{direction(by, amount.Amount{}), by.String(), 0, Acted}
	}
	voice := Kind{PerMinute, "voice", "sec"}
	for name, c := range map[string]struct {
		op       engine.Op
		facts    engine.Facts
		postings []engine.Posting // what the command and the actions did together
		acted    []engine.Moved
		want     []short
	}{
		"to a debit": {op: engine.OpDebit, postings: []engine.Posting{money(-6)}, acted: []engine.Moved{gives(5)},
			want: []short{{adjusted("debit"), "-11", 0, Asked}, gave(5)}},
		"to a credit": {op: engine.OpTopUp, postings: []engine.Posting{money(6)}, acted: []engine.Moved{gives(5)},
			want: []short{{adjusted("credit"), "1", 0, Asked}, gave(5)}},
		"to a set": {op: engine.OpSet, postings: []engine.Posting{money(3)}, acted: []engine.Moved{gives(5)},
			want: []short{{adjusted("set"), "-2", 0, Asked}, gave(5)}},
		"to a transfer": {op: engine.OpTransfer, postings: []engine.Posting{money(3)}, acted: []engine.Moved{gives(5)},
			want: []short{{adjusted("debit"), "-2", 0, Asked}, gave(5)}},
		"all of it back": {op: engine.OpDebit, postings: []engine.Posting{money(0)}, acted: []engine.Moved{gives(3), gives(2)},
			want: []short{{adjusted("debit"), "-5", 0, Asked}, gave(5)}},
		"they took more": {op: engine.OpDebit, postings: []engine.Posting{money(-6)}, acted: []engine.Moved{gives(-5)},
			want: []short{{adjusted("debit"), "-1", 0, Asked}, gave(-5)}},
		"to a charge": {op: engine.OpCharge, postings: []engine.Posting{money(17)}, acted: []engine.Moved{gives(20)},
			facts: engine.Facts{ToR: engine.Voice, Usage: second, Cost: amount.FromInt(3)},
			want:  []short{{voice, "-3", 1, Asked}, gave(20)}},
		"to a charge of units": {op: engine.OpCharge, postings: []engine.Posting{money(20)}, acted: []engine.Moved{gives(20)},
			facts: engine.Facts{ToR: engine.Voice, Usage: second}, want: []short{{voice, "0", 1, Asked}, gave(20)}},
		"units are none of its usage": {op: engine.OpDebit, postings: []engine.Posting{units(engine.Voice, -10*second)},
			acted: []engine.Moved{{Balance: uuid.UUID{2}, Delta: amount.FromInt(50 * second)}}, want: []short{{voice, "0", 60, Asked}}},
		"an operator's order is what was asked": {op: engine.OpExecute, postings: []engine.Posting{money(5)},
			acted: []engine.Moved{gives(5)}, want: []short{{adjusted("credit"), "5", 0, Asked}}},
	} {
		e := &engine.Entry{Seq: 7, Op: c.op, Facts: c.facts,
			Accounts: []engine.AccountChange{{ID: customer, Postings: c.postings}},
			Fired: []engine.Firing{{Account: reseller, Done: []engine.ActionDone{{Moved: []engine.Moved{gives(100)}}}},
				{Account: customer, Done: []engine.ActionDone{{}, {Moved: c.acted}}}}}
		require.Equal(t, c.want, shortly(AppendLines(nil, e)), name)
	}
}

// gives is what an action did to the balance of [money].
func gives(value int64) engine.Moved {
	return engine.Moved{Balance: uuid.UUID{1}, Delta: amount.FromInt(value)}
}

func TestEachPayerHasALineAndTheUsageCountsOnce(t *testing.T) {
	e := &engine.Entry{Seq: 1, Op: engine.OpCharge, Facts: engine.Facts{ToR: engine.Voice, Usage: 60_000_000_000, Cost: amount.FromInt(3)},
		Accounts: []engine.AccountChange{{ID: customer, Postings: []engine.Posting{money(-1)}},
			{ID: reseller, Postings: []engine.Posting{money(-2)}}}}
	lines := AppendLines(nil, e)
	require.Equal(t, []short{{Kind{PerMinute, "voice", "sec"}, "-1", 60, Asked}, {Kind{PerMinute, "voice", "sec"}, "-2", 0, Asked}},
		shortly(lines))
	require.Equal(t, customer, lines[0].Owner)
	require.Equal(t, reseller, lines[1].Owner)
}

func TestACopyForTheResellerIsAboutTheFirstAccount(t *testing.T) {
	e := credit(1, 5)
	e.Accounts = append(e.Accounts, engine.AccountChange{ID: reseller, Postings: []engine.Posting{money(5)}})
	e.Facts.About = &engine.AccountName{ID: "id", Name: "name"}
	lines := AppendLines(nil, e)
	require.Zero(t, lines[0].About)
	require.Equal(t, engine.AccountName{ID: "id", Name: "name"}, lines[1].About)
}

func TestWhatALineShows(t *testing.T) {
	l := AppendLines(nil, credit(7, 5))[0]
	require.EqualValues(t, 63742805754, l.Created)
	require.Equal(t, "7", l.SourceID())
	start, end := l.Period()
	require.Equal(t, l.Created, start)
	require.Nil(t, end)
	trigger, module := l.Executor()
	require.Equal(t, "jsonrpc", trigger)
	require.Equal(t, "APIerSv1.AddBalance", module)

	e := credit(7, 5)
	e.Facts = engine.Facts{SourceID: "mac", PeriodStart: new(int64(3)), PeriodEnd: new(int64(9)), Trigger: "crossbar",
		Module: "cb_ledgers", Description: "blablabla", Created: engine.At(day.AddDate(1, 0, 0))}
	gone := money(-1)
	gone.Expired = true
	e.Accounts[0].Postings = append(e.Accounts[0].Postings, gone)
	lines := AppendLines(nil, e)
	l = lines[0]
	require.Equal(t, "202012", MonthOf(l.Created).String())
	require.Equal(t, "mac", l.SourceID())
	require.Equal(t, "blablabla", l.Description())
	start, end = l.Period()
	require.EqualValues(t, 3, start)
	require.EqualValues(t, 9, *end)
	trigger, module = l.Executor()
	require.Equal(t, "crossbar", trigger)
	require.Equal(t, "cb_ledgers", module)

	l = lines[1] // what a balance lost that was over is not what the caller speaks of
	require.Equal(t, "7", l.SourceID())
	require.Empty(t, l.Description())
	start, _ = l.Period()
	require.Equal(t, l.Created, start)
	trigger, _ = l.Executor()
	require.Equal(t, "expiry", trigger)
	require.NotEqual(t, ID("x", lines[0].Place), ID("x", lines[1].Place))

	call := &engine.Entry{Seq: 8, Op: engine.OpCharge, Facts: engine.Facts{CgrID: "cgr", Usage: 1},
		Accounts: []engine.AccountChange{{ID: customer}}}
	l = AppendLines(nil, call)[0]
	require.Equal(t, "cgr", l.SourceID())
	call.Facts.CgrID = ""
	require.Equal(t, "8", AppendLines(nil, call)[0].SourceID())
}

func TestUniqueIsTheOwnerSourceIDAndPeriod(t *testing.T) {
	e := credit(7, 5)
	l := AppendLines(nil, e)[0]
	require.Empty(t, l.Uniques())
	e.Facts = engine.Facts{Unique: true, SourceID: "mac", PeriodStart: new(int64(3))}
	l = AppendLines(nil, e)[0]
	require.Len(t, l.Uniques(), 1)
	key := l.Uniques()[0]
	for name, differ := range map[string]func(*engine.Entry, *engine.AccountID){
		"owner":  func(_ *engine.Entry, owner *engine.AccountID) { *owner = reseller },
		"source": func(e *engine.Entry, _ *engine.AccountID) { e.Facts.SourceID = "Mac" },
		"start":  func(e *engine.Entry, _ *engine.AccountID) { e.Facts.PeriodStart = new(int64(4)) },
		"end":    func(e *engine.Entry, _ *engine.AccountID) { e.Facts.PeriodEnd = new(int64(0)) },
	} {
		other, owner := *e, customer
		differ(&other, &owner)
		key2, ok := other.UniqueLine(owner)
		require.True(t, ok, name)
		require.NotEqual(t, key, key2, name)
	}
	e.Facts.PeriodStart = new(l.Created)
	said, _ := e.UniqueLine(customer)
	e.Facts.PeriodStart = nil
	unsaid, _ := e.UniqueLine(customer)
	require.Equal(t, said, unsaid, "the period starts when the line is created")
}

func TestALineIsReversedInItsOwnersLedgerAlone(t *testing.T) {
	e := credit(7, 5)
	e.Facts.Reverses = "201912-1"
	e.Accounts = append(e.Accounts, engine.AccountChange{ID: reseller, Postings: e.Accounts[0].Postings})
	lines := AppendLines(nil, e)
	require.Len(t, lines, 2)
	require.Len(t, lines[0].Uniques(), 1)
	require.Empty(t, lines[1].Uniques(), "the copy undoes nothing")
	e.Facts.Reverses = "201912-2"
	require.NotEqual(t, lines[0].Uniques(), AppendLines(nil, credit(7, 5))[0].Uniques())
}
