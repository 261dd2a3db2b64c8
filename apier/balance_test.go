package apier

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// readArgs decodes an argument as rpcjson does.
func readArgs(t require.TestingT, text string, args any) {
	require.NoError(t, jsonv2.Unmarshal([]byte(text), args, jsonv2.MatchCaseInsensitiveNames(true)), text)
}

var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func wantedOf(t *testing.T, text string) engine.Wanted {
	var args oneBalance
	readArgs(t, text, &args)
	w, err := args.wanted(noon)
	require.NoError(t, err, text)
	return w
}

func ptr[T any](v T) *T { return &v }

func num(t testing.TB, text string) *amount.Amount {
	n, err := amount.Parse(text)
	require.NoError(t, err)
	return &n
}

func namesOf(items ...string) *engine.Names {
	set := engine.Names(makeNames(items))
	return &set
}

func TestFlatAndNestedArgumentsMeanTheSame(t *testing.T) {
	expires := engine.At(noon.Add(time.Hour))
	want := engine.Wanted{
		UUID: "u", ID: ptr("b"), Expires: &expires, Weight: num(t, "10"), DestinationIDs: namesOf("D1", "!D2"),
		Categories: namesOf("call"), SharedGroups: namesOf("G"), TimingIDs: namesOf("T"), RatingSubject: ptr("*zero1s"),
		Disabled: ptr(true), Blocker: ptr(false),
	}
	require.Equal(t, want, wantedOf(t, `{"BalanceUUID":"u","BalanceID":"b","ExpiryTime":"+1h","Weight":10,
		"DestinationIds":"D1;!D2","Categories":"call","SharedGroups":"G","TimingIds":"T","RatingSubject":"*zero1s",
		"Disabled":true,"Blocker":false}`))
	require.Equal(t, want, wantedOf(t, `{"Balance":{"UUID":"u","ID":"b","ExpiryTime":"+1h","Weight":10,
		"DestinationIDs":"D1;!D2","Categories":"call","SharedGroups":"G","TimingIDs":"T","RatingSubject":"*zero1s",
		"Disabled":true,"Blocker":false}}`))
}

func TestFlatMembersFillInWhatBalanceDoesNotGive(t *testing.T) {
	w := wantedOf(t, `{"BalanceID":"flat","Weight":5,"Categories":"*any","Balance":{"ID":"nested","Weight":10}}`)
	require.Equal(t, "nested", *w.ID)
	require.Equal(t, "10", w.Weight.String())
	require.Equal(t, namesOf("*any"), w.Categories)
	require.Nil(t, w.Disabled)
}

func TestFlatNullIsAbsent(t *testing.T) {
	var args addBalance
	readArgs(t, flatAdd, &args)
	w, err := args.wanted(noon)
	require.NoError(t, err)
	require.Equal(t, engine.Wanted{ID: ptr("123456")}, w)
	require.Equal(t, "10", args.value().String())
}

func TestFlatNamesMatchInAnyCase(t *testing.T) {
	for _, name := range []string{"BalanceID", "BalanceId", "balanceid", "BALANCEID"} {
		require.Equal(t, "x", *wantedOf(t, `{"`+name+`":"x"}`).ID, name)
	}
}

func TestKeysInBalanceMatchInTheirExactCase(t *testing.T) {
	require.Equal(t, engine.Wanted{}, wantedOf(t,
		`{"Balance":{"Id":"x","id":"x","Uuid":"x","weight":1,"TimingIds":"x","ExpirationDate":"x","Type":"x"}}`))
}

func TestOnlySomeUnknownKeysAreRemembered(t *testing.T) {
	var args oneBalance
	readArgs(t, `{"Balance":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"ID":"x"}}`, &args)
	require.Equal(t, strings.Fields("a b c d e f g h"), args.Balance.unknown)
}

