package engine

import (
	"encoding/binary"
	"errors"

	"github.com/google/uuid"

	"purser/engine/services"
)

// DecideBatch is [Rules.Decide] for a command with a batch: the entries of its
// lines, each decided on the state behind those before it; none when the
// command's key is known. A refusal names the line in Error.Item. Refusals
// beside those of PostLedger: CodeLimit (more than BatchMax lines), CodeExists
// without Error.Entry (two lines of the batch are the same).
// Source: ledgers-and-services 13.
func (r *Rules) DecideBatch(s State, c *Command) ([]*Entry, Result, error) {
	if len(c.Batch) > r.BatchMax {
		return nil, Result{}, refuse(CodeLimit, "%d lines, at most %d", len(c.Batch), r.BatchMax)
	}
	var entries []*Entry
	var answer Result
	behind := newAhead(s)
	for i, line := range c.Batch {
		one := *c
		one.Change, one.Batch = line, nil
		if i > 0 { // the first answers for all of them
			one.Key, one.Digest = "", nil
			one.Seed = uuid.NewSHA1(c.Seed, binary.BigEndian.AppendUint64(nil, uint64(i)))
		}
		e, result, err := r.Decide(behind, &one)
		if err == nil && result.Replayed {
			return nil, result, nil
		}
		if err == nil {
			err = behind.add(e)
		}
		if err != nil {
			return nil, Result{}, ofItem(err, i)
		}
		if i == 0 {
			answer = result
		}
		entries = append(entries, e)
	}
	return entries, answer, nil
}

// ofItem says which line of a batch a refusal is about.
func ofItem(err error, i int) error {
	var refusal *Error
	if !errors.As(err, &refusal) {
		return err
	}
	of := *refusal
	of.Item = i
	return &of
}

// ahead is the state behind entries that are decided and not applied, as far as
// a PostLedger looks at it.
type ahead struct {
	State
	accounts map[AccountID]*Account
	records  map[AccountID]*services.Record
	said     map[UniqueKey]bool
	kinds    map[AccountID]map[lineKind]bool // those that the entries bring to ledgers
}

// lineKind is what the facts of a PostLedger with a Module make of a line's kind.
type lineKind struct{ source, usageType, unit string }

func newAhead(s State) *ahead {
	return &ahead{s, map[AccountID]*Account{}, map[AccountID]*services.Record{}, map[UniqueKey]bool{},
		map[AccountID]map[lineKind]bool{}}
}

// Account implements [State].
func (a *ahead) Account(id AccountID) (*Account, error) {
	if acc, ok := a.accounts[id]; ok {
		return acc, nil
	}
	return a.State.Account(id)
}

// ServiceRecord implements [State]: an action of a trigger may disable an
// account, which is counted above it.
func (a *ahead) ServiceRecord(id AccountID) *services.Record {
	if r, ok := a.records[id]; ok {
		return r
	}
	return a.State.ServiceRecord(id)
}

// Conflicts implements [State]: what the entries before e say, and the kinds
// that they bring, is there by then. They have no numbers yet, so what two of
// them say is refused here.
func (a *ahead) Conflicts(e *Entry) (Conflict, error) {
	c, err := a.State.Conflicts(e)
	if err != nil || c.Taken != 0 {
		return c, err
	}
	kind := lineKind{e.Facts.Source, e.Facts.UsageType, e.Facts.UsageUnit}
	for i, n := range c.Kinds {
		if n == 0 {
			continue
		}
		owner := e.Accounts[i].ID
		if a.kinds[owner] == nil {
			a.kinds[owner] = map[lineKind]bool{}
		}
		a.kinds[owner][kind] = true
		c.Kinds[i] += len(a.kinds[owner]) - 1 // itself is counted
	}
	return c, a.repeated(e)
}

// repeated refuses what an entry before e says, and notes what e says.
func (a *ahead) repeated(e *Entry) error {
	for i := range e.Accounts {
		if key, ok := e.UniqueLine(e.Accounts[i].ID); ok {
			if a.said[key] {
				return refuse(CodeExists, "two lines have source.id %q for the same period", e.Facts.SourceID)
			}
			a.said[key] = true
		}
	}
	if key, ok := e.Reversal(e.Accounts[0].ID); ok {
		if a.said[key] {
			return &Error{Code: CodeInvalid, Fields: []string{"reverses"}, Text: "two lines reverse it"}
		}
		a.said[key] = true
	}
	return nil
}

// add folds the next entry in.
func (a *ahead) add(e *Entry) error {
	for i := range e.Accounts {
		c := &e.Accounts[i]
		before, err := a.Account(c.ID)
		if err != nil {
			return err
		}
		if a.accounts[c.ID], err = c.Fold(before, e.At); err != nil {
			return err
		}
	}
	if e.Services == nil {
		return nil
	}
	for i := range e.Services.Accounts {
		c := &e.Services.Accounts[i]
		a.records[c.Account] = c.Fold(a.ServiceRecord(c.Account))
	}
	return nil
}
