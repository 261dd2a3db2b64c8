package audit

import (
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/amount"
	"purser/engine/services"
)

const noon = 63721512000 // 2019-04-03T12:00:00Z

func TestADayIsThatOfUTC(t *testing.T) {
	for gregorian, want := range map[int64]string{
		0: "0000-01-01", 86_399: "0000-01-01", 86_400: "0000-01-02",
		noon: "2019-04-03", 63721555199: "2019-04-03", 63721555200: "2019-04-04", gregorianOffset: "1970-01-01",
	} {
		require.Equal(t, want, DayOf(gregorian).String())
		require.Equal(t, want, Time(gregorian).Format(time.DateOnly))
	}
}

func TestAWindowIsWidenedToWholeDays(t *testing.T) {
	var h History
	change := counter(&h, "users", "user")
	change(63721468800, 1) // the first second of 04-03
	change(63721555199, 2) // the last one
	change(63721555200, 3) // 04-04
	rows := rowsOf(&h, noon, noon)
	require.Len(t, rows, 1)
	require.Equal(t, int64(2), rows[0].Row.Addition)
	require.Len(t, rowsOf(&h, noon, 63721555200), 2)
	require.Empty(t, rowsOf(&h, noon-86_400, noon-86_400))
}

func TestDaysWithoutEventsHaveNoRow(t *testing.T) {
	var h History
	change := counter(&h, "users", "user")
	change(noon, 1)
	change(noon+3*86_400, 2)
	require.Len(t, rowsOf(&h, 0, noon+9*86_400), 2)
}

func TestAnEmptyAuditHasTheShapeOfItsView(t *testing.T) {
	requireJSON(t, `{}`, Object(nil))
	requireJSON(t, `[]`, Array(nil))
	requireJSON(t, `[]`, Source(nil, "user", false))
	requireJSON(t, `[]`, Source(sampleSB().Rows(0, 1<<30), "nobody", false))
}

func TestAscendingTurnsTheDaysAround(t *testing.T) {
	rows := rowsOf(sampleSB(), 63742805754, 63743140658)
	days := Source(rows, "account", true)
	require.Equal(t, []string{"2019-12-05", "2019-12-09"}, []string{days[0].Day.String(), days[1].Day.String()})
}

func TestOfOneDayTheLatestQuantityCounts(t *testing.T) {
	r := Row{}.Changed(noon+1, services.Change{Difference: 2, Quantity: 2})
	r = r.Changed(noon+1, services.Change{Difference: -1, Quantity: 1})
	require.Equal(t, "1", r.Quantity.String(), "of one second, the later change")
	r = r.Changed(noon, services.Change{Difference: 5, Quantity: 6})
	require.Equal(t, "1", r.Quantity.String(), "one that is dated earlier does not")
	require.Equal(t, []int64{7, 1, noon + 1}, []int64{r.Addition, r.Removal, r.Last})
}

func TestUsageKeepsTheFirstUnitThatIsGiven(t *testing.T) {
	r := Row{}.Used(noon, amount.FromInt(1), "").Used(noon+2, amount.FromInt(2), "sec").Used(noon+1, amount.FromInt(3), "min")
	requireJSON(t, `{"last_timestamp": 63721512002, "quantity": 6, "sum_quantity": true, "unit": "sec"}`, r)
	requireJSON(t, `{"last_timestamp": 63721512000, "quantity": 1, "sum_quantity": true, "unit": ""}`,
		Row{}.Used(noon, amount.FromInt(1), ""))
}

func TestUsageThatNoAmountHoldsIsNotAdded(t *testing.T) {
	most := amount.FromInt(999_999_999_999_999_999)
	r := Row{}.Used(noon, most, "sec").Used(noon+1, most, "sec")
	require.Equal(t, most.String(), r.Quantity.String())
	require.Equal(t, int64(noon+1), r.Last)
}

func TestALaterCategoryWithTheSameItemIsNamedWithIt(t *testing.T) {
	var h History
	counter(&h, "voicemails", "mailbox")(noon, 1)
	counter(&h, "faxes", "mailbox")(noon+1, 2)
	counter(&h, "voicemails", "mailbox")(noon+2, 3)
	h.AddUsage(noon, "mailbox", amount.FromInt(9), "sec")
	counter(&h, "x", "faxes.mailbox")(noon, 4)
	var names []string
	for _, one := range h.Names {
		names = append(names, one.Name)
	}
	require.Equal(t, []string{"mailbox", "faxes.mailbox", "usage.mailbox", "x.faxes.mailbox"}, names)
	rows := rowsOf(&h, noon, noon)
	require.Equal(t, "3", Source(rows, "mailbox", false)[0].Row.Quantity.String())
	require.Equal(t, "2", Source(rows, "faxes.mailbox", false)[0].Row.Quantity.String())
}

