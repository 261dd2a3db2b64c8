package engine

func (e *encoder) tariffChange(v *TariffChange) {
	m := e.Map()
	if e.list(m, 1, len(v.Actions)) {
		for i := range v.Actions {
			e.actions(&v.Actions[i])
		}
	}
	if e.list(m, 2, len(v.Triggers)) {
		for i := range v.Triggers {
			e.actionTriggers(&v.Triggers[i])
		}
	}
	e.texts(m, 3, v.RemovedActions)
	e.texts(m, 4, v.RemovedTriggers)
}

func (d *decoder) tariffChange(v *TariffChange) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Actions = make([]Actions, d.List())
			for i := range v.Actions {
				d.actions(&v.Actions[i])
			}
		case 2:
			v.Triggers = make([]ActionTriggers, d.List())
			for i := range v.Triggers {
				d.actionTriggers(&v.Triggers[i])
			}
		case 3:
			v.RemovedActions = d.texts()
		case 4:
			v.RemovedTriggers = d.texts()
		default:
			d.Fail(errUnknownMember)
		}
	}
}
