package engine

import "purser/engine/services"

// The commands of services carry the request's document as the JSON that was
// sent: what a patch makes of it depends on what is there when it is decided.
// All of them are refused with CodeNotFound for the account, CodeLimit, and
// with CodeInvalid and Problems for a document that is wrong.

// SetManual replaces the manual quantities of an account by {category: {item:
// n}}, or patches them. Source: ledgers-and-services, 7.7.
type SetManual struct {
	Account HexID
	Data    []byte
	Patch   bool // null removes an item or category, what is not given stays
}

func (c *SetManual) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	manual := &s.after.Quantities.Manual
	if c.Patch {
		*manual, err = manual.Patch(c.Data, d.rules.Services.Limits)
	} else {
		*manual, err = services.ParseCounts(c.Data, d.rules.Services.Limits)
	}
	return wrongServices(err)
}

// SetOverrides replaces what is laid over all plans of an account, or patches
// it. Source: ledgers-and-services, 7.8.
type SetOverrides struct {
	Account HexID
	Data    []byte
	Patch   bool // null removes a member, {} replaces the old one
}

func (c *SetOverrides) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	if c.Patch {
		s.after.Overrides, err = services.PatchOverrides(s.after.Overrides, c.Data, d.rules.Services.Limits)
	} else {
		s.after.Overrides, err = services.ParseOverrides(c.Data, d.rules.Services.Limits)
	}
	return wrongServices(err)
}

// AssignPlan gives an account a plan of its reseller, with {overrides,
// contract}, both optional. One that it has keeps of these what is not given.
// Refusals: CodeNotFound with the plan's ID in Fields.
// Source: ledgers-and-services, 7.6.
type AssignPlan struct {
	Account HexID
	Plan    string
	Data    []byte
	Merge   bool // new overrides are laid over the old ones
}

func (c *AssignPlan) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	add, err := services.ParseAddition(c.Plan, c.Data, d.rules.Services.Limits)
	if err != nil {
		return wrongServices(err)
	}
	return d.assign(s, []services.Addition{add}, c.Merge)
}

// UnassignPlan takes a plan from an account. Refusals: CodeNotFound with the
// plan's ID in Fields. Source: ledgers-and-services, 7.6.
type UnassignPlan struct {
	Account HexID
	Plan    string
}

func (c *UnassignPlan) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	return s.unassign(c.Plan)
}

// EditServices changes several things at once: {billing_id, add, delete,
// overrides}, in this order, all optional. Refusals: CodeInvalidBillingID,
// CodeNotFound with a plan's ID in Fields. Source: ledgers-and-services, 7.2.
type EditServices struct {
	Account HexID
	Data    []byte
	Merge   bool // new overrides are laid over the old ones
}

func (c *EditServices) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	edit, err := services.ParseEdit(c.Data, d.rules.Services.Limits)
	if err != nil {
		return wrongServices(err)
	}
	if edit.BillingID != "" {
		if err := d.bill(s, edit.BillingID); err != nil {
			return err
		}
	}
	if err := d.assign(s, edit.Add, c.Merge); err != nil {
		return err
	}
	for _, plan := range edit.Delete {
		if err := s.unassign(plan); err != nil {
			return err
		}
	}
	if edit.Overrides.IsZero() {
		return nil
	}
	return (&SetOverrides{c.Account, edit.Overrides.AppendJSON(nil), c.Merge}).decide(d)
}

// SetStanding marks an account as delinquent, or takes the mark away:
// {in_good_standing, reason, reason_code}. Source: ledgers-and-services, 7.3.
type SetStanding struct {
	Account HexID
	Data    []byte
}

func (c *SetStanding) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	s.after.Standing, err = services.ParseStanding(c.Data, d.rules.Services.Limits)
	return wrongServices(err)
}

// Synchronize hands the invoices of an account to who bills them: each has an
// audit log, and whoever follows the journal finds it there. Nothing happens
// where no plan names a bookkeeper. Source: ledgers-and-services, 7.10.
type Synchronize struct{ Account HexID }

func (c *Synchronize) decide(d *decision) error {
	s, err := d.editServices(c.Account)
	if err != nil {
		return err
	}
	invoices, err := Tree{d.state}.Invoices(&s.after)
	if err != nil {
		return err
	}
	for _, invoice := range invoices {
		if !invoice.Bookkeeper.IsNobody() {
			s.handed = append(s.handed, invoice)
		}
	}
	return nil
}

// editServices returns the draft of the services of an account of the tree.
func (d *decision) editServices(id HexID) (*serviceDraft, error) {
	d.entry.Op = OpServices
	m, err := d.member(id)
	if err != nil {
		return nil, err
	}
	return d.servicesOf(m), nil
}

// assign gives plans of the account's reseller to it.
func (d *decision) assign(s *serviceDraft, add []services.Addition, merge bool) error {
	if len(add) == 0 {
		return nil
	}
	reseller, err := Tree{d.state}.Reseller(s.m)
	if err != nil {
		return err
	}
	for _, one := range add {
		if _, ok := d.state.ServicePlan(PlanKey{reseller.ID, one.Plan}); !ok {
			return noPlan(one.Plan)
		}
		s.after.Plans, err = s.after.Plans.Add(one, reseller.ID.String(), merge, d.rules.Services.Limits)
		if err != nil {
			return wrongServices(err)
		}
	}
	return nil
}

func (s *serviceDraft) unassign(plan string) error {
	plans, ok := s.after.Plans.Without(plan)
	if !ok {
		return noPlan(plan)
	}
	s.after.Plans = plans
	return nil
}

// noPlan refuses what names a plan that is not there.
func noPlan(id string) *Error {
	return &Error{Code: CodeNotFound, Fields: []string{id}, Text: "service plan " + id}
}

// bill says who pays for an account.
func (d *decision) bill(s *serviceDraft, text string) error {
	payer, ok := ParseHexID(text)
	if !ok || payer != s.m.ID && payer != s.m.Parent() {
		return &Error{Code: CodeInvalidBillingID, Fields: []string{"billing_id"}, Text: text}
	}
	if payer == s.m.Billing() {
		return nil
	}
	a, err := d.open(s.m.Account.ID)
	if err != nil {
		return err
	}
	next := s.m.Profile
	next.BillingID = payer
	if payer == s.m.ID {
		next.BillingID = HexID{}
	}
	a.setProfile(&next)
	s.billed = true
	return nil
}
