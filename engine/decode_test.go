package engine

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/amount"
	"purser/engine/cborwire"
	"purser/engine/rating"
	"purser/engine/services"
)

func unixUTC(s, nanos int64) time.Time { return time.Unix(s, nanos).UTC() }

// golden returns an entry of each kind, together with every member.
func golden() []*Entry {
	number := func(text string) amount.Amount {
		var a amount.Amount
		if err := a.UnmarshalText([]byte(text)); err != nil {
			panic(err)
		}
		return a
	}
	at := Instant{unixUTC(1_767_261_600, 5)}
	document := services.Document(nil).With("x", services.Whole(1))
	id, b := AccountID{"cgrates.org", "1003"}, uuid.UUID{15: 1}
	origin := Origin{"tcp", "APIerSv1.AddBalance", "127.0.0.1"}
	set := &Attributes{Expires: at, Weight: number("10"), DestinationIDs: Names{{"DE", false}, {"US", true}},
		Categories: Names{{ID: "call"}}, SharedGroups: Names{{ID: "G"}}, TimingIDs: Names{{ID: "T"}}, RatingSubject: "r",
		Disabled: true, Blocker: true, Factors: []Factor{{"call", number("0.5")}}}
	change := func(p Posting) []AccountChange {
		p.UUID, p.ToR = b, Monetary
		return []AccountChange{{ID: id, Postings: []Posting{p}}}
	}
	profile := func(p Profile) []AccountChange { return []AccountChange{{ID: id, Profile: &p}} }
	charge := &Charged{Payer: id, ToR: Voice, Cost: number("0.1"), Usage: 90, AllowNegative: true,
		Spans: []Span{{Start: 1, Length: 60, Position: 3, Prefix: "49", DestID: "DE", Cost: number("0.1"),
			Price: &SpanPrice{"*out:t:call:s", "RP", &rating.Row{DestinationID: "DE", RoundingMethod: rating.RoundUp,
				RoundingDecimals: 4}, &rating.Rate{ID: "R", Slots: []rating.Slot{{Unit: 60, Step: 30}}}, nil},
			Increments: []Increment{{30, 2, number("0.05"), id, UnitUse{b, "b", Generic, number("7"), number("30"), number("2")},
				MoneyUse{b, "m", number("1")}}},
			Rounding: &Increment{Count: 1, Cost: number("-0.01"), Payer: id}}},
		Summary: []Summary{{b, "b", Voice, number("97"), number("7"), number("10"), true, []Factor{{Name: "zero"}}}}}
	return []*Entry{
		{At: at, Op: OpSet, Origin: origin,
			Accounts: change(Posting{ID: "b", After: number("-0.05"), Renamed: true, Attributes: set})},
		{At: at, Op: OpTopUp, Origin: origin, Accounts: []AccountChange{{ID: id, Made: true, Postings: []Posting{
			{UUID: b, ID: "b", ToR: Voice, Delta: number("600000000000"), After: number("600000000000"), Made: true}}}},
			Key: "k", Digest: []byte{1, 2, 3}, Result: &Result{}, Tenant: id.Tenant},
		{At: at, Op: OpDebit, Origin: origin, Accounts: change(Posting{Delta: number("-1.25"), After: number("8.75"),
			Attributes: &Attributes{Expires: Instant{unixUTC(1<<40, 1)}}})},
		{At: at, Op: OpRemove, Origin: origin,
			Accounts: change(Posting{Delta: number("-8.75"), Removed: true, Expired: true})},
		{At: at, Op: OpTransfer, Accounts: append(change(Posting{Delta: number("-2"), After: number("1")}),
			AccountChange{ID: AccountID{"t2", "é"},
				Postings: []Posting{{UUID: b, ToR: SMS, Delta: number("2"), After: number("2")}}})},
		{At: at, Op: OpCharge, Origin: origin,
			Accounts: change(Posting{Delta: number("-1"), After: number("999999999999999999.999999999999999999")}),
			Facts: Facts{Category: "call", Destination: "4915112345678", Usage: 90_000_000_000, ToR: Voice, CgrID: "cgr",
				RunID: "*default", Metadata: []byte(`{"a":1}`)},
			Key: "k", Digest: []byte{9}, Tenant: id.Tenant,
			Result: &Result{Charge: charge, Refused: &Error{Code: CodeMissing, Fields: []string{"Account", "Tenant"}, Text: "text"}}},
		{At: at, Op: OpRefund, Accounts: change(Posting{Delta: number("1"), After: number("2"), Charged: number("-1")}),
			Key: "r", Result: &Result{Account: &Account{ID: id, Updated: at,
				Balances: []Balance{{b, "b", Monetary, number("2"), nil, number("3")}}}}},
		{At: at, Op: OpTariff, Tariff: &TariffSet{Profiles: []rating.Profile{{Tenant: "t", Category: "call", Subject: "*any",
			Activations: []rating.Activation{{At: 1, PlanID: "RP", Fallbacks: []string{"s"}}}}},
			Removed: []TariffKey{{KindPlan, "OLD"}}}},
		{At: at, Op: OpSetAccount,
			Accounts: []AccountChange{{ID: id, Made: true, AllowNegative: new(true), Disabled: new(false)}}},
		{At: at, Op: OpRemoveAccount, Accounts: []AccountChange{{ID: id, Removed: true}}},
		{At: at, Op: OpSetDestination, Tenant: "t",
			Destination: &DestinationChange{ID: "DE", Prefixes: []string{"49", "+49"}}},
		{At: at, Op: OpRemoveDestination, Destination: &DestinationChange{ID: "DE", Removed: true}},
		{At: at, Op: OpSetTiming, Timing: &TimingChange{Timing: rating.Timing{ID: "T", Years: []int{2026}, Months: []int{1, 12},
			MonthDays: []int{31}, WeekDays: []int{0, 6}, Start: "08:00:00", End: "18:00:00"}}},
		{At: Instant{}, Op: OpRemoveTiming, Timing: &TimingChange{Timing: rating.Timing{ID: "T"}, Removed: true}},
		{At: at, Op: OpSetMaster, Accounts: profile(Profile{ID: HexID{15: 1}, Name: "Master", IsReseller: true,
			Realm: "000000.sip.internal", Created: at, APIKey: KeyHash{31: 7}})},
		{At: at, Op: OpMakeMember, Accounts: profile(Profile{ID: HexID{15: 3}, Name: "é", Tree: []HexID{{15: 1}, {15: 2}},
			BillingID: HexID{15: 2}, Users: []User{{HexID{1}, "u", []byte{1}}}}),
			Key: "k", Tenant: id.Tenant, Digest: []byte{1}, Result: &Result{Member: HexID{15: 3}}},
		{At: at, Op: OpChangeMember, Accounts: profile(Profile{ID: HexID{15: 3}, Name: "x", IsReseller: true})},
		{At: at, Op: OpAccountTriggers, Accounts: []AccountChange{{ID: id,
			Triggers: &AccountTriggers{[]AccountTrigger{{"G", &ActionTrigger{"u", MinBalance, number("2"), true, 60, at, at,
				TriggerFilter{"b", Monetary, Names{{ID: "call"}}, Names{{ID: "DE"}}, Names{{ID: "G"}}, Names{{ID: "T"}}, "r", at,
					new(number("0")), new(true), new(false)}, "A", number("10")}, TriggerState{true, at, number("3")}}}},
			TriggerUpdates: []TriggerUpdate{{Position: 0, State: TriggerState{Count: number("4.5")}}}}}},
		{At: at, Op: OpAccountTriggers, Accounts: []AccountChange{{ID: id, Triggers: &AccountTriggers{}}}},
		{At: at, Op: OpExecute, Accounts: change(Posting{Delta: number("5"), After: number("7")}),
			Fired: []Firing{{id, "G", "u", MinBalance, "A", b, "b", Monetary, number("2"), number("2.5"),
				[]ActionDone{{ActionTopUp, "p", []Moved{{b, number("5")}}}}, "why"}}},
		{At: at, Op: OpDebit, Accounts: change(Posting{Delta: number("-100"), After: number("-100")}),
			Facts: Facts{Source: "tower", SourceID: "mac", UsageType: "data", UsageQuantity: new(int64(5)), UsageUnit: "MB",
				Description: "blablabla", PeriodStart: new(int64(10938710938)), PeriodEnd: new(int64(214109238023899)),
				Cost: number("0.2262"), Created: Instant{unixUTC(1<<30, 0)}, Trigger: "crossbar", Module: "cb_ledgers",
				Audit: []byte(`{}`), About: &AccountName{ID: "de6f", Name: "Account A"}, Unique: true}},
		{At: at, Op: OpServices, Facts: Facts{Created: At(unixUTC(1, 0))}, Services: &ServiceChange{Who: []byte("{}"),
			Accounts: []AccountServices{{Account: id, Owner: Named{HexID{15: 3}, "x"}, Cause: &Named{ID: HexID{15: 4}},
				Kinds:      []ServiceKind{ServiceManual, ServicePlans, ServiceOverrides, ServiceStatus},
				Quantities: []services.Change{{Category: "a", Item: "b", Scope: services.ScopeManual, Difference: -1, Quantity: 2}},
				Invoices: []services.Invoice{{Bookkeeper: services.Bookkeeper{ID: "i", Type: "t"},
					Items: []services.Line{{Category: "a", Item: "b", Name: "n", PlanItem: "b", Quantity: 2}}}},
				Record: services.Record{Overrides: document, Standing: services.Standing{Delinquent: true, Reason: "late", Code: 7},
					Plans:      services.Assignments{{Plan: "p", Vendor: "v", Contract: document}},
					Quantities: services.Quantities{Manual: services.Counts{{Category: "a", Item: "b", N: 2}}}}}}}},
		{At: at, Op: OpServicePlan, Key: "p", Result: &Result{Plan: "p"}, Services: &ServiceChange{Plans: []PlanChange{
			{PlanKey: PlanKey{HexID{15: 3}, "p"}, Document: document}, {PlanKey: PlanKey{HexID{15: 3}, "q"}, Removed: true}}}},
		{At: at, Op: OpTopUp, Accounts: change(Posting{Delta: number("100"), After: number("0")}),
			Facts: Facts{SourceID: "mac", UsageQuantity: new(int64(5)), Cost: number("-100"), Reverses: "201912-d1"}},
	}
}

