package ledger

import (
	"strconv"

	"purser/engine"
	"purser/engine/amount"
)

// Line is what an entry means for the ledger of one account.
type Line struct {
	Entry *engine.Entry
	Owner engine.AccountID // whose ledger it is in
	Place
	Kind
	Amount   amount.Amount // negative for a debit
	Quantity int64         // of usage, in the kind's unit

	// About is the account that the line is about where that is not the owner:
	// a reseller's copy. The ID is then not "".
	About engine.AccountName
}

// Kind is what lines are summed by. Many lines share few kinds.
type Kind struct {
	Source     string // category: source.service
	Type, Unit string // of usage; "" for none. A unit may be a [Units] name
}

// SourceID returns what was charged or paid: the caller's text, a call's CgrID,
// else the number of the entry.
func (l *Line) SourceID() string {
	f := &l.Entry.Facts
	switch {
	case l.Part() == Asked && f.SourceID != "":
		return f.SourceID
	case l.Part() == Asked && l.Entry.Op == engine.OpCharge && f.CgrID != "":
		return f.CgrID
	}
	return strconv.FormatUint(l.Entry.Seq, 10)
}

// Uniques returns what no other line of the ledger may say.
func (l *Line) Uniques() (keys []engine.UniqueKey) {
	if l.Part() != Asked {
		return nil
	}
	if key, ok := l.Entry.UniqueLine(l.Owner); ok {
		keys = append(keys, key)
	}
	if key, ok := l.Entry.Reversal(l.Owner); ok {
		keys = append(keys, key)
	}
	return keys
}

// Period returns the time that the line is for: from when it was created if
// nobody said another, without an end likewise.
func (l *Line) Period() (start int64, end *int64) {
	start = l.Created
	if f := &l.Entry.Facts; l.Part() == Asked {
		if f.PeriodStart != nil {
			start = *f.PeriodStart
		}
		end = f.PeriodEnd
	}
	return start, end
}

// Description returns the caller's text, or that of the price.
func (l *Line) Description() string {
	if l.Part() != Asked {
		return ""
	}
	return l.Entry.Facts.Description
}

// Reverses returns the ID of the line that this one undoes, "" for none.
func (l *Line) Reverses() string {
	if l.Part() != Asked || l.Entry.Accounts[0].ID != l.Owner {
		return ""
	}
	return l.Entry.Facts.Reverses
}

// Executor returns how the line came about and which part of us made it.
// Source: ledgers-and-services 4.2, 4.7.
func (l *Line) Executor() (trigger, module string) {
	f := &l.Entry.Facts
	trigger, module = f.Trigger, f.Module
	if trigger == "" {
		trigger = "jsonrpc"
	}
	if module == "" {
		module = l.Entry.Origin.Method
	}
	switch l.Part() {
	case Expired:
		trigger = "expiry"
	case Acted:
		trigger = "automatic"
	}
	return trigger, module
}
