package tariffplan

import (
	"cmp"
	"slices"
	"time"

	"purser/engine/rating"
)

// Columns of RatingProfiles.
const (
	profileTenant = iota
	profileCategory
	profileSubject
	profileActivation
	profilePlan
	profileFallback
)

// fallbacksMax bounds what one look-up of a price may try.
const fallbacksMax = 16

// profileKey says whose profile it is.
type profileKey struct{ tenant, category, subject string }

func (k profileKey) compare(other profileKey) int {
	return cmp.Or(cmp.Compare(k.tenant, other.tenant), cmp.Compare(k.category, other.category),
		cmp.Compare(k.subject, other.subject))
}

// profiles compiles RatingProfiles: a row for each activation of a plan.
func (c *compiler) profiles() []rating.Profile {
	type moment struct {
		profileKey
		at int64
	}
	activations := map[profileKey][]rating.Activation{}
	seen := map[moment]*Row{}
	for r := range c.rows(RatingProfiles) {
		key, ok := c.profileKey(r)
		if !ok {
			continue
		}
		a, ok := c.activation(r)
		if ok && unseen(c, seen, moment{key, a.At}, RatingProfiles, r, profileActivation, "a plan from this time on") {
			activations[key] = append(activations[key], a)
		}
	}
	profiles := make([]rating.Profile, 0, len(activations))
	for key, list := range activations {
		slices.SortFunc(list, func(a, b rating.Activation) int { return cmp.Compare(a.At, b.At) })
		profiles = append(profiles, rating.Profile{Tenant: key.tenant, Category: key.category, Subject: key.subject,
			Activations: list})
	}
	slices.SortFunc(profiles, func(a, b rating.Profile) int {
		return profileKey{a.Tenant, a.Category, a.Subject}.compare(profileKey{b.Tenant, b.Category, b.Subject})
	})
	return profiles
}

// profileKey reads whose profile a row belongs to.
func (c *compiler) profileKey(r *Row) (profileKey, bool) {
	tenant, ok1 := c.cell(RatingProfiles, r, profileTenant).name()
	category, ok2 := c.cell(RatingProfiles, r, profileCategory).name()
	subject, ok3 := c.cell(RatingProfiles, r, profileSubject).name()
	return profileKey{tenant, category, subject}, ok1 && ok2 && ok3
}

// activation compiles what stands behind the key.
func (c *compiler) activation(r *Row) (rating.Activation, bool) {
	at, ok1 := c.cell(RatingProfiles, r, profileActivation).activation()
	plan := c.cell(RatingProfiles, r, profilePlan)
	ok2 := plan.text != "" && (c.named[RatingPlans][plan.text] || c.known.Plan(plan.text))
	if !ok2 {
		plan.fail("could not load rating plans for tag: %q", plan.text)
	}
	fallbacks := c.cell(RatingProfiles, r, profileFallback)
	subjects, ok3 := fallbacks.list()
	if len(subjects) > fallbacksMax {
		fallbacks.fail("%d fallback subjects, at most %d", len(subjects), fallbacksMax)
		ok3 = false
	}
	for _, subject := range subjects {
		part := fallbacks
		part.text = subject
		_, fits := part.optionalName()
		ok3 = ok3 && fits
	}
	return rating.Activation{At: at, PlanID: plan.text, Fallbacks: subjects}, ok1 && ok2 && ok3
}

// activation reads the second since 1970 from which on a plan holds. Empty is
// the year 1: always.
func (x cell) activation() (int64, bool) {
	if x.text == "" {
		return time.Time{}.Unix(), true
	}
	at, ok := x.instant()
	if ok && at.Nanosecond() != 0 {
		x.fail("%q is not a whole second", x.text)
		return 0, false
	}
	return at.Unix(), ok
}
