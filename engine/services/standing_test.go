package services

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStandingIsThatOfTheAccountAndOfWhoPays(t *testing.T) {
	bad := Party{Standing: Standing{true, "credit card expired", 12345}}
	const good = `{"in_good_standing":true,"acceptable":true}`
	const expired = `{"in_good_standing":false,"acceptable":false,"reason":"credit card expired","reason_code":12345,` +
		`"message":"credit card expired"}`
	const disabled = `{"in_good_standing":false,"acceptable":false,"reason":"account_disabled","message":"account disabled"}`
	for _, c := range []struct {
		account, payer Party
		want           string
	}{
		{Party{}, Party{}, good},
		{bad, Party{}, expired},
		{Party{}, bad, expired},
		{Party{Disabled: true}, Party{}, disabled},
		{bad, Party{Disabled: true}, disabled},
		{Party{Standing: Standing{Delinquent: true}}, Party{},
			`{"in_good_standing":false,"acceptable":false,"reason":"delinquent","message":"delinquent"}`},
	} {
		require.Equal(t, c.want, jsonOf(t, StatusOf(c.account, c.payer)))
	}
}

func TestTheSummaryShowsStandingInKazoosWords(t *testing.T) {
	require.Equal(t, `{"acceptable":true,"reason":"good standing not required"}`,
		jsonOf(t, StatusOf(Party{}, Party{}).Acceptance()))
	require.Equal(t, `{"acceptable":false,"reason":"account_disabled","message":"account disabled"}`,
		jsonOf(t, StatusOf(Party{Disabled: true}, Party{}).Acceptance()))
}

func TestAStandingIsReadAsItIsMarked(t *testing.T) {
	for text, want := range map[string]Standing{
		`{"in_good_standing":true,"reason":"forgotten","reason_code":1}`: {},
		`{"in_good_standing":false}`:                                     {Delinquent: true},
		`{"in_good_standing":false,"reason":"late","reason_code":"7"}`:   {true, "late", 7},
	} {
		s, err := ParseStanding([]byte(text), Limits{})
		require.NoError(t, err)
		require.Equal(t, want, s)
	}
	for text, want := range map[string][]string{
		`{}`: {"in_good_standing required"},
		`{"in_good_standing":"no","reason":1,"reason_code":1.5}`: {"in_good_standing type", "reason type", "reason_code type"},
		`1`: {"data type"},
	} {
		_, err := ParseStanding([]byte(text), Limits{})
		requireProblems(t, err, want...)
	}
}
