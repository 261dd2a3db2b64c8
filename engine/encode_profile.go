package engine

import "purser/engine/cborwire"

func (e *encoder) profile(m cborwire.Map, key byte, v *Profile) {
	if v == nil {
		return
	}
	e.Key(m, key)
	m = e.Map()
	e.Key(m, 1)
	e.Bytes(v.ID[:])
	e.text(m, 2, v.Name)
	if e.list(m, 3, len(v.Tree)) {
		for i := range v.Tree {
			e.Bytes(v.Tree[i][:])
		}
	}
	e.yes(m, 4, v.IsReseller)
	e.text(m, 5, v.Realm)
	e.hexID(m, 6, v.BillingID)
	if !v.Created.IsZero() {
		e.Key(m, 7)
		e.instant(v.Created)
	}
	if !v.APIKey.IsZero() {
		e.Key(m, 8)
		e.Bytes(v.APIKey[:])
	}
	if e.list(m, 9, len(v.Users)) {
		for i := range v.Users {
			e.user(&v.Users[i])
		}
	}
}

func (e *encoder) user(v *User) {
	m := e.Map()
	e.Key(m, 1)
	e.Bytes(v.ID[:])
	e.Key(m, 2)
	e.Text(v.Name)
	e.bytes(m, 3, v.Credentials)
}

// hexID writes an ID that is left out when it is none.
func (e *encoder) hexID(m cborwire.Map, key byte, v HexID) {
	if !v.IsZero() {
		e.Key(m, key)
		e.Bytes(v[:])
	}
}
