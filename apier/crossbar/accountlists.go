package crossbar

import (
	"encoding/binary"
	"strings"
)

// accountItem is an account in a list. Source: ledgers-and-services, section 9.1.
type accountItem struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Realm string `json:"realm"`
	Tree  []ID   `json:"tree"`
}

func newAccountItem(a *Account) accountItem { return accountItem{a.ID, a.Name, a.Realm, a.Tree} }

// chunkMax is how many accounts one read of the tree returns, so that no list holds up the writer for long.
const chunkMax = 1000

// chunk returns up to limit accounts of a list from the one with the id from on, the zero ID for the beginning.
type chunk func(t Tree, from ID, limit int) ([]*Account, error)

func (f *Face) listChildren(rq *request) (*reply, error) {
	return rq.listAccounts(func(t Tree, from ID, limit int) ([]*Account, error) {
		return t.Children(rq.account.ID, before(from), limit)
	})
}

// before returns the id that stands before another in the order of ids; the zero ID stays.
func before(id ID) ID {
	high, low := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	switch {
	case low > 0:
		low--
	case high > 0:
		high, low = high-1, ^uint64(0)
	}
	binary.BigEndian.PutUint64(id[:8], high)
	binary.BigEndian.PutUint64(id[8:], low)
	return id
}

func (f *Face) listDescendants(rq *request) (*reply, error) {
	return rq.listAccounts(func(t Tree, from ID, limit int) (list []*Account, err error) {
		at := rq.account
		if !from.IsZero() {
			if at, err = t.ByID(from); err != nil || at == nil || !at.Below(rq.account.ID) {
				return nil, err
			}
			list = append(list, at)
		}
		for len(list) < limit {
			if at, err = successor(t, rq.account.ID, at); err != nil || at == nil {
				return list, err
			}
			list = append(list, at)
		}
		return list, nil
	})
}

// successor returns the account that follows another in the order in which each stands before those below it, nil behind
// the last one below root.
func successor(t Tree, root ID, a *Account) (*Account, error) {
	first, err := t.Children(a.ID, ID{}, 1)
	if err != nil || len(first) > 0 {
		return head(first), err
	}
	for id, up := a.ID, len(a.Tree)-1; id != root && up >= 0; up-- {
		next, err := t.Children(a.Tree[up], id, 1)
		if err != nil || len(next) > 0 {
			return head(next), err
		}
		id = a.Tree[up]
	}
	return nil, nil
}

func head(list []*Account) *Account {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// listAccounts answers with a page of a list, chunk by chunk. Filters may leave a page short that has a next one: what is
// looked at for one page is bounded like what is shown.
func (rq *request) listAccounts(next chunk) (*reply, error) {
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging(rq.route.path+" "+rq.account.ID.String(), true, fs)
	if err != nil {
		return nil, err
	}
	from, ok := ParseID(p.start)
	if !ok && p.start != "" {
		return nil, errCursor()
	}
	items := []accountItem{}
	for seen := 0; seen < p.limit(); {
		limit := min(chunkMax, p.limit()-seen)
		var list []*Account
		err := rq.face.read(rq.ctx, func(t Tree) (err error) {
			list, err = next(t, from, limit+1)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, a := range list[:min(limit, len(list))] {
			items = append(items, newAccountItem(a))
		}
		if seen += limit; len(list) <= limit {
			break
		}
		from = list[limit].ID
	}
	r, err := pageOf(&p, items, func(a accountItem) string { return a.ID.String() })
	if err != nil {
		return nil, err
	}
	return rq.filtered(r, fs)
}

// filtered takes out of a page of accounts what does not pass the filters.
func (rq *request) filtered(r *reply, fs filters) (*reply, error) {
	kept := []accountItem{}
	for _, item := range r.data.([]accountItem) {
		ok, err := fs.pass(item)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, item)
		}
	}
	return withAccounts(r, kept), nil
}

// withAccounts makes items the data of a reply, and its table.
func withAccounts(r *reply, items []accountItem) *reply {
	r.data = items
	if r.page != nil {
		r.page.size = len(items)
	}
	r.table = func() table {
		t := table{columns: []string{"ID", "Name", "Realm", "Tree"}}
		for _, a := range items {
			tree := make([]string, len(a.Tree))
			for i, id := range a.Tree {
				tree[i] = id.String()
			}
			t.rows = append(t.rows, []string{a.ID.String(), a.Name, a.Realm, strings.Join(tree, " ")})
		}
		return t
	}
	return r
}

func (f *Face) listParents(rq *request) (*reply, error) {
	items := []accountItem{}
	err := f.read(rq.ctx, func(t Tree) error {
		for _, id := range rq.account.Tree {
			a, err := t.ByID(id)
			if err != nil {
				return err
			}
			if a != nil {
				items = append(items, newAccountItem(a))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return withAccounts(&reply{}, items), nil
}
