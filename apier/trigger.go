package apier

import (
	"strings"
	"time"

	"purser/engine"
	"purser/rpcjson"
)

// triggerArgs say what a trigger shall be; what is not given stays, or is zero. Source: cgrates-charging, section 7;
// the columns of ActionTriggers.csv.
type triggerArgs struct {
	ThresholdType         *string
	ThresholdValue        *looseAmount
	Recurrent             *looseFlag
	Executed              *looseFlag
	MinSleep              *looseDuration
	ExpirationDate        *string
	ActivationDate        *string
	BalanceID             *string
	BalanceType           *string
	BalanceDestinationIDs *names
	BalanceWeight         *looseAmount
	BalanceExpirationDate *string
	BalanceTimingTags     *names
	BalanceTimingIDs      *names
	BalanceRatingSubject  *string
	BalanceCategories     *names
	BalanceSharedGroups   *names
	BalanceBlocker        *looseFlag
	BalanceDisabled       *looseFlag
	Weight                *looseAmount
	ActionsID             *string
}

// oneTrigger names a trigger of a group and says what it shall be, in ActionTrigger or, as clients of before 2020 do,
// beside its names; ActionTrigger wins as a whole.
type oneTrigger struct {
	GroupID, UniqueID string
	ActionTrigger     *triggerArgs
	triggerArgs
}

func (a *oneTrigger) wish(now time.Time) (engine.TriggerWish, error) {
	a.GroupID, a.UniqueID = strings.TrimSpace(a.GroupID), strings.TrimSpace(a.UniqueID)
	given := &a.triggerArgs
	if a.ActionTrigger != nil {
		given = a.ActionTrigger
	}
	w := engine.TriggerWish{
		Type: given.ThresholdType, Recurrent: (*bool)(given.Recurrent), Executed: (*bool)(given.Executed),
		MinSleep: (*time.Duration)(given.MinSleep), ActionsID: given.ActionsID,
		Balance: engine.BalanceWish{
			ID: given.BalanceID, ToR: given.BalanceType, RatingSubject: given.BalanceRatingSubject,
			Categories:     (*engine.Names)(given.BalanceCategories),
			DestinationIDs: (*engine.Names)(given.BalanceDestinationIDs),
			SharedGroups:   (*engine.Names)(given.BalanceSharedGroups),
			TimingIDs:      (*engine.Names)(given.BalanceTimingIDs),
			Blocker:        (*bool)(given.BalanceBlocker), Disabled: (*bool)(given.BalanceDisabled),
		},
	}
	prefer(&w.Balance.TimingIDs, (*engine.Names)(given.BalanceTimingTags))
	if given.ThresholdValue != nil {
		w.Threshold = &given.ThresholdValue.Amount
	}
	if given.Weight != nil {
		w.Weight = &given.Weight.Amount
	}
	if given.BalanceWeight != nil {
		w.Balance.Weight = &given.BalanceWeight.Amount
	}
	for _, t := range []struct {
		to   **engine.Instant
		text *string
	}{{&w.Expires, given.ExpirationDate}, {&w.Activates, given.ActivationDate},
		{&w.Balance.Expires, given.BalanceExpirationDate}} {
		if t.text == nil {
			continue
		}
		at, err := parseExpiry(*t.text, now)
		if err != nil {
			return w, err
		}
		*t.to = &at
	}
	return w, nil
}

// setActionTrigger makes or changes a trigger of a group. Definitions belong to no tenant.
type setActionTrigger struct {
	scope
	oneTrigger
}

func (a *setActionTrigger) change(s *service) (engine.Change, error) {
	wish, err := a.wish(s.Engine.Now())
	if err != nil {
		return nil, err
	}
	return &engine.SetActionTrigger{GroupID: a.GroupID, UniqueID: a.UniqueID, Wish: wish}, nil
}

// removeActionTrigger removes a trigger of a group, or with an empty UniqueID the group.
type removeActionTrigger struct {
	scope
	GroupID, UniqueID string
}

func (a *removeActionTrigger) change(*service) (engine.Change, error) {
	return &engine.RemoveActionTrigger{GroupID: strings.TrimSpace(a.GroupID), UniqueID: strings.TrimSpace(a.UniqueID)}, nil
}

// triggerGroups name groups of triggers.
type triggerGroups struct {
	scope
	GroupIDs []string
}

// getActionTriggers answers the triggers of the groups, in this order and as often as named; of all groups where none
// is named.
func (s *service) getActionTriggers(c *rpcjson.Call, args *triggerGroups) {
	s.list(c, triggersExceptions, &triggerListing{service: s, ids: args.GroupIDs, all: len(args.GroupIDs) == 0})
}

// pageGroups is how many groups of triggers are looked at in one go.
const pageGroups = 50

// triggerListing is a GetActionTriggers in work.
type triggerListing struct {
	*service
	ids   []string // of the groups that are still to be looked at
	all   bool     // of all groups, and ids is empty until the first page
	count int      // triggers shown
}

// page implements [pages].
func (l *triggerListing) page(st engine.State) (items answerList, more bool, err error) {
	if l.all && l.ids == nil {
		l.ids = st.TariffIDs(engine.KindTriggers)
	}
	ids := l.ids[:min(len(l.ids), pageGroups)]
	l.ids = l.ids[len(ids):]
	for _, id := range ids {
		group, there := st.ActionTriggers(id)
		if !there && !l.all {
			return nil, false, errNotFound
		}
		for i := range group {
			items = append(items, groupTrigger{GroupID: id, Trigger: &group[i]})
		}
	}
	if l.count += len(items); l.count > l.ListMax {
		return nil, false, errTooMany
	}
	return items, len(l.ids) > 0, nil
}

// groupTrigger is a trigger of a group in a list.
type groupTrigger engine.AccountTrigger

// AppendJSON implements [rpcjson.Appender].
func (t groupTrigger) AppendJSON(b []byte) ([]byte, error) {
	w := &writer{b: b}
	w.json(showTrigger((*engine.AccountTrigger)(&t)))
	return w.b, w.err
}
