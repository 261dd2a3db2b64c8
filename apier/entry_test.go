package apier

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// The journal as a client reads it: one entry of each kind.
func TestEntriesSayWhatHappened(t *testing.T) {
	f := start(t, nil)
	f.play(
		[2]string{`APIerSv1.SetDestination {"Id":"DE","Prefixes":["49"]}`, isOK},
		[2]string{`APIerSv1.SetTiming {"ID":"WE","WeekDays":[6,0],"StartTime":"08:00:00"}`, isOK},
		[2]string{`ApierV1.AddBalance {"Account":"1","BalanceType":"*sms","Value":10.5,"Balance":{"ID":"s","Weight":2,
			"DestinationIDs":"!DE","ExpiryTime":"2035-01-01T00:00:00Z","Factors":{"a":2},"Blocker":true},
			"ActionExtraData":{"ref":"inv-1"},"APIOpts":{"*idempotencyKey":"k1"}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Account":"1","BalanceType":"*sms","Value":0.5}`, isOK},
		[2]string{`APIerSv1.SetAccount {"Account":"1","Disabled":true}`, isOK},
		[2]string{`APIerSv1.RemoveAccount {"Account":"1"}`, isOK},
		[2]string{`APIerSv1.RemoveTiming {"ID":"WE"}`, isOK},
		[2]string{`APIerSv1.RemoveDestination {"DestinationIDs":["DE"]}`, isOK},
		[2]string{`JournalSv1.GetEntries {}`, gives(`[
			{"$exact":true,"seq":1,"at":"$now+0","op":"destination",
				"origin":{"$exact":true,"face":"tcp","method":"APIerSv1.SetDestination","peer":"127.0.0.1"},
				"destination":{"$exact":true,"id":"DE","prefixes":["49"]}},
			{"$exact":true,"seq":2,"at":"$now+0","op":"timing","origin":"$any",
				"timing":{"$exact":true,"id":"WE","week_days":[6,0],"start":"08:00:00"}},
			{"$exact":true,"seq":3,"at":"$now+0","op":"topup","origin":{"method":"ApierV1.AddBalance"},"tenant":"cgrates.org",
				"key":"k1","accounts":[{"$exact":true,"tenant":"cgrates.org","account":"1","made":true,"postings":[
				{"$exact":true,"uuid":"$bind:u","id":"s","tor":"*sms","before":0,"delta":10.5,"after":10.5,"made":true,
				"attributes":{"$exact":true,"expires":"2035-01-01T00:00:00Z","weight":2,"destination_ids":{"DE":false},
				"blocker":true,"factors":{"a":2}}}]}],"facts":{"$exact":true,"metadata":{"ref":"inv-1"}}},
			{"$exact":true,"seq":4,"at":"$now+0","op":"debit","origin":"$any","accounts":[{"$exact":true,
				"tenant":"cgrates.org","account":"1","postings":[
				{"$exact":true,"uuid":"$bind:u","id":"s","tor":"*sms","before":10.5,"delta":-0.5,"after":10}]}]},
			{"$exact":true,"seq":5,"at":"$now+0","op":"account","origin":"$any","accounts":[{"$exact":true,
				"tenant":"cgrates.org","account":"1","disabled":true}]},
			{"$exact":true,"seq":6,"at":"$now+0","op":"account-remove","origin":"$any","accounts":[{"$exact":true,
				"tenant":"cgrates.org","account":"1","removed":true,"postings":[{"$exact":true,"uuid":"$bind:u","id":"s",
				"tor":"*sms","before":10,"delta":-10,"after":0,"removed":true}]}]},
			{"seq":7,"op":"timing-remove","timing":{"$exact":true,"id":"WE","removed":true}},
			{"seq":8,"op":"destination-remove","destination":{"$exact":true,"id":"DE","removed":true}}]`)})
}

func TestEntriesComeByTheNumber(t *testing.T) {
	f := start(t, func(o *Options) { o.EntriesMax = 3 })
	for _, account := range strings.Fields("a b c d e") {
		f.play([2]string{`APIerSv1.SetAccount {"Account":"` + account + `"}`, isOK})
	}
	for args, want := range map[string]string{
		``:                     `[{"seq":1},{"seq":2},{"seq":3}]`,
		`"From":0,"Limit":2`:   `[{"seq":1},{"seq":2}]`,
		`"From":4`:             `[{"seq":4},{"seq":5}]`,
		`"From":2,"Limit":1`:   `[{"seq":2}]`,
		`"From":1,"Limit":100`: `[{"seq":1},{"seq":2},{"seq":3}]`,
		`"From":2,"Limit":-1`:  `[{"seq":2},{"seq":3},{"seq":4}]`,
		`"From":6`:             `[]`,
	} {
		f.play([2]string{`JournalSv1.GetEntries {` + args + `}`, gives(want)})
	}
	f.play([2]string{`JournalSv1.GetEntries {"From":-1}`, `{"error":"$any"}`})
}

func TestAJournalThatCannotBeReadIsAnError(t *testing.T) {
	damaged := errors.New("group 2 is not what was sealed")
	journal := &unreadable{err: damaged}
	list, err := entriesFrom(t.Context(), journal, 0, 10)
	require.ErrorIs(t, err, damaged)
	require.Empty(t, list)
	require.EqualValues(t, 1, journal.from, "the first entry is number 1")
}

// unreadable is an engine whose journal cannot be read.
type unreadable struct {
	sink
	err  error
	from uint64
}

func (u *unreadable) Journal(_ context.Context, from uint64, _ func(*engine.Entry) error) error {
	u.from = from
	return u.err
}
