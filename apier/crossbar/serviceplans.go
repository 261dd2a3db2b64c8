package crossbar

import (
	"errors"
	"slices"

	"purser/engine"
	"purser/engine/services"
)

// varPlan is the path's variable for a service plan.
const varPlan = "PLAN_ID"

// sent returns the data of the body as it came, {} where there is none: documents of services are kept whole.
func (rq *request) sent() []byte {
	if data := rq.envelope.get("data"); data != nil {
		return data.raw
	}
	return []byte("{}")
}

// listPlans shows the plans that an account sells. Source: ledgers-and-services, section 9.4.
func (f *Face) listPlans(rq *request) (*reply, error) {
	return rq.plansOf(rq.account.ID, true)
}

// listAvailable shows the plans that an account can get: its reseller's.
// Source: ledgers-and-services, section 7.13.
func (f *Face) listAvailable(rq *request) (*reply, error) {
	return rq.plansOf(rq.account.reseller, rq.asks("details"))
}

// plansOf answers with a page of a reseller's plans, by id, whole or described.
func (rq *request) plansOf(reseller engine.HexID, whole bool) (*reply, error) {
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging(rq.route.path+" "+rq.account.ID.String(), true, fs)
	if err != nil {
		return nil, err
	}
	var plans []services.Document
	err = rq.face.readTree(rq.ctx, func(t engine.Tree) error {
		ids := orderedBehind(t.ServicePlanIDs(reseller), p.after, p.ascending)
		for _, id := range ids[:min(len(ids), p.limit())] {
			plan, _ := t.ServicePlan(engine.PlanKey{Reseller: reseller, ID: id})
			plans = append(plans, plan)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r, err := pageOf(&p, plans, func(plan services.Document) string { return services.Describe(plan).ID })
	if err != nil {
		return nil, err
	}
	plans, _ = r.data.([]services.Document)
	items := make([]any, len(plans))
	for i, plan := range plans {
		items[i] = services.Describe(plan)
		if whole {
			items[i] = plan
		}
	}
	return keepPassing(r, items, fs)
}

// orderedBehind returns those of sorted ids that come behind one, "" for all, in the order wanted.
func orderedBehind(ids []string, after string, ascending bool) (list []string) {
	for i := range ids {
		id := ids[i]
		if !ascending {
			id = ids[len(ids)-1-i]
		}
		if after == "" || ascending && id > after || !ascending && id < after {
			list = append(list, id)
		}
	}
	return list
}

// keepPassing makes those items that pass the filters the data of a page. They may leave it short: what is looked at
// for one page is bounded like what is shown.
func keepPassing[T any](r *reply, items []T, fs filters) (*reply, error) {
	kept := make([]T, 0, len(items))
	for _, item := range items {
		ok, err := fs.pass(item)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, item)
		}
	}
	r.data = kept
	if r.page != nil {
		r.page.size = len(kept)
	}
	return r, nil
}

func (f *Face) getPlan(rq *request) (*reply, error) {
	plan, err := rq.plan()
	return &reply{data: plan}, err
}

// planKey names the plan of the path.
func (rq *request) planKey() engine.PlanKey {
	return engine.PlanKey{Reseller: rq.account.ID, ID: rq.vars[varPlan]}
}

// planShown is what If-Match names of a plan.
func (rq *request) planShown(t engine.Tree) (any, error) {
	plan, there := t.ServicePlan(rq.planKey())
	if !there {
		return nil, &engine.Error{Code: engine.CodeNotFound, Fields: []string{rq.vars[varPlan]}}
	}
	return plan, nil
}

// plan returns the plan of the path.
func (rq *request) plan() (plan services.Document, err error) {
	var there bool
	err = rq.face.readTree(rq.ctx, func(t engine.Tree) error {
		plan, there = t.ServicePlan(rq.planKey())
		return nil
	})
	if err == nil && !there {
		err = errIdentifier(rq.vars[varPlan])
	}
	return plan, err
}

func (f *Face) createPlan(rq *request) (*reply, error) {
	done, err := rq.do(&engine.SetPlan{Reseller: rq.account.ID, Data: rq.sent(), How: engine.PlanMake})
	if errors.Is(err, &engine.Error{Code: engine.CodeExists}) {
		return nil, invalidField("id", fault{code: codeUnique, message: faultTexts[codeUnique]})
	}
	if err != nil {
		return nil, err
	}
	rq.vars[varPlan] = done.Plan
	plan, err := rq.planAfter(done)
	return &reply{data: plan, location: done.Plan, replayed: done.Replayed}, err
}

// planAfter returns the plan of the path after a change. After a repeated request it is the plan of the first answer,
// which the entry has.
func (rq *request) planAfter(done engine.Result) (services.Document, error) {
	if !done.Replayed {
		return rq.plan()
	}
	e, err := rq.entry(done.Seq)
	if err != nil {
		return nil, err
	}
	if e == nil || e.Services == nil {
		return rq.plan()
	}
	i := slices.IndexFunc(e.Services.Plans, func(c engine.PlanChange) bool { return c.PlanKey == rq.planKey() })
	if i < 0 {
		return rq.plan()
	}
	return e.Services.Plans[i].Document, nil
}

func (f *Face) replacePlan(rq *request) (*reply, error) { return rq.writePlan(engine.PlanReplace) }

func (f *Face) patchPlan(rq *request) (*reply, error) { return rq.writePlan(engine.PlanPatch) }

func (rq *request) writePlan(how engine.PlanWrite) (*reply, error) {
	c := &engine.SetPlan{Reseller: rq.account.ID, Plan: rq.vars[varPlan], Data: rq.sent(), How: how}
	done, err := rq.doIfMatch(c, rq.planShown)
	if err != nil {
		return nil, err
	}
	plan, err := rq.planAfter(done)
	return &reply{data: plan, replayed: done.Replayed}, err
}

// removePlan answers with the plan as it was. A repeated request finds it gone, and what it was is not kept.
func (f *Face) removePlan(rq *request) (*reply, error) {
	plan, err := rq.plan()
	if err != nil {
		return nil, err
	}
	c := &engine.RemovePlan{Reseller: rq.account.ID, Plan: rq.vars[varPlan]}
	if _, err := rq.doIfMatch(c, rq.planShown); err != nil {
		return nil, err
	}
	return &reply{data: plan}, nil
}
