package services

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const planComplex = `{"id":"plan_complex","name":"More Complex Service Plan","category":"Base Plan","x":{"kept":[null,1]},
	"plan":{"users":{"user":{"name":"User","rate":18.99,"mine":"kept"}},
	        "phone_numbers":{"did_us":{"name":"US DID Phone Number","rate":1,"activation_charge":2.5}}}}`

func TestAPlanComesBackWithMembersThatMeanNothingHere(t *testing.T) {
	plan, err := ParsePlan([]byte(planComplex), Limits{})
	require.NoError(t, err)
	require.Equal(t, jsonOf(t, doc(t, planComplex)), jsonOf(t, plan))
	require.Equal(t, `{"id":"plan_complex","name":"More Complex Service Plan","category":"Base Plan"}`, jsonOf(t, Describe(plan)))
}

func TestAllThatIsWrongWithAPlanIsReportedTogether(t *testing.T) {
	_, err := ParsePlan([]byte(`{"id":7,"name":[],"merge":{"strategy":"best","priority":1.5},"bookkeeper":"x","limits":1,"plan":{
		"devices":{"sip_device":{"rate":"ten","rates":{"1":-1,"01":1,"x":1,"2000000000":1},"flat_rate":1e18,"flat_rates":[],
			"minimum":-1,"maximum":2000000000,"step":0,"activation_charge":true,"cascade":"yes","as":1,"exceptions":["a",2],
			"discounts":{"single":{"rate":-0.5},"cumulative":{"maximum":"x"}},"prorate":{"additions":1},"taxes":[]},
			"flat":7},
		"users":[], "":{"a":{}}, "ok":{"tab\tname":{}}}}`), Limits{})
	item := "plan.devices.sip_device."
	requireProblems(t, err, "id type", "name type", "merge.strategy enum", "merge.priority type", "bookkeeper type", "limits type",
		item+"rate type", item+"rates.1 minimum", item+"rates.01 invalid", item+"rates.x invalid", item+"rates.2000000000 invalid",
		item+"flat_rate maximum", item+"flat_rates type", item+"minimum minimum", item+"maximum maximum", item+"step minimum",
		item+"activation_charge type", item+"cascade type", item+"as type", item+"exceptions.1 type",
		item+"discounts.single.rate minimum", item+"discounts.cumulative.maximum type", item+"prorate.additions type",
		item+"taxes type", "plan.devices.flat type", "plan.users type", "plan. invalid", "plan.ok.tab\tname invalid")
}

func TestANameOfACategoryOrItemIsShort(t *testing.T) {
	for length, refused := range map[int]bool{128: false, 129: true} {
		name := strings.Repeat("n", length)
		_, err := ParsePlan([]byte(`{"plan":{"`+name+`":{}}}`), Limits{})
		require.Equal(t, refused, err != nil)
		_, err = ParsePlan([]byte(`{"plan":{"a":{"`+name+`":{}}}}`), Limits{})
		require.Equal(t, refused, err != nil)
		_, err = ParseCounts([]byte(`{"a":{"`+name+`":1}}`), Limits{})
		require.Equal(t, refused, err != nil)
	}
}

func TestAProblemSaysWhatWasSentAndWhatWouldBeRight(t *testing.T) {
	_, err := ParsePlan([]byte(`{"plan":{"a.b":{"c":{"minimum":-5}}}}`), Limits{})
	require.Equal(t, Problems{{Path: "plan.a%2Eb.c.minimum", Code: CodeMinimum, Message: "Value must be at least 0",
		Target: Whole(0), Value: Whole(-5)}}, err)
	_, err = ParsePlan([]byte(`{}`), Limits{})
	require.Equal(t, Problems{{Path: "plan", Code: CodeRequired, Message: "Field is required but missing", Value: Text("plan")}}, err)
	require.EqualError(t, err, "validation error, plan: Field is required but missing")
	_, err = ParsePlan([]byte(`{"plan":{},"merge":{"strategy":"best"}}`), Limits{})
	require.Equal(t, `["simple","recursive","cumulative"]`, jsonOf(t, err.(Problems)[0].Target))
}