// TestTheFormatOfTheJournalNeverChanges compares with testdata/entries.hex, a
// line of operation and bytes for each of golden. A line may be added, for a
// new kind; one that differs means that journals of old can no longer be read.
func TestTheFormatOfTheJournalNeverChanges(t *testing.T) {
	file, err := os.Open("testdata/entries.hex")
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	for i, e := range golden() {
		require.True(t, lines.Scan(), "%s has no line", e.Op)
		op, digits, _ := strings.Cut(lines.Text(), " ")
		require.Equal(t, string(e.Op), op)
		data, err := hex.DecodeString(digits)
		require.NoError(t, err)

		var g Group
		require.NoError(t, encodeEntries(&g, []*Entry{e}))
		require.Equal(t, digits, fmt.Sprintf("%x", g.Body), op)
		e.Seq = uint64(i + 1)
		read, err := Group{Body: data, First: e.Seq, Count: 1}.Entries()
		require.NoError(t, err)
		require.Equal(t, []*Entry{e}, read)
	}
	require.False(t, lines.Scan(), "a line without an entry")
}

func TestAMemberOfANewerVersionIsRefused(t *testing.T) {
	unknown := func(has int) []byte { // a map of one member that comes behind the has known ones
		if has == cborwire.KeyMax {
			return []byte{0xa1, 0x18, byte(has + 1), 0x00}
		}
		return []byte{0xa1, byte(has + 1), 0x00}
	}
	d := func(read func(*decoder)) func([]byte) error {
		return func(data []byte) error {
			d := newDecoder(data)
			read(&d)
			return d.End()
		}
	}
	for name, c := range map[string]struct {
		members int
		read    func([]byte) error
	}{
		"entry":              {15, d(func(d *decoder) { d.entry(&Entry{}) })},
		"origin":             {3, d(func(d *decoder) { d.origin(&Origin{}) })},
		"facts":              {23, d(func(d *decoder) { d.facts(&Facts{}) })},
		"account change":     {9, d(func(d *decoder) { d.accountChange(&AccountChange{}) })},
		"posting":            {11, d(func(d *decoder) { d.posting(&Posting{}) })},
		"account name":       {2, d(func(d *decoder) { d.accountName(&AccountName{}) })},
		"destination change": {3, d(func(d *decoder) { d.destinationChange(&DestinationChange{}) })},
		"timing change":      {2, d(func(d *decoder) { d.timingChange(&TimingChange{}) })},
		"timing":             {7, d(func(d *decoder) { d.timing(&rating.Timing{}) })},
		"account":            {7, d(func(d *decoder) { d.account(&Account{}) })},
		"account ID":         {2, d(func(d *decoder) { d.accountID(&AccountID{}) })},
		"balance":            {6, d(func(d *decoder) { d.balance(&Balance{}) })},
		"attributes":         {10, d(func(d *decoder) { d.attributes(&Attributes{}) })},
		"name":               {2, d(func(d *decoder) { d.name(&Name{}) })},
		"factor":             {2, d(func(d *decoder) { d.factor(&Factor{}) })},
		"profile":            {9, d(func(d *decoder) { d.profile(&Profile{}) })},
		"user":               {3, d(func(d *decoder) { d.user(&User{}) })},
		"result":             {5, d(func(d *decoder) { d.result(&Result{}) })},
		"refusal":            {3, d(func(d *decoder) { d.refusal(&Error{}) })},
		"charged":            {7, d(func(d *decoder) { d.charged(&Charged{}) })},
		"span":               {9, d(func(d *decoder) { d.span(&Span{}) })},
		"increment":          {6, d(func(d *decoder) { d.increment(&Increment{}) })},
		"money use":          {3, d(func(d *decoder) { d.moneyUse(&MoneyUse{}) })},
		"unit use":           {6, d(func(d *decoder) { d.unitUse(&UnitUse{}) })},
		"account triggers":   {1, d(func(d *decoder) { d.accountTriggers(&AccountTriggers{}) })},
		"account trigger":    {3, d(func(d *decoder) { d.accountTrigger(&AccountTrigger{}) })},
		"trigger state":      {3, d(func(d *decoder) { d.triggerState(&TriggerState{}) })},
		"trigger update":     {2, d(func(d *decoder) { d.triggerUpdate(&TriggerUpdate{}) })},
		"action trigger":     {10, d(func(d *decoder) { d.actionTrigger(&ActionTrigger{}) })},
		"trigger filter":     {11, d(func(d *decoder) { d.triggerFilter(&TriggerFilter{}) })},
		"firing":             {12, d(func(d *decoder) { d.firing(&Firing{}) })},
		"action done":        {3, d(func(d *decoder) { d.actionDone(&ActionDone{}) })},
		"moved":              {2, d(func(d *decoder) { d.moved(&Moved{}) })},
		"summary":            {8, d(func(d *decoder) { d.summary(&Summary{}) })},
	} {
		if c.members == cborwire.KeyMax { // there is no room for another
			require.Error(t, c.read(unknown(c.members)), name)
			continue
		}
		require.ErrorIs(t, c.read(unknown(c.members)), errUnknownMember, name)
		require.NotErrorIs(t, c.read(unknown(c.members-1)), errUnknownMember, name)
	}
}

