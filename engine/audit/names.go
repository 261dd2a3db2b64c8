package audit

import (
	"slices"

	"purser/engine/services"
)

// usageCategory stands for the category of usage where a name needs one.
const usageCategory = "usage"

// Series is what has rows: an item of a category, or a metered source.
type Series struct {
	Category string `cbor:"1,keyasint,omitempty"` // "" for a source
	Item     string `cbor:"2,keyasint"`           // the item, or the source's name
	IsUsage  bool   `cbor:"3,keyasint,omitempty"` // a source
}

// Named is a series and the name that its rows are shown under.
type Named struct {
	Series Series `cbor:"1,keyasint"`
	Name   string `cbor:"2,keyasint"`
}

// Names are the series of one account in the order in which they were first
// seen. They are immutable: With returns others.
type Names []Named

// Index returns the place of a series, and false if it was never seen.
func (n Names) Index(s Series) (int, bool) {
	i := slices.IndexFunc(n, func(one Named) bool { return one.Series == s })
	return i, i >= 0
}

// With returns n with a series, and its place. The name of a new one is the
// item alone; if that is taken, the item behind its category. Kazoo has the item
// alone always, and so adds the mailboxes of voicemails and of faxes up.
func (n Names) With(s Series) (Names, int) {
	if i, ok := n.Index(s); ok {
		return n, i
	}
	category := s.Category
	if s.IsUsage {
		category = usageCategory
	}
	name := s.Item
	for n.has(name) {
		name = category + "." + name
	}
	return append(slices.Clip(n), Named{s, name}), len(n)
}

// Items implements that method of [engine.State]: how many items of categories
// there are, and how many of these changes are of others.
func (n Names) Items(changes []services.Change) (seen, unseen int) {
	known := make(map[Series]bool, len(n))
	for _, one := range n {
		if !one.Series.IsUsage {
			known[one.Series] = true
		}
	}
	for _, c := range changes {
		if !known[Series{Category: c.Category, Item: c.Item}] {
			unseen++
		}
	}
	return len(known), unseen
}

// has tells whether a name is taken.
func (n Names) has(name string) bool {
	return slices.ContainsFunc(n, func(one Named) bool { return one.Name == name })
}

// Shown returns the names under which series are shown when of all sources only
// these are metered: by place, "" for a series that is not.
func (n Names) Shown(metered []string) []string {
	var shown Names
	names := make([]string, len(n))
	for i, one := range n {
		if !one.Series.IsUsage || slices.Contains(metered, one.Series.Item) {
			var at int
			shown, at = shown.With(one.Series)
			names[i] = shown[at].Name
		}
	}
	return names
}
