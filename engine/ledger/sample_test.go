package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// The sample of the month's summary in the user's document (LB), with the sum
// that it misprints (ledgers-and-services 3, C13).
func TestTheDocumentsSampleOfAMonth(t *testing.T) {
	h := &history{at: time.Date(2019, 4, 9, 0, 0, 0, 0, time.UTC)}
	owner, a, b := "cc580f94d7da53816a94b87b2a1d25f8", "de6fd29a54407cfe46e6c9d3828ab0d8", "a71a670531d7dc92d2a4f9fc6774df36"
	book := func(about, name, source, sum, as string, quantity int64, unit string) {
		value, err := amount.Parse(sum)
		require.NoError(t, err)
		posting := engine.Posting{ToR: engine.Monetary, Delta: value}
		e := &engine.Entry{Seq: uint64(len(h.entries) + 1), At: engine.At(h.at), Op: engine.OpTopUp, Facts: engine.Facts{
			Source: source, UsageType: as, UsageQuantity: &quantity, UsageUnit: unit, Module: "cb_ledgers"}}
		if about != owner {
			e.Facts.About = &engine.AccountName{ID: about, Name: name}
			e.Accounts = append(e.Accounts, engine.AccountChange{ID: customer, Postings: []engine.Posting{posting}})
		}
		e.Accounts = append(e.Accounts, engine.AccountChange{ID: reseller, Postings: []engine.Posting{posting}})
		h.entries = append(h.entries, e)
	}
	book(owner, "", "payments", "36.102", "", 0, "")
	h.at = h.at.AddDate(0, 1, 0)
	book(a, "Account", "payments", "-1250000", "debit", 0, "dollars")
	book(owner, "", "payments", "1501970.82", "credit", 0, "dollars")
	book(owner, "", "prorations", "-1.9258", "", 0, "")
	book(a, "Account A", "per-minute-voip", "-385", "voice", 101_640, "sec")
	book(b, "Account B", "per-minute-voip", "-495", "voice", 130_680, "sec")
	m := h.fold(t)
	v := h.view(m, reseller)
	v.Self = engine.AccountName{ID: owner, Name: "Account 1"}

	month, ok := ParseMonth("201905")
	require.True(t, ok)
	s, err := v.Month(month)
	require.NoError(t, err)
	require.Equal(t, "[{Source:payments Lines:2 Amount:251970.82 Quantity:0 Type:debit Unit:dollars}"+
		" {Source:per-minute-voip Lines:2 Amount:-880 Quantity:232320 Type:voice Unit:sec}"+
		" {Source:prorations Lines:1 Amount:-1.9258 Quantity:0 Type: Unit:}"+
		" {Source:rollovers Lines:0 Amount:36.102 Quantity:0 Type: Unit:}]", shown(s.Sums))
	require.Equal(t, "[{About:{ID:"+a+" Name:Account A} Sums:["+
		"{Source:payments Lines:1 Amount:-1250000 Quantity:0 Type:debit Unit:dollars}"+
		" {Source:per-minute-voip Lines:1 Amount:-385 Quantity:101640 Type:voice Unit:sec}] Total:-1250385}"+
		" {About:{ID:"+owner+" Name:Account 1} Sums:["+
		"{Source:payments Lines:1 Amount:1501970.82 Quantity:0 Type:credit Unit:dollars}"+
		" {Source:prorations Lines:1 Amount:-1.9258 Quantity:0 Type: Unit:}"+
		" {Source:rollovers Lines:0 Amount:36.102 Quantity:0 Type: Unit:}] Total:1502004.9962}"+
		" {About:{ID:"+b+" Name:Account B} Sums:["+
		"{Source:per-minute-voip Lines:1 Amount:-495 Quantity:130680 Type:voice Unit:sec}] Total:-495}]", shown(s.Accounts))
	require.Equal(t, "36.102", s.Opening.String())
	require.Equal(t, "251124.9962", s.Closing.String())
}
