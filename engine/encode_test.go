package engine

import (
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/amount"
	"purser/engine/rating"
	"purser/engine/services"
)

// The reference is github.com/fxamacker/cbor, led by the tags of the fields: it
// knows nothing of encoder and decoder.

// reference returns its encoding of v.
func reference(t require.TestingT, v any) []byte {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	data, err := enc.Marshal(v)
	require.NoError(t, err)
	return data
}

// referenceRead decodes data into v.
func referenceRead(t require.TestingT, data []byte, v any) error {
	dec, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		IndefLength: cbor.IndefLengthForbidden, MaxArrayElements: 1 << 24, UTF8: cbor.UTF8DecodeInvalid,
	}.DecMode()
	require.NoError(t, err)
	return dec.Unmarshal(data, v)
}

// maker draws values that have each member now and then, zero or not.
type maker struct{ *rapid.T }

func (g maker) flag() bool { return rapid.Bool().Draw(g.T, "flag") }

func (g maker) text() string {
	return rapid.OneOf(rapid.Just(""), rapid.SampledFrom([]string{Monetary, Generic, "*any", "é\x00\xff"}),
		rapid.StringN(0, 40, -1), rapid.Just(strings.Repeat("long ", 60))).Draw(g.T, "text")
}

func (g maker) bytes() []byte {
	return rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.Byte(), 0, 40)).Draw(g.T, "bytes")
}

func (g maker) int() int64 { return rapid.OneOf(rapid.Just(int64(0)), rapid.Int64()).Draw(g.T, "int") }

func (g maker) uuid() (id uuid.UUID) {
	copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(g.T, "uuid"))
	return id
}

func (g maker) amount() amount.Amount {
	text := rapid.OneOf(rapid.Just("0"), rapid.StringMatching(`-?[0-9]{1,18}(\.[0-9]{1,18})?`)).Draw(g.T, "amount")
	a, err := amount.Parse(text)
	require.NoError(g, err)
	return a
}

func (g maker) instant() Instant {
	return rapid.OneOf(rapid.Just(Instant{}), rapid.Custom(func(t *rapid.T) Instant {
		s := rapid.Int64Range(-nanosFit-2, nanosFit+2).Draw(t, "s")
		return Instant{unixUTC(s, rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))}
	}), rapid.Custom(func(t *rapid.T) Instant {
		return Instant{unixUTC(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "s"), 0)}
	})).Draw(g.T, "instant")
}

// some returns nil, an empty list, or a few items.
func some[T any](g maker, item func() T) []T {
	n := rapid.IntRange(-1, 3).Draw(g.T, "n")
	if n < 0 {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		list[i] = item()
	}
	return list
}

// perhaps returns nil or a value.
func perhaps[T any](g maker, value func() T) *T {
	if g.flag() {
		return nil
	}
	return new(value())
}

func (g maker) number() int { return int(g.int()) }

func (g maker) accountID() AccountID { return AccountID{g.text(), g.text()} }

func (g maker) names() Names { return some(g, func() Name { return Name{g.text(), g.flag()} }) }

func (g maker) factors() []Factor {
	return some(g, func() Factor { return Factor{g.text(), g.amount()} })
}

func (g maker) attributes() Attributes {
	return Attributes{g.instant(), g.amount(), g.names(), g.names(), g.names(), g.names(), g.text(), g.flag(), g.flag(),
		g.factors()}
}

func (g maker) balance() Balance {
	return Balance{g.uuid(), g.text(), g.text(), g.amount(), perhaps(g, g.attributes), g.amount()}
}

func (g maker) account() *Account {
	return &Account{g.accountID(), some(g, g.balance), g.flag(), g.flag(), g.instant(),
		perhaps(g, g.profile), perhaps(g, g.accountTriggers)}
}

func (g maker) hexID() HexID {
	return rapid.OneOf(rapid.Just(HexID{}), rapid.Just(HexID{15: 1}), rapid.Just(HexID{1, 2, 3})).Draw(g.T, "ID")
}

func (g maker) user() User { return User{g.hexID(), g.text(), g.bytes()} }

func (g maker) profile() Profile {
	return Profile{g.hexID(), g.text(), some(g, g.hexID), g.flag(), g.text(), g.hexID(), g.instant(),
		KeyHash{byte(rapid.IntRange(0, 1).Draw(g.T, "key"))}, some(g, g.user)}
}

func (g maker) posting() Posting {
	return Posting{g.uuid(), g.text(), g.text(), g.amount(), g.amount(), g.flag(), g.flag(), g.flag(), g.flag(),
		perhaps(g, g.attributes), g.amount()}
}

func (g maker) accountChange() AccountChange {
	return AccountChange{g.accountID(), g.flag(), g.flag(), perhaps(g, g.flag), perhaps(g, g.flag), some(g, g.posting),
		perhaps(g, g.accountTriggers), some(g, g.triggerUpdate), perhaps(g, g.profile)}
}

