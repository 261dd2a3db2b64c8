package services

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func counts(t testing.TB, text string) Counts {
	t.Helper()
	c, err := ParseCounts([]byte(text), Limits{})
	require.NoError(t, err)
	return c
}

func TestManualQuantitiesComeBackAsTheyWereSent(t *testing.T) {
	c := counts(t, `{"users":{"user":84,"admin":0},"phone_numbers":{"did_us":"53"},"empty":{}}`)
	require.Equal(t, `{"phone_numbers":{"did_us":53},"users":{"admin":0,"user":84}}`, jsonOf(t, c))
	require.Equal(t, `{}`, jsonOf(t, counts(t, `{}`)))
}

func TestManualQuantitiesAreWholeNumbersOfItemsOfCategories(t *testing.T) {
	for text, want := range map[string][]string{
		`{"users":{"user":-1}}`:                {"users.user minimum"},
		`{"users":{"user":1.5}}`:               {"users.user type"},
		`{"users":{"user":"x"}}`:               {"users.user type"},
		`{"users":{"user":null}}`:              {"users.user type"},
		`{"users":{"user":{"deep":1}}}`:        {"users.user type"},
		`{"users":1,"devices":null}`:           {"users type", "devices type"},
		`{"users":{"user":1000000001}}`:        {"users.user maximum"},
		`{"users":{"user":1e30}}`:              {"users.user maximum"},
		`{"a.b":{"c":-1,"d":true},"":{"x":1}}`: {"a%2Eb.c minimum", "a%2Eb.d type", " invalid"},
		`[]`:                                   {"data type"},
	} {
		_, err := ParseCounts([]byte(text), Limits{})
		requireProblems(t, err, want...)
	}
}

func TestAPatchOfQuantitiesMergesAndNullRemoves(t *testing.T) {
	c := counts(t, `{"users":{"user":3,"admin":1},"devices":{"sip_device":2}}`)
	for patch, want := range map[string]string{
		`{}`:                                   `{"devices":{"sip_device":2},"users":{"admin":1,"user":3}}`,
		`{"users":{"user":5,"x":1}}`:           `{"devices":{"sip_device":2},"users":{"admin":1,"user":5,"x":1}}`,
		`{"users":{"admin":null}}`:             `{"devices":{"sip_device":2},"users":{"user":3}}`,
		`{"users":null,"other":null}`:          `{"devices":{"sip_device":2}}`,
		`{"users":{"admin":null,"user":null}}`: `{"devices":{"sip_device":2}}`,
	} {
		next, err := c.Patch([]byte(patch), Limits{})
		require.NoError(t, err)
		require.Equal(t, want, jsonOf(t, next))
	}
	_, err := c.Patch([]byte(`{"users":{"user":-1}}`), Limits{})
	requireProblems(t, err, "users.user minimum")
	_, err = c.Patch([]byte(`{"users":{"x":1}}`), Limits{Values: 6})
	requireProblems(t, err, "data maximum")
	require.Equal(t, `{"devices":{"sip_device":2},"users":{"admin":1,"user":3}}`, jsonOf(t, c), "the old quantities stay")
}

func TestAManualQuantityWinsOverACountedOneItemByItem(t *testing.T) {
	q := Quantities{
		Account: counts(t, `{"users":{"user":5,"admin":2},"devices":{"ata":1}}`),
		Manual:  counts(t, `{"users":{"user":0},"devices":{"fax":3}}`),
		Cascade: counts(t, `{"users":{"user":7},"faxes":{"mailbox":1}}`),
	}
	require.Equal(t, `{"devices":{"ata":1,"fax":3},"users":{"admin":2,"user":0}}`, jsonOf(t, q.Own()))
	require.Equal(t, q.Own(), q.Effective(false))
	require.Equal(t, `{"devices":{"ata":1,"fax":3},"faxes":{"mailbox":1},"users":{"admin":2,"user":7}}`, jsonOf(t, q.Effective(true)))
}

