package crossbar

// chunkMax is how many items of a list are read at a time, where a page has not more, so that no list holds up the
// writer for long.
const chunkMax = 1000

// listing is a list that is read in parts.
type listing[T any] struct {
	read func(after string, limit int) ([]T, error) // the first items behind the one of that key, "" for the first ones
	key  func(T) string
	doc  func(T) any // what filters look at
}

// gather makes the reply of the page that is asked for, of the items that pass the filters. It looks at no more items
// than a list without pages may have: a page that they do not fill is short, and its next one goes on behind them.
func gather[T any](p *paging, fs filters, lookedMax int, list listing[T]) (*reply, error) {
	after, kept := p.after, []T{}
	n := p.limit()
	if p.whole {
		n = chunkMax
	}
	for looked := 0; looked <= lookedMax; n = max(n, min(2*n, chunkMax)) {
		chunk, err := list.read(after, n)
		if err != nil {
			return nil, err
		}
		for _, item := range chunk {
			ok, err := fs.pass(list.doc(item))
			if err != nil {
				return nil, err
			}
			if ok {
				kept = append(kept, item)
			}
			if len(kept) == p.limit() {
				return pageOf(p, kept, list.key)
			}
			after = list.key(item)
		}
		if looked += len(chunk); len(chunk) < n {
			return pageOf(p, kept, list.key)
		}
	}
	if p.whole {
		return nil, p.errTooLong()
	}
	r, err := pageOf(p, kept, list.key)
	if err == nil {
		r.page.next = p.behind(after)
	}
	return r, err
}
