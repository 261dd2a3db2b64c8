package apier

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/rating"
	"purser/rpcjson"
)

// The requests of the seed documents, and their nested form.
const (
	flatAdd = `{"Tenant":"cgrates.org","Account":"1003","BalanceUuid":null,"BalanceId":"123456",` +
		`"BalanceType":"*monetary","Directions":null,"Value":10,"ExpiryTime":null,"RatingSubject":null,"Categories":null,` +
		`"DestinationIds":null,"TimingIds":null,"Weight":null,"SharedGroups":null,"Overwrite":false,"Blocker":null,` +
		`"Disabled":null}`
	nestedAdd = `{"Tenant":"cgrates.org","Account":"1003","BalanceType":"*monetary","Value":10,` +
		`"Balance":{"ID":"123456","ExpiryTime":"*unlimited","Weight":10},"Overwrite":false,"Cdrlog":false}`
	aDebit = `{"Category":"call","Tenant":"cgrates.org","Account":"1001","Destination":"1002","ToR":"*voice",` +
		`"TimeStart":"2026-01-14T10:00:00Z","TimeEnd":"2026-01-14T10:00:10Z"}`
)

// sink is an engine that takes commands and forgets them.
type sink struct{ rules engine.Rules }

func (s *sink) Submit(context.Context, *engine.Command, func(engine.Result, error)) error { return nil }
func (s *sink) View(context.Context, func(engine.State) error, func(error)) error         { return nil }
func (s *sink) Read(context.Context, func(engine.State) error) error                      { return nil }
func (s *sink) Rules() *engine.Rules                                                      { return &s.rules }
func (s *sink) Now() time.Time                                                            { return time.Unix(1_800_000_000, 0) }
func (s *sink) Journal(context.Context, uint64, func(*engine.Entry) error) error          { return nil }

// BenchmarkRequest measures what this package does with a request: decoding its argument, and making the command.
func BenchmarkRequest(b *testing.B) {
	s := &service{Options: Options{Engine: &sink{engine.DefaultRules()}}.withDefaults()}
	s.log = s.Log
	for _, bench := range []struct {
		name, text string
		args       func() changing
	}{
		{"AddBalance/flat", flatAdd, func() changing { return new(addBalance) }},
		{"AddBalance/nested", nestedAdd, func() changing { return new(addBalance) }},
		{"Debit", aDebit, func() changing { return new(debit) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			text := []byte(bench.text)
			dec := jsontext.NewDecoder(new(bytes.Buffer))
			var buf bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				args := bench.args()
				buf.Reset()
				buf.Write(text)
				dec.Reset(&buf, json.MatchCaseInsensitiveNames(true))
				if err := json.UnmarshalDecode(dec, args); err != nil {
					b.Fatal(err)
				}
				if _, err := args.change(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReply measures the encoding of answers.
func BenchmarkReply(b *testing.B) {
	var args debit
	require.NoError(b, json.Unmarshal([]byte(aDebit), &args))
	account := &engine.Account{ID: engine.AccountID{Tenant: "cgrates.org", Account: "1001"}, Updated: engine.At(time.Now())}
	charged := &engine.Charged{
		Payer: account.ID, ToR: engine.Voice, Usage: 10_000_000_000,
		Spans: []engine.Span{{
			Length: 10_000_000_000, Prefix: "1002", DestID: "*any",
			Increments: []engine.Increment{{Length: 1_000_000_000, Count: 10, Payer: account.ID, Unit: engine.UnitUse{
				UUID: uuid.New(), ID: "v", ToR: engine.Voice, After: amount.FromInt(50_000_000_000),
				Consumed: amount.FromInt(1_000_000_000), Factor: amount.FromInt(1),
			}}},
		}},
	}
	for i, tor := range []string{engine.Voice, engine.Monetary, engine.Data} {
		id := fmt.Sprint("balance", i)
		value := amount.FromInt(50_000_000_000)
		charged.Summary = append(charged.Summary, engine.Summary{UUID: uuid.New(), ID: id, ToR: tor, Initial: value, Value: value})
		account.Balances = append(account.Balances, engine.Balance{UUID: uuid.New(), ID: id, ToR: tor, Value: value})
	}
	rated := *charged
	rated.Spans = []engine.Span{{
		Length: 10_000_000_000, Prefix: "1002", DestID: "DST_1002", Cost: amount.FromInt(1),
		Price: &engine.SpanPrice{Subject: "*out:cgrates.org:call:1001", PlanID: "RP_VOICE",
			Row: &rating.Row{RoundingMethod: rating.RoundUp, RoundingDecimals: 4, Weight: amount.FromInt(10)},
			Rate: &rating.Rate{Slots: []rating.Slot{
				{Price: amount.FromInt(6), Unit: int64(time.Minute), Step: int64(time.Second)}}}},
		Increments: []engine.Increment{{Length: 1_000_000_000, Count: 10, Payer: account.ID, Cost: amount.FromInt(1),
			Money: engine.MoneyUse{UUID: uuid.New(), ID: "m", After: amount.FromInt(49)}}},
	}}
	accounts := make(answerList, 10_000)
	for i := range accounts {
		accounts[i] = shapeV2(account, nil)
	}
	for _, bench := range []struct {
		name  string
		reply rpcjson.Appender
	}{
		{"Debit", chargeReply(&args.callDescriptor)(&engine.Result{Charge: charged}).(rpcjson.Appender)},
		{"Debit/rated", chargeReply(&args.callDescriptor)(&engine.Result{Charge: &rated}).(rpcjson.Appender)},
		{"GetAccount/v1", shapeV1(account, nil)},
		{"GetAccount/v2", shapeV2(account, nil)},
		{"GetAccounts/10000", accounts},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if buf, err = bench.reply.AppendJSON(buf[:0]); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}
