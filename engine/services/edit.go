package services

import "strconv"

// Edit is a change of an account's plans as POST services and services/quote
// send it. What is not given stays as it is.
type Edit struct {
	BillingID string // "" not given
	Add       []Addition
	Delete    []string // plan ids
	Overrides Value    // of the account, an object; none not given
}

// Addition is one plan to assign, or to assign anew.
type Addition struct {
	Plan      string
	Overrides Value // an object; none not given
	Contract  Value // an object; none not given
}

// ParseEdit reads {billing_id, add, delete, overrides}. add, also called plans,
// lists plan ids, or {id, overrides, contract}. An error is a [Problems].
func ParseEdit(data []byte, limits Limits) (Edit, error) {
	d, err := ParseDocument(data, limits)
	if err != nil {
		return Edit{}, err
	}
	add := "add"
	if !d.Get(add).isGiven() {
		add = "plans"
	}
	text := schema{kind: typeText}
	var c checker
	c.check(place{}, Object(d), &schema{kind: typeObject, properties: properties{
		{"billing_id", text},
		{add, schema{kind: typeList}},
		{"delete", schema{kind: typeList, items: &text}},
		{"overrides", *planSchema()},
	}})
	e := Edit{BillingID: d.text("billing_id"), Overrides: given(d.Get("overrides"))}
	list, _ := d.Get(add).List()
	for i, v := range list {
		e.Add = append(e.Add, c.addition(placeOf(add, strconv.Itoa(i)), v))
	}
	list, _ = d.Get("delete").List()
	for _, v := range list {
		e.Delete = append(e.Delete, v.text)
	}
	return e, c.problems.err()
}

// addition reads an item of add.
func (c *checker) addition(at place, v Value) Addition {
	if id, ok := v.Text(); ok {
		return Addition{Plan: id}
	}
	d, ok := v.Object()
	if !ok {
		c.add(wrongType(at, "string, object", v))
		return Addition{}
	}
	shape := assignmentSchema()
	shape.required = []string{"id"}
	c.check(at, v, shape)
	return readAddition(d.text("id"), d)
}

// ParseAddition reads the body of POST services/{PLAN_ID}: {overrides,
// contract}, both optional. An error is a [Problems].
func ParseAddition(plan string, data []byte, limits Limits) (Addition, error) {
	d, err := ParseDocument(data, limits)
	if err != nil {
		return Addition{}, err
	}
	var c checker
	c.check(place{}, Object(d), assignmentSchema())
	return readAddition(plan, d), c.problems.err()
}

func assignmentSchema() *schema {
	return &schema{kind: typeObject, properties: properties{
		{"id", schema{kind: typeText}},
		{"overrides", *planSchema()},
		{"contract", schema{kind: typeObject}},
	}}
}

func readAddition(plan string, d Document) Addition {
	return Addition{plan, given(d.Get("overrides")), given(d.Get("contract"))}
}

// given returns v, none if it is null.
func given(v Value) Value {
	if !v.isGiven() {
		return Value{}
	}
	return v
}

// Add returns a with a plan of vendor assigned. A plan that is assigned keeps
// the overrides and contract that are not given anew; merge lays new overrides
// over its old ones with [MergeOverrides] instead of replacing them. An error is
// a [Problems]: more than limits allow, or overrides that do not go together.
func (a Assignments) Add(add Addition, vendor string, merge bool, limits Limits) (Assignments, error) {
	one, assigned := a.Get(add.Plan)
	if most := limits.withDefaults().Plans; !assigned && len(a) >= most {
		return a, Problems{tooMuch("plans", most)}
	}
	one.Plan, one.Vendor = add.Plan, vendor
	if overrides, ok := add.Overrides.Object(); ok {
		if merge {
			overrides = MergeOverrides(one.Overrides, overrides)
		}
		if err := limits.check(overrides); err != nil {
			return a, err
		}
		if err := checkOverrides(overrides); err != nil {
			return a, err
		}
		one.Overrides = overrides
	}
	if contract, ok := add.Contract.Object(); ok {
		one.Contract = contract
	}
	return a.With(one), nil
}
