package engine

import (
	"bytes"

	"purser/engine/services"
)

func (d *decoder) serviceChange(v *ServiceChange) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Accounts = make([]AccountServices, d.List())
			for i := range v.Accounts {
				d.accountServices(&v.Accounts[i])
			}
		case 2:
			d.item(&v.Plans)
		case 3:
			v.Who = bytes.Clone(d.Bytes())
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) accountServices(v *AccountServices) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.accountID(&v.Account)
		case 2:
			d.named(&v.Owner)
		case 3:
			v.Kinds = make([]ServiceKind, d.List())
			for i := range v.Kinds {
				v.Kinds[i] = ServiceKind(d.word())
			}
		case 4:
			d.serviceRecord(&v.Record)
		case 5:
			v.Removed = d.Bool()
		case 6:
			v.Cause = &Named{}
			d.named(v.Cause)
		case 7:
			v.Quantities = make([]services.Change, d.List())
			for i := range v.Quantities {
				d.quantityChange(&v.Quantities[i])
			}
		case 8:
			d.item(&v.Invoices)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) named(v *Named) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.hexID()
		case 2:
			v.Name = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) serviceRecord(v *services.Record) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.item(&v.Plans)
		case 2:
			d.item(&v.Overrides)
		case 3:
			d.quantities(&v.Quantities)
		case 4:
			d.item(&v.Standing)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) quantities(v *services.Quantities) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Account = d.counts()
		case 2:
			v.Cascade = d.counts()
		case 3:
			v.Manual = d.counts()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

// counts reads quantities, whose order the look-ups rely on.
func (d *decoder) counts() services.Counts {
	v := make(services.Counts, d.List())
	for i := range v {
		for m := d.Map(); d.Next(&m); {
			switch m.Key {
			case 1:
				v[i].Category = d.word()
			case 2:
				v[i].Item = d.word()
			case 3:
				v[i].N = d.Int()
			default:
				d.Fail(errUnknownMember)
			}
		}
	}
	if err := v.Check(); err != nil {
		d.Fail(err)
	}
	return v
}

func (d *decoder) quantityChange(v *services.Change) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Category = d.word()
		case 2:
			v.Item = d.word()
		case 3:
			v.Scope = services.Scope(d.word())
		case 4:
			v.Difference = d.Int()
		case 5:
			v.Quantity = d.Int()
		default:
			d.Fail(errUnknownMember)
		}
	}
}
