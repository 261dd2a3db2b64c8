package engine

import "purser/engine/services"

// The engine counts accounts itself: each is one, and one more for every
// account above it while it is enabled. Source: ledgers-and-services, 8.7.
const (
	countedCategory = "accounts"
	countedItem     = "account"
)

// countAccount counts an account that came, went, or was enabled or disabled.
// Those without a profile are not counted until somebody asks for it
// ([Reconcile]): usage and top-ups make them, which must be quick.
func (d *decision) countAccount(a *draft) error {
	if a.change.Removed {
		d.dropServices(a)
	}
	if a.acc.Profile == nil {
		return nil
	}
	hadPlace := a.was != nil && a.was.Profile != nil
	if hadPlace && a.change.Profile == nil && a.change.Disabled == nil && !a.change.Removed {
		return nil // as nearly always
	}
	m := &Member{*a.acc.Profile, &a.acc}
	if hadPlace {
		m.Profile = *a.was.Profile
	}
	if !hadPlace || m.IsReseller != a.acc.Profile.IsReseller {
		s := d.servicesOf(m)
		s.isReseller = a.acc.Profile.IsReseller
		if !hadPlace {
			s.after.Quantities.Account = s.after.Quantities.Account.With(countedCategory, countedItem, 1)
		}
	}
	was := hadPlace && !a.was.Disabled
	is := !a.change.Removed && !a.acc.Disabled
	if was == is {
		return nil
	}
	by := int64(1)
	if was {
		by = -1
	}
	for _, id := range m.Tree {
		above, err := d.member(id)
		if err != nil {
			return err
		}
		s := d.servicesOf(above)
		n, _ := s.after.Quantities.Cascade.Get(countedCategory, countedItem)
		s.after.Quantities.Cascade = s.after.Quantities.Cascade.With(countedCategory, countedItem, max(n+by, 0))
		s.cause = &Named{m.ID, a.acc.Profile.Name}
	}
	return nil
}

// dropServices takes away what a removed account has of services, and the plans
// that it sold: there is nobody below it who could have them.
func (d *decision) dropServices(a *draft) {
	m := a.was.Member(HexID{}) // whatever is above it
	if d.state.ServiceRecord(a.acc.ID) != nil {
		s := d.servicesOf(m)
		s.after, s.removed = services.Record{}, true
	}
	if a.was.Profile == nil {
		return
	}
	for _, id := range d.state.ServicePlanIDs(m.ID) {
		d.plans = append(d.plans, PlanChange{PlanKey: PlanKey{m.ID, id}, Removed: true})
	}
}

// Reconcile counts the quantities of an account that the engine knows itself
// anew, and keeps what differs. The master counts the accounts that JSON-RPC
// made, too. Refusals: CodeNotFound, CodeLimit.
// Source: ledgers-and-services, 7.10 and 8.7.
type Reconcile struct{ Account HexID }

func (c *Reconcile) decide(d *decision) error {
	d.entry.Op = OpServices
	m, err := d.member(c.Account)
	if err != nil {
		return err
	}
	below := d.state.EnabledBelow(m.ID)
	if m.IsMaster() {
		below += d.state.EnabledBelow(HexID{})
	}
	s := d.servicesOf(m)
	s.after.Quantities.Account = services.Counts(nil).With(countedCategory, countedItem, 1)
	s.after.Quantities.Cascade = nil
	if below > 0 || s.existed {
		s.after.Quantities.Cascade = services.Counts(nil).With(countedCategory, countedItem, below)
	}
	return nil
}
