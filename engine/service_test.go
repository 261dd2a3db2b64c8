package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
	"purser/engine/audit"
	"purser/engine/services"
)

// mall is a tree with a reseller, its customer and two of its plans.
type mall struct {
	*grove
	reseller, customer engine.HexID
}

func newMall(t testing.TB) *mall {
	g := newGrove(t)
	m := &mall{grove: g, reseller: g.child(t, g.master, "Reseller")}
	g.do(t, &engine.ChangeMember{ID: m.reseller, IsReseller: new(true)})
	m.customer = g.child(t, m.reseller, "Customer")
	m.plan(t, `{"id":"simple","plan":{"devices":{"sip_device":{"rate":1.5,"activation_charge":5}}}}`)
	m.plan(t, `{"id":"billed","bookkeeper":{"type":"example"},"plan":{"users":{"user":{"rate":2}}}}`)
	return m
}

func (m *mall) plan(t testing.TB, document string) {
	t.Helper()
	m.do(t, &engine.SetPlan{Reseller: m.reseller, Data: []byte(document)})
}

// services returns those of an account.
func (m *mall) services(t testing.TB, id engine.HexID) (r services.Record) {
	t.Helper()
	m.tree(t, func(tree engine.Tree) error {
		member, err := tree.ByID(id)
		r = tree.Services(member)
		return err
	})
	return r
}

// last returns what the last entry did to the services of one account alone.
func (m *mall) last(t testing.TB) (*engine.Entry, *engine.AccountServices) {
	t.Helper()
	all := m.entries(t)
	e := all[len(all)-1]
	require.NotNil(t, e.Services)
	require.Len(t, e.Services.Accounts, 1)
	return e, &e.Services.Accounts[0]
}

// unchanged asks for a change that leaves no entry.
func (m *mall) unchanged(t testing.TB, c engine.Change) {
	t.Helper()
	before := len(m.entries(t))
	m.do(t, c)
	require.Len(t, m.entries(t), before, "%#v", c)
}

// wrong asks for a change that is refused for its document.
func (m *mall) wrong(t testing.TB, path string, code services.Code, c engine.Change) {
	t.Helper()
	_, err := m.Do(t.Context(), &engine.Command{Change: c})
	var e *engine.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.CodeInvalid, e.Code)
	require.NotEmpty(t, e.Problems)
	require.Equal(t, []any{path, code}, []any{e.Problems[0].Path, e.Problems[0].Code})
}

func requireSameJSON(t testing.TB, want string, v any) {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	require.JSONEq(t, want, string(data))
}

func TestManualQuantitiesAreReplacedAndPatched(t *testing.T) {
	m := newMall(t)
	manual := func(data string, patch bool) *engine.SetManual {
		return &engine.SetManual{Account: m.customer, Data: []byte(data), Patch: patch}
	}
	m.do(t, manual(`{"users":{"user":2},"devices":{"sip_device":1}}`, false))
	_, c := m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServiceManual}, c.Kinds)
	require.Equal(t, []services.Change{
		{Category: "devices", Item: "sip_device", Scope: services.ScopeManual, Difference: 1, Quantity: 1},
		{Category: "users", Item: "user", Scope: services.ScopeManual, Difference: 2, Quantity: 2}}, c.Quantities)
	require.Empty(t, c.Invoices, "there is no plan")

	m.do(t, manual(`{"users":{"user":5,"admin":0},"devices":null}`, true))
	requireSameJSON(t, `{"users":{"user":5,"admin":0}}`, m.services(t, m.customer).Quantities.Manual)
	_, c = m.last(t)
	require.Equal(t, []int64{-1, 3}, []int64{c.Quantities[0].Difference, c.Quantities[1].Difference})

	m.unchanged(t, manual(`{"users":{"user":5}}`, true))
	m.unchanged(t, manual(`{"users":{"admin":0,"user":5}}`, false))
	m.wrong(t, "users.user", services.CodeMinimum, manual(`{"users":{"user":-1}}`, true))
	m.refused(t, engine.CodeNotFound, nil, &engine.SetManual{Account: engine.HexID{9}, Data: []byte(`{}`)})

	m.do(t, manual(`{}`, false))
	require.Empty(t, m.services(t, m.customer).Quantities.Manual)
}