func (g maker) destination() DestinationChange {
	return DestinationChange{g.text(), some(g, g.text), g.flag()}
}

func (g maker) timing() TimingChange {
	return TimingChange{rating.Timing{ID: g.text(), Years: some(g, g.number), Months: some(g, g.number),
		MonthDays: some(g, g.number), WeekDays: some(g, g.number), Start: g.text(), End: g.text()}, g.flag()}
}

func (g maker) span() Span {
	return Span{g.int(), g.int(), g.int(), g.amount(), perhaps(g, g.price), g.text(), g.text(), some(g, g.increment),
		perhaps(g, g.increment)}
}

func (g maker) price() SpanPrice {
	slots := some(g, func() rating.Slot { return rating.Slot{From: g.int(), Price: g.amount(), Unit: g.int(), Step: g.int()} })
	return SpanPrice{g.text(), g.text(), &rating.Row{DestinationID: g.text(), Rate: g.number(), Weight: g.amount()},
		&rating.Rate{ID: g.text(), ConnectFee: g.amount(), Slots: slots}, nil}
}

func (g maker) increment() Increment {
	i := Increment{Length: g.int(), Count: g.int(), Cost: g.amount(), Payer: g.accountID()}
	if g.flag() {
		i.Unit = UnitUse{g.uuid(), g.text(), g.text(), g.amount(), g.amount(), g.amount()}
	}
	if g.flag() {
		i.Money = MoneyUse{g.uuid(), g.text(), g.amount()}
	}
	return i
}

func (g maker) tariff() TariffSet {
	return TariffSet{
		Plans:    some(g, func() rating.Plan { return rating.Plan{ID: g.text(), Rates: []rating.Rate{*g.price().Rate}} }),
		Groups:   some(g, func() SharedGroup { return SharedGroup{g.text(), []GroupMember{{g.text(), g.text(), g.text()}}} }),
		Actions:  some(g, func() Actions { return Actions{g.text(), some(g, g.action)} }),
		Triggers: some(g, func() ActionTriggers { return ActionTriggers{g.text(), some(g, g.actionTrigger)} }),
		Rows:     some(g, func() TariffRow { return TariffRow{g.text(), g.text(), g.text(), []byte(g.text())} }),
		Removed:  some(g, func() TariffKey { return TariffKey{TariffKind(g.text()), g.text()} }),
	}
}

func (g maker) services() ServiceChange {
	named := func() Named { return Named{g.hexID(), g.text()} }
	document := func() services.Document { return services.Document{{Name: "x", Value: services.Whole(g.int())}} }
	counts := func() services.Counts {
		var c services.Counts
		for _, n := range some(g, g.int) {
			c = append(c, services.Count{Category: "c", Item: string(rune('a' + len(c))), N: max(n, 0)})
		}
		if g.flag() {
			c = append(services.Counts{}, c...) // empty and not nil
		}
		return c
	}
	record := func() services.Record {
		return services.Record{Overrides: document(), Standing: services.Standing{Delinquent: g.flag(), Code: g.int()},
			Plans:      services.Assignments{{Plan: "p", Overrides: document()}},
			Quantities: services.Quantities{Account: counts(), Cascade: counts(), Manual: counts()}}
	}
	counted := func() services.Record { return services.Record{Quantities: services.Quantities{Cascade: counts()}} }
	return ServiceChange{
		Accounts: some(g, func() AccountServices {
			return AccountServices{Account: g.accountID(), Owner: named(), Removed: g.flag(), Cause: perhaps(g, named),
				Kinds:  some(g, func() ServiceKind { return ServiceKind(g.text()) }),
				Record: rapid.SampledFrom([]func() services.Record{record, counted}).Draw(g.T, "record")(),
				Quantities: some(g, func() services.Change {
					return services.Change{Category: g.text(), Item: g.text(), Scope: services.Scope(g.text()), Difference: g.int(),
						Quantity: g.int()}
				}),
				Invoices: some(g, func() services.Invoice {
					return services.Invoice{Plan: document(), Items: some(g, func() services.Line { return services.Line{Rate: g.amount()} })}
				})}
		}),
		Plans: some(g, func() PlanChange { return PlanChange{PlanKey{g.hexID(), g.text()}, document(), g.flag()} }),
		Who:   g.bytes(),
	}
}

func (g maker) summary() Summary {
	return Summary{g.uuid(), g.text(), g.text(), g.amount(), g.amount(), g.amount(), g.flag(), g.factors()}
}

func (g maker) charged() Charged {
	return Charged{g.accountID(), g.text(), g.amount(), g.int(), some(g, g.span), some(g, g.summary), g.flag()}
}

