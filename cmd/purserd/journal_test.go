package main

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// followed is an answer to a request for a journal.
type followed struct {
	status      int
	after, body string
	err         error
}

// goFollow asks for the journal of the account 1003, and waits for its next entry behind number after.
func (c *restClient) goFollow(after int) <-chan followed {
	id := engine.AccountID{Tenant: "cgrates.org", Account: "1003"}.Derived()
	done := make(chan followed, 1)
	go func() {
		request, err := http.NewRequest(http.MethodGet,
			fmt.Sprintf("%s/v2/accounts/%s/journal?wait=60&accept=ndjson&after_seq=%d", c.url, id, after), nil)
		if err != nil {
			done <- followed{err: err}
			return
		}
		request.Header.Set("X-Auth-Token", c.token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			done <- followed{err: err}
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		done <- followed{response.StatusCode, response.Header.Get("X-After-Seq"), string(body), err}
	}()
	return done
}

func awaitWaiting(t *testing.T, d *inside, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return metric(t, d, fmt.Sprintf("purser_rest_waiting %d", n)) },
		10*time.Second, 10*time.Millisecond)
}

// What one face does wakes who waits on another, and nobody who waits holds up the end.
func TestAFollowerOfAJournalIsAnsweredAtOnceAndAtTheEnd(t *testing.T) {
	cfg := restConfig(t, keyA)
	d := startInside(t, cfg)
	w := dialWire(t, d.addrs["json"])
	const add = `{"Account":"1003","BalanceType":"*monetary","Value":1.5,"Balance":{"ID":"m"}}`
	w.ok("APIerSv1.AddBalance", add) // entry 2, behind the master
	c, _ := loginREST(t, d.addrs["rest"], keyA)
	first := <-c.goFollow(1)
	require.NoError(t, first.err)
	require.Equal(t, "2", first.after)

	done := c.goFollow(2)
	awaitWaiting(t, d, 1)
	w.ok("APIerSv1.AddBalance", add)
	next := <-done
	require.NoError(t, next.err)
	require.Equal(t, http.StatusOK, next.status)
	require.Equal(t, "3", next.after)
	require.Contains(t, next.body, `"before":1.5`)
	require.Contains(t, next.body, `"after":3}`)
	require.Contains(t, next.body, `"method":"APIerSv1.AddBalance"`)

	done = c.goFollow(3)
	awaitWaiting(t, d, 1)
	began := time.Now()
	require.NoError(t, d.end(t))
	require.Less(t, time.Since(began), cfg.Stop.Timeout)
	require.Equal(t, followed{http.StatusOK, "3", "", nil}, <-done)
}
