package rating

import (
	"slices"
	"time"
)

// Profile says which plans price a subject, and from when on.
// Source: cgrates-charging, section 5.6.
type Profile struct {
	Tenant      string       `cbor:"1,keyasint"`
	Category    string       `cbor:"2,keyasint"`
	Subject     string       `cbor:"3,keyasint"`           // or Any: those without a profile of their own
	Activations []Activation `cbor:"4,keyasint,omitempty"` // by At, no two at the same time
}

// Activation is a plan from a time on.
type Activation struct {
	At        int64    `cbor:"1,keyasint,omitempty"` // seconds since 1970, UTC
	PlanID    string   `cbor:"2,keyasint"`
	Fallbacks []string `cbor:"3,keyasint,omitempty"` // subjects tried in order where the plan has no price
}

// Key returns the rating key that CGRateS shows for the profile,
// *out:tenant:category:subject.
func (p *Profile) Key() string { return Key(p.Tenant, p.Category, p.Subject) }

// Key returns the rating key of a subject.
func Key(tenant, category, subject string) string {
	return "*out:" + tenant + ":" + category + ":" + subject
}

// active returns the index of the activation that holds at t, -1 when the first
// is yet to come.
func (p *Profile) active(t time.Time) int {
	seconds := t.Unix()
	i, _ := slices.BinarySearchFunc(p.Activations, seconds, func(a Activation, s int64) int {
		if a.At <= s {
			return -1
		}
		return 1
	})
	return i - 1
}
