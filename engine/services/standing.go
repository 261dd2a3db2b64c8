package services

import "cmp"

// Standing is the mark that a master account puts on another, or takes away.
// The zero Standing is good.
type Standing struct {
	Delinquent bool   `cbor:"1,keyasint,omitempty"`
	Reason     string `cbor:"2,keyasint,omitempty"` // for people
	Code       int64  `cbor:"3,keyasint,omitempty"` // the marker's own
}

// Party is what standing depends on: of an account, or of the one that pays for
// it.
type Party struct {
	Disabled bool
	Standing Standing
}

// Status is an account's standing as services/status shows it. Source: Kazoo
// 4.2; acceptable and message are what Kazoo 5 calls the same.
type Status struct {
	InGoodStanding bool   `json:"in_good_standing"`
	Acceptable     bool   `json:"acceptable"`
	Reason         string `json:"reason,omitempty"`
	ReasonCode     int64  `json:"reason_code,omitzero"`
	Message        string `json:"message,omitempty"`
}

// reasonDisabled is the reason when an account or its payer is disabled, and
// reasonDelinquent when it is marked without one. Source: Kazoo 5.
const (
	reasonDisabled   = "account_disabled"
	reasonDelinquent = "delinquent"
)

// StatusOf returns the status of an account that payer pays for; both are the
// same if it pays for itself. It is good unless one of them is disabled or
// marked.
func StatusOf(account, payer Party) Status {
	if account.Disabled || payer.Disabled {
		return Status{Reason: reasonDisabled, Message: "account disabled"}
	}
	for _, party := range []Party{account, payer} {
		if mark := party.Standing; mark.Delinquent {
			reason := cmp.Or(mark.Reason, reasonDelinquent)
			return Status{Reason: reason, ReasonCode: mark.Code, Message: reason}
		}
	}
	return Status{InGoodStanding: true, Acceptable: true}
}

// Acceptance is the status as services/summary shows it.
type Acceptance struct {
	Acceptable bool   `json:"acceptable"`
	Reason     string `json:"reason"`
	Message    string `json:"message,omitempty"`
}

// Acceptance returns s in the words of the summary. Good standing is never
// required here before a plan is assigned, and Kazoo says so.
func (s Status) Acceptance() Acceptance {
	if s.Acceptable {
		return Acceptance{Acceptable: true, Reason: "good standing not required"}
	}
	return Acceptance{Reason: s.Reason, Message: s.Message}
}

// ParseStanding reads {in_good_standing, reason, reason_code}; good standing
// has neither reason nor code. An error is a [Problems].
func ParseStanding(data []byte, limits Limits) (Standing, error) {
	d, err := ParseDocument(data, limits)
	if err != nil {
		return Standing{}, err
	}
	var c checker
	c.check(place{}, Object(d), &schema{kind: typeObject, required: []string{"in_good_standing"}, properties: properties{
		{"in_good_standing", schema{kind: typeFlag}},
		{"reason", schema{kind: typeText}},
		{"reason_code", schema{kind: typeWhole}},
	}})
	if err := c.problems.err(); err != nil {
		return Standing{}, err
	}
	if isGood, _ := d.Get("in_good_standing").Bool(); isGood {
		return Standing{}, nil
	}
	code, _ := d.Get("reason_code").Int()
	return Standing{Delinquent: true, Reason: d.text("reason"), Code: code}, nil
}
