package notify

import (
	"fmt"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"purser/engine"
	"purser/engine/amount"
)

// message is a notification on its way.
type message struct {
	seq  uint64
	key  string // the same for each try: number of the entry, of the firing in it, of the action in that
	to   *url.URL
	body []byte
}

// body is what a server or peer is told: a trigger has fired, and why.
type body struct {
	Seq       uint64        `json:"seq"`  // of the journal entry
	Time      time.Time     `json:"time"` // of the command that tripped the trigger
	Tenant    string        `json:"tenant"`
	Account   string        `json:"account"`
	Group     string        `json:"group,omitzero"`   // of the trigger; none where an operator ran the actions
	Trigger   string        `json:"trigger,omitzero"` // its UniqueID
	Type      string        `json:"type,omitzero"`    // *min_balance, ...
	ToR       string        `json:"tor,omitzero"`     // what is counted
	Balance   *balance      `json:"balance,omitzero"` // none for a counter
	Value     amount.Amount `json:"value"`            // of balance or counter, before the actions
	Threshold amount.Amount `json:"threshold"`
	Actions   string        `json:"actions"`         // their ID
	Failed    string        `json:"failed,omitzero"` // why none of the actions was done; never in an HTTP notification
	Moved     []moved       `json:"moved"`           // by all actions of the firing
}

type balance struct {
	UUID uuid.UUID `json:"uuid"`
	ID   string    `json:"id"`
}

type moved struct {
	UUID  uuid.UUID     `json:"uuid"`
	Delta amount.Amount `json:"delta"`
}

// messages returns what an entry asks to be sent, in order, and the addresses
// that are not allowed.
func (n *Notifier) messages(e *engine.Entry) (list []*message, refused []string, err error) {
	for i := range e.Fired {
		f := &e.Fired[i]
		var text []byte
		for j := range f.Done {
			if !f.Done[j].Notifies() {
				continue
			}
			to, ok := n.allow.find(f.Done[j].Parameters)
			if !ok {
				refused = append(refused, f.Done[j].Parameters)
				continue
			}
			if text == nil {
				if text, err = json.Marshal(describe(e, f)); err != nil {
					return nil, nil, fmt.Errorf("notify: entry %d: %w", e.Seq, err)
				}
			}
			list = append(list, &message{seq: e.Seq, key: fmt.Sprintf("%d-%d-%d", e.Seq, i, j), to: to, body: text})
		}
	}
	return list, refused, nil
}

func describe(e *engine.Entry, f *engine.Firing) body {
	b := body{Seq: e.Seq, Time: e.At.Time, Tenant: f.Account.Tenant, Account: f.Account.Account, Group: f.GroupID,
		Trigger: f.UniqueID, Type: f.Type, ToR: f.ToR, Value: f.Value, Threshold: f.Threshold, Actions: f.ActionsID,
		Failed: f.Failed}
	if f.Balance != uuid.Nil {
		b.Balance = &balance{f.Balance, f.BalanceID}
	}
	for _, x := range f.Done {
		for _, m := range x.Moved {
			b.Moved = append(b.Moved, moved{m.Balance, m.Delta})
		}
	}
	return b
}
