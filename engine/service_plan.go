package engine

import (
	"strings"

	"purser/engine/services"
)

// SetPlan makes, replaces or patches a service plan of a reseller. The document
// is kept as it was sent, with the plan's ID in it. Result.Plan is the ID.
// Refusals: CodeNotFound (the reseller, or with the plan's ID in Fields the
// plan), CodeInvalid (with Problems, or "reseller" for an account that is
// none), CodeExists, CodeLimit. Source: ledgers-and-services, 9.4.
type SetPlan struct {
	Reseller HexID
	Plan     string // of PlanMake: "" is what the document says, else a new one
	Data     []byte // JSON
	How      PlanWrite
}

// PlanWrite says what SetPlan does with what is there.
type PlanWrite int

// The ways to write a plan.
const (
	PlanMake    PlanWrite = iota // there must be none of that ID
	PlanReplace                  // there must be one
	PlanPatch                    // likewise; RFC 7396
)

func (c *SetPlan) decide(d *decision) error {
	key, err := d.planOf(c.Reseller, c.Plan)
	if err != nil {
		return err
	}
	old, there := d.state.ServicePlan(key)
	var plan services.Document
	switch {
	case c.How != PlanMake && !there:
		return noPlan(key.ID)
	case c.How == PlanPatch:
		plan, err = services.PatchPlan(old, c.Data, d.rules.Services.Limits)
	default:
		plan, err = services.ParsePlan(c.Data, d.rules.Services.Limits)
	}
	if err != nil {
		return wrongServices(err)
	}
	if c.How == PlanMake {
		if err := d.newPlan(&key, plan); err != nil {
			return err
		}
	}
	d.result.Plan = key.ID
	plan = plan.With("id", services.Text(key.ID))
	if !there || !plan.Equal(old) {
		d.plans = append(d.plans, PlanChange{PlanKey: key, Document: plan})
	}
	return nil
}

// newPlan gives a plan that is made its ID.
func (d *decision) newPlan(key *PlanKey, plan services.Document) error {
	if key.ID == "" {
		key.ID, _ = plan.Get("id").Text()
	}
	if key.ID == "" {
		key.ID = strings.ReplaceAll(d.newUUID().String(), "-", "")
	}
	if p := services.CheckPlanID(key.ID); p != nil {
		return wrongServices(services.Problems{*p})
	}
	if _, there := d.state.ServicePlan(*key); there {
		return &Error{Code: CodeExists, Fields: []string{key.ID}, Text: "service plan " + key.ID}
	}
	if _, n := d.state.ServicesLen(); n >= d.rules.Services.PlansMax {
		return refuse(CodeLimit, "%d service plans, the most allowed", n)
	}
	return nil
}

// RemovePlan takes a service plan of a reseller away. Refusals: CodeNotFound
// (the reseller, or with the plan's ID in Fields the plan), CodeInUse (an
// account has it), CodeInvalid (an account that is no reseller).
// Source: ledgers-and-services, 9.4.
type RemovePlan struct {
	Reseller HexID
	Plan     string
}

func (c *RemovePlan) decide(d *decision) error {
	key, err := d.planOf(c.Reseller, c.Plan)
	if err != nil {
		return err
	}
	if _, there := d.state.ServicePlan(key); !there {
		return noPlan(c.Plan)
	}
	if n := d.state.PlanAssigned(key); n > 0 {
		return &Error{Code: CodeInUse, Fields: []string{c.Plan}, Text: "accounts have the plan"}
	}
	d.plans = append(d.plans, PlanChange{PlanKey: key, Removed: true})
	return nil
}

// planOf returns the key of a plan of an account, which must be a reseller.
func (d *decision) planOf(reseller HexID, id string) (PlanKey, error) {
	d.entry.Op = OpServicePlan
	m, err := d.member(reseller)
	if err != nil {
		return PlanKey{}, err
	}
	if !m.IsReseller {
		return PlanKey{}, &Error{Code: CodeInvalid, Fields: []string{"reseller"}, Text: reseller.String() + " is none"}
	}
	return PlanKey{reseller, id}, nil
}