func (g maker) refusal() Error {
	return Error{Code: Code(g.text()), Fields: some(g, g.text), Text: g.text()}
}

func (g maker) result() Result {
	return Result{Charge: perhaps(g, g.charged), Refused: perhaps(g, g.refusal), Member: g.hexID(), Plan: g.text()}
}

func (g maker) facts() Facts {
	return Facts{Category: g.text(), Destination: g.text(), Usage: g.int(), ToR: g.text(), CgrID: g.text(), RunID: g.text(),
		Metadata: g.bytes(), Source: g.text(), SourceID: g.text(), UsageType: g.text(), UsageQuantity: perhaps(g, g.int),
		UsageUnit: g.text(), Description: g.text(), PeriodStart: perhaps(g, g.int), PeriodEnd: perhaps(g, g.int),
		Cost: g.amount(), Created: g.instant(), Trigger: g.text(), Module: g.text(), Audit: g.bytes(),
		About: perhaps(g, func() AccountName { return AccountName{g.text(), g.text()} }), Unique: g.flag(), Reverses: g.text()}
}

func (g maker) entry() *Entry {
	e := &Entry{At: g.instant(), Op: Op(g.text()), Origin: Origin{g.text(), g.text(), g.text()},
		Accounts: some(g, g.accountChange), Destination: perhaps(g, g.destination), Timing: perhaps(g, g.timing), Tariff: perhaps(g, g.tariff),
		Services: perhaps(g, g.services)}
	if g.flag() {
		e.Facts = g.facts()
	}
	if g.flag() {
		e.Key, e.Digest, e.Result, e.Tenant = g.text(), g.bytes(), perhaps(g, g.result), g.text()
	}
	e.Tariff, e.Fired = perhaps(g, g.tariff), some(g, g.firing)
	return e
}

func TestEntriesAreWrittenAndReadAsTheReferenceDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		entries := []*Entry{maker{rt}.entry(), maker{rt}.entry()}
		var want []byte
		for _, e := range entries {
			want = append(want, reference(rt, e)...)
		}
		var g Group
		require.NoError(rt, encodeEntries(&g, entries))
		require.Equal(rt, want, g.Body)
		require.Equal(rt, []uint32{0, uint32(len(reference(rt, entries[0])))}, g.Starts)

		read, err := Group{Body: want, First: 7, Count: 2}.Entries()
		require.NoError(rt, err)
		for i, e := range entries {
			wantRead := &Entry{Seq: uint64(7 + i)}
			require.NoError(rt, referenceRead(rt, reference(rt, e), wantRead))
			require.Equal(rt, wantRead, read[i])
		}
	})
}

func TestFactsAreLeftOutAsTheReferenceDoes(t *testing.T) {
	for _, facts := range []Facts{{}, {Metadata: []byte{}}, {Category: "c"}, {Destination: "d"}, {Usage: -1}, {ToR: "t"},
		{CgrID: "i"}, {RunID: "r"}, {Metadata: []byte("{}")}, {Source: "s"}, {SourceID: "s"}, {UsageType: "t"},
		{UsageQuantity: new(int64(0))}, {UsageUnit: "u"}, {Description: "d"}, {PeriodStart: new(int64(0))},
		{PeriodEnd: new(int64(0))}, {Cost: amount.FromInt(1)}, {Created: Instant{unixUTC(0, 0)}}, {Trigger: "t"}, {Module: "m"},
		{Audit: []byte("{}")}, {About: &AccountName{}}, {Unique: true}, {Reverses: "1"}} {
		e := &Entry{Facts: facts}
		var g Group
		require.NoError(t, encodeEntries(&g, []*Entry{e}))
		require.Equal(t, reference(t, e), g.Body)
	}
}

func TestAccountsAreWrittenAndReadAsTheReferenceDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := maker{rt}.account()
		want := reference(rt, a)
		data, err := AppendAccount([]byte("before"), a)
		require.NoError(rt, err)
		require.Equal(rt, append([]byte("before"), want...), data)

		read, err := DecodeAccount(want)
		require.NoError(rt, err)
		wantRead := &Account{}
		require.NoError(rt, referenceRead(rt, want, wantRead))
		require.Equal(rt, wantRead, read)
	})
}

func TestWhatCouldNotBeReadAgainIsNotWritten(t *testing.T) {
	tooMuch := amount.FromInt(1_000_000_000_000_000_000)
	e := &Entry{Accounts: []AccountChange{{Postings: []Posting{{Delta: tooMuch}}}}}
	var g Group
	require.ErrorIs(t, encodeEntries(&g, []*Entry{{}, e}), amount.ErrRange)
	require.Zero(t, g.Body)
	_, err := AppendAccount(nil, &Account{Balances: []Balance{{Value: tooMuch}}})
	require.ErrorIs(t, err, amount.ErrRange)
}
