package engine

import "purser/engine/services"

// What is counted changes with every account that is made, so it is written by
// hand; documents, plans and invoices are written by their tags.

func (e *encoder) serviceChange(v *ServiceChange) {
	m := e.Map()
	if e.list(m, 1, len(v.Accounts)) {
		for i := range v.Accounts {
			e.accountServices(&v.Accounts[i])
		}
	}
	if len(v.Plans) > 0 {
		e.item(m, 2, v.Plans)
	}
	e.bytes(m, 3, v.Who)
}

func (e *encoder) accountServices(v *AccountServices) {
	m := e.Map()
	e.Key(m, 1)
	e.accountID(&v.Account)
	e.Key(m, 2)
	e.named(&v.Owner)
	if e.list(m, 3, len(v.Kinds)) {
		for _, kind := range v.Kinds {
			e.Text(string(kind))
		}
	}
	if r := &v.Record; r.Plans != nil || r.Overrides != nil || hasQuantities(r) || r.Standing != (services.Standing{}) {
		e.Key(m, 4)
		e.serviceRecord(r)
	}
	e.yes(m, 5, v.Removed)
	if v.Cause != nil {
		e.Key(m, 6)
		e.named(v.Cause)
	}
	if e.list(m, 7, len(v.Quantities)) {
		for i := range v.Quantities {
			e.quantityChange(&v.Quantities[i])
		}
	}
	if len(v.Invoices) > 0 {
		e.item(m, 8, v.Invoices)
	}
}

func (e *encoder) named(v *Named) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.ID[:])
	e.text(m, 2, v.Name)
}

func (e *encoder) serviceRecord(v *services.Record) {
	m := e.Map()
	if len(v.Plans) > 0 {
		e.item(m, 1, v.Plans)
	}
	if !v.Overrides.IsZero() {
		e.item(m, 2, v.Overrides)
	}
	if hasQuantities(v) {
		e.Key(m, 3)
		q := e.Map()
		for i, counts := range []services.Counts{v.Quantities.Account, v.Quantities.Cascade, v.Quantities.Manual} {
			if e.list(q, byte(1+i), len(counts)) {
				e.counts(counts)
			}
		}
	}
	if v.Standing != (services.Standing{}) {
		e.item(m, 4, v.Standing)
	}
}

// hasQuantities tells whether the quantities are a member of their own: a list
// that is empty, and not nil, makes them one.
func hasQuantities(r *services.Record) bool {
	return r.Quantities.Account != nil || r.Quantities.Cascade != nil || r.Quantities.Manual != nil
}

func (e *encoder) counts(v services.Counts) {
	for i := range v {
		m := e.Map()
		e.Key(m, 1)
		e.Text(v[i].Category)
		e.Key(m, 2)
		e.Text(v[i].Item)
		e.int(m, 3, v[i].N)
	}
}

func (e *encoder) quantityChange(v *services.Change) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.Category)
	e.Key(m, 2)
	e.Text(v.Item)
	e.Key(m, 3)
	e.Text(string(v.Scope))
	e.Key(m, 4)
	e.Int(v.Difference)
	e.Key(m, 5)
	e.Int(v.Quantity)
}