func TestNullIsAsGoodAsNoMember(t *testing.T) {
	plan := []byte(`{"id":null,"name":null,"merge":null,"plan":{"a":null,"b":{"c":null,"d":{"rate":null,"rates":null}}}}`)
	_, err := ParsePlan(plan, Limits{})
	require.NoError(t, err)
	_, err = ParsePlan([]byte(`{"plan":null}`), Limits{})
	requireProblems(t, err, "plan required")
}

func TestAPlansIDIsOneSegmentOfAPathAndNoWordOfIt(t *testing.T) {
	for _, id := range []string{"a", "plan_simple", "A-9", "0123456789012345678901234567890123456789012345678901234567890123"} {
		require.Nil(t, CheckPlanID(id), id)
	}
	for _, id := range []string{"", "a b", "a/b", "ü", "a.b", "01234567890123456789012345678901234567890123456789012345678901234"} {
		require.Equal(t, CodeInvalid, CheckPlanID(id).Code, id)
	}
	for _, id := range pathWords() {
		require.Equal(t, CodeForbidden, CheckPlanID(id).Code, id)
	}
	_, err := ParsePlan([]byte(`{"id":"topup","plan":{}}`), Limits{})
	requireProblems(t, err, "id forbidden")
}

func TestAPatchedPlanIsCheckedAsAWhole(t *testing.T) {
	plan := doc(t, planComplex)
	next, err := PatchPlan(plan, []byte(`{"x":null,"plan":{"users":{"user":{"rate":"20"}}}}`), Limits{})
	require.NoError(t, err)
	require.Equal(t, "20", next.text("plan", "users", "user", "rate"))
	require.True(t, next.Get("x").IsZero())
	_, err = PatchPlan(plan, []byte(`{"plan":null}`), Limits{})
	requireProblems(t, err, "plan required")
	_, err = PatchPlan(plan, []byte(`{"description":"0123456789"}`), Limits{Bytes: 100})
	requireProblems(t, err, "data maximum")
}

func TestOverridesHaveTheShapeOfAPlan(t *testing.T) {
	sent := `{"bookkeeper":{"type":"example"},"plan":{"devices":{"sip_device":{"rate":12}}}}`
	overrides, err := ParseOverrides([]byte(sent), Limits{})
	require.NoError(t, err)
	require.Equal(t, sent, jsonOf(t, overrides))
	for text, want := range map[string]string{
		`[]`: "data type", `{"plan":1}`: "plan type", `{"plan":{"a":1}}`: "plan.a type", `{"plan":{"a":{"b":1}}}`: "plan.a.b type",
		`{"plan":{"a":{"b":{"rate":-1}}}}`: "plan.a.b.rate minimum",
	} {
		_, err := ParseOverrides([]byte(text), Limits{})
		requireProblems(t, err, want)
		if text != `[]` {
			_, err = PatchOverrides(overrides, []byte(text), Limits{})
			requireProblems(t, err, want)
		}
	}
	next, err := PatchOverrides(overrides, []byte(`{"bookkeeper":{},"plan":{"devices":{"sip_device":{"name":"Phone"}}}}`), Limits{})
	require.NoError(t, err)
	require.Equal(t, `{"bookkeeper":{},"plan":{"devices":{"sip_device":{"name":"Phone","rate":12}}}}`, jsonOf(t, next))
	_, err = PatchOverrides(overrides, []byte(`{"a":{"b":1}}`), Limits{Values: 6})
	requireProblems(t, err, "data maximum")
}

