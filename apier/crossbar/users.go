package crossbar

import (
	"slices"
	"strings"

	"purser/engine"
)

// userDoc is a user as clients see it: never what is kept of the password.
type userDoc struct {
	ID       engine.HexID `json:"id"`
	Username string       `json:"username"`
}

func (f *Face) listUsers(rq *request) (*reply, error) {
	docs := []userDoc{}
	for _, u := range rq.account.Users {
		docs = append(docs, userDoc{u.ID, u.Name})
	}
	return &reply{data: docs, table: func() table {
		t := table{columns: []string{"ID", "Username"}}
		for _, d := range docs {
			t.rows = append(t.rows, []string{d.ID.String(), d.Username})
		}
		return t
	}}, nil
}

// Bounds of a user's name and password, in bytes.
const (
	usernameMax = 128
	passwordMin = 8
	passwordMax = 256
)

// createUser takes no idempotency key: a name is taken once, so a retry is refused by that.
func (f *Face) createUser(rq *request) (*reply, error) {
	in := rq.form()
	u := engine.User{Name: in.text("username", filled)}
	password := in.text("password", filled)
	if len(u.Name) > usernameMax {
		in.reject("username", fault{code: codeMaximum, message: "Value is too long", target: usernameMax})
	}
	if password != "" && (len(password) < passwordMin || len(password) > passwordMax) {
		in.reject("password", fault{code: codeInvalid, message: "Password must have 8 to 256 bytes"})
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	var err error
	if u.ID, err = f.randomID(); err != nil {
		return nil, err
	}
	if u.Credentials, err = f.keepCredentials(rq.ctx, rq.account.Users, u.Name, password); err != nil {
		return nil, err
	}
	err = rq.changeUsers(func(users []engine.User) ([]engine.User, error) {
		if slices.ContainsFunc(users, func(o engine.User) bool { return strings.EqualFold(o.Name, u.Name) }) {
			return nil, invalidField("username", fault{code: codeUnique, message: faultTexts[codeUnique]})
		}
		return append(users, u), nil
	})
	if err != nil {
		return nil, err
	}
	return &reply{data: userDoc{u.ID, u.Name}, location: u.ID.String()}, nil
}

func (f *Face) removeUser(rq *request) (*reply, error) {
	id, _ := engine.ParseHexID(rq.vars["USER_ID"])
	var gone engine.User
	err := rq.changeUsers(func(users []engine.User) ([]engine.User, error) {
		at := slices.IndexFunc(users, func(u engine.User) bool { return u.ID == id })
		if at < 0 {
			return nil, errIdentifier(rq.vars["USER_ID"])
		}
		gone = users[at]
		return slices.Delete(users, at, at+1), nil
	})
	if err != nil {
		return nil, err
	}
	return &reply{data: userDoc{gone.ID, gone.Name}}, nil
}

// changeUsers replaces the users of the account by what edit makes of a copy of them. One goes at a time, so that
// none of two changes at once is lost: the engine takes only all users together.
func (rq *request) changeUsers(edit func([]engine.User) ([]engine.User, error)) error {
	f := rq.face
	f.users.Lock()
	defer f.users.Unlock()
	now, err := f.readAccount(rq.ctx, rq.account.ID)
	switch {
	case err != nil:
		return err
	case now == nil:
		return errIdentifier(rq.account.ID.String())
	}
	users, err := edit(slices.Clone(now.Users))
	if err != nil {
		return err
	}
	_, err = f.opts.Engine.Do(rq.ctx, rq.keyless(&engine.ChangeMember{ID: now.ID, Users: &users}))
	return err
}
