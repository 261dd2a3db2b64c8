package crossbar

// chunkMax is how many items of a list are read at a time, where a page has not more, so that no list holds up the
// writer for long.
const chunkMax = 1000

// pagesLooked is how many of the largest pages are looked at for one page of what passes the filters.
const pagesLooked = 10

// listing is a list that is read in parts.
type listing[T any] struct {
	read func(after string, limit int) ([]T, error) // the first items behind the one of that key, "" for the first ones
	key  func(T) string
	doc  func(T) any // what filters look at
}

// gather makes the reply of the page that is asked for, of the items that pass the filters. What it looks at is
// bounded: a page that is not full by then is short, and its next one goes on behind the last item that was looked at.
func gather[T any](o *Options, p *paging, fs filters, list listing[T]) (*reply, error) {
	after, kept := p.after, []T{}
	n, lookedMax := p.limit(), pagesLooked*o.PageSizeMax
	if p.whole {
		n, lookedMax = chunkMax, o.ListMax
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