func TestAnEditNamesPlansToAddAndToDelete(t *testing.T) {
	sent := `{"billing_id":"b","%s":["p1",{"id":"p2","overrides":{"plan":{}},"contract":{"c":1}}],"delete":["p3"],"overrides":{"plan":{}}}`
	for _, add := range []string{"add", "plans"} {
		e, err := ParseEdit([]byte(strings.Replace(sent, "%s", add, 1)), Limits{})
		require.NoError(t, err)
		require.Equal(t, Edit{BillingID: "b", Delete: []string{"p3"}, Overrides: Object(doc(t, `{"plan":{}}`)), Add: []Addition{
			{Plan: "p1"}, {Plan: "p2", Overrides: Object(doc(t, `{"plan":{}}`)), Contract: Object(doc(t, `{"c":1}`))}}}, e)
	}
	e, err := ParseEdit([]byte(`{"overrides":null,"add":null}`), Limits{})
	require.NoError(t, err)
	require.Equal(t, Edit{}, e)
	_, err = ParseEdit([]byte(`{"billing_id":1,"add":[1,null,{"id":2},{},{"id":"p","overrides":{"plan":1}}],"delete":[{}],"overrides":3}`), Limits{})
	requireProblems(t, err, "billing_id type", "add.0 type", "add.1 type", "add.2.id type", "add.3.id required",
		"add.4.overrides.plan type", "delete.0 type", "overrides type")
	_, err = ParseEdit([]byte(`{"add":{}}`), Limits{})
	requireProblems(t, err, "add type")
}

func TestAssigningAgainKeepsWhatIsNotGivenAnew(t *testing.T) {
	addition := func(text string) Addition {
		a, err := ParseAddition("p", []byte(text), Limits{})
		require.NoError(t, err)
		return a
	}
	var a Assignments
	for _, c := range []struct {
		body  string
		merge bool
		want  string
	}{
		{`{}`, false, `{"p":{"overrides":{},"vendor_id":"v"}}`},
		{`{"overrides":{"x":1,"y":{"z":2}},"contract":{"c":1}}`, false,
			`{"p":{"contract":{"c":1},"overrides":{"x":1,"y":{"z":2}},"vendor_id":"v"}}`},
		{`{}`, false, `{"p":{"contract":{"c":1},"overrides":{"x":1,"y":{"z":2}},"vendor_id":"v"}}`},
		{`{"overrides":{"y":{"w":3}}}`, true, `{"p":{"contract":{"c":1},"overrides":{"x":1,"y":{"w":3,"z":2}},"vendor_id":"v"}}`},
		{`{"overrides":{"y":{"w":3}}}`, false, `{"p":{"contract":{"c":1},"overrides":{"y":{"w":3}},"vendor_id":"v"}}`},
		{`{"overrides":{},"contract":{}}`, false, `{"p":{"overrides":{},"vendor_id":"v"}}`},
	} {
		var err error
		a, err = a.Add(addition(c.body), "v", c.merge, Limits{})
		require.NoError(t, err)
		require.Equal(t, c.want, jsonOf(t, a))
	}
	_, err := ParseAddition("p", []byte(`{"overrides":{"plan":1},"contract":[]}`), Limits{})
	requireProblems(t, err, "overrides.plan type", "contract type")
}

func TestAnAccountHasABoundedNumberOfPlans(t *testing.T) {
	limits := Limits{Plans: 2}
	var a Assignments
	for _, id := range []string{"b", "a", "b"} {
		var err error
		a, err = a.Add(Addition{Plan: id}, "v", false, limits)
		require.NoError(t, err)
	}
	_, err := a.Add(Addition{Plan: "c"}, "v", false, limits)
	requireProblems(t, err, "data maximum")
	require.Equal(t, []string{"a", "b"}, []string{a[0].Plan, a[1].Plan})
}

func TestAPlanThatIsNotAssignedCannotBeRemoved(t *testing.T) {
	a := Assignments{}.With(Assignment{Plan: "b"}).With(Assignment{Plan: "a"})
	without, ok := a.Without("a")
	require.True(t, ok)
	require.Len(t, without, 1)
	require.Len(t, a, 2, "the old assignments stay")
	_, ok = without.Without("a")
	require.False(t, ok, "what is not assigned cannot be removed")
}

func TestMergedOverridesOfAnAssignmentAreCheckedAsAWhole(t *testing.T) {
	a := Assignments{{Plan: "p", Overrides: doc(t, `{"a":{"b":1}}`)}}
	_, err := a.Add(Addition{Plan: "p", Overrides: Object(doc(t, `{"c":{"d":1}}`))}, "v", true, Limits{Values: 4})
	requireProblems(t, err, "data maximum")
	_, err = a.Add(Addition{Plan: "p", Overrides: Object(doc(t, `{"plan":1}`))}, "v", true, Limits{})
	requireProblems(t, err, "plan type")
}