func TestAPlanOfTheResellerIsAssignedAndPriced(t *testing.T) {
	m := newMall(t)
	m.do(t, &engine.SetManual{Account: m.customer, Data: []byte(`{"devices":{"sip_device":2}}`)})
	m.do(t, &engine.AssignPlan{Account: m.customer, Plan: "simple", Data: []byte(`{"contract":{"months":12}}`)})
	_, c := m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServicePlans}, c.Kinds)
	require.Len(t, c.Invoices, 1)
	requireSameJSON(t, `{"today":10,"recurring":3}`, c.Invoices[0].Summary)
	require.Equal(t, m.reseller.String(), c.Record.Plans[0].Vendor)

	m.unchanged(t, &engine.AssignPlan{Account: m.customer, Plan: "simple", Data: []byte(`{}`)})
	m.do(t, &engine.AssignPlan{Account: m.customer, Plan: "simple",
		Data: []byte(`{"overrides":{"plan":{"devices":{"sip_device":{"rate":1}}}}}`)})
	requireSameJSON(t, `{"simple":{"vendor_id":"`+m.reseller.String()+`","contract":{"months":12},
		"overrides":{"plan":{"devices":{"sip_device":{"rate":1}}}}}}`, m.services(t, m.customer).Plans)

	m.do(t, &engine.SetOverrides{Account: m.customer, Data: []byte(`{"plan":{"devices":{"sip_device":{"flat_rate":7}}}}`)})
	_, c = m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServiceOverrides}, c.Kinds)
	requireSameJSON(t, `{"today":0,"recurring":7}`, c.Invoices[0].Summary)
	m.do(t, &engine.SetOverrides{Account: m.customer, Data: []byte(`{"plan":{"devices":null}}`), Patch: true})
	m.wrong(t, "plan", services.CodeType, &engine.SetOverrides{Account: m.customer, Data: []byte(`{"plan":1}`)})

	m.do(t, &engine.UnassignPlan{Account: m.customer, Plan: "simple"})
	_, c = m.last(t)
	require.Equal(t, services.LineRemoved, c.Invoices[0].Items[0].Changes.Type)
	m.refused(t, engine.CodeNotFound, []string{"simple"}, &engine.UnassignPlan{Account: m.customer, Plan: "simple"})
	m.refused(t, engine.CodeNotFound, []string{"none"},
		&engine.AssignPlan{Account: m.customer, Plan: "none", Data: []byte(`{}`)})
	m.refused(t, engine.CodeNotFound, []string{"simple"},
		&engine.AssignPlan{Account: m.reseller, Plan: "simple", Data: []byte(`{}`)}) // its reseller is the master
}

func TestServicesAreEditedTogetherOrNotAtAll(t *testing.T) {
	m := newMall(t)
	edit := func(data string) *engine.EditServices {
		return &engine.EditServices{Account: m.customer, Data: []byte(data)}
	}
	m.do(t, edit(`{"billing_id":"`+m.reseller.String()+`","add":["simple",{"id":"billed"}],
		"overrides":{"plan":{"users":{"user":{"rate":3}}}}}`))
	_, c := m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServicePlans, engine.ServiceOverrides, engine.ServiceBilling}, c.Kinds)
	require.Len(t, c.Invoices, 2, "one for each bookkeeper")
	require.Equal(t, m.reseller, m.member(t, m.customer).Billing())

	m.unchanged(t, edit(`{"billing_id":"`+m.reseller.String()+`"}`))
	m.refused(t, engine.CodeInvalidBillingID, []string{"billing_id"}, edit(`{"billing_id":"`+m.master.String()+`"}`))
	m.refused(t, engine.CodeNotFound, []string{"gone"}, edit(`{"overrides":{},"delete":["simple","gone"]}`))
	require.Len(t, m.services(t, m.customer).Plans, 2)
	m.do(t, edit(`{"delete":["simple"],"billing_id":"`+m.customer.String()+`"}`))
	require.Len(t, m.services(t, m.customer).Plans, 1)
	require.Equal(t, m.customer, m.member(t, m.customer).Billing())
}

func TestStandingDependsOnWhoPays(t *testing.T) {
	m := newMall(t)
	view := func(id engine.HexID) (v engine.ServicesView) {
		m.tree(t, func(tree engine.Tree) error {
			member, err := tree.ByID(id)
			if err != nil {
				return err
			}
			v, err = tree.ViewServices(member, tree.Services(member))
			return err
		})
		return v
	}
	status := func(id engine.HexID) services.Status { return view(id).Status }
	require.Equal(t, m.customer, view(m.customer).Payer.ID)
	require.True(t, status(m.customer).InGoodStanding)
	late := []byte(`{"in_good_standing":false,"reason":"late","reason_code":7}`)
	m.do(t, &engine.SetStanding{Account: m.reseller, Data: late})
	_, c := m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServiceStatus}, c.Kinds)
	m.unchanged(t, &engine.SetStanding{Account: m.reseller, Data: late})
	require.True(t, status(m.customer).InGoodStanding)
	m.do(t, &engine.EditServices{Account: m.customer, Data: []byte(`{"billing_id":"` + m.reseller.String() + `"}`)})
	require.Equal(t, "late", status(m.customer).Reason)
	require.Equal(t, m.reseller, view(m.customer).Payer.ID)
	m.do(t, &engine.SetStanding{Account: m.reseller, Data: []byte(`{"in_good_standing":true}`)})
	require.True(t, status(m.customer).InGoodStanding)
	m.wrong(t, "in_good_standing", services.CodeRequired, &engine.SetStanding{Account: m.reseller, Data: []byte(`{}`)})
}

