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

// ServicesView is what one snapshot says of the services of an account: all that
// the faces show of them.
type ServicesView struct {
	Record   services.Record
	Assigned []services.Assigned // the plans of Record
	Payer    *Member             // the account itself, or the one above it
	Status   services.Status     // source: ledgers-and-services, 7.3
}

// ViewServices returns the view of what an account has, or would have with a
// quote.
func (t Tree) ViewServices(m *Member, r services.Record) (v ServicesView, err error) {
	v.Record = r
	if v.Assigned, err = t.assigned(&r); err != nil {
		return v, err
	}
	if v.Payer, err = t.Payer(m); err != nil {
		return v, err
	}
	v.Status = services.StatusOf(t.party(m), t.party(v.Payer))
	return v, nil
}

// Invoices prices the services, which is slow and needs no snapshot.
// CodeInvalid, with Problems, says that they have no price.
func (v *ServicesView) Invoices() ([]services.Invoice, error) {
	invoices, err := services.Invoices(v.Assigned, v.Record.Overrides, v.Record.Quantities)
	return invoices, wrongServices(err)
}

// Invoices prices services as [ServicesView.Invoices] does.
func (t Tree) Invoices(r *services.Record) ([]services.Invoice, error) {
	assigned, err := t.assigned(r)
	if err != nil {
		return nil, err
	}
	v := ServicesView{Record: *r, Assigned: assigned}
	return v.Invoices()
}

// assigned returns the plans of a record with their documents.
func (t Tree) assigned(r *services.Record) ([]services.Assigned, error) {
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

// Payer returns the account that pays for the services of m: itself, or the one
// that its billing ID names.
func (t Tree) Payer(m *Member) (*Member, error) {
	if m.Billing() == m.ID {
		return m, nil
	}
	above, err := t.ByID(m.Billing())
	if above == nil && err == nil {
		return m, nil // nobody else is there to pay
	}
	return above, err
}

func (t Tree) party(m *Member) services.Party {
	return services.Party{Disabled: !m.Enabled(), Standing: t.Services(m).Standing}
}
