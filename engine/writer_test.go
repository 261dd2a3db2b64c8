package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// slowDisk makes the journal wait in each commit until the test lets it go on.
type slowDisk struct {
	began chan engine.Group // a commit has begun
	goOn  chan struct{}     // closed: commits are as fast as they can
}

func newSlowDisk(r *rig) *slowDisk {
	d := &slowDisk{began: make(chan engine.Group, 1000), goOn: make(chan struct{})}
	r.journal.Before = func(g engine.Group) {
		g.Starts = slices.Clone(g.Starts) // a later group has their memory
		d.began <- g
		<-d.goOn
	}
	return d
}

// slowRig returns a rig whose first commit is under way and waits.
func slowRig(t *testing.T, opts engine.Options) (*rig, *slowDisk, *answers) {
	t.Helper()
	r := newRig(t, opts)
	d, first := newSlowDisk(r), new(answers)
	r.submit(t, topUp("first", "1"), first)
	<-d.began
	return r, d, first
}

// answers collects what callers are told.
type answers struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	errs []error // in the order in which they came
}

func (a *answers) add(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.errs = append(a.errs, err)
	a.wg.Done()
}

// wait returns the errors of all that were asked.
func (a *answers) wait() []error {
	a.wg.Wait()
	return a.errs
}

// count returns how many were answered so far.
func (a *answers) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.errs)
}

func (r *rig) submit(t testing.TB, c engine.Change, a *answers) {
	t.Helper()
	a.wg.Add(1)
	require.NoError(t, r.Submit(t.Context(), &engine.Command{Change: c}, func(_ engine.Result, err error) { a.add(err) }))
}

func (r *rig) view(t testing.TB, fn func(engine.State) error, a *answers) {
	t.Helper()
	a.wg.Add(1)
	require.NoError(t, r.View(t.Context(), fn, a.add))
}

func TestCallersWhoWaitTogetherShareACommit(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{})
	for range 200 {
		r.submit(t, topUp("a", "1"), all)
	}
	close(disk.goOn)
	for _, err := range all.wait() {
		require.NoError(t, err)
	}
	require.Equal(t, 200, (<-disk.began).Count, "all that came during the first commit are one group")
	require.Equal(t, "200", r.account(t, "a").Balances[0].Value.String())
	require.Equal(t, engine.Stats{Seq: 201}, r.Stats())
}

func TestAGroupHasABound(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{GroupMax: 10})
	for range 95 {
		r.submit(t, topUp("a", "1"), all)
	}
	close(disk.goOn)
	all.wait()
	close(disk.began)
	for g := range disk.began {
		require.LessOrEqual(t, g.Count, 10)
	}
}

func TestCommandsOfOneCallerTakeEffectInOrder(t *testing.T) {
	r := newRig(t, engine.Options{GroupMax: 7})
	var callers sync.WaitGroup
	for c := range 8 {
		callers.Go(func() {
			all := new(answers)
			for i := range 100 {
				r.submit(t, &engine.SetBalances{Account: id(fmt.Sprint(c)), Items: []engine.SetItem{{ToR: engine.Data,
					Wanted: engine.Wanted{ID: new("b")}, Value: new(dec(fmt.Sprint(i + 1)))}}}, all)
			}
			all.wait()
		})
	}
	callers.Wait()
	last := map[string]string{}
	at := engine.Instant{}
	for i, e := range r.entries(t) {
		require.EqualValues(t, i+1, e.Seq)
		require.False(t, e.At.Before(at.Time))
		at = e.At
		change := e.Accounts[0]
		require.Equal(t, "1", change.Postings[0].Delta.String(), "each set raises by one, in order")
		last[change.ID.Account] = change.Postings[0].After.String()
	}
	require.Len(t, last, 8)
}

