package engine

func (d *decoder) result(v *Result) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Charge = &Charged{}
			d.charged(v.Charge)
		case 2:
			v.Refused = &Error{}
			d.refusal(v.Refused)
		case 3:
			v.Member = d.hexID()
		case 4:
			v.Account = &Account{}
			d.account(v.Account)
		case 5:
			v.Plan = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) refusal(v *Error) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Code = Code(d.word())
		case 2:
			v.Fields = d.texts()
		case 3:
			v.Text = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) charged(v *Charged) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.accountID(&v.Payer)
		case 2:
			v.ToR = d.tor()
		case 3:
			v.Cost = d.amount()
		case 4:
			v.Usage = d.Int()
		case 5:
			v.Spans = make([]Span, d.List())
			for i := range v.Spans {
				d.span(&v.Spans[i])
			}
		case 6:
			v.Summary = make([]Summary, d.List())
			for i := range v.Summary {
				d.summary(&v.Summary[i])
			}
		case 7:
			v.AllowNegative = d.Bool()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) span(v *Span) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Start = d.Int()
		case 2:
			v.Length = d.Int()
		case 3:
			v.Position = d.Int()
		case 4:
			v.Cost = d.amount()
		case 5:
			v.Price = &SpanPrice{}
			d.item(v.Price)
		case 6:
			v.Prefix = d.Text()
		case 7:
			v.DestID = d.word()
		case 8:
			v.Increments = make([]Increment, d.List())
			for i := range v.Increments {
				d.increment(&v.Increments[i])
			}
		case 9:
			v.Rounding = &Increment{}
			d.increment(v.Rounding)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) increment(v *Increment) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Length = d.Int()
		case 2:
			v.Count = d.Int()
		case 3:
			v.Cost = d.amount()
		case 4:
			d.accountID(&v.Payer)
		case 5:
			d.unitUse(&v.Unit)
		case 6:
			d.moneyUse(&v.Money)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) moneyUse(v *MoneyUse) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UUID = d.uuid()
		case 2:
			v.ID = d.word()
		case 3:
			v.After = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) unitUse(v *UnitUse) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UUID = d.uuid()
		case 2:
			v.ID = d.word()
		case 3:
			v.ToR = d.tor()
		case 4:
			v.After = d.amount()
		case 5:
			v.Consumed = d.amount()
		case 6:
			v.Factor = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) summary(v *Summary) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UUID = d.uuid()
		case 2:
			v.ID = d.word()
		case 3:
			v.ToR = d.tor()
		case 4:
			v.Initial = d.amount()
		case 5:
			v.Value = d.amount()
		case 6:
			v.Weight = d.amount()
		case 7:
			v.Disabled = d.Bool()
		case 8:
			v.Factors = d.factors()
		default:
			d.Fail(errUnknownMember)
		}
	}
}
