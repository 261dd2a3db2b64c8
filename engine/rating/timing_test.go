package rating_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/rating"
)

func TestATimingHolds(t *testing.T) {
	for _, c := range []struct {
		rule   string
		timing rating.Timing
		at     string
		want   bool
	}{
		{"always", rating.Timing{}, ten, true},
		{"from its start", rating.Timing{Start: "10:00:00"}, ten, true},
		{"not before", rating.Timing{Start: "10:00:01"}, "2026-01-14T10:00:00.999999999Z", false},
		{"through the second of its end", rating.Timing{End: "10:00:00"}, "2026-01-14T10:00:00.999999999Z", true},
		{"not behind it", rating.Timing{End: "10:00:00"}, "2026-01-14T10:00:01Z", false},
		{"in its years", rating.Timing{Years: []int{2025, 2026}}, ten, true},
		{"not in others", rating.Timing{Years: []int{2025}}, ten, false},
		{"in its months", rating.Timing{Months: []int{1}}, ten, true},
		{"not in others", rating.Timing{Months: []int{2}}, ten, false},
		{"on its days", rating.Timing{MonthDays: []int{14}}, ten, true},
		{"not on others", rating.Timing{MonthDays: []int{15}}, ten, false},
		{"on its week days", rating.Timing{WeekDays: []int{3}}, ten, true},
		{"on Sunday", rating.Timing{WeekDays: []int{0}}, "2026-01-18T10:00:00Z", true},
		{"not on others", rating.Timing{WeekDays: []int{0, 4}}, ten, false},
		{"by the clock of the time", rating.Timing{Start: "23:00:00", MonthDays: []int{13}}, "2026-01-13T23:30:00-05:00", true},
		{"by no other clock", rating.Timing{Start: "23:00:00", MonthDays: []int{13}}, "2026-01-14T04:30:00Z", false},
	} {
		require.Equal(t, c.want, c.timing.Holds(clock(c.at)), c.rule)
	}
}

func TestATimingHoldsFromStartThroughEndAsTextSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := func(label string) string {
			return time.Unix(rapid.Int64Range(0, 86399).Draw(rt, label), 0).UTC().Format(rating.ClockLayout)
		}
		g := rating.Timing{Start: text("start"), End: text("end")}
		at := time.Unix(rapid.Int64Range(-4e9, 4e9).Draw(rt, "at"), rapid.Int64Range(0, 999999999).Draw(rt, "nanoseconds")).UTC()
		now := at.Format(rating.ClockLayout)
		require.Equal(rt, now >= g.Start && now <= g.End, g.Holds(at))
	})
}

func BenchmarkTimingHolds(b *testing.B) {
	g, at := rating.Timing{WeekDays: []int{1, 2, 3, 4, 5}, Start: "08:00:00", End: "17:59:59"}, clock(ten)
	b.ReportAllocs()
	for b.Loop() {
		if !g.Holds(at) {
			b.Fatal("does not hold")
		}
	}
}
