package engine

import (
	"fmt"
	"unicode/utf8"
)

// checkLine refuses facts of a ledger's line that would not fit into keys and
// views. Source: ledgers-and-services 11.
func (r *Rules) checkLine(f *Facts) error {
	if f.saysNothingOfLedgers() {
		return nil
	}
	about := AccountName{}
	if f.About != nil {
		about = *f.About
	}
	for _, n := range []struct{ field, text string }{{"source.service", f.Source}, {"usage.type", f.UsageType},
		{"usage.unit", f.UsageUnit}, {"executor.trigger", f.Trigger}, {"executor.module", f.Module},
		{"account.id", about.ID}, {"account.name", about.Name}, {"reverses", f.Reverses}} {
		if err := r.checkName(n.field, n.text); err != nil {
			return err
		}
	}
	for _, n := range []struct{ field, text string }{{"source.id", f.SourceID}, {"description", f.Description}} {
		if len(n.text) > r.LineTextMax {
			return &Error{Code: CodeLimit, Fields: []string{n.field}, Text: fmt.Sprintf("longer than %d bytes", r.LineTextMax)}
		}
		if !utf8.ValidString(n.text) {
			return &Error{Code: CodeInvalid, Fields: []string{n.field}, Text: "not UTF-8"}
		}
	}
	if len(f.Audit) > r.MetadataMax {
		return refuse(CodeLimit, "audit of %d bytes, at most %d", len(f.Audit), r.MetadataMax)
	}
	if f.Unique && f.SourceID == "" {
		return Missing("source.id")
	}
	return nil
}

// checkConflicts refuses a second line where there may be one, and one more
// kind of lines than a ledger may have. Only callers that name sources, or
// types of balances of their own, can come that far. Source:
// ledgers-and-services 5.6.
func (d *decision) checkConflicts() error {
	f := &d.entry.Facts
	if !f.Unique && f.Reverses == "" && f.Source == "" && f.UsageType == "" && f.UsageUnit == "" && !d.namesToR() {
		return nil
	}
	c, err := d.state.Conflicts(d.entry)
	switch {
	case err != nil:
		return err
	case c.Taken != 0:
		return &Error{Code: CodeExists, Entry: c.Taken,
			Text: fmt.Sprintf("entry %d has source.id %q for the same period", c.Taken, f.SourceID)}
	case c.Reversed != 0:
		return &Error{Code: CodeInvalid, Fields: []string{"reverses"},
			Text: fmt.Sprintf("entry %d has reversed it", c.Reversed)}
	}
	for _, n := range c.Kinds {
		if n > d.rules.LineKindsMax {
			return refuse(CodeLimit, "a ledger would have %d kinds of lines (source, usage type, usage unit), at most %d",
				n, d.rules.LineKindsMax)
		}
	}
	return nil
}

// namesToR tells whether the entry is about a type of record that is none of
// those known here.
func (d *decision) namesToR() bool {
	if tor := d.entry.Facts.ToR; tor != "" && !isKnownToR(tor) {
		return true
	}
	for i := range d.entry.Accounts {
		for k := range d.entry.Accounts[i].Postings {
			if !isKnownToR(d.entry.Accounts[i].Postings[k].ToR) {
				return true
			}
		}
	}
	return false
}

func isKnownToR(tor string) bool {
	switch tor {
	case Monetary, Voice, Data, SMS, MMS, Generic:
		return true
	}
	return false
}