func TestAnInstantHasOneForm(t *testing.T) {
	const lastNanos, firstList, nextList = "0225c17d03", "0225c17d04", "0225c17d05" // seconds, from nanosFit on
	for digits, ok := range map[string]bool{
		"00":                                    true,
		"820000":                                false, // a list for what is an integer
		"821b000000" + lastNanos + "00":         false,
		"821b000000" + firstList + "00":         true,
		"823b000000" + lastNanos + "00":         true,  // -1 - nanosFit
		"1b7fffffffffffffff":                    false, // an integer for what is a list
		"3b7fffffffffffffff":                    false,
		"821b000000" + nextList + "20":          false, // nanoseconds below 0
		"821b000000" + firstList + "1a3b9aca00": false, // a second of them
		"811b000000" + firstList:                false,
		"831b000000" + firstList + "0000":       false,
		"f6":                                    false,
	} {
		data, err := hex.DecodeString(digits)
		require.NoError(t, err)
		d := newDecoder(data)
		v := d.instant()
		if !ok {
			require.Error(t, d.Err(), digits)
			continue
		}
		require.NoError(t, d.End(), digits)
		var e encoder
		e.instant(v)
		require.Equal(t, data, e.Buf)
	}
}

func TestIDsAndHashesHaveTheirSize(t *testing.T) {
	for size, ok := range map[int]bool{0: false, 15: false, 16: true, 17: false, 32: false} {
		d := newDecoder(reference(t, make([]byte, size)))
		d.hexID()
		require.Equal(t, ok, d.End() == nil, size)
	}
	for size, ok := range map[int]bool{31: false, 32: true, 33: false} {
		d := newDecoder(reference(t, map[int][]byte{8: make([]byte, size)}))
		d.profile(&Profile{})
		require.Equal(t, ok, d.End() == nil, size)
	}
}