func TestNamesAreNotChangedByWith(t *testing.T) {
	var base Names
	for _, item := range []string{"u", "v", "x"} { // append makes room for a fourth
		base, _ = base.With(Series{Category: "a", Item: item})
	}
	one, _ := base.With(Series{Category: "a", Item: "y"})
	two, _ := base.With(Series{Category: "a", Item: "z"})
	require.Equal(t, "y", one[3].Name)
	require.Equal(t, "z", two[3].Name)
	require.Len(t, base, 3)
}

func TestItemsThatWereSeenAreThoseOfCategories(t *testing.T) {
	var h History
	counter(&h, "voicemails", "mailbox")(noon, 1)
	counter(&h, "voicemails", "mailbox")(noon, 2)
	h.AddUsage(noon, "mailbox", amount.FromInt(9), "sec")
	seen, unseen := h.Names.Items([]services.Change{{Category: "voicemails", Item: "mailbox"},
		{Category: "faxes", Item: "mailbox"}, {Category: "", Item: "mailbox"}})
	require.Equal(t, []int{1, 2}, []int{seen, unseen})
}

// TestQuantitiesAddUp: the quantity after all days is what was added less what
// was removed, for each item, and rows are in the order of days.
func TestQuantitiesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h History
		now := map[string]int64{}
		at := int64(noon)
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			at += rapid.Int64Range(0, 100_000).Draw(t, "pause")
			item := rapid.SampledFrom([]string{"user", "admin", "mailbox"}).Draw(t, "item")
			to := rapid.Int64Range(0, 9).Draw(t, "quantity")
			if to != now[item] {
				h.AddChange(at, services.Change{Category: "c", Item: item, Difference: to - now[item], Quantity: to})
				now[item] = to
			}
		}
		sum, last := map[string]int64{}, map[string]amount.Amount{}
		for _, r := range h.Rows(DayOf(noon), DayOf(at)) {
			sum[r.Name] += r.Row.Addition - r.Row.Removal
			last[r.Name] = r.Row.Quantity
			require.Equal(t, r.Day, DayOf(r.Row.Last))
			require.Equal(t, amount.FromInt(sum[r.Name]).String(), r.Row.Quantity.String(), "each day's quantity is the sum so far")
		}
		for item, n := range now {
			require.Equal(t, n, sum[item])
			require.Zero(t, last[item].Cmp(amount.FromInt(n)))
		}
	})
}

func TestAStoredHistoryIsTheSameAgain(t *testing.T) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	for _, h := range []*History{{}, sampleSA(), sampleSB()} {
		data, err := mode.Marshal(h)
		require.NoError(t, err)
		var again History
		require.NoError(t, cbor.Unmarshal(data, &again))
		twice, err := mode.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, data, twice)
		require.Equal(t, h, &again)
	}
}

func TestAStoredHistoryOutOfOrderIsRefused(t *testing.T) {
	name := Named{Series{Item: "a"}, "a"}
	for _, h := range []History{
		{Cells: []Cell{{Series: 0}}},
		{Names: Names{name}, Cells: []Cell{{Series: -1}}},
		{Names: Names{name}, Cells: []Cell{{Day: 1}, {Day: 1}}},
		{Names: Names{name}, Cells: []Cell{{Day: 2}, {Day: 1}}},
		{Names: Names{name, name}},
	} {
		data, err := cbor.Marshal(h)
		require.NoError(t, err)
		require.ErrorIs(t, new(History).UnmarshalCBOR(data), errHistory)
	}
}

func FuzzHistory(f *testing.F) {
	for _, h := range []*History{{}, sampleSA()} {
		data, err := cbor.Marshal(h)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var h History
		if h.UnmarshalCBOR(data) != nil {
			return
		}
		h.AddChange(noon, services.Change{Category: "c", Item: "i", Difference: 1, Quantity: 1})
		rows := h.Rows(-1<<31, 1<<31-1)
		require.Len(t, rows, len(h.Cells))
		_, err := json.Marshal(Object(rows))
		require.NoError(t, err, "no name and no day stands there twice")
	})
}
