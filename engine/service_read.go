package engine

import "purser/engine/services"

// Services returns the services of an account, the zero Record if it never had
// any.
func (t Tree) Services(m *Member) services.Record {
	if r := t.ServiceRecord(m.Account.ID); r != nil {
		return *r
	}
	return services.Record{}
}

// Invoices prices services. CodeInvalid, with Problems, says that they have no
// price.
func (t Tree) Invoices(r *services.Record) ([]services.Invoice, error) {
	assigned, err := t.Assigned(r)
	if err != nil {
		return nil, err
	}
	invoices, err := services.Invoices(assigned, r.Overrides, r.Quantities)
	return invoices, wrongServices(err)
}

// Assigned returns the plans of a record with their documents, for
// [services.Invoices]: pricing is slow, and needs no snapshot.
func (t Tree) Assigned(r *services.Record) ([]services.Assigned, error) {
	assigned := make([]services.Assigned, len(r.Plans))
	for i, one := range r.Plans {
		plan, ok := t.ServicePlan(planKeyOf(one))
		if !ok {
			return nil, refuse(CodeInternal, "service plan %q of %s is assigned and not there", one.Plan, one.Vendor)
		}
		assigned[i] = services.Assigned{Assignment: one, Document: plan}
	}
	return assigned, nil
}

// Quote returns the services that an account would have with exactly the plans
// that an edit adds, and with its overrides in place of those that it has, or
// over them where merge says so: as [EditServices] makes them. An error is
// CodeNotFound with the ID of a plan that is not there, or CodeInvalid with
// Problems. Source: ledgers-and-services, 7.9.
func (t Tree) Quote(m *Member, edit services.Edit, merge bool, limits services.Limits) (services.Record, error) {
	r := t.Services(m)
	r.Plans = nil
	reseller, err := t.Reseller(m)
	if err != nil {
		return r, err
	}
	for _, one := range edit.Add {
		if _, ok := t.ServicePlan(PlanKey{reseller.ID, one.Plan}); !ok {
			return r, noPlan(one.Plan)
		}
		if r.Plans, err = r.Plans.Add(one, reseller.ID.String(), merge, limits); err != nil {
			return r, wrongServices(err)
		}
	}
	for _, id := range edit.Delete {
		r.Plans, _ = r.Plans.Without(id)
	}
	if overrides, ok := edit.Overrides.Object(); ok {
		if merge {
			overrides = services.MergeOverrides(r.Overrides, overrides)
		}
		r.Overrides = overrides
	}
	return r, nil
}

// Status returns the standing of an account, which depends on who pays for it.
// Source: ledgers-and-services, 7.3.
func (t Tree) Status(m *Member) (services.Status, error) {
	payer := m
	if m.Billing() != m.ID {
		above, err := t.ByID(m.Billing())
		if err != nil {
			return services.Status{}, err
		}
		if above != nil {
			payer = above
		}
	}
	return services.StatusOf(t.party(m), t.party(payer)), nil
}

func (t Tree) party(m *Member) services.Party {
	return services.Party{Disabled: !m.Enabled(), Standing: t.Services(m).Standing}
}
