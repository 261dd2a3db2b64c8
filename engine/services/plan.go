package services

import (
	"fmt"
	"slices"
)

// Listing is a plan as the list of available plans shows it.
type Listing struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Category    string `json:"category,omitempty"`
}

// Describe returns what a list shows of a plan document.
func Describe(plan Document) Listing {
	return Listing{plan.text("id"), plan.text("name"), plan.text("description"), plan.text("category")}
}

// ParsePlan reads a plan document as a reseller sends it. Members that have no
// meaning here are kept. An error is a [Problems].
func ParsePlan(data []byte, limits Limits) (Document, error) {
	plan, err := ParseDocument(data, limits)
	if err != nil {
		return nil, err
	}
	return plan, checkPlan(plan)
}

// PatchPlan returns a plan document changed by an RFC 7396 patch. An error is a
// [Problems], and speaks of the result.
func PatchPlan(plan Document, patch []byte, limits Limits) (Document, error) {
	change, err := ParseDocument(patch, limits)
	if err != nil {
		return nil, err
	}
	next := Merge(plan, change)
	if err := limits.check(next); err != nil {
		return nil, err
	}
	return next, checkPlan(next)
}

// ParseOverrides reads overrides, of an account or of one assignment: an object
// in the shape of a plan document, all of it optional. null in it removes the
// plan's member. An error is a [Problems].
func ParseOverrides(data []byte, limits Limits) (Document, error) {
	overrides, err := ParseDocument(data, limits)
	if err != nil {
		return nil, err
	}
	return overrides, checkOverrides(overrides)
}

// PatchOverrides returns overrides changed by a patch, with [MergeOverrides].
// An error is a [Problems], and speaks of the result.
func PatchOverrides(overrides Document, patch []byte, limits Limits) (Document, error) {
	change, err := ParseDocument(patch, limits)
	if err != nil {
		return nil, err
	}
	next := MergeOverrides(overrides, change)
	if err := limits.check(next); err != nil {
		return nil, err
	}
	return next, checkOverrides(next)
}

func checkPlan(plan Document) error {
	shape := planSchema()
	shape.required = []string{"plan"}
	var c checker
	c.check(place{}, Object(plan), shape)
	if id, ok := plan.Get("id").Text(); ok {
		if p := CheckPlanID(id); p != nil {
			c.add(*p)
		}
	}
	return c.problems.err()
}

func checkOverrides(overrides Document) error {
	var c checker
	c.check(place{}, Object(overrides), planSchema())
	return c.problems.err()
}

// planSchema is the shape of a plan document. Source: Kazoo 5, service_plans.
func planSchema() *schema {
	text, object := schema{kind: typeText}, schema{kind: typeObject}
	category := &schema{kind: typeObject, others: itemSettings(), names: billedName}
	return &schema{kind: typeObject, properties: properties{
		{"id", text}, {"name", text}, {"description", text}, {"category", text},
		{"plan", schema{kind: typeObject, others: category, names: billedName}},
		{"merge", schema{kind: typeObject, properties: properties{
			{"strategy", schema{kind: typeText, enum: []string{strategySimple, strategyRecursive, strategyCumulative}}},
			{"priority", schema{kind: typeWhole}},
		}}},
		{"bookkeeper", schema{kind: typeObject, properties: properties{{"id", text}, {"type", text}, {"vendor_id", text}}}},
		{"ratedeck", object}, {"applications", object}, {"limits", object},
	}}
}

// planIDBytesMax bounds a plan's id, which is part of paths and keys.
const planIDBytesMax = 64

// CheckPlanID tells whether a plan may have this id: 1 to 64 letters, digits,
// - and _, and no word that already means something at its place in a path
// (services/{PLAN_ID}); nil if it may. That it is unique is for the owner of
// the plans to see.
func CheckPlanID(id string) *Problem {
	at := placeOf("id")
	isWrong := func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	}
	switch {
	case id == "" || len(id) > planIDBytesMax || slices.ContainsFunc([]byte(id), isWrong):
		return &Problem{Path: at.String(), Code: CodeInvalid, Value: Text(id),
			Message: fmt.Sprintf("Value must be 1 to %d letters, digits, - and _", planIDBytesMax)}
	case slices.Contains(pathWords(), id):
		return &Problem{Path: at.String(), Code: CodeForbidden, Value: Text(id),
			Message: "Value is a word of the API's paths"}
	}
	return nil
}

// pathWords are the words that follow services/ in a path.
func pathWords() []string {
	return []string{"status", "audit", "audit_summary", "manual", "overrides", "quote", "reconciliation",
		"synchronization", "topup", "summary", "available", "editable"}
}