func TestAUUIDHas16Bytes(t *testing.T) {
	for size, ok := range map[int]bool{0: false, 15: false, 16: true, 17: false} {
		d := newDecoder(reference(t, make([]byte, size)))
		d.uuid()
		require.Equal(t, ok, d.End() == nil, size)
	}
}

func TestNothingMayFollowWhatWasToBeRead(t *testing.T) {
	entry := reference(t, &Entry{})
	for count, ok := range []bool{false, true, false} {
		_, err := Group{Body: entry, First: 1, Count: count}.Entries()
		require.Equal(t, ok, err == nil, "an entry in a group of %d", count)
	}
	_, err := Group{Body: append(entry, 0), First: 1, Count: 1}.Entries()
	require.Error(t, err)
	_, err = DecodeAccount(append(reference(t, &Account{}), 0))
	require.Error(t, err)
}

// checkDecoded: what the decoder makes of bytes is what the reference makes of
// them.
func checkDecoded[T any](t require.TestingT, data []byte, got *T) {
	want := new(T)
	require.NoError(t, referenceRead(t, data, want), "%x", data)
	require.Equal(t, want, got)
}

// spoil changes a byte or two of data, or takes some away.
func spoil(rt *rapid.T, data []byte) []byte {
	data = slices.Clone(data)
	for range rapid.IntRange(1, 2).Draw(rt, "bytes") {
		data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "byte")
	}
	return data[:len(data)-rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "cut")]
}

