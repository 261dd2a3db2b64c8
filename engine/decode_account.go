package engine

import "fmt"

// DecodeAccount reads what [AppendAccount] wrote. The account shares nothing
// with data.
func DecodeAccount(data []byte) (*Account, error) {
	d := newDecoder(data)
	a := &Account{}
	d.account(a)
	if err := d.End(); err != nil {
		return nil, fmt.Errorf("engine: decode account: %w", err)
	}
	return a, nil
}

func (d *decoder) account(v *Account) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.accountID(&v.ID)
		case 2:
			v.Balances = make([]Balance, d.List())
			for i := range v.Balances {
				d.balance(&v.Balances[i])
			}
		case 3:
			v.AllowNegative = d.Bool()
		case 4:
			v.Disabled = d.Bool()
		case 5:
			v.Updated = d.instant()
		case 6:
			v.Profile = &Profile{}
			d.profile(v.Profile)
		case 7:
			v.Triggers = &AccountTriggers{}
			d.accountTriggers(v.Triggers)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) accountID(v *AccountID) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Tenant = d.word()
		case 2:
			v.Account = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) balance(v *Balance) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UUID = d.uuid()
		case 2:
			v.ID = d.word()
		case 3:
			v.ToR = d.tor()
		case 4:
			v.Value = d.amount()
		case 5:
			v.Attributes = &Attributes{}
			d.attributes(v.Attributes)
		case 6:
			v.Charged = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) attributes(v *Attributes) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Expires = d.instant()
		case 2:
			v.Weight = d.amount()
		case 3:
			v.DestinationIDs = d.names()
		case 4:
			v.Categories = d.names()
		case 5:
			v.SharedGroups = d.names()
		case 6:
			v.TimingIDs = d.names()
		case 7:
			v.RatingSubject = d.word()
		case 8:
			v.Disabled = d.Bool()
		case 9:
			v.Blocker = d.Bool()
		case 10:
			v.Factors = d.factors()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) names() Names {
	v := make(Names, d.List())
	for i := range v {
		d.name(&v[i])
	}
	return v
}

func (d *decoder) name(v *Name) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.word()
		case 2:
			v.Excluded = d.Bool()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) factors() []Factor {
	v := make([]Factor, d.List())
	for i := range v {
		d.factor(&v[i])
	}
	return v
}

func (d *decoder) factor(v *Factor) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Name = d.word()
		case 2:
			v.Value = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}
