package engine

import (
	"github.com/google/uuid"

	"purser/engine/cborwire"
)

func (e *encoder) accountTriggers(v *AccountTriggers) {
	m := e.Map()
	if e.list(m, 1, len(v.List)) {
		for i := range v.List {
			e.accountTrigger(&v.List[i])
		}
	}
}

func (e *encoder) accountTrigger(v *AccountTrigger) {
	m := e.Map()
	e.text(m, 1, v.GroupID)
	e.Key(m, 2)
	e.actionTrigger(v.Trigger)
	e.Key(m, 3)
	e.triggerState(&v.State)
}

func (e *encoder) triggerState(v *TriggerState) {
	m := e.Map()
	e.yes(m, 1, v.Executed)
	e.moment(m, 2, v.Last)
	e.amount(m, 3, v.Count)
}

func (e *encoder) triggerUpdate(v *TriggerUpdate) {
	m := e.Map()
	e.Key(m, 1)
	e.Int(int64(v.Position))
	e.Key(m, 2)
	e.triggerState(&v.State)
}

func (e *encoder) actionTrigger(v *ActionTrigger) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.UniqueID)
	e.Key(m, 2)
	e.Text(v.Type)
	e.amount(m, 3, v.Threshold)
	e.yes(m, 4, v.Recurrent)
	e.int(m, 5, int64(v.MinSleep))
	e.moment(m, 6, v.Activates)
	e.moment(m, 7, v.Expires)
	e.Key(m, 8)
	e.triggerFilter(&v.Balance)
	e.Key(m, 9)
	e.Text(v.ActionsID)
	e.amount(m, 10, v.Weight)
}

func (e *encoder) triggerFilter(v *TriggerFilter) {
	m := e.Map()
	e.text(m, 1, v.ID)
	e.text(m, 2, v.ToR)
	e.names(m, 3, v.Categories)
	e.names(m, 4, v.DestinationIDs)
	e.names(m, 5, v.SharedGroups)
	e.names(m, 6, v.TimingIDs)
	e.text(m, 7, v.RatingSubject)
	e.moment(m, 8, v.Expires)
	if v.Weight != nil {
		e.Key(m, 9)
		e.amountText(*v.Weight)
	}
	e.choice(m, 10, v.Blocker)
	e.choice(m, 11, v.Disabled)
}

func (e *encoder) firing(v *Firing) {
	m := e.Map()
	e.Key(m, 1)
	e.accountID(&v.Account)
	e.text(m, 2, v.GroupID)
	e.text(m, 3, v.UniqueID)
	e.Key(m, 4)
	e.Text(v.Type)
	e.Key(m, 5)
	e.Text(v.ActionsID)
	if v.Balance != uuid.Nil {
		e.Key(m, 6)
		e.Bytes(v.Balance[:])
	}
	e.text(m, 7, v.BalanceID)
	e.text(m, 8, v.ToR)
	e.amount(m, 9, v.Value)
	e.amount(m, 10, v.Threshold)
	if e.list(m, 11, len(v.Done)) {
		for i := range v.Done {
			e.actionDone(&v.Done[i])
		}
	}
	e.text(m, 12, v.Failed)
}

func (e *encoder) actionDone(v *ActionDone) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.Type)
	e.text(m, 2, v.Parameters)
	if e.list(m, 3, len(v.Moved)) {
		for i := range v.Moved {
			e.moved(&v.Moved[i])
		}
	}
}

func (e *encoder) moved(v *Moved) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.Balance[:])
	e.amount(m, 2, v.Delta)
}

// moment writes an instant that is left out where it is zero.
func (e *encoder) moment(m cborwire.Map, key byte, v Instant) {
	if !v.IsZero() {
		e.Key(m, key)
		e.instant(v)
	}
}