func TestAPlanHasOneIDAmongThoseOfItsReseller(t *testing.T) {
	m := newMall(t)
	set := func(plan, data string, how engine.PlanWrite) *engine.SetPlan {
		return &engine.SetPlan{Reseller: m.reseller, Plan: plan, Data: []byte(data), How: how}
	}
	m.refused(t, engine.CodeExists, []string{"simple"}, set("", `{"id":"simple","plan":{}}`, engine.PlanMake))
	m.refused(t, engine.CodeInvalid, []string{"reseller"}, &engine.SetPlan{Reseller: m.customer, Data: []byte(`{"plan":{}}`)})
	m.refused(t, engine.CodeNotFound, []string{"none"}, set("none", `{"plan":{}}`, engine.PlanReplace))
	m.wrong(t, "id", services.CodeForbidden, set("manual", `{"plan":{}}`, engine.PlanMake))
	m.wrong(t, "plan", services.CodeRequired, set("", `{}`, engine.PlanMake))

	made := m.do(t, set("", `{"name":"é","plan":{},"x":[1.50]}`, engine.PlanMake)).Plan
	require.Regexp(t, `^[0-9a-f]{32}$`, made)
	m.do(t, set(made, `{"x":null}`, engine.PlanPatch))
	m.unchanged(t, set(made, `{"x":null}`, engine.PlanPatch))
	m.unchanged(t, set(made, `{"name":"é","plan":{},"id":"other"}`, engine.PlanReplace))
	require.NoError(t, m.Read(t.Context(), func(s engine.State) error {
		plan, ok := s.ServicePlan(engine.PlanKey{Reseller: m.reseller, ID: made})
		require.True(t, ok)
		requireSameJSON(t, `{"id":"`+made+`","name":"é","plan":{}}`, plan)
		require.ElementsMatch(t, []string{made, "simple", "billed"}, s.ServicePlanIDs(m.reseller))
		require.Empty(t, s.ServicePlanIDs(m.master))
		return nil
	}))
}

func TestAPlanThatIsAssignedStays(t *testing.T) {
	m := newMall(t)
	m.do(t, &engine.AssignPlan{Account: m.customer, Plan: "simple", Data: []byte(`{}`)})
	remove := &engine.RemovePlan{Reseller: m.reseller, Plan: "simple"}
	m.refused(t, engine.CodeInUse, []string{"simple"}, remove)
	m.do(t, &engine.UnassignPlan{Account: m.customer, Plan: "simple"})
	m.do(t, remove)
	m.refused(t, engine.CodeNotFound, []string{"simple"}, remove)
}

func TestInvoicesAreHandedToWhoBillsThem(t *testing.T) {
	m := newMall(t)
	m.unchanged(t, &engine.Synchronize{Account: m.customer})
	m.do(t, &engine.EditServices{Account: m.customer, Data: []byte(`{"add":["simple","billed"]}`)})
	m.do(t, &engine.Synchronize{Account: m.customer})
	e, c := m.last(t)
	require.Equal(t, []engine.ServiceKind{engine.ServiceSynchronization}, c.Kinds)
	logs := audit.Logs(e, c.Account)
	require.Len(t, logs, 1)
	require.Equal(t, "example", logs[0].Invoice().Bookkeeper.Type)
	require.Equal(t, "pending", logs[0].Status())
	m.do(t, &engine.Synchronize{Account: m.customer}) // once more, as often as asked
}