func TestSixteenClientsOnANewAccountSumExactly(t *testing.T) {
	r := newRig(t, engine.Options{})
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for range 25 {
				_, err := r.Do(t.Context(), &engine.Command{Change: topUp("new", "0.1")})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	a := r.account(t, "new")
	require.Len(t, a.Balances, 1)
	require.Equal(t, "40", a.Balances[0].Value.String())
}

// What a read sees is what was queued before it, and it is answered only when
// that is on the disk.
func TestAReadShowsWhatIsQueuedAndNothingThatACrashTakesBack(t *testing.T) {
	r, disk, first := slowRig(t, engine.Options{})
	reads, seen := new(answers), make(chan *engine.Account, 1)
	r.view(t, func(s engine.State) error {
		a, err := s.Account(id("first"))
		seen <- a
		return err
	}, reads)
	require.Equal(t, "1", (<-seen).Balances[0].Value.String(), "decided, not durable")
	require.Zero(t, first.count())
	require.Zero(t, reads.count(), "answered before the disk was")
	require.NoError(t, r.Journal(t.Context(), 1, func(*engine.Entry) error { return errors.New("not durable yet") }))
	require.Zero(t, r.Stats().Seq)
	close(disk.goOn)
	require.Equal(t, []error{nil}, reads.wait())
	require.Equal(t, 1, first.count(), "in the order of the queue")
	require.Len(t, r.entries(t), 1)
}

func TestARefusalOrRepetitionWaitsForWhatItSaw(t *testing.T) {
	r, disk, _ := slowRig(t, engine.Options{})
	all := new(answers)
	r.submit(t, &engine.SetAccount{Account: id("first")}, all) // nothing to do: it is there
	r.submit(t, &engine.RemoveBalances{Account: id("first"), ToR: engine.Voice}, all)
	sync := make(chan struct{})
	r.view(t, func(engine.State) error { close(sync); return nil }, all)
	<-sync
	require.Zero(t, all.count())
	close(disk.goOn)
	errs := all.wait()
	require.NoError(t, errs[0])
	require.Equal(t, engine.CodeNothingDone, engine.CodeOf(errs[1]))
	require.NoError(t, errs[2])
}

func TestAFailedCommitAnswersNobodyOK(t *testing.T) {
	for _, c := range []struct {
		fault   enginetest.Fault
		first   engine.Code
		reason  error
		durable int
	}{
		{enginetest.LostUnwritten, engine.CodeOutcomeUnknown, enginetest.ErrDisk, 0},
		{enginetest.LostWritten, engine.CodeOutcomeUnknown, enginetest.ErrDisk, 1},
		{enginetest.Fenced, engine.CodeUnavailable, engine.ErrFenced, 0},
	} {
		r := newRig(t, engine.Options{})
		disk, first, later := newSlowDisk(r), new(answers), new(answers)
		r.journal.Fail(1, c.fault)
		r.submit(t, topUp("a", "1"), first)
		<-disk.began
		for range 50 { // decided on what the failed group leaves behind
			r.submit(t, topUp("a", "1"), later)
		}
		r.view(t, func(engine.State) error { return nil }, later)
		close(disk.goOn)
		require.Equal(t, c.first, engine.CodeOf(first.wait()[0]))
		for _, err := range later.wait() {
			require.Equal(t, engine.CodeUnavailable, engine.CodeOf(err), "nothing of it happened")
		}
		<-r.Done() // or the test never ends
		require.ErrorIs(t, r.Err(), c.reason)
		require.ErrorIs(t, r.Stop(), c.reason)
		_, err := r.Do(t.Context(), &engine.Command{Change: topUp("a", "1")})
		require.Equal(t, engine.CodeUnavailable, engine.CodeOf(err))
		require.Equal(t, engine.CodeUnavailable, engine.CodeOf(r.Read(t.Context(), func(engine.State) error { return nil })))
		r.restart(t)
		require.Len(t, r.entries(t), c.durable)
	}
}

func TestStopTellsOfACommitThatFailedMeanwhile(t *testing.T) {
	for range 50 { // it is a race that was lost now and then
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, engine.Options{})
			disk, first := newSlowDisk(r), new(answers)
			r.journal.Fail(1, enginetest.LostUnwritten)
			r.submit(t, topUp("a", "1"), first)
			<-disk.began
			stopped := make(chan error)
			go func() { stopped <- r.Stop() }()
			synctest.Wait() // Stop has closed the queue and waits
			close(disk.goOn)
			require.ErrorIs(t, <-stopped, enginetest.ErrDisk)
			require.ErrorIs(t, r.Err(), enginetest.ErrDisk)
		})
	}
}

