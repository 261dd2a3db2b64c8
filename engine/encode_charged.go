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
	e.Key(m, 2)
	e.Int(v.Length)
	e.Key(m, 3)
	e.Int(v.Step)
	e.Key(m, 4)
	e.Int(v.Steps)
	e.Key(m, 5)
	e.unitUse(&v.Unit)
	e.text(m, 6, v.Category)
	e.text(m, 7, v.Prefix)
	e.Key(m, 8)
	e.Text(v.DestID)
	e.amount(m, 9, v.Cost)
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