func TestWhereTheValueComesFrom(t *testing.T) {
	for text, want := range map[string]string{
		`{"Value":4}`:                              "4",
		`{"Value":-4}`:                             "4",
		`{"Value":0}`:                              "0",
		`{"Value":null}`:                           "none",
		`{}`:                                       "none",
		`{"Value":0,"Balance":{}}`:                 "none",
		`{"Value":0,"Balance":{"Value":6}}`:        "6",
		`{"Value":4,"Balance":{"Value":6}}`:        "4",
		`{"Balance":{"Value":"-9.5"}}`:             "9.5",
		`{"Balance":{"Value":"90s"}}`:              "90000000000",
		`{"Balance":{"Value":0}}`:                  "0",
		`{"Balance":{"ID":"x"}}`:                   "none",
		`{"value":0.30000000000000004}`:            "0.30000000000000004",
		`{"VALUE":9007199254740993}`:               "9007199254740993",
		`{"Value":1e3}`:                            "1000",
		`{"Balance":{"Value":123456789012345678}}`: "123456789012345678",
	} {
		var args oneBalance
		readArgs(t, text, &args)
		got := "none"
		if v := args.value(); v != nil {
			got = v.String()
		}
		require.Equal(t, want, got, text)
	}
}

func TestBalanceConvertsWhatMeansTheSame(t *testing.T) {
	for text, want := range map[string]engine.Wanted{
		`{"ID":23456}`:                       {ID: ptr("23456")},
		`{"ID":true}`:                        {ID: ptr("true")},
		`{"ID":null}`:                        {ID: ptr("")},
		`{"ID":["a", 1]}`:                    {ID: ptr(`["a",1]`)},
		`{"ID":"\u0061\"b"}`:                 {ID: ptr(`a"b`)},
		`{"UUID":5}`:                         {UUID: "5"},
		`{"RatingSubject":null}`:             {RatingSubject: ptr("")},
		`{"Weight":"7.5"}`:                   {Weight: num(t, "7.5")},
		`{"Disabled":1}`:                     {Disabled: ptr(true)},
		`{"Disabled":0}`:                     {Disabled: ptr(false)},
		`{"Disabled":-1}`:                    {Disabled: ptr(false)},
		`{"Disabled":"t"}`:                   {Disabled: ptr(true)},
		`{"Blocker":"false"}`:                {Blocker: ptr(false)},
		`{"ExpiryTime":"*unlimited"}`:        {Expires: &engine.Instant{}},
		`{"DestinationIDs":" D1 ;; D2 ;"}`:   {DestinationIDs: namesOf("D1", "D2")},
		`{"DestinationIDs":"D2;!D1;D1;!D2"}`: {DestinationIDs: namesOf("D1", "!D2")},
		`{"DestinationIDs":["D1","!D2"]}`:    {DestinationIDs: namesOf("D1", "!D2")},
		`{"DestinationIDs":[]}`:              {DestinationIDs: &engine.Names{}},
		`{"DestinationIDs":null}`:            {DestinationIDs: &engine.Names{}},
		`{"DestinationIDs":""}`:              {DestinationIDs: &engine.Names{}},
		`{"DestinationIDs":"*zero"}`:         {DestinationIDs: &engine.Names{}},
		`{"Categories":"*any"}`:              {Categories: namesOf("*any")},
		`{"Factors":{"b":2,"a":0.5}}`:        {Factors: &[]engine.Factor{{Name: "a", Value: *num(t, "0.5")}, {Name: "b", Value: *num(t, "2")}}},
		`{"Factors":"{\"a\":2}"}`:            {Factors: &[]engine.Factor{{Name: "a", Value: *num(t, "2")}}},
		`{"Factors":null}`:                   {Factors: &[]engine.Factor{}},
	} {
		got := wantedOf(t, `{"Balance":`+text+`}`)
		require.Equal(t, fmt.Sprintf("%+v", plain(want)), fmt.Sprintf("%+v", plain(got)), text)
	}
}