func TestAPanicInAReadOrCommandIsAnsweredAndSurvived(t *testing.T) {
	r := newRig(t, engine.Options{})
	err := r.Read(t.Context(), func(engine.State) error { panic("on purpose") })
	require.Equal(t, engine.CodeInternal, engine.CodeOf(err))
	require.ErrorContains(t, err, "on purpose")
	_, err = r.Do(t.Context(), &engine.Command{}) // no change: a nil pointer
	require.Equal(t, engine.CodeInternal, engine.CodeOf(err))
	r.do(t, topUp("a", "1"))
	require.NoError(t, r.Stop())
}

func TestARefusalInAReadIsAnswered(t *testing.T) {
	r := newRig(t, engine.Options{})
	err := r.Read(t.Context(), func(engine.State) error { return fmt.Errorf("page 7: %w", engine.Missing("Account")) })
	require.Equal(t, engine.CodeMissing, engine.CodeOf(err))
	r.do(t, topUp("a", "1"))
}

func TestAStateThatCannotBeReadEndsTheEngine(t *testing.T) {
	damaged := errors.New("page 7 is damaged")
	for name, ask := range map[string]func(r *rig) error{
		"view":    func(r *rig) error { return r.Read(t.Context(), func(engine.State) error { return damaged }) },
		"command": func(r *rig) error { _, err := r.Do(t.Context(), &engine.Command{Change: topUp("a", "1")}); return err },
	} {
		r := newRig(t, engine.Options{})
		if name == "command" {
			require.NoError(t, r.Read(t.Context(), func(engine.State) error { r.state.Broken = damaged; return nil }))
		}
		err := ask(r)
		require.ErrorIs(t, err, damaged, name)
		require.Equal(t, engine.CodeInternal, engine.CodeOf(err))
		<-r.Done()
		require.ErrorIs(t, r.Err(), damaged)
		_, err = r.Do(t.Context(), &engine.Command{Change: topUp("a", "1")})
		require.Equal(t, engine.CodeUnavailable, engine.CodeOf(err))
	}
}

func TestStopAnswersEverybody(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{})
	for range 100 {
		r.submit(t, topUp("a", "1"), all)
	}
	stopped := make(chan error)
	go func() { stopped <- r.Stop() }()
	close(disk.goOn)
	require.NoError(t, <-stopped)
	require.Equal(t, 101, all.count(), "answered before Stop returned")
	for _, err := range all.wait() {
		require.NoError(t, err)
	}
	require.NoError(t, r.Stop(), "again")
	r.restart(t)
	require.Equal(t, "100", r.account(t, "a").Balances[0].Value.String())
}

func TestACallerMayGiveUpWhileTheQueueIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, disk, all := slowRig(t, engine.Options{QueueMax: 1, GroupMax: 1})
		r.submit(t, topUp("a", "1"), all) // waits for the committer
		synctest.Wait()
		r.submit(t, topUp("a", "1"), all) // waits in the queue
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := r.Do(ctx, &engine.Command{Change: topUp("a", "100")})
		require.Equal(t, engine.CodeUnavailable, engine.CodeOf(err))
		require.ErrorIs(t, r.View(ctx, nil, nil), &engine.Error{Code: engine.CodeUnavailable})
		require.ErrorIs(t, r.View(ctx, nil, nil), context.DeadlineExceeded, "a face tells who gave up from who was sent away")
		close(disk.goOn)
		all.wait()
		require.Equal(t, "2", r.account(t, "a").Balances[0].Value.String(), "what was given up did not happen")
		require.NoError(t, r.Stop())
	})
}

// A caller whose context ends when the command is queued gets its outcome all
// the same.
func TestAQueuedCommandIsAnsweredWhateverTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, disk, _ := slowRig(t, engine.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		outcome := make(chan error, 1)
		go func() {
			_, err := r.Do(ctx, &engine.Command{Change: topUp("a", "1")})
			outcome <- err
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		require.Empty(t, outcome)
		close(disk.goOn)
		require.NoError(t, <-outcome)
		require.NoError(t, r.Stop())
	})
}

