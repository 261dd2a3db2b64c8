package services

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// Count is how many of one item there are.
type Count struct {
	Category string `cbor:"1,keyasint"`
	Item     string `cbor:"2,keyasint"`
	N        int64  `cbor:"3,keyasint,omitempty"` // not negative
}

// Counts are the quantities of items by rising category and item, each once.
// An item with 0 is not the same as none: a manual 0 hides a counted 1. They
// are immutable: With returns others.
type Counts []Count

// Quantities are what an account has, by where it is known from.
type Quantities struct {
	Account Counts `json:"account" cbor:"1,keyasint,omitempty"` // counted for the account itself
	Cascade Counts `json:"cascade" cbor:"2,keyasint,omitempty"` // sums of Account over all accounts below it
	Manual  Counts `json:"manual" cbor:"3,keyasint,omitempty"`  // set by a request; wins over Account, item by item
}

// Get returns the quantity of an item, and false if there is none.
func (c Counts) Get(category, item string) (int64, bool) {
	i, ok := c.find(category, item)
	if !ok {
		return 0, false
	}
	return c[i].N, true
}

// With returns c with the quantity of an item set.
func (c Counts) With(category, item string, n int64) Counts {
	i, ok := c.find(category, item)
	next := slices.Clone(c)
	if ok {
		next[i].N = n
		return next
	}
	return slices.Insert(next, i, Count{category, item, n})
}

func (c Counts) find(category, item string) (int, bool) {
	return slices.BinarySearchFunc(c, Count{Category: category, Item: item}, Count.compare)
}

// compare orders counts by category and item. Nearly all comparisons are
// decided by the category.
func (c Count) compare(other Count) int {
	if d := strings.Compare(c.Category, other.Category); d != 0 {
		return d
	}
	return strings.Compare(c.Item, other.Item)
}

// category returns the counts of one category.
func (c Counts) category(name string) Counts {
	from, _ := c.find(name, "")
	to := from
	for to < len(c) && c[to].Category == name {
		to++
	}
	return c[from:to]
}

// sum adds up all counts but those of some items.
func (c Counts) sum(exceptions []string) int64 {
	var total int64
	for _, one := range c {
		if !slices.Contains(exceptions, one.Item) {
			total = add(total, one.N)
		}
	}
	return total
}

// add returns a + b, at most what 64 bits hold. An invoice refuses quantities
// long before that.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Add returns the sum of both, item by item: how Cascade grows by an account
// below.
func (c Counts) Add(other Counts) Counts {
	return c.join(other, func(a, b int64) int64 { return add(a, b) })
}

// join returns the items of either. both gives the quantity of an item that is
// in c and in other.
func (c Counts) join(other Counts, both func(a, b int64) int64) Counts {
	if len(other) == 0 {
		return c
	}
	joined := make(Counts, 0, len(c)+len(other))
	for len(c) > 0 && len(other) > 0 {
		switch order := c[0].compare(other[0]); {
		case order < 0:
			joined, c = append(joined, c[0]), c[1:]
		case order > 0:
			joined, other = append(joined, other[0]), other[1:]
		default:
			one := c[0]
			one.N = both(one.N, other[0].N)
			joined, c, other = append(joined, one), c[1:], other[1:]
		}
	}
	return append(append(joined, c...), other...)
}

// Own returns what counts for the account itself: per item the manual quantity
// if there is one, else the counted one.
func (q Quantities) Own() Counts {
	return q.Account.join(q.Manual, func(_, manual int64) int64 { return manual })
}

// Effective returns what the service audit follows: Own, for a reseller with
// the quantities of the accounts below.
func (q Quantities) Effective(isReseller bool) Counts {
	if !isReseller {
		return q.Own()
	}
	return q.Own().Add(q.Cascade)
}

// document returns c as {category: {item: n}}.
func (c Counts) document() Document {
	var d Document
	for len(c) > 0 {
		category := c.category(c[0].Category)
		items := make(Document, len(category))
		for i, one := range category {
			items[i] = Member{one.Item, Whole(one.N)}
		}
		d, c = append(d, Member{category[0].Category, Object(items)}), c[len(category):]
	}
	return d
}

// MarshalJSONTo writes {category: {item: n}}.
func (c Counts) MarshalJSONTo(e *jsontext.Encoder) error { return c.document().MarshalJSONTo(e) }

// UnmarshalCBOR reads counts and refuses those that are negative or not in
// order: the look-ups rely on it.
func (c *Counts) UnmarshalCBOR(data []byte) error {
	var stored []Count
	if err := cbor.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("services: stored quantities: %w", err)
	}
	*c = stored
	return c.Check()
}

// Check tells why stored quantities cannot be any that were written.
func (c Counts) Check() error {
	for i, one := range c {
		if i > 0 && c[i-1].compare(one) >= 0 {
			return fmt.Errorf("services: stored quantities: %s.%s is not in order", one.Category, one.Item)
		}
		if one.N < 0 {
			return fmt.Errorf("services: stored quantities: %s.%s is negative", one.Category, one.Item)
		}
	}
	return nil
}
