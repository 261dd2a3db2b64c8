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

// chunkMax is how many accounts one read of the tree returns, so that no list holds up the writer for long.
const chunkMax = 1000

// chunk returns up to limit accounts of a list, from the first behind after, the zero id for the beginning.
type chunk func(t engine.Tree, of, after engine.HexID, limit int) ([]*engine.Member, error)

func (f *Face) listChildren(rq *request) (*reply, error) {
	return rq.listAccounts(engine.Tree.Children)
}

func (f *Face) listDescendants(rq *request) (*reply, error) {
	return rq.listAccounts(engine.Tree.Descendants)
}

// listAccounts answers with a page of a list, chunk by chunk. Filters may leave a page short that has a next one:
// what is looked at for one page is bounded like what is shown.
func (rq *request) listAccounts(next chunk) (*reply, error) {
	fs, err := rq.filters()
	if err != nil {
		return nil, err
	}
	p, err := rq.paging(rq.route.path+" "+rq.account.ID.String(), true, fs)
	if err != nil {
		return nil, err
	}
	after, ok := engine.ParseHexID(p.after)
	if !ok && p.after != "" {
		return nil, errCursor()
	}
	items := []accountItem{}
	for full := false; !full && len(items) < p.limit(); {
		limit := min(chunkMax, p.limit()-len(items))
		var list []*engine.Member
		err := rq.face.readTree(rq.ctx, func(t engine.Tree) (err error) {
			list, err = next(t, rq.account.ID, after, limit)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			items = append(items, newAccountItem(m))
			after = m.ID
		}
		full = len(list) < limit
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
