package engine

import (
	"bytes"
	"errors"
)

var errFixedSize = errors.New("an ID or hash of the wrong size")

func (d *decoder) profile(v *Profile) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.hexID()
		case 2:
			v.Name = d.Text()
		case 3:
			v.Tree = make([]HexID, d.List())
			for i := range v.Tree {
				v.Tree[i] = d.hexID()
			}
		case 4:
			v.IsReseller = d.Bool()
		case 5:
			v.Realm = d.Text()
		case 6:
			v.BillingID = d.hexID()
		case 7:
			v.Created = d.instant()
		case 8:
			d.fixed(v.APIKey[:])
		case 9:
			v.Users = make([]User, d.List())
			for i := range v.Users {
				d.user(&v.Users[i])
			}
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) user(v *User) {
	for m := d.Map(); d.Next(&m); {
		switch m.Key {
		case 1:
			v.ID = d.hexID()
		case 2:
			v.Name = d.Text()
		case 3:
			v.Credentials = bytes.Clone(d.Bytes())
		default:
			d.Fail(errUnknownMember)
		}
	}
}

func (d *decoder) hexID() (v HexID) {
	d.fixed(v[:])
	return v
}

// fixed reads bytes of a known number into v.
func (d *decoder) fixed(v []byte) {
	b := d.Bytes()
	if len(b) != len(v) {
		d.Fail(errFixedSize)
		return
	}
	copy(v, b)
}