// plain shows a Wanted with what its pointers point at.
func plain(w engine.Wanted) map[string]any {
	shown := map[string]any{"UUID": w.UUID}
	show := func(name string, given bool, value func() any) {
		if given {
			shown[name] = value()
		}
	}
	show("ID", w.ID != nil, func() any { return *w.ID })
	show("Expires", w.Expires != nil, func() any { return w.Expires.String() })
	show("Weight", w.Weight != nil, func() any { return w.Weight.String() })
	show("DestinationIDs", w.DestinationIDs != nil, func() any { return *w.DestinationIDs })
	show("Categories", w.Categories != nil, func() any { return *w.Categories })
	show("RatingSubject", w.RatingSubject != nil, func() any { return *w.RatingSubject })
	show("Disabled", w.Disabled != nil, func() any { return *w.Disabled })
	show("Blocker", w.Blocker != nil, func() any { return *w.Blocker })
	show("Factors", w.Factors != nil, func() any { return fmt.Sprint(*w.Factors) })
	return shown
}

func TestWrongTypesAreErrorsThatNameTheMember(t *testing.T) {
	for text, member := range map[string]string{
		`{"Account":5}`:                           "Account",
		`{"BalanceType":[]}`:                      "BalanceType",
		`{"Value":"5"}`:                           "Value",
		`{"Value":true}`:                          "Value",
		`{"Value":{}}`:                            "Value",
		`{"Value":1e400}`:                         "Value",
		`{"Value":1e100000000}`:                   "Value",
		`{"Value":1234567890123456789}`:           "Value",
		`{"Weight":"5"}`:                          "Weight",
		`{"BalanceId":5}`:                         "BalanceId",
		`{"Disabled":"true"}`:                     "Disabled",
		`{"Cdrlog":1}`:                            "Cdrlog",
		`{"ActionExtraData":[]}`:                  "ActionExtraData",
		`{"ExtraData":"x"}`:                       "ExtraData",
		`{"APIOpts":5}`:                           "APIOpts",
		`{"APIOpts":{"*idempotencyKey":5}}`:       "*idempotencyKey",
		`{"APIOpts":{"*idempotencyKey":""}}`:      "*idempotencyKey",
		`{"APIOpts":{"*ralsDryRun":"maybe"}}`:     "*ralsDryRun",
		`{"DestinationIds":5}`:                    "DestinationIds",
		`{"DestinationIds":["a",5]}`:              "DestinationIds",
		`{"Balance":"x"}`:                         "Balance",
		`{"Balance":[]}`:                          "Balance",
		`{"Balance":{"Value":null}}`:              "Value",
		`{"Balance":{"Value":true}}`:              "Value",
		`{"Balance":{"Value":"ten"}}`:             "Value",
		`{"Balance":{"Value":"NaN"}}`:             "Value",
		`{"Balance":{"Value":"1e400"}}`:           "Value",
		`{"Balance":{"Weight":null}}`:             "Weight",
		`{"Balance":{"Weight":"1s"}}`:             "Weight",
		`{"Balance":{"ExpiryTime":null}}`:         "ExpiryTime",
		`{"Balance":{"ExpiryTime":2051230800}}`:   "ExpiryTime",
		`{"Balance":{"Disabled":null}}`:           "Disabled",
		`{"Balance":{"Blocker":"maybe"}}`:         "Blocker",
		`{"Balance":{"Categories":{"a":1}}}`:      "Categories",
		`{"Balance":{"Categories":5}}`:            "Categories",
		`{"Balance":{"Factors":"{bad"}}`:          "Factors",
		`{"Balance":{"Factors":{"a":null}}}`:      "Factors",
		`{"Balance":{"Factors":{"a":"2"}}}`:       "Factors",
		`{"Balance":{"ID":"a","ID":"b"}}`:         "ID",
		`{"Balance":{"ID":1e400}}`:                "ID",
		`{"Account":"a","account":"b"}`:           "account",
		`{"BalanceUUID":"a","BalanceUuid":"b"}`:   "BalanceUuid",
		`{"ExpiryTime":7}`:                        "ExpiryTime",
		`{"Balance":{"DestinationIDs":[["a"]]}}`:  "DestinationIDs",
		`{"Balance":{"DestinationIDs":["a",{}]}}`: "DestinationIDs",
	} {
		f := func() error {
			return jsonv2.Unmarshal([]byte(text), new(oneBalance), jsonv2.MatchCaseInsensitiveNames(true))
		}
		require.ErrorContains(t, f(), member, text)
	}
}

