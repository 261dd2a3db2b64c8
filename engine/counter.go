package engine

import "purser/engine/amount"

// count adds what a part of a charge consumed to the counters of the account
// that counts it: used is units of the ToR, or money where tor is *monetary; b
// is the balance that paid, nil for none. A counter without triggers does not
// exist, and one that has reached [amount.Largest] stays there. Source: cgrates-charging, section 7.
func (a *draft) count(tor, category, destination string, used amount.Amount, b *Balance) {
	if a.acc.Triggers == nil || used.IsZero() {
		return
	}
	var own []AccountTrigger // the list, once there is something to change
	for i := range a.acc.Triggers.List {
		t := a.acc.Triggers.List[i].Trigger
		counts, events := t.Counts()
		switch {
		case !counts || t.Balance.ToR != tor:
			continue
		case events && !t.Balance.concerns(a.d.state, category, destination):
			continue
		case !events && (b == nil || !t.Balance.pays(b)):
			continue
		}
		if own == nil {
			own = a.editTriggers()
		}
		own[i].State.Count = own[i].State.Count.Add(used).Stopped()
	}
}

// pays is selects for a counter, whose ToR is that of the usage: a *generic
// balance may have paid for it.
func (f *TriggerFilter) pays(b *Balance) bool {
	anyToR := *f
	anyToR.ToR = ""
	return anyToR.selects(b)
}
