package rating

import (
	"errors"
	"time"

	"purser/engine/amount"
)

// Prices is what a pricing looks at; the engine's state implements it.
type Prices interface {
	// Profile returns the profile of exactly this subject, nil when there is none.
	Profile(tenant, category, subject string) *Profile

	// Plan returns a plan that was made ready by [NewIndex], nil when there is none.
	Plan(id string) *Index

	// DestinationsOf returns the IDs of the destinations that list exactly this
	// prefix, sorted.
	DestinationsOf(prefix string) []string
}

// Why usage has no price.
var (
	ErrNoProfile = errors.New("no rating profile")                // neither of the subject nor of Any
	ErrNoPrice   = errors.New("no price for the destination")     // a profile is there
	ErrGap       = errors.New("no price for a time in the usage") // the usage runs into it
)

// Call is usage to be priced.
type Call struct {
	Tenant, Category, Subject string
	Destination               string // as dialled; "" is Any
	ToR                       string
	Start                     time.Time // its zone is the clock that timings go by
	Units                     int64     // 0 or more; 0 finds the price only
	Position                  int64     // units of the call before Start
}

// Span is a part of the usage with one price.
type Span struct {
	Start    int64 // units from Call.Start
	Length   int64 // units, whole steps of Slot; 0 only for a call of no units
	Position int64 // units of the call before the span
	Row      *Row
	Rate     *Rate
	Timing   *Timing // nil for all times
	Slot     *Slot

	Subject string // rating key that priced it
	Prefix  string // what matched the destination; Any where the destination's is Any
	PlanID  string
}

// Cost returns what the units from..to of the span cost (0 <= from <= to <=
// Length), in whole steps: costs of neighbours add up to that of both.
func (s *Span) Cost(from, to int64) amount.Amount { panic("not written yet") }

// Affordable returns how many whole steps from unit from on value can pay.
func (s *Span) Affordable(from int64, value amount.Amount) int64 { panic("not written yet") }

// Price finds the spans of a call, in the order of time, one behind the other
// from 0 until Units are covered; the last may run over.
func Price(p Prices, c Call) ([]Span, error) { panic("not written yet") }

// Index is a plan made ready for looking up prices.
type Index struct{ Plan *Plan }

// NewIndex makes p ready; p must not change afterwards.
func NewIndex(p *Plan) *Index { return &Index{Plan: p} }
