package services

import (
	"cmp"
	"slices"
	"strings"
)

// Strategies of merging plans, a plan's merge.strategy. Source: Kazoo 5.
const (
	strategySimple     = "simple"     // an item is taken whole from one plan
	strategyRecursive  = "recursive"  // setting by setting
	strategyCumulative = "cumulative" // here the same as recursive
)

// Assigned is a plan document with how an account has it.
type Assigned struct {
	Assignment
	Document Document
}

// Bookkeeper is who bills an invoice: an external system, or none.
type Bookkeeper struct {
	ID     string `json:"id" cbor:"1,keyasint"`
	Type   string `json:"type" cbor:"2,keyasint"`
	Vendor string `json:"vendor_id" cbor:"3,keyasint,omitempty"`
}

// The bookkeeper of a plan that names none: nobody. Source: Kazoo 5.
const (
	bookkeeperID   = "default_bookkeeper"
	bookkeeperType = "default"
)

// IsNobody tells whether there is no external system behind b: its invoices are
// complete as they are.
func (b Bookkeeper) IsNobody() bool { return b.Type == bookkeeperType }

func (b Bookkeeper) compare(other Bookkeeper) int {
	return cmp.Or(strings.Compare(b.Vendor, other.Vendor), strings.Compare(b.ID, other.ID),
		strings.Compare(b.Type, other.Type))
}

// effectivePlan is an assigned plan with the overrides laid over it.
type effectivePlan struct {
	id         string
	bookkeeper Bookkeeper
	strategy   string
	priority   int64
	items      Document // {category: {item: settings}}
	own        Document // the same before the overrides
}

// effective lays the account's overrides over a plan, and then those of the
// assignment. null in a plan document is as good as no member, so it goes; few
// documents have one, and the others need no copy.
func effective(a Assigned, overrides Document) effectivePlan {
	own := a.Document
	if hasNull(Object(own)) {
		own = Merge(nil, own)
	}
	merged := Merge(Merge(own, overrides), a.Overrides)
	priority := merged.Get("merge", "priority")
	return effectivePlan{
		id: a.Plan,
		bookkeeper: Bookkeeper{
			ID:     cmp.Or(merged.text("bookkeeper", "id"), bookkeeperID),
			Type:   cmp.Or(merged.text("bookkeeper", "type"), bookkeeperType),
			Vendor: cmp.Or(merged.text("bookkeeper", "vendor_id"), a.Vendor),
		},
		strategy: cmp.Or(merged.text("merge", "strategy"), strategySimple),
		priority: readCount(&priority, 0),
		items:    merged.object("plan"),
		own:      own.object("plan"),
	}
}

// hasNull tells whether a value is null or an object that has one inside.
func hasNull(v Value) bool {
	return v.kind == kindNull || slices.ContainsFunc(v.members, func(m Member) bool { return hasNull(m.Value) })
}

// mergedPlan is what the plans of one bookkeeper come to.
type mergedPlan struct {
	bookkeeper Bookkeeper
	items      Document
}

// combine returns a merged plan per bookkeeper, in the order of these.
func combine(plans []Assigned, overrides Document) []mergedPlan {
	all := make([]effectivePlan, len(plans))
	for i, p := range plans {
		all[i] = effective(p, overrides)
	}
	slices.SortStableFunc(all, func(a, b effectivePlan) int {
		return cmp.Or(a.bookkeeper.compare(b.bookkeeper), cmp.Compare(a.priority, b.priority), strings.Compare(a.id, b.id))
	})
	var merged []mergedPlan
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].bookkeeper == all[0].bookkeeper {
			n++
		}
		merged = append(merged, mergedPlan{all[0].bookkeeper, mergeGroup(all[:n])})
		all = all[n:]
	}
	return merged
}

// mergeGroup merges plans in the order given, later ones winning: the simple
// ones first, as the others are merged over them.
func mergeGroup(plans []effectivePlan) Document {
	if len(plans) == 1 { // as nearly always
		return plans[0].items
	}
	var merged Document
	for _, p := range plans {
		if p.strategy == strategySimple {
			merged = replaceItems(merged, p.items)
		}
	}
	// Overrides of the account are laid over every plan, so a plan may have an
	// item from there alone, with nothing but what was overridden. It must not
	// hide the plan that defines the item.
	for _, p := range plans {
		if p.strategy == strategySimple {
			merged = replaceItems(merged, onlyItemsOf(p.items, p.own))
		}
	}
	for _, p := range plans {
		if p.strategy != strategySimple {
			merged = Merge(merged, p.items)
		}
	}
	return merged
}

// onlyItemsOf returns the categories and items of plan that own has too.
func onlyItemsOf(plan, own Document) Document {
	var kept Document
	for _, category := range plan {
		var items Document
		for _, item := range category.Value.members {
			if !own.Get(category.Name, item.Name).IsZero() {
				items = append(items, item)
			}
		}
		if len(items) > 0 {
			kept = append(kept, Member{category.Name, Object(items)})
		}
	}
	return kept
}
