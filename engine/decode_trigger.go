package engine

import "time"

func (d *decoder) accountTriggers(v *AccountTriggers) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.List = make([]AccountTrigger, d.List())
			for i := range v.List {
				d.accountTrigger(&v.List[i])
			}
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) accountTrigger(v *AccountTrigger) {
	v.Trigger = &ActionTrigger{}
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.GroupID = d.word()
		case 2:
			d.actionTrigger(v.Trigger)
		case 3:
			d.triggerState(&v.State)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) triggerState(v *TriggerState) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Executed = d.Bool()
		case 2:
			v.Last = d.instant()
		case 3:
			v.Count = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) triggerUpdate(v *TriggerUpdate) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Position = int(d.Int())
		case 2:
			d.triggerState(&v.State)
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) actionTrigger(v *ActionTrigger) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.UniqueID = d.word()
		case 2:
			v.Type = d.word()
		case 3:
			v.Threshold = d.amount()
		case 4:
			v.Recurrent = d.Bool()
		case 5:
			v.MinSleep = time.Duration(d.Int())
		case 6:
			v.Activates = d.instant()
		case 7:
			v.Expires = d.instant()
		case 8:
			d.triggerFilter(&v.Balance)
		case 9:
			v.ActionsID = d.word()
		case 10:
			v.Weight = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) triggerFilter(v *TriggerFilter) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.word()
		case 2:
			v.ToR = d.tor()
		case 3:
			v.Categories = d.names()
		case 4:
			v.DestinationIDs = d.names()
		case 5:
			v.SharedGroups = d.names()
		case 6:
			v.TimingIDs = d.names()
		case 7:
			v.RatingSubject = d.word()
		case 8:
			v.Expires = d.instant()
		case 9:
			v.Weight = new(d.amount())
		case 10:
			v.Blocker = new(d.Bool())
		case 11:
			v.Disabled = new(d.Bool())
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) firing(v *Firing) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			d.accountID(&v.Account)
		case 2:
			v.GroupID = d.word()
		case 3:
			v.UniqueID = d.word()
		case 4:
			v.Type = d.word()
		case 5:
			v.ActionsID = d.word()
		case 6:
			v.Balance = d.uuid()
		case 7:
			v.BalanceID = d.word()
		case 8:
			v.ToR = d.tor()
		case 9:
			v.Value = d.amount()
		case 10:
			v.Threshold = d.amount()
		case 11:
			v.Done = make([]ActionDone, d.List())
			for i := range v.Done {
				d.actionDone(&v.Done[i])
			}
		case 12:
			v.Failed = d.Text()
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) actionDone(v *ActionDone) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Type = d.word()
		case 2:
			v.Parameters = d.Text()
		case 3:
			v.Moved = make([]Moved, d.List())
			for i := range v.Moved {
				d.moved(&v.Moved[i])
			}
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) moved(v *Moved) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.Balance = d.uuid()
		case 2:
			v.Delta = d.amount()
		default:
			d.Fail(errUnknownMember)
		}
	}
}
