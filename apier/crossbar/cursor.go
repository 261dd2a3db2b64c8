package crossbar

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
)

// cursor is a place in a list: the item that a page begins behind. Items are never renumbered, so it stays good for
// ever. Source: ledgers-and-services, section 1.9.
type cursor struct {
	ascending bool
	list      [8]byte // which list, and which filters: a cursor of another list is refused
	key       string  // of the item, in the order of the list; "" for the list's beginning
}

// cursorKeyMax bounds the key, in bytes.
const cursorKeyMax = 128

// errCursor is the answer to a start_key that is none, or another list's.
func errCursor() error {
	return invalidField("start_key", fault{code: codeInvalid, message: "invalid start key"})
}

// String returns the cursor in base64url without padding: a byte for the direction, eight for the list, the key.
func (c cursor) String() string {
	b := []byte{'d'}
	if c.ascending {
		b[0] = 'a'
	}
	return base64.RawURLEncoding.EncodeToString(append(append(b, c.list[:]...), c.key...))
}

// parseCursor reads what String wrote.
func parseCursor(text string) (c cursor, ok bool) {
	const head = 1 + len(c.list)
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < head || len(b) > head+cursorKeyMax || b[0] != 'a' && b[0] != 'd' {
		return cursor{}, false
	}
	c = cursor{ascending: b[0] == 'a', list: [8]byte(b[1:head]), key: string(b[head:])}
	return c, c.String() == text // base64 passes over line ends
}

// entryKey is the key of an item that was made at a Gregorian second by an entry of the journal: items are in the
// order of these keys.
func entryKey(created int64, seq uint64) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(created))
	return string(binary.BigEndian.AppendUint64(b, seq))
}

// parseEntryKey reads what entryKey wrote.
func parseEntryKey(key string) (created int64, seq uint64, ok bool) {
	if len(key) != 16 {
		return 0, 0, false
	}
	b := []byte(key)
	created = int64(binary.BigEndian.Uint64(b))
	return created, binary.BigEndian.Uint64(b[8:]), created >= 0
}

// paging is what a request says of the part of a list that it wants.
type paging struct {
	size      int  // items of a page; of a list without pages, the most there may be
	whole     bool // no pages
	ascending bool
	after     string // key of the item before the first one, "" for the beginning
	cursor    cursor // of this list, without a key
	sent      string // start_key as it was sent
}

// paging reads page_size, paginate, ascending, descending and start_key. list names the list: a cursor is good for the
// same list, filters and direction only. ascending is the direction of a request that gives none: lists of entries are
// newest first, descending.
func (rq *request) paging(list string, ascending bool, fs filters) (paging, error) {
	p := paging{size: rq.face.opts.PageSize, ascending: ascending, sent: rq.query.Get("start_key")}
	switch {
	case rq.asks("ascending") || rq.query.Get("descending") == "false":
		p.ascending = true
	case rq.asks("descending") || rq.query.Get("ascending") == "false":
		p.ascending = false
	}
	p.cursor = cursor{ascending: p.ascending, list: fs.hash(list)}
	if rq.query.Get("paginate") == "false" {
		p.whole, p.size, p.sent = true, rq.face.opts.ListMax, ""
		return p, rq.takeWhole()
	}
	var err error
	if p.size, err = rq.pageSize(); err != nil {
		return paging{}, err
	}
	if p.sent == "" {
		return p, nil
	}
	c, ok := parseCursor(p.sent)
	if !ok || c.ascending != p.ascending || c.list != p.cursor.list {
		return paging{}, errCursor()
	}
	p.after = c.key
	return p, nil
}

// takeWhole waits until the request may have a list without pages in memory, which it has until its answer is written.
func (rq *request) takeWhole() error {
	err := rq.face.whole.Acquire(rq.ctx, 1)
	rq.hasWhole = err == nil
	return err
}

func (rq *request) giveWhole() {
	if rq.hasWhole {
		rq.face.whole.Release(1)
	}
}

// pageSize reads how many items a page may have.
func (rq *request) pageSize() (int, error) {
	n, err := rq.whole("page_size", 1, int64(rq.face.opts.PageSizeMax), int64(rq.face.opts.PageSize))
	return int(n), err
}

// whole reads a parameter that is a whole number from least to most.
func (rq *request) whole(name string, least, most, byDefault int64) (int64, error) {
	text := rq.query.Get(name)
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	v := value{kind: '"', text: text}
	switch {
	case err != nil:
		return 0, invalidField(name, typeFault(&v, "integer"))
	case n < least:
		return 0, invalidField(name, minimumFault(least, n))
	case n > most:
		return 0, invalidField(name, maximumFault(most, n))
	}
	return n, nil
}

// limit is how many items to look for: one more than the page has tells whether there is a next page.
func (p *paging) limit() int { return p.size + 1 }

// behind returns the start_key of a page that begins behind the item of that key.
func (p *paging) behind(key string) string {
	c := p.cursor
	c.key = key
	return c.String()
}

// pageOf makes the reply of a page of up to p.limit() items, in their order, from the first behind p.after. A list
// without pages that goes on is refused: it would be a part that looks like the whole.
func pageOf[T any](p *paging, items []T, key func(T) string) (*reply, error) {
	more := len(items) > p.size
	if p.whole {
		if more {
			return nil, p.errTooLong()
		}
		return &reply{data: items}, nil
	}
	r := &reply{page: &page{start: given(p.sent, p.behind(""))}}
	if more {
		items = items[:p.size]
		r.page.next = p.behind(key(items[len(items)-1]))
	}
	r.data, r.page.size = items, len(items)
	return r, nil
}

func (p *paging) errTooLong() error {
	return invalidField("paginate", maximumFault(int64(p.size), nil))
}