func TestServicesAreBounded(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Services.PlansMax, rules.Services.RecordsMax, rules.MetadataMax = 1, 2, 10
	r := newRig(t, engine.Options{Rules: rules})
	master := r.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	m := &mall{grove: &grove{rig: r, master: master}}
	m.do(t, &engine.SetPlan{Reseller: master, Data: []byte(`{"plan":{}}`)})
	m.refused(t, engine.CodeLimit, nil, &engine.SetPlan{Reseller: master, Data: []byte(`{"plan":{}}`)})
	m.child(t, master, "second")
	m.refused(t, engine.CodeLimit, nil, &engine.MakeMember{Parent: master, Account: id(""), Name: "third"})
	_, err := m.Do(t.Context(), &engine.Command{Who: []byte(strings.Repeat("x", 11)),
		Change: &engine.SetManual{Account: master, Data: []byte(`{"a":{"b":1}}`)}})
	require.ErrorIs(t, err, &engine.Error{Code: engine.CodeLimit})
}

func TestAnAuditSeesSoManyItemsInAll(t *testing.T) {
	rules := engine.DefaultRules()
	rules.Services.ItemsMax = 3
	r := newRig(t, engine.Options{Rules: rules})
	master := r.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member // is counted: one item
	m := &mall{grove: &grove{rig: r, master: master}}
	manual := func(data string) *engine.SetManual { return &engine.SetManual{Account: master, Data: []byte(data)} }
	tooMany := manual(`{"a":{"x":1,"y":1,"z":1}}`)
	m.refused(t, engine.CodeLimit, nil, tooMany)
	m.do(t, manual(`{"a":{"x":1},"b":{"x":1}}`))
	m.do(t, manual(`{"a":{"x":2,"y":0}}`)) // 0 of a new one is no change
	m.refused(t, engine.CodeLimit, nil, manual(`{"c":{"x":1}}`))

	m.opts.Rules.Services.ItemsMax = 1 // what was allowed before is replayed, and may change
	m.restart(t)
	m.refused(t, engine.CodeLimit, nil, manual(`{"c":{"x":1}}`))
	m.do(t, manual(`{"a":{"x":5},"b":{"x":6}}`))
	_, err := m.Do(t.Context(), &engine.Command{Change: &engine.PostLedger{Op: engine.OpDebit, Account: master,
		Facts: engine.Facts{Source: "any", UsageQuantity: new(int64(5))}}})
	require.NoError(t, err, "a source of usage is none of them")
}

func TestALogSaysWhoChangedWhatAndWhen(t *testing.T) {
	m := newMall(t)
	created := time.Date(2019, 12, 5, 22, 55, 54, 0, time.UTC)
	m.do(t, &engine.AssignPlan{Account: m.customer, Plan: "simple", Data: []byte(`{}`)})
	_, err := m.Do(t.Context(), &engine.Command{Who: []byte(`{"request":{"method":"POST"}}`), Created: engine.At(created),
		Change: &engine.SetManual{Account: m.customer, Data: []byte(`{"devices":{"sip_device":2}}`)}})
	require.NoError(t, err)
	e, c := m.last(t)
	logs := audit.Logs(e, c.Account)
	require.Len(t, logs, 1)
	l := &logs[0]
	require.EqualValues(t, 63742805754, l.Created)
	require.Regexp(t, `^201912-[0-9a-f]{32}$`, l.ID())
	seq, ok := audit.ParseID(m.customer, l.ID())
	require.True(t, ok)
	require.Equal(t, e.Seq, seq)
	_, ok = audit.ParseID(m.reseller, l.ID())
	require.False(t, ok, "it is another account's")
	customer := `{"id":"` + m.customer.String() + `","name":"Customer"}`
	requireSameJSON(t, `{"id":"`+l.ID()+`","status":"completed","created":63742805754,
		"audit":{"request":{"method":"POST"},"account":`+customer+`,
			"changes":{"type":["manual"],"account_id":"`+m.customer.String()+`","account_name":"Customer"}},
		"invoice":{"items":[{"category":"devices","item":"sip_device","name":"devices/sip_device","quantity":2,"billable":2,
				"rate":1.5,"maximum":2,"prorate":{"additions":true,"removals":true},"total":3,
				"changes":{"type":"modified","difference":{"quantity":2,"billable":2}}}],
			"activation_charges":[{"category":"devices","item":"sip_device","name":"devices/sip_device","billable":2,
				"rate":5,"total":10}],"taxes":[],"summary":{"today":10,"recurring":3},
			"plan":{"devices":{"sip_device":{"rate":1.5,"activation_charge":5}}},
			"bookkeeper":{"id":"default_bookkeeper","type":"default","vendor_id":"`+m.reseller.String()+`"}},
		"bookkeeper":{"id":"default_bookkeeper","type":"default","vendor_id":"`+m.reseller.String()+`","results":[]},
		"quantities":[{"category":"devices","item":"sip_device","scope":"manual","difference":2,"quantity":2}]}`, l)
	requireSameJSON(t, `{"id":"`+l.ID()+`","status":"completed","type":["manual"],"created":63742805754,
		"summary":{"today":10,"recurring":3}}`, l.Listed())
}

