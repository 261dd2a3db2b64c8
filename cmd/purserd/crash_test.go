package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine/store"
)

// crashRounds is how often the daemon is killed under load.
const crashRounds = 20

// killedLoad is what one connection sent: top-ups of 1, each with its own key.
type killedLoad struct {
	account string
	keys    []string // in the order sent
	acked   int      // how many of them were answered OK
}

// topUp is the request of a key; the same text is sent again after a crash.
func (l *killedLoad) topUp(i int) string {
	return request(i, "APIerSv1.AddBalance", fmt.Sprintf(`{"Account":%q,"BalanceType":"*monetary","Value":1,`+
		`"Balance":{"ID":"m"},"APIOpts":{"*idempotencyKey":%q}}`, l.account, l.keys[i]))
}

// press sends top-ups, 32 in flight, until the connection breaks.
func (l *killedLoad) press(addr string, round int) error {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer nc.Close()
	room := make(chan struct{}, 32)
	var sending sync.WaitGroup
	sending.Add(1)
	broken := make(chan struct{})
	go func() {
		defer sending.Done()
		for n := 0; ; n++ {
			select {
			case room <- struct{}{}:
			case <-broken:
				return
			}
			l.keys = append(l.keys, fmt.Sprintf("%s-%d-%d", l.account, round, n))
			if _, err := io.WriteString(nc, l.topUp(len(l.keys)-1)); err != nil {
				return
			}
		}
	}()
	answers := json.NewDecoder(nc)
	var failure error
	for {
		var r reply
		if answers.Decode(&r) != nil {
			break
		}
		if r.Error != nil {
			failure = fmt.Errorf("answer: %s", *r.Error)
			break
		}
		l.acked++
		<-room
	}
	close(broken)
	sending.Wait()
	return failure
}

// TestKill9UnderLoadLosesNothing kills the daemon in the middle of a load, 20
// times on one folder, and repeats after each restart what was not answered.
// Every top-up must then have been applied once: what was answered is there,
// what was in doubt is neither lost nor doubled.
func TestKill9UnderLoadLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	totals := map[string]int{}
	acked := 0
	for round := range crashRounds {
		d := startChild(t, dir, "--store.checkpoint_entries", "500", "--store.checkpoint_accounts", "2")
		loads := make([]*killedLoad, 4)
		var pressing sync.WaitGroup
		failures := make([]error, len(loads))
		for i := range loads {
			loads[i] = &killedLoad{account: "crash" + strconv.Itoa(i)}
			pressing.Add(1)
			go func() { defer pressing.Done(); failures[i] = loads[i].press(d.addrs["json"], round) }()
		}
		time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond)
		d.kill(t)
		pressing.Wait()
		for _, err := range failures {
			require.NoError(t, err)
		}

		d = startChild(t, dir)
		w := dialWire(t, d.addrs["json"])
		for _, l := range loads {
			acked += l.acked
			for i := l.acked; i < len(l.keys); i++ {
				_, err := io.WriteString(w.nc, l.topUp(i))
				require.NoError(t, err)
				var r reply
				require.NoError(t, w.dec.Decode(&r))
				require.Nil(t, r.Error, "%v", r.Error)
			}
			totals[l.account] += len(l.keys)
			require.Equal(t, strconv.Itoa(totals[l.account]), w.balance(l.account), "round %d, %s", round, l.account)
		}
		require.Zero(t, d.terminate(t), d.log)
	}
	require.Positive(t, acked)
	t.Logf("%d top-ups answered before %d kills", acked, crashRounds)
	require.NoError(t, store.Verify(t.Context(), dir, func(c store.Check) { require.True(t, c.OK, "%s: %s", c.Name, c.Detail) }))
}
