package apier

import (
	"slices"
	"strings"
	"time"

	"purser/engine"
	"purser/engine/rating"
	"purser/rpcjson"
)

// ratingProfile is the argument of SetRatingProfile. Source: cgrates-charging, section 5.7.
type ratingProfile struct {
	scope
	Category              string
	Subject               string
	Overwrite             bool
	RatingPlanActivations []*ratingActivation
}

type ratingActivation struct {
	ActivationTime   string
	RatingPlanId     string //nolint:revive // names on the wire
	FallbackSubjects string // separated by ;
}

func (p *ratingProfile) change(s *service) (engine.Change, error) {
	list := ""
	if len(p.RatingPlanActivations) > 0 {
		list = "given"
	}
	p.Category, p.Subject = strings.TrimSpace(p.Category), strings.TrimSpace(p.Subject)
	if err := missing("Category", p.Category, "Subject", p.Subject, "RatingPlanActivations", list); err != nil {
		return nil, err
	}
	set := &engine.SetProfile{Overwrite: p.Overwrite,
		Profile: rating.Profile{Tenant: p.Tenant, Category: p.Category, Subject: p.Subject}}
	for _, a := range p.RatingPlanActivations {
		if a == nil {
			continue
		}
		at, err := parseEventTime(a.ActivationTime, s.Engine.Now())
		if err != nil {
			return nil, err
		}
		set.Profile.Activations = append(set.Profile.Activations, rating.Activation{
			At: at.Unix(), PlanID: strings.TrimSpace(a.RatingPlanId), Fallbacks: subjects(a.FallbackSubjects)})
	}
	return set, nil
}

// subjects returns the names in a list separated by semicolons.
func subjects(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ";"), func(s string) bool { return s == "" })
}

// profileArgs name a rating profile.
type profileArgs struct {
	scope
	Category string
	Subject  string
}

func (p *profileArgs) check() error {
	p.Category, p.Subject = strings.TrimSpace(p.Category), strings.TrimSpace(p.Subject)
	return missing("Category", p.Category, "Subject", p.Subject)
}

func (p *profileArgs) change(*service) (engine.Change, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return &engine.RemoveTariff{Keys: []engine.TariffKey{engine.ProfileKey(p.Tenant, p.Category, p.Subject)}}, nil
}

// shownProfile is the answer of GetRatingProfile, with CGRateS's inner names.
type shownProfile struct {
	Id                    string //nolint:revive // names on the wire
	RatingPlanActivations []shownActivation
}

type shownActivation struct {
	ActivationTime time.Time
	RatingPlanId   string //nolint:revive // names on the wire
	FallbackKeys   []string
}

func (s *service) getRatingProfile(c *rpcjson.Call, args *profileArgs) {
	s.defaultTenant(&args.scope)
	if err := args.check(); err != nil {
		s.fail(c, err, nil)
		return
	}
	s.view(c, nil, func(st engine.State) (any, error) {
		p := st.Profile(args.Tenant, args.Category, args.Subject)
		if p == nil {
			return nil, errNotFound
		}
		shown := shownProfile{Id: p.Key()}
		for _, a := range p.Activations {
			next := shownActivation{ActivationTime: time.Unix(a.At, 0).UTC(), RatingPlanId: a.PlanID}
			for _, subject := range a.Fallbacks {
				next.FallbackKeys = append(next.FallbackKeys, rating.Key(p.Tenant, p.Category, subject))
			}
			shown.RatingPlanActivations = append(shown.RatingPlanActivations, next)
		}
		return shown, nil
	})
}

// shownPlan is the answer of GetRatingPlan: CGRateS shows its compiled form with keys that are hashes; here timings and
// rates have the names that they were loaded under.
type shownPlan struct {
	Id               string //nolint:revive // names on the wire
	Timings          map[string]rating.Timing
	Ratings          map[string]eventRating
	Rates            map[string][]eventSlot
	DestinationRates map[string][]shownRow
}

type shownRow struct {
	Timing string
	Rating string
	Weight any
}

func (s *service) getRatingPlan(c *rpcjson.Call, id *string) {
	name := strings.TrimSpace(*id)
	if err := missing("ID", name); err != nil {
		s.fail(c, err, nil)
		return
	}
	var index *rating.Index // of a plan that may have hundreds of thousands of rows: the writer is not to wait for it
	s.viewLong(c, func(st engine.State) error {
		if index = st.Plan(name); index == nil {
			return errNotFound
		}
		return nil
	}, func() (any, error) { return showPlan(index.Plan), nil })
}

func showPlan(p *rating.Plan) *shownPlan {
	shown := &shownPlan{Id: p.ID, Timings: map[string]rating.Timing{}, Ratings: map[string]eventRating{},
		Rates: map[string][]eventSlot{}, DestinationRates: map[string][]shownRow{}}
	for i := range p.Rows {
		row, rate := &p.Rows[i], &p.Rates[p.Rows[i].Rate]
		timing := rating.Any
		if row.Timing > 0 {
			timing = p.Timings[row.Timing-1].ID
			shown.Timings[timing] = p.Timings[row.Timing-1]
		}
		id := rate.ID + "/" + row.RoundingMethod
		shown.Ratings[id] = eventRating{ConnectFee: rate.ConnectFee, RoundingMethod: row.RoundingMethod,
			RoundingDecimals: row.RoundingDecimals, MaxCost: row.MaxCost, MaxCostStrategy: row.MaxCostStrategy,
			RatesID: rate.ID}
		if _, there := shown.Rates[rate.ID]; !there {
			shown.Rates[rate.ID] = slots(rate)
		}
		shown.DestinationRates[row.DestinationID] = append(shown.DestinationRates[row.DestinationID],
			shownRow{Timing: timing, Rating: id, Weight: row.Weight})
	}
	return shown
}

func slots(r *rating.Rate) []eventSlot {
	list := make([]eventSlot, len(r.Slots))
	for i, slot := range r.Slots {
		list[i] = eventSlot{slot.From, slot.Price, slot.Step, slot.Unit}
	}
	return list
}