func TestTheMakingOfAnAccountIsNoLogOfItsOwn(t *testing.T) {
	m := newMall(t)
	child := m.child(t, m.customer, "Child")
	all := m.entries(t)
	e := all[len(all)-1]
	require.Empty(t, audit.Logs(e, id(child.String())))
	require.Len(t, audit.Logs(e, id(m.reseller.String())), 1)
	require.Empty(t, audit.Logs(e, id("nobody")))
}

// TestQuantitiesFollowFromTheirChanges does anything to a mall and folds its
// journal: changes lead from one quantity to the next, add up to what the
// records say, and a restart gives the same services.
func TestQuantitiesFollowFromTheirChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMall(t)
		members := []engine.HexID{m.master, m.reseller, m.customer}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			at := rapid.IntRange(0, len(members)-1).Draw(rt, "account")
			c := m.anything(rt, members[at])
			result, err := m.Do(t.Context(), &engine.Command{Change: c})
			if err == nil && !result.Member.IsZero() {
				members = append(members, result.Member)
			}
			require.NotErrorIs(rt, err, &engine.Error{Code: engine.CodeInternal})
		}
		m.requireQuantities(rt)
		m.requireCounted(rt, members)
		before := valuesOf(t, m.rig)
		m.restart(t)
		require.Equal(rt, before, valuesOf(t, m.rig))
	})
}

// anything returns some change of an account or its services.
func (m *mall) anything(rt *rapid.T, of engine.HexID) engine.Change {
	n := rapid.IntRange(0, 3).Draw(rt, "n")
	user := []byte(`{"users":{"user":` + string(rune('0'+n)) + `}}`)
	return []engine.Change{
		&engine.SetManual{Account: of, Data: user, Patch: n > 1},
		&engine.SetManual{Account: of, Data: []byte(`{"accounts":{"account":` + string(rune('0'+n)) + `}}`), Patch: true},
		&engine.SetManual{Account: of, Data: []byte(`{"accounts":null}`), Patch: true},
		&engine.MakeMember{Parent: of, Account: id(""), Name: "made", Disabled: n == 0},
		&engine.ChangeMember{ID: of, Disabled: new(n > 1)},
		&engine.ChangeMember{ID: of, IsReseller: new(n > 1)},
		&engine.RemoveAccount{Account: id(of.String())},
		&engine.EditServices{Account: of, Data: []byte(`{"add":["simple"]}`)},
		topUp(string(rune('a'+n)), "1"), // as JSON-RPC makes accounts
		&engine.SetAccount{Account: id(string(rune('a' + n))), Disabled: new(rapid.Bool().Draw(rt, "disabled"))},
		&engine.RemoveAccount{Account: id(string(rune('a' + n)))},
		&engine.ChangeMember{ID: id(string(rune('a' + n))).Derived(), Name: new("named")},
	}[rapid.IntRange(0, 11).Draw(rt, "change")]
}

// requireQuantities folds the journal and compares with the records.
func (m *mall) requireQuantities(rt *rapid.T) {
	type item struct {
		owner          engine.AccountID
		category, item string
	}
	quantities := map[item]int64{}
	require.NoError(rt, m.Journal(rt.Context(), 1, func(e *engine.Entry) error {
		if e.Services == nil {
			return nil
		}
		for _, c := range e.Services.Accounts {
			for _, q := range c.Quantities {
				at := item{c.Account, q.Category, q.Item}
				require.Equal(rt, q.Quantity, quantities[at]+q.Difference, "entry %d: %v", e.Seq, at)
				quantities[at] = q.Quantity
			}
		}
		return nil
	}))
	require.NoError(rt, m.Read(rt.Context(), func(s engine.State) error {
		for at, n := range quantities {
			var q services.Counts
			if r := s.ServiceRecord(at.owner); r != nil {
				a, err := s.Account(at.owner)
				require.NoError(rt, err)
				q = r.Quantities.Effective(a.Profile.IsReseller)
			}
			have, _ := q.Get(at.category, at.item)
			require.Equal(rt, n, have, "%v", at)
		}
		return nil
	}))
}

// valuesOf returns all that the state knows of services, as text.
func valuesOf(t testing.TB, r *rig) map[engine.ServiceKey]string {
	t.Helper()
	values := map[engine.ServiceKey]string{}
	for _, k := range r.state.Services.Keys() {
		text, err := json.Marshal(r.state.Services.Value(k), json.Deterministic(true))
		require.NoError(t, err)
		values[k] = string(text)
	}
	return values
}
