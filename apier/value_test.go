package apier

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/amount"
)

func TestValuesAreNumbersOrDurations(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12", "-4.25": "-4.25", "+5": "5", "1.5e3": "1500", "0.000000000000000001": "0.000000000000000001",
		"90s": "90000000000", "5m": "300000000000", "1h30m": "5400000000000", "250ms": "250000000", "7us": "7000",
		"3ns": "3", "-1s": "-1000000000", "0s": "0",
	} {
		got, err := parseValue(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.String(), text)
	}
}

func TestValuesThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "ten", "Inf", "NaN", "0x10", "1_000", "1e400", "1e-400", "1,5", " 5", "5 ", "--1", "1d", "s", "tens",
		"9223372036854775807h", "1h99999999999999h", "876001h", "-876001h", "1234567890123456789", "400000h",
		strings.Repeat("9", 100_000), strings.Repeat("9h", 100_000),
	} {
		_, err := parseValue(text)
		require.Error(t, err, "%.40q", text)
	}
}

func TestDurationsAreAtMostAHundredYears(t *testing.T) {
	d, err := parseDuration("876000h")
	require.NoError(t, err)
	require.Equal(t, durationMax, d)
	_, err = parseDuration("876000h1ns")
	require.ErrorIs(t, err, errDuration)
}

func FuzzParseValue(f *testing.F) {
	for _, seed := range []string{"12.5", "-1s", "1h30m", "1e3", "NaN", "9223372036854775807ns", ".5", "1e-19"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseValue(text)
		if err != nil {
			return
		}
		require.NoError(t, v.Check(), "what is accepted can be stored")
		again, err := amount.Parse(v.String())
		require.NoError(t, err)
		require.Zero(t, again.Cmp(v))
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"1h", "-1s", "9223372036854775807ns", "1d", "876000h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDuration(text)
		if err != nil {
			return
		}
		require.LessOrEqual(t, d.Abs(), durationMax)
		want, err := time.ParseDuration(text)
		require.NoError(t, err)
		require.Equal(t, want, d)
	})
}