func TestCommittedTellsOfEachCommit(t *testing.T) {
	var seen []int
	var group []uint64
	r := newRig(t, engine.Options{Observe: func(c engine.Committed) {
		seen = append(seen, c.Entries)
		for _, e := range c.Group {
			group = append(group, e.Seq)
		}
	}})
	r.do(t, topUp("a", "1"))
	r.do(t, &engine.RemoveAccount{Account: id("nobody")}) // no entry, no commit
	r.do(t, topUp("a", "1"))
	require.NoError(t, r.Stop())
	require.Equal(t, []int{1, 1}, seen)
	require.Equal(t, []uint64{1, 2}, group)
}

// Whoever follows the journal is told which commits are worth a second look.
func TestCommittedCountsEntriesThatFiredAndNotifications(t *testing.T) {
	var seen [][2]int
	r := newRig(t, engine.Options{Observe: func(c engine.Committed) { seen = append(seen, [2]int{c.Fired, c.Notices}) }})
	actions := func(id string, types ...string) *engine.SetActions {
		set := &engine.SetActions{Actions: engine.Actions{ID: id}}
		for _, kind := range types {
			set.Actions.List = append(set.Actions.List, engine.Action{Type: kind, Parameters: "http://127.0.0.1/"})
		}
		return set
	}
	r.do(t, actions("LOG", engine.ActionLog))
	r.do(t, actions("POST", engine.ActionHTTPPost, engine.ActionExport))
	r.do(t, topUp("a", "1"))
	r.do(t, &engine.ExecuteActions{Account: id("a"), ActionsID: "LOG"})
	r.do(t, &engine.ExecuteActions{Account: id("a"), ActionsID: "POST"})
	require.NoError(t, r.Stop())
	require.Equal(t, [][2]int{{}, {}, {}, {1, 0}, {1, 2}}, seen)
}

// A journal has a bound for its records, and whoever sends long metadata from
// many connections must not reach it.
func TestAGroupHasABoundOfBytes(t *testing.T) {
	const most = 3000
	r, disk, all := slowRig(t, engine.Options{GroupBytes: most})
	long := func(name string, bytes int) *engine.Adjust {
		c := topUp(name, "1")
		c.Facts.Metadata = fmt.Appendf(nil, "%q", make([]byte, bytes/4))
		return c
	}
	for i := range 20 {
		r.submit(t, long("a", 100+50*i), all)
	}
	r.submit(t, long("a", 2*most), all)
	r.submit(t, long("a", 100), all)
	close(disk.goOn)
	for _, err := range all.wait() {
		require.NoError(t, err)
	}
	close(disk.began)
	groups := 0
	for g := range disk.began {
		groups++
		last := int(g.Starts[g.Count-1])
		require.Less(t, last, most, "nothing is added behind so much")
	}
	require.Less(t, groups, 12, "as few as fit")
	r.restart(t)
	require.Len(t, r.entries(t), 23)
	require.Equal(t, "22", r.account(t, "a").Balances[0].Value.String())
}

func TestABatchIsNotCutAtTheBoundOfBytes(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{GroupBytes: 1})
	close(disk.goOn)
	all.wait()
	g := &grove{rig: r}
	g.master = g.do(t, &engine.SetMaster{Account: id(""), Name: "Master"}).Member
	for len(disk.began) > 0 {
		<-disk.began
	}
	_, err := g.batch(t, post(g.master, "1", "x"), post(g.master, "2", "y"))
	require.NoError(t, err)
	require.Equal(t, 2, (<-disk.began).Count)
}

// What no journal could keep must not end the engine.
func TestACommandThatNoRecordCouldHoldIsRefused(t *testing.T) {
	r := newRig(t, engine.Options{CommandBytes: 10_000})
	load := func(bytes int) *engine.Command {
		return &engine.Command{Change: &engine.LoadTariff{Set: engine.TariffSet{Rows: []engine.TariffRow{
			{Plan: "P", Table: "T", ID: fmt.Sprint(bytes), Data: []byte(strings.Repeat("x", bytes))}}}}}
	}
	_, err := r.Do(t.Context(), load(9_000))
	require.NoError(t, err)
	_, err = r.Do(t.Context(), load(11_000))
	require.Equal(t, engine.CodeLimit, engine.CodeOf(err))
	r.do(t, topUp("a", "1"))
	r.restart(t)
	require.Len(t, r.entries(t), 2)
}
