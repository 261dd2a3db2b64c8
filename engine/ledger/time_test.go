package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestMonthsAreThoseOfUTC(t *testing.T) {
	for text, second := range map[string]int64{"201912": 63742805754, "000001": 0, "999912": lastSecond} {
		m := MonthOf(second)
		require.Equal(t, text, m.String())
		parsed, ok := ParseMonth(text)
		require.True(t, ok)
		require.Equal(t, m, parsed)
		require.LessOrEqual(t, m.First(), second)
		require.GreaterOrEqual(t, m.Window().To, second)
		require.Equal(t, m-1, MonthOf(m.First()-1))
		require.Equal(t, m+1, MonthOf(m.Window().To+1))
	}
	m, ok := ParseMonth("20193")
	require.True(t, ok)
	require.Equal(t, "201903", m.String())
}

func TestWhatIsNoMonthIsRefused(t *testing.T) {
	for _, text := range []string{"", "2019", "201900", "20190", "201913", "abcdef", "2019x", "2019-1", "2019011", "+20191"} {
		_, ok := ParseMonth(text)
		require.False(t, ok, text)
	}
}

func TestALedgerKnowsYearsOfFourDigits(t *testing.T) {
	require.Zero(t, Second(engine.At(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC))))
	require.EqualValues(t, lastSecond, Second(engine.At(time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC))))
	require.EqualValues(t, lastSecond, Second(engine.At(time.Date(9999, 12, 31, 23, 59, 59, 9, time.UTC))))
}
