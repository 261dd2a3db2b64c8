package apier

import (
	"time"

	"purser/engine"
	"purser/engine/amount"
)

// attributes describe a balance: which one is meant, and what it shall be. nil was not given. Encoding an attributes
// as JSON gives the same text for the same wishes, however they were spelt: digests are made of it.
type attributes struct {
	UUID           *string
	ID             *string
	ExpiryTime     *string // as sent: a relative one counts from when the request is taken
	Weight         *amount.Amount
	DestinationIDs *names
	Categories     *names
	SharedGroups   *names
	TimingIDs      *names
	RatingSubject  *string
	Disabled       *bool
	Blocker        *bool
}

// flatAttributes are attributes beside the other arguments of a method, as clients of 2016 to 2019 send them. null is
// absent, and nothing is converted from text. Names match in any case, so BalanceID and BalanceId are one.
// Source: cgrates-apier, section 6.
type flatAttributes struct {
	UUID           *string `json:"BalanceUUID"`
	ID             *string `json:"BalanceID"`
	ExpiryTime     *string
	Weight         *amount.Amount
	DestinationIDs *names
	Categories     *names
	SharedGroups   *names
	TimingIDs      *names
	RatingSubject  *string
	Disabled       *bool
	Blocker        *bool
}

// balanceArgs name a balance and a value, in either dialect. With a Balance, even an empty one, the nested rules hold
// and flat attributes fill in what it does not give; without one the flat rules hold.
type balanceArgs struct {
	BalanceType string
	Value       *amount.Amount
	Balance     *balance
	flatAttributes

	ActionExtraData extraData
	ExtraData       extraData // the flat name of ActionExtraData

	// Cdrlog asks CGRateS for a record of the change. Every change has one here: its journal entry.
	Cdrlog bool
}

// value returns the value without its sign, nil when none was given. A nested 0 at the top is "not given", a flat 0 is
// a value. Source: cgrates-apier, sections 5 and 6.
func (b *balanceArgs) value() *amount.Amount {
	v := b.Value
	if b.Balance != nil && (v == nil || v.IsZero()) {
		v = b.Balance.Value
	}
	if v == nil || v.Sign() >= 0 {
		return v
	}
	positive := v.Abs()
	return &positive
}

// wanted returns the balance that is described; now is what its ExpiryTime counts from.
func (b *balanceArgs) wanted(now time.Time) (engine.Wanted, error) {
	a := attributes(b.flatAttributes)
	var w engine.Wanted
	if b.Balance != nil {
		a.fill(&b.Balance.attributes)
		w.Factors = (*[]engine.Factor)(b.Balance.Factors)
	}
	if a.UUID != nil {
		w.UUID = *a.UUID
	}
	if a.ExpiryTime != nil {
		expires, err := parseExpiry(*a.ExpiryTime, now)
		if err != nil {
			return w, err
		}
		w.Expires = &expires
	}
	w.ID, w.Weight, w.RatingSubject, w.Disabled, w.Blocker = a.ID, a.Weight, a.RatingSubject, a.Disabled, a.Blocker
	w.DestinationIDs, w.Categories = (*engine.Names)(a.DestinationIDs), (*engine.Names)(a.Categories)
	w.SharedGroups, w.TimingIDs = (*engine.Names)(a.SharedGroups), (*engine.Names)(a.TimingIDs)
	return w, nil
}

// fill replaces what a says by what over says, where it says something.
func (a *attributes) fill(over *attributes) {
	prefer(&a.UUID, over.UUID)
	prefer(&a.ID, over.ID)
	prefer(&a.ExpiryTime, over.ExpiryTime)
	prefer(&a.Weight, over.Weight)
	prefer(&a.DestinationIDs, over.DestinationIDs)
	prefer(&a.Categories, over.Categories)
	prefer(&a.SharedGroups, over.SharedGroups)
	prefer(&a.TimingIDs, over.TimingIDs)
	prefer(&a.RatingSubject, over.RatingSubject)
	prefer(&a.Disabled, over.Disabled)
	prefer(&a.Blocker, over.Blocker)
}

func prefer[T any](field **T, over *T) {
	if over != nil {
		*field = over
	}
}

// facts returns what the journal keeps of the request beside the change itself.
func (b *balanceArgs) facts() engine.Facts {
	said := b.ActionExtraData
	if said == nil {
		said = b.ExtraData
	}
	f := engine.Facts{Metadata: said}
	if said != nil {
		lineFacts(&f, textsOf(said))
		f.Unique = f.SourceID != "" // whoever names a line wants it once; source: ledgers-and-services, section 4.7
	}
	return f
}

// unfiltered tells whether w selects every balance of its type.
func unfiltered(w *engine.Wanted) bool {
	if w.ID != nil && *w.ID != "" {
		return false
	}
	probe := *w
	probe.ID, probe.Factors = nil, nil
	return probe == engine.Wanted{}
}
