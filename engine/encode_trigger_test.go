package engine

import "time"

func (g maker) accountTriggers() AccountTriggers {
	return AccountTriggers{some(g, func() AccountTrigger {
		return AccountTrigger{g.text(), new(g.actionTrigger()), g.triggerState()}
	})}
}

func (g maker) triggerState() TriggerState { return TriggerState{g.flag(), g.instant(), g.amount()} }

func (g maker) triggerUpdate() TriggerUpdate { return TriggerUpdate{g.number(), g.triggerState()} }

func (g maker) actionTrigger() ActionTrigger {
	return ActionTrigger{g.text(), g.text(), g.amount(), g.flag(), time.Duration(g.int()), g.instant(), g.instant(),
		g.triggerFilter(), g.text(), g.amount()}
}

func (g maker) triggerFilter() TriggerFilter {
	return TriggerFilter{g.text(), g.text(), g.names(), g.names(), g.names(), g.names(), g.text(), g.instant(),
		perhaps(g, g.amount), perhaps(g, g.flag), perhaps(g, g.flag)}
}

func (g maker) action() Action {
	return Action{g.text(), g.text(), g.actionBalance(), g.amount()}
}

func (g maker) actionBalance() ActionBalance {
	b := ActionBalance{ID: g.text(), ToR: g.text(), Units: g.amount(), Expires: g.text()}
	if g.flag() {
		b.Attributes = g.attributes()
	}
	return b
}

func (g maker) firing() Firing {
	f := Firing{g.accountID(), g.text(), g.text(), g.text(), g.text(), g.uuid(), g.text(), g.text(), g.amount(), g.amount(),
		some(g, g.actionDone), g.text()}
	if g.flag() {
		f.Balance = [16]byte{}
	}
	return f
}

func (g maker) actionDone() ActionDone { return ActionDone{g.text(), g.text(), some(g, g.moved)} }

func (g maker) moved() Moved { return Moved{g.uuid(), g.amount()} }
