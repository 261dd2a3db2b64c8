package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// subscriber is a peer of listen.bijson that has sent one request.
type subscriber struct{ *wire }

func subscribe(t *testing.T, d *inside, args string) *subscriber {
	t.Helper()
	s := &subscriber{dialWire(t, d.addrs["bijson"])}
	_, err := io.WriteString(s.nc, request(1, "NotifySv1.Subscribe", args))
	require.NoError(t, err)
	return s
}

// next returns the next call, and the number of its entry, which is 0 for the
// answer to Subscribe.
func (s *subscriber) next() (id, seq int) {
	s.t.Helper()
	var m struct {
		ID     int
		Method string
		Params []struct{ Seq int }
		Result string
		Error  any
	}
	require.NoError(s.t, s.dec.Decode(&m))
	require.Nil(s.t, m.Error)
	if m.Method == "" {
		require.Equal(s.t, "OK", m.Result)
		return m.ID, 0
	}
	require.Equal(s.t, "NotifySv1.Triggered", m.Method)
	require.Len(s.t, m.Params, 1)
	return m.ID, m.Params[0].Seq
}

// takes makes sure that exactly these entries come next, each answered; the
// answer to Subscribe comes before, between or behind them.
func (s *subscriber) takes(want ...int) {
	s.t.Helper()
	for len(want) > 0 {
		id, seq := s.next()
		if seq == 0 {
			continue
		}
		require.Equal(s.t, want[0], seq)
		_, err := fmt.Fprintf(s.nc, `{"id":%d,"result":"OK","error":null}`, id)
		require.NoError(s.t, err)
		want = want[1:]
	}
}

// armed makes an account of which each debit fires a trigger, in entries 1 to 4.
func armed(w *wire) {
	w.t.Helper()
	w.ok("APIerSv1.SetActions", `{"ActionsId":"NOTE","Actions":[{"Identifier":"*log"}]}`)
	w.ok("APIerSv1.SetActionTrigger", `{"GroupID":"LOW","UniqueID":"low","ThresholdType":"*min_balance","ThresholdValue":100,
		"BalanceType":"*monetary","ActionsID":"NOTE","Recurrent":true}`)
	w.ok("APIerSv2.SetAccount", `{"Account":"1003","ActionTriggerIDs":["LOW"]}`)
	w.ok("APIerSv1.AddBalance", `{"Account":"1003","BalanceType":"*monetary","Value":1000000}`)
}

// drain debits so that the balance stays below the threshold, or comes below it.
func drain(w *wire, value int) {
	w.t.Helper()
	w.ok("APIerSv1.DebitBalance", fmt.Sprintf(`{"Account":"1003","BalanceType":"*monetary","Value":%d}`, value))
}

func TestAPeerResumesItsSubscriptionAfterARestart(t *testing.T) {
	cfg := testConfig(t)
	d := startInside(t, cfg)
	s := subscribe(t, d, `{}`)
	_, seq := s.next()
	require.Zero(t, seq)
	w := dialWire(t, d.addrs["json"])
	armed(w)
	drain(w, 999_990) // entry 5
	drain(w, 1)
	s.takes(5)
	_, seq = s.next() // read, and not answered when the daemon ends
	require.Equal(t, 6, seq)
	drain(w, 1)
	require.NoError(t, d.end(t))

	d = startInside(t, cfg)
	w = dialWire(t, d.addrs["json"])
	s = subscribe(t, d, `{"Tenant":"cgrates.org","After":5}`)
	s.takes(6, 7)
	drain(w, 1)
	s.takes(8)
	require.Eventually(t, func() bool {
		return metric(t, d, `purser_subscriptions 1`) && metric(t, d, `purser_subscription_calls_total 3`) &&
			metric(t, d, `purser_subscriptions_given_up_total 0`)
	}, 10*time.Second, 10*time.Millisecond)
	subscribe(t, d, `{"After":0}`).takes(5, 6, 7, 8)
	require.NoError(t, d.end(t))
}

// A peer that never answers loses its subscription in the end, and until then
// charges and other peers take no notice of it.
func TestASilentPeerDisturbsNeitherChargesNorPeers(t *testing.T) {
	cfg := testConfig(t)
	cfg.Notify.Subscribers, cfg.Notify.Timeout = 2, 500*time.Millisecond
	d := startInside(t, cfg)
	w := dialWire(t, d.addrs["json"])
	armed(w)
	silent, good := subscribe(t, d, `{}`), subscribe(t, d, `{}`)
	for _, s := range []*subscriber{silent, good} {
		_, seq := s.next()
		require.Zero(t, seq)
	}
	drain(w, 999_950)
	good.takes(5)
	for i := range 40 {
		drain(w, 1)
		good.takes(6 + i)
	}
	require.Eventually(t, func() bool {
		return metric(t, d, `purser_subscriptions_given_up_total 1`) && metric(t, d, `purser_subscriptions 1`)
	}, 10*time.Second, 10*time.Millisecond)
	for range 2 { // both tries
		_, seq := silent.next()
		require.Equal(t, 5, seq)
	}
	require.NoError(t, silent.nc.(*net.TCPConn).CloseWrite())
	require.ErrorIs(t, silent.dec.Decode(&json.RawMessage{}), io.EOF)
	require.NoError(t, d.end(t))
}
