package crossbar

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
)

// patience is a clock for requests that wait: it tells of each that begins to, and ends its time when it is told to.
type patience struct {
	began chan time.Duration
	up    chan time.Time
}

func (p *patience) after(d time.Duration) <-chan time.Time {
	p.began <- d
	return p.up
}

// newWaitingRig starts a rig whose requests wait for what the patience says.
func newWaitingRig(t *testing.T) (*rig, *patience) {
	t.Helper()
	p := &patience{began: make(chan time.Duration), up: make(chan time.Time)}
	r := newRig(t, func(o *Options) { o.After = p.after })
	t.Cleanup(r.waiting.Stop) // so that a test that fails ends
	return r, p
}

// followed is what follow returned.
type followed struct {
	seqs  []uint64
	after uint64
	err   error
}

// goFollow is follow in a goroutine of its own.
func (r *rig) goFollow(query string) <-chan followed {
	done := make(chan followed, 1)
	go func() {
		seqs, after, err := r.follow(query)
		done <- followed{seqs, after, err}
	}()
	return done
}

// credit gives an account 1 and returns the number of the entry.
func (r *rig) credit(t *testing.T, name string) uint64 {
	t.Helper()
	return r.must(t, &engine.PostLedger{Op: engine.OpTopUp, Account: r.ids[name], Amount: amount.FromInt(1)}).Seq
}

func TestWaitingEndsWithTheAccountsNextEntry(t *testing.T) {
	r, p := newWaitingRig(t)
	end := r.Stats().Seq
	done := r.goFollow(fmt.Sprintf("{A}/journal?wait=30&after_seq=%d", end))
	require.Equal(t, 30*time.Second, <-p.began)
	r.credit(t, "B")
	r.credit(t, "R")
	select {
	case early := <-done:
		t.Fatalf("answered before there was an entry: %v", early)
	default:
	}
	seq := r.credit(t, "A")
	require.Equal(t, followed{[]uint64{seq}, seq, nil}, <-done)

	done = r.goFollow(fmt.Sprintf("{R}/journal?wait=60&after_seq=%d", seq))
	require.Equal(t, time.Minute, <-p.began)
	plan := r.must(t, &engine.SetPlan{Reseller: r.ids["R"], Data: []byte(`{"plan":{}}`)})
	require.Equal(t, followed{[]uint64{plan.Seq}, plan.Seq, nil}, <-done, "a plan that it sells")

	require.Equal(t, followed{[]uint64{seq}, plan.Seq, nil}, <-r.goFollow(fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", end)),
		"what is there is not waited for")
}

// A request that waited in vain does not look through the same entries again the next time.
func TestWaitingInVainGoesOnBehindWhatOthersDid(t *testing.T) {
	r, p := newWaitingRig(t)
	end := r.Stats().Seq
	done := r.goFollow(fmt.Sprintf("{A}/journal?wait=1&after_seq=%d", end))
	require.Equal(t, time.Second, <-p.began)
	last := r.credit(t, "B")
	require.Equal(t, last, r.Stats().Seq)
	p.up <- morning
	require.Equal(t, followed{nil, last, nil}, <-done)
	seq := r.credit(t, "A")
	require.Equal(t, followed{[]uint64{seq}, seq, nil}, <-r.goFollow(fmt.Sprintf("{A}/journal?after_seq=%d", last)))
}

func TestStoppingAnswersWhoeverWaits(t *testing.T) {
	r, p := newWaitingRig(t)
	end := r.Stats().Seq
	line := fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", end)
	done := r.goFollow(line)
	<-p.began
	r.waiting.Stop()
	r.waiting.Stop()
	require.Equal(t, followed{nil, end, nil}, <-done)
	done = r.goFollow(line)
	<-p.began
	require.Equal(t, followed{nil, end, nil}, <-done, "nobody begins to wait then")
}

func TestTooManyWaitingAreAskedToComeAgain(t *testing.T) {
	r, p := newWaitingRig(t)
	line := fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", r.Stats().Seq)
	var all []<-chan followed
	for range r.waiting.most {
		all = append(all, r.goFollow(line))
		<-p.began
	}
	a := r.refused(t, http.StatusTooManyRequests, "too_many_requests", `{"message":"too many requests"}`,
		"GET /v2/accounts/"+line, "", "token: A")
	require.Equal(t, "1", a.header.Get("Retry-After"))
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}/journal", "", "token: A").status, "without waiting it is served")
	seq := r.credit(t, "A")
	for _, done := range all {
		require.Equal(t, []uint64{seq}, (<-done).seqs)
	}
	done := r.goFollow(fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", seq))
	<-p.began
	r.credit(t, "A")
	require.Len(t, (<-done).seqs, 1, "there is room again")
	require.Zero(t, r.waiting.Len())
	require.Empty(t, r.waiting.by)
}

func TestAClientThatGoesAwayWaitsNoLonger(t *testing.T) {
	r, p := newWaitingRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.server.URL+r.fill("/v2/accounts/{A}/journal?wait=60&"+
		"after_seq="+strconv.FormatUint(r.Stats().Seq, 10)), nil)
	require.NoError(t, err)
	request.Header.Set("X-Auth-Token", r.tokens["A"])
	failed := make(chan error, 1)
	go func() {
		_, err := http.DefaultTransport.RoundTrip(request)
		failed <- err
	}()
	<-p.began
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	r.server.Close() // waits for the handler
	require.Zero(t, r.waiting.Len())
}

// A server's times for reading a request and writing its answer may be shorter than the time that one waits.
func TestWaitingOutlastsTheServersTimes(t *testing.T) {
	const most = 50 * time.Millisecond
	r, p := newWaitingRig(t)
	slow := httptest.NewUnstartedServer(r.face)
	slow.Config.ReadTimeout, slow.Config.WriteTimeout = most, most
	slow.Start()
	defer slow.Close()
	r.server.Close()
	r.server = slow
	done := r.goFollow(fmt.Sprintf("{A}/journal?wait=60&after_seq=%d", r.Stats().Seq))
	<-p.began
	select {
	case early := <-done:
		t.Fatalf("answered when the server's times were over: %v", early)
	case <-time.After(4 * most):
	}
	seq := r.credit(t, "A")
	require.Equal(t, followed{[]uint64{seq}, seq, nil}, <-done)
}

// A body that came with a request, of whatever size, keeps no other from being read while the request waits.
func TestWaitingTakesNoRoomForABody(t *testing.T) {
	r, p := newWaitingRig(t)
	request, err := http.NewRequest(http.MethodGet, r.server.URL+r.fill("/v2/accounts/{A}/journal?wait=60&"+
		"after_seq="+strconv.FormatUint(r.Stats().Seq, 10)), io.NopCloser(strings.NewReader(
		`{"auth_token":"`+r.tokens["A"]+`"}`))) // of a length that nobody knows, so that it takes the most
	require.NoError(t, err)
	status := make(chan int, 1)
	go func() {
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			status <- 0
			return
		}
		defer response.Body.Close()
		status <- response.StatusCode
	}()
	<-p.began
	all := int64(r.face.opts.BodiesBytesMax)
	require.True(t, r.face.bodies.TryAcquire(all))
	r.face.bodies.Release(all)
	r.credit(t, "A")
	require.Equal(t, http.StatusOK, <-status)
}

func TestWithoutAWaitingRoomWaitingIsAFault(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Waiting = nil })
	require.Equal(t, 500, r.send(t, "GET /v2/accounts/{A}/journal?wait=1", "", "token: A").status)
	require.Equal(t, 200, r.send(t, "GET /v2/accounts/{A}/journal?wait=0", "", "token: A").status)
}
