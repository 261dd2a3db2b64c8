package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/services"
)

// invoiced is an entry that changes the services of two accounts, one with two
// invoices.
func invoiced() (e *engine.Entry, one, other engine.AccountID) {
	one, other = engine.AccountID{Tenant: "t", Account: "one"}, engine.AccountID{Tenant: "t", Account: "other"}
	external := services.Bookkeeper{ID: "x", Type: "external"}
	return &engine.Entry{Seq: 7, Services: &engine.ServiceChange{Accounts: []engine.AccountServices{
		{Account: other, Owner: engine.Named{ID: other.Derived()}},
		{Account: one, Owner: engine.Named{ID: one.Derived()}, Invoices: []services.Invoice{{}, {Bookkeeper: external}}},
	}}}, one, other
}

func TestEachInvoiceHasALogOfItsOwn(t *testing.T) {
	e, one, other := invoiced()
	logs := Logs(e, one)
	require.Len(t, logs, 2)
	require.NotEqual(t, logs[0].ID(), logs[1].ID())
	require.Negative(t, logs[0].Compare(logs[1].Place))
	for i := range logs {
		seq, ok := ParseID(one.Derived(), logs[i].ID())
		require.True(t, ok)
		require.EqualValues(t, 7, seq)
		require.Same(t, &e.Services.Accounts[1].Invoices[i], logs[i].Invoice())
	}
	require.Equal(t, "pending", logs[1].Status())

	logs = Logs(e, other)
	require.Len(t, logs, 1, "without invoices there is one")
	require.Nil(t, logs[0].Invoice())
	require.Equal(t, "completed", logs[0].Status())
	require.Empty(t, Logs(&engine.Entry{}, one))
}

func TestSourcesThatAreNotMeteredTakeNoName(t *testing.T) {
	var n Names
	n, _ = n.With(Series{Item: "mailbox", IsUsage: true})
	n, _ = n.With(Series{Category: "faxes", Item: "mailbox"})
	n, _ = n.With(Series{Item: "voip", IsUsage: true})
	require.Equal(t, []string{"", "mailbox", "voip"}, n.Shown([]string{"voip"}))
	require.Equal(t, []string{"mailbox", "faxes.mailbox", ""}, n.Shown([]string{"mailbox"}))
}

func FuzzParseID(f *testing.F) {
	e, one, _ := invoiced()
	for _, l := range Logs(e, one) {
		f.Add(l.ID())
	}
	f.Add("202601-")
	f.Fuzz(func(t *testing.T, id string) {
		if seq, ok := ParseID(one.Derived(), id); ok {
			require.Len(t, id, len("YYYYMM-")+32)
			require.Less(t, seq, uint64(1)<<idPartBits)
		}
	})
}