func TestSpoiltBytesAreRefusedOrMeanWhatTheReferenceReads(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := spoil(rt, reference(rt, maker{rt}.entry()))
		if read, err := (Group{Body: data, Count: 1}).Entries(); err == nil {
			checkDecoded(rt, data, read[0])
		}
		data = spoil(rt, reference(rt, maker{rt}.account()))
		if read, err := DecodeAccount(data); err == nil {
			checkDecoded(rt, data, read)
		}
	})
}

// FuzzDecodeEntry: no bytes make the decoder panic, and what it takes the
// reference takes as the same.
func FuzzDecodeEntry(f *testing.F) {
	for _, e := range golden() {
		f.Add(reference(f, e))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if read, err := (Group{Body: data, Count: 1}).Entries(); err == nil {
			checkDecoded(t, data, read[0])
		}
	})
}

// FuzzDecodeAccount is FuzzDecodeEntry for accounts.
func FuzzDecodeAccount(f *testing.F) {
	for _, e := range golden() {
		for i := range e.Accounts {
			a := &Account{ID: e.Accounts[i].ID, Updated: e.At}
			for _, p := range e.Accounts[i].Postings {
				a.Balances = append(a.Balances, Balance{p.UUID, p.ID, p.ToR, p.After, p.Attributes, p.Charged})
			}
			f.Add(reference(f, a))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if read, err := DecodeAccount(data); err == nil {
			checkDecoded(t, data, read)
		}
	})
}

func TestWhatIsDecodedSharesNothingWithItsBytes(t *testing.T) {
	for _, e := range golden() {
		data := reference(t, e)
		read, err := Group{Body: data, Count: 1}.Entries()
		require.NoError(t, err)
		clear(data)
		require.Equal(t, []*Entry{e}, read)
	}
}

func BenchmarkAccountCodec(b *testing.B) {
	a := &Account{ID: AccountID{"cgrates.org", "1003"}, Updated: Instant{unixUTC(1_767_261_600, 5)}}
	for i := range 5 {
		a.Balances = append(a.Balances, Balance{uuid.UUID{byte(i)}, "main", Monetary, amount.FromInt(int64(i)), nil, amount.Amount{}})
	}
	data := reference(b, a)
	b.Run("encode", func(b *testing.B) {
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			var err error
			if buf, err = AppendAccount(buf[:0], a); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeAccount(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkEntryCodec is the codec on groups as the committer makes them.
func BenchmarkEntryCodec(b *testing.B) {
	const entries = 300
	group := slices.Repeat([]*Entry{golden()[1]}, entries)
	g := Group{First: 1, Count: entries}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Body, g.Starts = g.Body[:0], g.Starts[:0]
			if err := encodeEntries(&g, group); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*entries), "ns/entry")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := g.Entries(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*entries), "ns/entry")
	})
}

func TestQuantitiesOutOfOrderAreRefused(t *testing.T) {
	for _, counts := range []services.Counts{
		{{Category: "b", Item: "x"}, {Category: "a", Item: "x"}},
		{{Category: "a", Item: "x"}, {Category: "a", Item: "x"}},
		{{Category: "a", Item: "x", N: -1}},
	} {
		e := &Entry{Services: &ServiceChange{Accounts: []AccountServices{
			{Record: services.Record{Quantities: services.Quantities{Cascade: counts}}}}}}
		var g Group
		require.NoError(t, encodeEntries(&g, []*Entry{e}))
		_, err := Group{Body: g.Body, First: 1, Count: 1}.Entries()
		require.ErrorContains(t, err, "stored quantities")
	}
}
