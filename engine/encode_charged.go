package engine

func (e *encoder) result(v *Result) {
	m := e.Map()
	if v.Charge != nil {
		e.Key(m, 1)
		e.charged(v.Charge)
	}
	if v.Refused != nil {
		e.Key(m, 2)
		e.refusal(v.Refused)
	}
	e.hexID(m, 3, v.Member)
	if v.Account != nil {
		e.Key(m, 4)
		e.account(v.Account)
	}
	e.text(m, 5, v.Plan)
}

func (e *encoder) refusal(v *Error) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(string(v.Code))
	e.texts(m, 2, v.Fields)
	e.text(m, 3, v.Text)
}

func (e *encoder) charged(v *Charged) {
	m := e.Map()
	e.Key(m, 1)
	e.accountID(&v.Payer)
	e.text(m, 2, v.ToR)
	e.amount(m, 3, v.Cost)
	e.int(m, 4, v.Usage)
	if e.list(m, 5, len(v.Spans)) {
		for i := range v.Spans {
			e.span(&v.Spans[i])
		}
	}
	if e.list(m, 6, len(v.Summary)) {
		for i := range v.Summary {
			e.summary(&v.Summary[i])
		}
	}
	e.yes(m, 7, v.AllowNegative)
}

func (e *encoder) span(v *Span) {
	m := e.Map()
	e.int(m, 1, v.Start)
	e.int(m, 2, v.Length)
	e.int(m, 3, v.Position)
	e.amount(m, 4, v.Cost)
	if v.Price != nil {
		e.item(m, 5, v.Price)
	}
	e.text(m, 6, v.Prefix)
	e.text(m, 7, v.DestID)
	if e.list(m, 8, len(v.Increments)) {
		for i := range v.Increments {
			e.increment(&v.Increments[i])
		}
	}
	if v.Rounding != nil {
		e.Key(m, 9)
		e.increment(v.Rounding)
	}
}

func (e *encoder) increment(v *Increment) {
	m := e.Map()
	e.int(m, 1, v.Length)
	e.Key(m, 2)
	e.Int(v.Count)
	e.amount(m, 3, v.Cost)
	e.Key(m, 4)
	e.accountID(&v.Payer)
	if !v.Unit.IsZero() {
		e.Key(m, 5)
		e.unitUse(&v.Unit)
	}
	if !v.Money.IsZero() {
		e.Key(m, 6)
		e.moneyUse(&v.Money)
	}
}

func (e *encoder) moneyUse(v *MoneyUse) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.UUID[:])
	e.text(m, 2, v.ID)
	e.amount(m, 3, v.After)
}

func (e *encoder) unitUse(v *UnitUse) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.UUID[:])
	e.text(m, 2, v.ID)
	e.Key(m, 3)
	e.Text(v.ToR)
	e.amount(m, 4, v.After)
	e.amount(m, 5, v.Consumed)
	e.amount(m, 6, v.Factor)
}

func (e *encoder) summary(v *Summary) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.UUID[:])
	e.text(m, 2, v.ID)
	e.Key(m, 3)
	e.Text(v.ToR)
	e.amount(m, 4, v.Initial)
	e.amount(m, 5, v.Value)
	e.amount(m, 6, v.Weight)
	e.yes(m, 7, v.Disabled)
	e.factors(m, 8, v.Factors)
}
