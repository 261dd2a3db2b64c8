package crossbar

import (
	"strings"

	"purser/engine"
)

// accountItem is an account in a list. Source: ledgers-and-services, section 9.1.
type accountItem struct {
	ID    engine.HexID   `json:"id"`
	Name  string         `json:"name"`
	Realm string         `json:"realm"`
	Tree  []engine.HexID `json:"tree"`
}

func newAccountItem(m *engine.Member) accountItem { return accountItem{m.ID, m.Name, m.Realm, m.Tree} }

// chunk returns up to limit accounts of a list, from the first behind after, the zero id for the beginning.
type chunk func(t engine.Tree, of, after engine.HexID, limit int) ([]*engine.Member, error)

func (f *Face) listChildren(rq *request) (*reply, error) {
	return rq.listAccounts(engine.Tree.Children)
}

func (f *Face) listDescendants(rq *request) (*reply, error) {
	return rq.listAccounts(engine.Tree.Descendants)
}

// listAccounts answers with a page of a list.
func (rq *request) listAccounts(next chunk) (*reply, error) {
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging(rq.route.path+" "+rq.account.ID.String(), true, fs)
	if err != nil {
		return nil, err
	}
	r, err := gather(&rq.face.opts, &p, fs, listing[accountItem]{
		read: func(after string, limit int) ([]accountItem, error) { return rq.readAccounts(next, after, limit) },
		key:  func(a accountItem) string { return a.ID.String() },
		doc:  func(a accountItem) any { return a },
	})
	if err != nil {
		return nil, err
	}
	return withAccounts(r, r.data.([]accountItem)), nil
}

// readAccounts returns up to limit accounts of a list, from the first behind the one of that id.
func (rq *request) readAccounts(next chunk, after string, limit int) ([]accountItem, error) {
	from, ok := engine.ParseHexID(after)
	if !ok && after != "" {
		return nil, errCursor()
	}
	items := []accountItem{}
	err := rq.face.readTree(rq.ctx, func(t engine.Tree) error {
		list, err := next(t, rq.account.ID, from, limit)
		for _, m := range list {
			items = append(items, newAccountItem(m))
		}
		return err
	})
	return items, err
}

// withAccounts makes items the data of a reply, and its table.
func withAccounts(r *reply, items []accountItem) *reply {
	r.data = items
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
	err := f.readTree(rq.ctx, func(t engine.Tree) error {
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
