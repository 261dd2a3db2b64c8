package engine

import (
	"fmt"

	"purser/engine/cborwire"
)

// AppendAccount appends a as a checkpoint holds it, CBOR as docs/file-format.md
// has it. It fails for an account with an amount that is out of range.
func AppendAccount(b []byte, a *Account) ([]byte, error) {
	e := encoder{Writer: cborwire.Writer{Buf: b}}
	if e.account(a); e.err != nil {
		return b, fmt.Errorf("engine: encode account %s: %w", a.ID, e.err)
	}
	return e.Buf, nil
}

func (e *encoder) account(v *Account) {
	m := e.Map()
	e.Key(m, 1)
	e.accountID(&v.ID)
	if e.list(m, 2, len(v.Balances)) {
		for i := range v.Balances {
			e.balance(&v.Balances[i])
		}
	}
	e.yes(m, 3, v.AllowNegative)
	e.yes(m, 4, v.Disabled)
	e.Key(m, 5)
	e.instant(v.Updated)
	e.profile(m, 6, v.Profile)
	if v.Triggers != nil {
		e.Key(m, 7)
		e.accountTriggers(v.Triggers)
	}
}

func (e *encoder) accountID(v *AccountID) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.Tenant)
	e.Key(m, 2)
	e.Text(v.Account)
}

func (e *encoder) balance(v *Balance) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.UUID[:])
	e.text(m, 2, v.ID)
	e.Key(m, 3)
	e.Text(v.ToR)
	e.amount(m, 4, v.Value)
	if v.Attributes != nil {
		e.Key(m, 5)
		e.attributes(v.Attributes)
	}
	e.amount(m, 6, v.Charged)
}

func (e *encoder) attributes(v *Attributes) {
	m := e.Map()
	if !v.Expires.IsZero() {
		e.Key(m, 1)
		e.instant(v.Expires)
	}
	e.amount(m, 2, v.Weight)
	e.names(m, 3, v.DestinationIDs)
	e.names(m, 4, v.Categories)
	e.names(m, 5, v.SharedGroups)
	e.names(m, 6, v.TimingIDs)
	e.text(m, 7, v.RatingSubject)
	e.yes(m, 8, v.Disabled)
	e.yes(m, 9, v.Blocker)
	e.factors(m, 10, v.Factors)
}

func (e *encoder) names(m cborwire.Map, key byte, v Names) {
	if e.list(m, key, len(v)) {
		for i := range v {
			e.name(&v[i])
		}
	}
}

func (e *encoder) name(v *Name) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.ID)
	e.yes(m, 2, v.Excluded)
}

func (e *encoder) factors(m cborwire.Map, key byte, v []Factor) {
	if e.list(m, key, len(v)) {
		for i := range v {
			e.factor(&v[i])
		}
	}
}

func (e *encoder) factor(v *Factor) {
	m := e.Map()
	e.Key(m, 1)
	e.Text(v.Name)
	e.amount(m, 2, v.Value)
}
