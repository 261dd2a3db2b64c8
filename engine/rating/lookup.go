package rating

import "time"

// fallbackDepthMax bounds a chain of fallback subjects, the subject itself
// counted; a chain that comes back to where it was ends there, too. CGRateS's
// default of fallback_depth.
const fallbackDepthMax = 3

// found is what prices a call at a time, and where it was found.
type found struct {
	tariff  *tariff
	subject string // rating key
	prefix  string // of the destination, or Any
	planID  string
}

// lookUp finds what prices the call at a unit, and until when that holds, and
// tells whether there is anything. A subject whose first plan becomes active
// during the call is priced as Any before. Source: cgrates-charging, section 6.2.
func (r *pricing) lookUp(at int64, now *moment) bool {
	r.until = never
	profile := r.profile
	if i := profile.active(r.time(at)); i < 0 && r.begin(profile, 0) < r.call.Units {
		r.until = r.begin(profile, 0)
		if other := r.prices.Profile(r.call.Tenant, r.call.Category, Any); other != nil {
			profile = other
		}
	}
	return r.find(profile, at, now, 1)
}

// find is lookUp in one profile and then in its fallback subjects.
func (r *pricing) find(profile *Profile, at int64, now *moment, depth int) bool {
	i := profile.active(r.time(at))
	r.until = min(r.until, r.begin(profile, i+1))
	if i < 0 {
		return false
	}
	active := &profile.Activations[i]
	if plan := r.prices.Plan(active.PlanID); plan != nil {
		if t, prefix := plan.find(r.prices, r.call.Destination, now); t != nil {
			r.found = found{tariff: t, subject: profile.Key(), prefix: prefix, planID: active.PlanID}
			return true
		}
	}
	if depth == fallbackDepthMax {
		return false
	}
	for _, subject := range active.Fallbacks {
		fallback := r.prices.Profile(r.call.Tenant, r.call.Category, subject)
		if fallback != nil && r.find(fallback, at, now, depth+1) {
			return true
		}
	}
	return false
}

// begin returns the unit from which a profile's activation i holds, never when
// there is none; the call's own time only goes on while Voice is used.
func (r *pricing) begin(profile *Profile, i int) int64 {
	if i >= len(profile.Activations) || r.call.ToR != Voice {
		return never
	}
	return int64(time.Unix(profile.Activations[i].At, 0).Sub(r.call.Start)) // saturates: 292 years
}
