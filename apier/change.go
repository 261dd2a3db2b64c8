package apier

import (
	"strings"

	"purser/engine"
	"purser/engine/amount"
)

// oneBalance is the argument of SetBalance and RemoveBalances. Source: cgrates-apier, sections 5 and 6.
type oneBalance struct {
	scope
	Account string
	balanceArgs
}

// check trims the mandatory names and refuses a request without them.
func (a *oneBalance) check() error {
	a.Account, a.BalanceType = strings.TrimSpace(a.Account), strings.TrimSpace(a.BalanceType)
	return missing("Account", a.Account, "BalanceType", a.BalanceType)
}

// setBalance sets value and attributes of one balance. Source: cgrates-apier, sections 8.2 and 9.1.
type setBalance struct{ oneBalance }

func (a *setBalance) change(s *service) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	item, err := a.item(s)
	if err != nil {
		return nil, err
	}
	return &engine.SetBalances{Account: a.account(a.Account), Items: []engine.SetItem{item}}, nil
}

func (b *balanceArgs) item(s *service) (engine.SetItem, error) {
	s.noteUnknown(b)
	wanted, err := b.wanted(s.Engine.Now())
	return engine.SetItem{ToR: b.BalanceType, Wanted: wanted, Value: b.value(), Facts: b.facts()}, err
}

// setBalances sets several balances of an account, one after the other; what stands before the first that is refused
// stays done. An item that is null is one with nothing in it. Source: cgrates-apier, section 9.3.
type setBalances struct {
	scope
	Account  string
	Balances []balanceArgs
}

func (a *setBalances) change(s *service) (engine.Change, error) {
	a.Account = strings.TrimSpace(a.Account)
	list := ""
	if len(a.Balances) > 0 {
		list = "given"
	}
	if err := missing("Account", a.Account, "Balances", list); err != nil {
		return nil, err
	}
	if most := s.Engine.Rules().BalancesMax; len(a.Balances) > most {
		return nil, invalid("Balances", "%d items, at most %d", len(a.Balances), most)
	}
	set := &engine.SetBalances{Account: a.account(a.Account), Items: make([]engine.SetItem, len(a.Balances))}
	for i := range a.Balances {
		b := &a.Balances[i]
		b.BalanceType = strings.TrimSpace(b.BalanceType)
		var err error
		if set.Items[i], err = b.item(s); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// adjustBalance is the argument of AddBalance and DebitBalance. Source: cgrates-apier, sections 8.1 and 9.2.
type adjustBalance struct {
	oneBalance
	Overwrite bool
}

func (a *adjustBalance) adjust(s *service, op engine.Op) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	s.noteUnknown(&a.balanceArgs)
	wanted, err := a.wanted(s.Engine.Now())
	if err != nil {
		return nil, err
	}
	if unfiltered(&wanted) {
		s.log.Debug("change without filter reaches every balance of the type", "op", op,
			"tenant", a.Tenant, "account", a.Account, "tor", a.BalanceType)
	}
	var value amount.Amount
	if v := a.value(); v != nil {
		value = *v
	}
	return &engine.Adjust{
		Op: op, Account: a.account(a.Account), ToR: a.BalanceType, Wanted: wanted,
		Value: value, Overwrite: a.Overwrite, Facts: a.facts(),
	}, nil
}

type addBalance struct{ adjustBalance }

func (a *addBalance) change(s *service) (engine.Change, error) { return a.adjust(s, engine.OpTopUp) }

type debitBalance struct{ adjustBalance }

func (a *debitBalance) change(s *service) (engine.Change, error) { return a.adjust(s, engine.OpDebit) }

// removeBalances takes away every balance that is selected; a Value selects nothing.
// Source: cgrates-apier, sections 8.5 and 9.4.
type removeBalances struct{ oneBalance }

func (a *removeBalances) change(s *service) (engine.Change, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	s.noteUnknown(&a.balanceArgs)
	wanted, err := a.wanted(s.Engine.Now())
	if err != nil {
		return nil, err
	}
	return &engine.RemoveBalances{
		Account: a.account(a.Account), ToR: a.BalanceType, Wanted: wanted, Facts: a.facts(),
	}, nil
}

// noteUnknown logs keys of Balance that have no meaning: they are likely misspelt, and the balance meant is then not
// the one that is reached.
func (s *service) noteUnknown(b *balanceArgs) {
	if b.Balance != nil && b.Balance.unknown != nil {
		s.log.Debug("unknown keys in Balance", "keys", b.Balance.unknown)
	}
}

// transferBalance moves units between balances of one tenant. Source: cgrates-apier, section 9.5.
type transferBalance struct {
	scope
	SourceAccountID           string
	SourceBalanceID           string
	DestinationAccountID      string
	DestinationBalanceID      string
	Units                     *amount.Amount // the sign counts: negative moves back
	DestinationReferenceValue *amount.Amount // brings the destination to this value, whatever Units says
	Cdrlog                    bool
}

func (a *transferBalance) change(*service) (engine.Change, error) {
	for _, name := range []*string{
		&a.SourceAccountID, &a.SourceBalanceID, &a.DestinationAccountID, &a.DestinationBalanceID,
	} {
		*name = strings.TrimSpace(*name)
	}
	if err := missing("SourceAccountID", a.SourceAccountID, "SourceBalanceID", a.SourceBalanceID,
		"DestinationAccountID", a.DestinationAccountID, "DestinationBalanceID", a.DestinationBalanceID); err != nil {
		return nil, err
	}
	t := &engine.Transfer{
		Source: a.account(a.SourceAccountID), SourceBalanceID: a.SourceBalanceID,
		Destination: a.account(a.DestinationAccountID), DestinationBalanceID: a.DestinationBalanceID,
		Reference: a.DestinationReferenceValue,
	}
	if a.Units != nil {
		t.Units = *a.Units
	}
	return t, nil
}
