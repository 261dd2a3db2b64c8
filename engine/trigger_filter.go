package engine

import "strings"

// Types of trigger. The balance ones look at the balances that a command has
// changed, the counters at those that it has moved. Source: cgrates-charging,
// section 7.
const (
	MinBalance        = "*min_balance" // value <= threshold
	MaxBalance        = "*max_balance" // value >= threshold
	BalanceExpired    = "*balance_expired"
	MinEventCounter   = "*min_event_counter" // of all usage of the category and to the destinations
	MaxEventCounter   = "*max_event_counter"
	MinBalanceCounter = "*min_balance_counter" // of what the balances have paid
	MaxBalanceCounter = "*max_balance_counter"
)

// TriggerTypes lists the types of trigger.
var TriggerTypes = []string{MinBalance, MaxBalance, BalanceExpired, MinEventCounter, MaxEventCounter,
	MinBalanceCounter, MaxBalanceCounter}

// Counts tells whether t is a trigger on a counter, and whether that counts
// events; else it counts what balances pay.
func (t *ActionTrigger) Counts() (counts, events bool) {
	return strings.HasSuffix(t.Type, "_counter"), t.Type == MinEventCounter || t.Type == MaxEventCounter
}

// selects tells whether a trigger with this filter looks at b.
func (f *TriggerFilter) selects(b *Balance) bool {
	a := b.With()
	return (f.ID == "" || f.ID == b.ID) &&
		(f.ToR == "" || f.ToR == b.ToR) &&
		a.Categories.includes(f.Categories) &&
		(f.anywhere() || a.DestinationIDs.includes(f.DestinationIDs)) &&
		a.SharedGroups.includes(f.SharedGroups) &&
		a.TimingIDs.includes(f.TimingIDs) &&
		(f.RatingSubject == "" || f.RatingSubject == a.RatingSubject) &&
		(f.Expires.IsZero() || f.Expires.Equal(a.Expires.Time)) &&
		(f.Weight == nil || f.Weight.Cmp(a.Weight) == 0) &&
		(f.Blocker == nil || *f.Blocker == a.Blocker) &&
		(f.Disabled == nil || *f.Disabled == a.Disabled)
}

// anywhere tells whether f takes any destination: *any says as much as nothing.
func (f *TriggerFilter) anywhere() bool {
	name, ok := f.DestinationIDs.Find(anyDestination)
	return ok && !name.Excluded
}

// concerns tells whether an event counter with this filter counts usage of
// that category to that number.
func (f *TriggerFilter) concerns(s State, category, destination string) bool {
	if len(f.Categories) > 0 {
		if name, ok := f.Categories.Find(category); !ok || name.Excluded {
			return false
		}
	}
	if len(f.DestinationIDs) == 0 {
		return true
	}
	_, ok := matchDestination(s, f.DestinationIDs, destination)
	return ok
}
