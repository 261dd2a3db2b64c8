package apier

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The last day of January in a leap year, not in UTC, to see what months and days do.
var january31 = time.Date(2028, time.January, 31, 23, 30, 15, 500, time.FixedZone("", 2*3600))

func TestExpiryTimes(t *testing.T) {
	const never = "0001-01-01T00:00:00Z"
	for _, test := range []struct{ text, want string }{
		{"", never}, {"*unlimited", never}, {"0", never}, {"  ", never}, {never, never},

		{"*now", "2028-01-31T21:30:15.0000005Z"},
		{"*daily", "2028-02-01T21:30:15.0000005Z"},
		{"*monthly", "2028-03-02T21:30:15.0000005Z"},
		{"*monthly_estimated", "2028-02-29T21:30:15.0000005Z"},
		{"*yearly", "2029-01-31T21:30:15.0000005Z"},
		{"*month_end", "2028-01-31T23:59:59Z"},
		{"*month_end+24h", "2028-02-01T23:59:59Z"},
		{"*month_end-1h", "2028-01-31T22:59:59Z"},
		{"*mo+1h", "2028-03-02T22:30:15.0000005Z"},
		{"+24h", "2028-02-01T21:30:15.0000005Z"},
		{"+1h30m", "2028-01-31T23:00:15.0000005Z"},
		{"-1h", "2028-01-31T20:30:15.0000005Z"},
		{"+4320h", "2028-07-29T21:30:15.0000005Z"},

		{"2030-01-02T03:04:05Z", "2030-01-02T03:04:05Z"},
		{" 2030-01-02T03:04:05Z\n", "2030-01-02T03:04:05Z"},
		{"2030-01-02T03:04:05.123456789Z", "2030-01-02T03:04:05.123456789Z"},
		{"2030-01-02T03:04:05+02:00", "2030-01-02T01:04:05Z"},
		{"2030-01-02T03:04:05.123+0200", "2030-01-02T01:04:05.123Z"},
		{"2030-01-02 03:04:05 +0000 UTC", "2030-01-02T03:04:05Z"},
		{"2030-01-02 03:04:05.25 +0000 UTC", "2030-01-02T03:04:05.25Z"},
		{"2030-01-02 03:04:05 +0200 +0200", "2030-01-02T01:04:05Z"},
		{"2030-01-02 03:04:05 +0100 CET", "2030-01-02T02:04:05Z"},
		{"2030-01-02 03:04:05", "2030-01-02T03:04:05Z"},
		{"2030-01-02T03:04:05", "2030-01-02T03:04:05Z"},
		{"20300102030405", "2030-01-02T03:04:05Z"},
		{"20300102030405.123", "2030-01-02T03:04:05.123Z"},
		{"02.01.2030 03:04:05", "2030-01-02T03:04:05Z"},
		{"02/01/2030 03:04:05", "2030-01-02T03:04:05Z"},
		{"1893553445", "2030-01-02T03:04:05Z"},
		{"1893553445123", "2030-01-02T03:04:05.123Z"},
		{"1893553445123456", "2030-01-02T03:04:05.123456Z"},
		{"1893553445123456789", "2030-01-02T03:04:05.123456789Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
		{"1999-12-31T23:59:59Z", "1999-12-31T23:59:59Z"},
	} {
		got, err := parseExpiry(test.text, january31)
		require.NoError(t, err, "%q", test.text)
		require.Equal(t, test.want, got.Format(time.RFC3339Nano), "%q", test.text)
	}
}

func TestTimesThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{
		"2030-01-02", "*weekly", "*hourly", "*never", "*none", "*year_end", "garbage", "+1d", "+", "-", "*mo+", "*monthlyx",
		"*month_end+1d", "2030-13-01T00:00:00Z", "2030-02-30T00:00:00Z", "2030-01-02T25:04:05Z", "1", "12345678901",
		"2030-01-02T03:04:05+99:99", "9999-12-31T23:59:59-01:00", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00",
		"99999-01-01T00:00:00Z", "9999999999999999999", "+9223372036854775807h", "+876001h", "١٨٩٣٥٥٣٤٤٥",
		strings.Repeat("1", 100_000),
	} {
		_, err := parseExpiry(text, january31)
		require.EqualError(t, err, "Unsupported time format", "%.40q", text)
	}
}

func FuzzParseExpiry(f *testing.F) {
	for _, seed := range []string{
		"*unlimited", "+1h", "*month_end+1h", "2030-01-02T03:04:05Z", "1893553445", "02.01.2030 03:04:05", "*mo-1h",
		"2030-01-02 03:04:05 +0000 UTC", "9999-12-31T23:59:59-01:00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseExpiry(text, january31)
		if err != nil {
			require.EqualError(t, err, textUnsupportedTime)
			return
		}
		require.GreaterOrEqual(t, got.Year(), 1)
		require.LessOrEqual(t, got.Year(), 9999)
		again, err := parseExpiry(got.Format(time.RFC3339Nano), january31)
		require.NoError(t, err, "what an account shows can be sent back")
		require.True(t, again.Equal(got.Time))
	})
}
