package engine

import (
	"purser/engine/services"
)

// ServiceRules are the settings of services.
type ServiceRules struct {
	Limits     services.Limits // of one document
	RecordsMax int             // accounts that have services
	PlansMax   int             // service plans of all resellers together
	ItemsMax   int             // items that one account's audit has ever seen
}

// DefaultServiceRules returns the rules of a daemon without configuration.
func DefaultServiceRules() ServiceRules {
	return ServiceRules{RecordsMax: 1_000_000, PlansMax: 10_000, ItemsMax: 1000}
}

// serviceDraft is the services of one account while a command changes them.
type serviceDraft struct {
	m       *Member // the account before
	existed bool    // it had services before
	before  services.Record
	after   services.Record

	isReseller bool               // after
	billed     bool               // who pays for it is another from now on
	removed    bool               // the account goes
	cause      *Named             // whose change this follows from; nil: its own
	handed     []services.Invoice // to who bills them: nothing else changes then
}

// servicesOf returns the draft of an account's services.
func (d *decision) servicesOf(m *Member) *serviceDraft {
	for _, s := range d.services {
		if s.m.Account.ID == m.Account.ID {
			return s
		}
	}
	s := &serviceDraft{m: m, isReseller: m.IsReseller}
	if r := d.state.ServiceRecord(m.Account.ID); r != nil {
		s.existed, s.before, s.after = true, *r, *r
	}
	d.services = append(d.services, s)
	return s
}

// closeServices counts the accounts that came and went, and writes what changed
// of services into the entry.
func (d *decision) closeServices() error {
	for _, a := range d.drafts {
		if err := d.countAccount(a); err != nil {
			return err
		}
	}
	if len(d.services) == 0 && len(d.plans) == 0 {
		return nil // as nearly always
	}
	change := &ServiceChange{Plans: d.plans, Who: d.cmd.Who}
	for _, s := range d.services {
		c, err := d.closeService(s)
		if err != nil {
			return err
		}
		if c != nil {
			change.Accounts = append(change.Accounts, *c)
		}
	}
	if len(change.Accounts) == 0 && len(change.Plans) == 0 {
		return nil
	}
	if n := len(change.Who); n > d.rules.MetadataMax {
		return refuse(CodeLimit, "who asked has %d bytes, at most %d", n, d.rules.MetadataMax)
	}
	d.entry.Services = change
	return nil
}

// closeService returns what is different in the end; nil for nothing.
func (d *decision) closeService(s *serviceDraft) (*AccountServices, error) {
	c := &AccountServices{Account: s.m.Account.ID, Owner: Named{s.m.ID, s.m.Name}, Removed: s.removed, Cause: s.cause}
	for _, part := range serviceParts() {
		if part.differ(&s.before, &s.after) {
			c.Kinds = append(c.Kinds, part.kind)
			part.take(&c.Record, &s.after)
		}
	}
	c.Quantities = services.Changes(services.Holding{Quantities: s.before.Quantities, IsReseller: s.m.IsReseller},
		services.Holding{Quantities: s.after.Quantities, IsReseller: s.isReseller})
	switch {
	case s.removed:
		c.Kinds, c.Record = nil, services.Record{}
		return c, nil
	case len(s.handed) > 0:
		c.Kinds, c.Invoices = []ServiceKind{ServiceSynchronization}, s.handed
		return c, nil
	case s.billed:
		c.Kinds = append(c.Kinds, ServiceBilling)
	case len(c.Quantities) > 0 && len(c.Kinds) == 0: // those below count from now on, or no longer
		c.Kinds = []ServiceKind{ServiceCascade}
		c.Record.Quantities.Cascade = s.after.Quantities.Cascade
	}
	if len(c.Kinds) == 0 {
		return nil, nil
	}
	if n, _ := d.state.ServicesLen(); !s.existed && n >= d.rules.Services.RecordsMax {
		return nil, refuse(CodeLimit, "%d accounts have services, the most allowed", n)
	}
	if err := d.checkItems(c); err != nil {
		return nil, err
	}
	var err error
	c.Invoices, err = d.invoices(s)
	return c, err
}

// checkItems refuses quantities of more items than an audit may ever see: it
// keeps them all. What the engine counts is one item, and sources of usage are
// kinds of ledger lines, which have a bound of their own.
func (d *decision) checkItems(c *AccountServices) error {
	if !c.Has(ServiceManual) {
		return nil
	}
	seen, unseen, err := d.state.AuditItems(c.Account, c.Quantities)
	if err == nil && unseen > 0 && seen+unseen > d.rules.Services.ItemsMax {
		err = refuse(CodeLimit, "the audit would have seen %d items, the most allowed is %d", seen+unseen,
			d.rules.Services.ItemsMax)
	}
	return err
}

// invoices prices services as they are from now on, and compares with what was
// before. What was counted is a fact: if it has no price the log has none.
func (d *decision) invoices(s *serviceDraft) ([]services.Invoice, error) {
	if len(s.before.Plans)+len(s.after.Plans) == 0 {
		return nil, nil
	}
	tree := Tree{d.state}
	current, err := tree.Invoices(&s.before)
	if err != nil && CodeOf(err) != CodeInvalid {
		return nil, err
	}
	proposed, err := tree.Invoices(&s.after)
	if err == nil {
		proposed, err = services.Compare(current, proposed)
	}
	if err = wrongServices(err); s.isCounted() && CodeOf(err) == CodeInvalid {
		return nil, nil
	}
	return proposed, err
}

// isCounted tells whether nothing has changed but what is counted.
func (s *serviceDraft) isCounted() bool {
	for _, part := range serviceParts() {
		if part.kind != ServiceAccount && part.kind != ServiceCascade && part.differ(&s.before, &s.after) {
			return false
		}
	}
	return !s.billed
}
