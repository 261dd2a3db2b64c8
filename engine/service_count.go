package engine

import "purser/engine/services"

// The engine counts accounts itself: each is one, and one more for every
// account above it while it is enabled. Source: ledgers-and-services, 8.7.
const (
	countedCategory = "accounts"
	countedItem     = "account"
)

// countAccount counts an account that came, went, or was enabled or disabled, in
// the entry that says so. One without a profile is a child of the master and has
// no services itself; before there is a master nobody counts it.
func (d *decision) countAccount(a *draft) error {
	if a.change.Removed {
		d.dropServices(a)
	}
	if !a.existed && !a.change.Made ||
		a.existed && a.change.Profile == nil && a.change.Disabled == nil && !a.change.Removed {
		return nil // as nearly always
	}
	if a.acc.Profile != nil {
		d.countItself(a)
	}
	was, is := a.existed && !a.was.Disabled, !a.change.Removed && !a.acc.Disabled
	if was == is {
		return nil
	}
	by := int64(1)
	if was {
		by = -1
	}
	above, err := d.above(&a.acc)
	if err != nil || len(above) == 0 {
		return err
	}
	m := a.acc.Member(above[0].ID)
	for _, one := range above {
		s := d.servicesOf(one)
		n, _ := s.after.Quantities.Cascade.Get(countedCategory, countedItem)
		s.after.Quantities.Cascade = s.after.Quantities.Cascade.With(countedCategory, countedItem, max(n+by, 0))
		s.cause = &Named{m.ID, m.Name}
	}
	return nil
}

// countItself counts an account that has a profile from now on as one, and the
// master with all accounts that JSON-RPC made before. Of one that had a profile
// it notes whether those below count.
func (d *decision) countItself(a *draft) {
	hadProfile := a.was != nil && a.was.Profile != nil
	m := &Member{*a.acc.Profile, &a.acc}
	if hadProfile {
		m.Profile = *a.was.Profile
	}
	if hadProfile && m.IsReseller == a.acc.Profile.IsReseller {
		return
	}
	s := d.servicesOf(m)
	s.isReseller = a.acc.Profile.IsReseller
	if hadProfile {
		return
	}
	s.after.Quantities.Account = s.after.Quantities.Account.With(countedCategory, countedItem, 1)
	if below := d.state.EnabledBelow(HexID{}); m.IsMaster() && below > 0 {
		s.after.Quantities.Cascade = s.after.Quantities.Cascade.With(countedCategory, countedItem, below)
	}
}

// above returns the accounts above one, the master first: none for the master,
// and where there is no master yet.
func (d *decision) above(a *Account) ([]*Member, error) {
	if a.Profile == nil {
		id, ok := d.state.Master()
		if !ok {
			return nil, nil
		}
		master, err := d.state.Account(id)
		switch {
		case err != nil:
			return nil, err
		case master == nil:
			return nil, refuse(CodeInternal, "the master %s is not there", id)
		}
		return []*Member{master.Member(HexID{})}, nil // it has a profile
	}
	above := make([]*Member, len(a.Profile.Tree))
	for i, id := range a.Profile.Tree {
		var err error
		if above[i], err = d.member(id); err != nil {
			return nil, err
		}
	}
	return above, nil
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
// anew, and keeps what differs: of accounts that an older journal does not
// count. The master counts those that JSON-RPC made, too. Refusals: CodeNotFound, CodeLimit.
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
	_, had := s.before.Quantities.Cascade.Get(countedCategory, countedItem)
	s.after.Quantities.Cascade = nil
	if below > 0 || had {
		s.after.Quantities.Cascade = services.Counts(nil).With(countedCategory, countedItem, below)
	}
	return nil
}
