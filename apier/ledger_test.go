package apier

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/ledger"
)

func TestALedgerIsReadOverJSONRPC(t *testing.T) {
	f := start(t, nil)
	month := f.clock.Now().UTC().Format("200601")
	f.play(
		[2]string{`LedgerSv1.GetTotal {"Account":"a"}`, fails("NOT_FOUND")},
		[2]string{`LedgerSv1.GetTotal {}`, fails("MANDATORY_IE_MISSING: [Account]")},
		[2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*monetary","Value":5,"Balance":{"ID":"x"},
			"ActionExtraData":{"SourceService":"payments","Description":"d"}}`, isOK},
		[2]string{`APIerSv1.DebitBalance {"Account":"a","BalanceType":"*monetary","Value":1.5,"Balance":{"ID":"x"}}`, isOK},
		[2]string{`LedgerSv1.GetTotal {"Account":"a"}`, gives(`3.5`)},
		[2]string{`LedgerSv1.GetSummary {"Account":"a"}`, gives(`{"$exact":true,"opening":0,"closing":3.5,"sources":{
			"$exact":true,"adjustments":{"$exact":true,"amount":-1.5,"quantity":0,"type":"debit","unit":"USD","lines":1},
			"payments":{"$exact":true,"amount":5,"quantity":0,"type":"credit","unit":"USD","lines":1}}}`)},
		[2]string{`LedgerSv1.GetSummary {"Account":"a","Month":"` + month + `"}`, gives(`{"opening":0,"closing":3.5}`)},
		[2]string{`LedgerSv1.GetSummary {"Account":"a","Month":"209901"}`,
			gives(`{"$exact":true,"opening":3.5,"closing":3.5,"sources":{"$exact":true}}`)},
		[2]string{`LedgerSv1.GetSummary {"Account":"a","Month":"x"}`, fails("$any")},
		[2]string{`LedgerSv1.GetEntries {"Account":"a","Limit":1}`, gives(`{"$exact":true,"next":"$bind:n","lines":[
			{"$exact":true,"id":"$any","seq":2,"created":"$now+0","account":"$any","source":"adjustments","source_id":"2",
			"amount":-1.5,"type":"debit","quantity":0,"unit":"USD"}]}`)},
		[2]string{`LedgerSv1.GetEntries {"Account":"a","Source":"payments"}`,
			gives(`{"$exact":true,"lines":[{"seq":1,"amount":5,"description":"d"}]}`)},
		[2]string{`LedgerSv1.GetEntries {"Account":"a","Start":"none"}`, fails("$any")},
	)
}

func TestAPanicBehindAnAnswerIsAnErrorAndGivesTheLedgerBack(t *testing.T) {
	ended := make(chan struct{}, 1)
	f := start(t, func(o *Options) {
		open := o.Ledger
		o.Ledger = func(owner engine.AccountID) (*ledger.View, func() error, error) {
			v, _, err := open(owner)
			v.Entries = func([]uint64) ([]*engine.Entry, error) { panic("a page that cannot be read") }
			return v, func() error { ended <- struct{}{}; return nil }, err
		}
	})
	f.play(
		[2]string{`APIerSv1.AddBalance {"Account":"a","BalanceType":"*monetary","Value":5}`, isOK},
		[2]string{`LedgerSv1.GetEntries {"Account":"a"}`, fails("SERVER_ERROR")},
		[2]string{`CoreSv1.Ping {}`, gives(`"Pong"`)})
	<-ended
	require.Contains(t, f.log.String(), "a page that cannot be read")
}