func TestMetadataIsKeptAsItWasSent(t *testing.T) {
	for text, want := range map[string]string{
		`{"ActionExtraData":{"b": 1.50, "a": ["x"]}}`:         `{"b":1.50,"a":["x"]}`,
		`{"ExtraData":{"a":1}}`:                               `{"a":1}`,
		`{"ActionExtraData":{"a":1},"ExtraData":{"a":2}}`:     `{"a":1}`,
		`{"ActionExtraData":null,"ExtraData":{"a":"\u00e9"}}`: `{"a":"é"}`,
		`{"ActionExtraData":null}`:                            ``,
	} {
		var args oneBalance
		readArgs(t, text, &args)
		got := string(args.facts().Metadata)
		if want != got {
			require.JSONEq(t, want, got)
		}
	}
}

func TestWhatHasAnAttributeIsNotUnfiltered(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: true, `{"Balance":{"ID":""}}`: true, `{"Balance":{"Value":5}}`: true, `{"Balance":{"Factors":{"a":1}}}`: true,
		`{"BalanceID":"x"}`: false, `{"BalanceUUID":"x"}`: false, `{"Balance":{"Weight":0}}`: false,
		`{"Balance":{"Categories":""}}`: false, `{"Disabled":false}`: false,
	} {
		w := wantedOf(t, text)
		require.Equal(t, want, unfiltered(&w), text)
	}
}

// FuzzBalance checks that a key of Balance is given exactly when it is there, and that what is accepted is sound.
func FuzzBalance(f *testing.F) {
	for _, seed := range []string{
		`{"ID":"x","Value":"90s","Weight":"1.5"}`, `{"DestinationIDs":["D1","!D2"],"Categories":"a;b"}`, `{"Factors":{"a":1}}`,
		`{"ID":5,"Disabled":1,"Blocker":"f","ExpiryTime":"+1h"}`, `{"Unknown":{"a":[1,2]},"UUID":null}`, `{"ID":"\ud83d\ude00"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b balance
		if jsonv2.Unmarshal([]byte(text), &b) != nil {
			return
		}
		var keys map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &keys))
		given := map[string]bool{
			"UUID": b.UUID != nil, "ID": b.ID != nil, "Value": b.Value != nil, "ExpiryTime": b.ExpiryTime != nil,
			"Weight": b.Weight != nil, "DestinationIDs": b.DestinationIDs != nil, "Categories": b.Categories != nil,
			"SharedGroups": b.SharedGroups != nil, "TimingIDs": b.TimingIDs != nil, "RatingSubject": b.RatingSubject != nil,
			"Disabled": b.Disabled != nil, "Blocker": b.Blocker != nil, "Factors": b.Factors != nil,
		}
		for key, isGiven := range given {
			_, isThere := keys[key]
			require.Equal(t, isThere, isGiven, key)
		}
		for _, n := range []*amount.Amount{b.Value, b.Weight} {
			if n != nil {
				require.NoError(t, n.Check())
			}
		}
		for _, set := range []*names{b.DestinationIDs, b.Categories, b.SharedGroups, b.TimingIDs} {
			if set == nil {
				continue
			}
			for i, n := range *set {
				require.NotEmpty(t, n.ID)
				require.Equal(t, strings.TrimSpace(n.ID), n.ID)
				require.True(t, i == 0 || (*set)[i-1].ID < n.ID, "sorted, each once")
			}
		}
		require.LessOrEqual(t, len(b.unknown), unknownMax)
	})
}