func TestAnItemHasOneChangeHoweverManyOfItsQuantitiesMoved(t *testing.T) {
	before := Quantities{
		Account: counts(t, `{"a":{"counted":1,"hidden":1,"both":1}}`),
		Manual:  counts(t, `{"a":{"manual":2,"hidden":5,"gone":4}}`),
		Cascade: counts(t, `{"a":{"below":1,"hidden":2}}`),
	}
	after := Quantities{
		Account: counts(t, `{"a":{"counted":4,"hidden":9,"both":2}}`),
		Manual:  counts(t, `{"a":{"manual":3,"hidden":5,"both":7,"zero":0}}`),
		Cascade: counts(t, `{"a":{"below":3,"hidden":3}}`),
	}
	require.Equal(t, []Change{
		{"a", "below", ScopeCascade, 2, 3},
		{"a", "both", ScopeManual, 6, 7},
		{"a", "counted", ScopeAccount, 3, 4},
		{"a", "gone", ScopeManual, -4, 0},
		{"a", "hidden", ScopeCascade, 1, 8},
		{"a", "manual", ScopeManual, 1, 3},
	}, Changes(Holding{before, true}, Holding{after, true}))
	require.Len(t, Changes(Holding{before, false}, Holding{after, false}), 4, "who is no reseller has nothing below")
	require.Empty(t, Changes(Holding{before, true}, Holding{before, true}))
	require.Equal(t, []Change{{"a", "below", ScopeCascade, 1, 1}, {"a", "hidden", ScopeCascade, 2, 7}},
		Changes(Holding{before, false}, Holding{before, true}), "a promotion makes those below count")
}

func TestAChangeHasTheMembersOfTheAuditLog(t *testing.T) {
	require.Equal(t, `{"category":"users","item":"user","scope":"manual","difference":-2,"quantity":0}`,
		jsonOf(t, Change{"users", "user", ScopeManual, -2, 0}))
}

func TestCountsAddUpItemByItem(t *testing.T) {
	sum := counts(t, `{"a":{"x":1,"y":2}}`).Add(counts(t, `{"a":{"y":3},"b":{"z":4}}`))
	require.Equal(t, `{"a":{"x":1,"y":5},"b":{"z":4}}`, jsonOf(t, sum))
	n, ok := sum.Get("b", "z")
	require.True(t, ok)
	require.Equal(t, int64(4), n)
	_, ok = sum.Get("b", "y")
	require.False(t, ok)
	require.Equal(t, `{"a":{"x":1,"y":9},"b":{"a":0,"z":4}}`, jsonOf(t, sum.With("a", "y", 9).With("b", "a", 0)))
	require.Equal(t, `{"a":{"x":1,"y":5},"b":{"z":4}}`, jsonOf(t, sum), "With changes a copy")
}

// anyCounts draws quantities of few items, so that states overlap.
func anyCounts(t *rapid.T, label string) Counts {
	var c Counts
	for range rapid.IntRange(0, 8).Draw(t, label) {
		c = c.With(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "category"),
			rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "item"), rapid.Int64Range(0, 5).Draw(t, "n"))
	}
	return c
}

func anyHolding(t *rapid.T) Holding {
	return Holding{Quantities{anyCounts(t, "account"), anyCounts(t, "cascade"), anyCounts(t, "manual")},
		rapid.Bool().Draw(t, "reseller")}
}

// TestChangesLeadFromOneStateToTheOther: the old effective quantities and the
// differences give the new ones, nothing else changed, in order.
func TestChangesLeadFromOneStateToTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyHolding(t), anyHolding(t)
		now := before.Quantities.Effective(before.IsReseller)
		changes := Changes(before, after)
		for i, c := range changes {
			was, _ := now.Get(c.Category, c.Item)
			require.NotZero(t, c.Difference)
			require.Equal(t, c.Quantity, was+c.Difference)
			now = now.With(c.Category, c.Item, c.Quantity)
			if i > 0 {
				last := Count{Category: changes[i-1].Category, Item: changes[i-1].Item}
				require.Negative(t, last.compare(Count{Category: c.Category, Item: c.Item}))
			}
		}
		for _, want := range after.Quantities.Effective(after.IsReseller) {
			n, _ := now.Get(want.Category, want.Item)
			require.Equal(t, want.N, n)
		}
	})
}

// TestAPatchToTheTargetGivesTheTarget: a patch with everything that differs,
// null for what is gone, makes any quantities of any others.
func TestAPatchToTheTargetGivesTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := anyCounts(t, "from"), anyCounts(t, "to")
		patch := to.document()
		for _, one := range from {
			if _, ok := to.Get(one.Category, one.Item); !ok {
				patch = patch.With(one.Category, Object(patch.object(one.Category).With(one.Item, Value{kind: kindNull})))
			}
		}
		got, err := from.Patch(patch.AppendJSON(nil), Limits{})
		require.NoError(t, err)
		require.Equal(t, jsonOf(t, to), jsonOf(t, got))
		again, err := ParseCounts([]byte(jsonOf(t, to)), Limits{})
		require.NoError(t, err)
		require.Equal(t, jsonOf(t, to), jsonOf(t, again))
	})
}
