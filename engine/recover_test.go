package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// tampered is a journal that reads back something else than was written.
type tampered struct {
	engine.Journal
	change func(g *engine.Group)
}

func (j *tampered) Read(ctx context.Context, from uint64, fn func(engine.Group) error) error {
	return j.Journal.Read(ctx, from, func(g engine.Group) error {
		g.Body = slices.Clone(g.Body)
		j.change(&g)
		return fn(g)
	})
}

func TestStartRefusesAJournalThatIsNotWhatWasSealed(t *testing.T) {
	for name, change := range map[string]func(g *engine.Group){
		"a bit of the body": func(g *engine.Group) { g.Body[len(g.Body)/2] ^= 1 },
		"the seal":          func(g *engine.Group) { g.Seal[0] ^= 1 },
		"the seal before":   func(g *engine.Group) { g.Prev[31] ^= 1 },
		"the number":        func(g *engine.Group) { g.First++ },
		"the count":         func(g *engine.Group) { g.Count++ },
		"no entries":        func(g *engine.Group) { g.Count = 0 },
		"the epoch":         func(g *engine.Group) { g.Epoch++ },
		// Resealed, it is another journal behind the third group.
		"all of it": func(g *engine.Group) { g.Body[0] = 0xff; g.Seal = g.Sum() },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, engine.Options{})
			for range 5 {
				r.do(t, topUp("a", "1"))
			}
			require.NoError(t, r.Stop())
			j := &tampered{r.journal.Crash(), func(g *engine.Group) {
				if g.First == 3 {
					change(g)
				}
			}}
			_, err := engine.Start(t.Context(), j, enginetest.NewState(), r.opts)
			require.Error(t, err)
		})
	}
}

func TestStartRefusesAJournalThatLostItsEnd(t *testing.T) {
	r := newRig(t, engine.Options{})
	r.do(t, topUp("a", "1"))
	require.NoError(t, r.Stop())
	short := &lost{r.journal.Crash()}
	_, err := engine.Start(t.Context(), short, enginetest.NewState(), r.opts)
	require.ErrorContains(t, err, "entry 1")
}

// lost reads nothing.
type lost struct{ engine.Journal }

func (*lost) Read(context.Context, uint64, func(engine.Group) error) error { return nil }

func TestStartRefusesAStateAheadOfTheJournal(t *testing.T) {
	r := newRig(t, engine.Options{})
	r.do(t, topUp("a", "1"))
	require.NoError(t, r.Stop())
	other := newRig(t, engine.Options{})
	require.NoError(t, other.Stop())
	_, err := engine.Start(t.Context(), other.journal.Crash(), r.state, r.opts)
	require.Error(t, err)
}

// A state that was folded up to somewhere is folded on from there.
func TestStartFoldsWhatTheStateHasNotSeen(t *testing.T) {
	r := newRig(t, engine.Options{})
	for range 3 {
		r.do(t, topUp("a", "1"))
	}
	require.NoError(t, r.Stop())
	behind := r.state
	r.restart(t)
	for range 4 {
		r.do(t, topUp("a", "1"))
	}
	require.NoError(t, r.Stop())
	e, err := engine.Start(t.Context(), r.journal.Crash(), behind, r.opts)
	require.NoError(t, err)
	require.EqualValues(t, 7, e.Stats().Seq)
	a, err := behind.Account(id("a"))
	require.NoError(t, err)
	require.Equal(t, "7", a.Balances[0].Value.String())
	require.NoError(t, e.Stop())
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	r := newRig(t, engine.Options{})
	r.do(t, topUp("a", "1"))
	require.NoError(t, r.Stop())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := engine.Start(ctx, r.journal.Crash(), enginetest.NewState(), r.opts)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAKeyTakesEffectOnceWithinAGroup(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{})
	same := &engine.Command{Tenant: tenant, Key: "k", Digest: []byte("1"), Change: topUp("a", "5")}
	other := &engine.Command{Tenant: tenant, Key: "k", Digest: []byte("2"), Change: topUp("a", "5")}
	for _, c := range []*engine.Command{same, same, other, same} {
		all.wg.Add(1)
		again := *c // each call is a command of its own
		require.NoError(t, r.Submit(t.Context(), &again, func(_ engine.Result, err error) { all.add(err) }))
	}
	close(disk.goOn)
	errs := all.wait()
	require.NoError(t, errs[1])
	require.NoError(t, errs[2])
	require.Equal(t, engine.CodeIdempotencyConflict, engine.CodeOf(errs[3]))
	require.NoError(t, errs[4])
	require.Equal(t, 1, (<-disk.began).Count, "one entry for the four of them")
	require.Equal(t, "5", r.account(t, "a").Balances[0].Value.String())
}

// Two clients saw the same, and both requests are under way before either is decided.
func TestAConditionIsAskedWhereTheChangeIsDecided(t *testing.T) {
	r, disk, all := slowRig(t, engine.Options{})
	unseen := func(tree engine.Tree) (bool, error) {
		a, err := tree.Account(id("b"))
		return a == nil, err
	}
	first := &engine.Command{Tenant: tenant, Key: "k", Change: topUp("b", "5"), If: unseen}
	second := &engine.Command{Change: topUp("b", "5"), If: unseen}
	for _, c := range []*engine.Command{first, second, first} {
		all.wg.Add(1)
		again := *c
		require.NoError(t, r.Submit(t.Context(), &again, func(_ engine.Result, err error) { all.add(err) }))
	}
	close(disk.goOn)
	errs := all.wait()
	require.NoError(t, errs[1])
	require.Equal(t, engine.CodeChanged, engine.CodeOf(errs[2]))
	require.NoError(t, errs[3], "a repeated command is answered whatever there is now")
	require.Equal(t, "5", r.account(t, "b").Balances[0].Value.String())
}

// A commit of unknown outcome is settled by sending the same key again.
func TestARetryAfterAnUnknownOutcomeTakesEffectOnce(t *testing.T) {
	for _, f := range []fault{nothingWritten, allWritten} {
		r := newRig(t, engine.Options{})
		require.NoError(t, r.Stop())
		j := &faulty{Journal: r.journal, in: 1, fault: f}
		e, err := engine.Start(t.Context(), j, enginetest.NewState(), r.opts)
		require.NoError(t, err)
		cmd := engine.Command{Tenant: tenant, Key: "k", Change: topUp("a", "5")}
		first := cmd
		_, err = e.Do(t.Context(), &first)
		require.Equal(t, engine.CodeOutcomeUnknown, engine.CodeOf(err))
		<-e.Done()
		r.restart(t)
		again := cmd
		_, err = r.Do(t.Context(), &again)
		require.NoError(t, err)
		require.Len(t, r.entries(t), 1)
		require.Equal(t, "5", r.account(t, "a").Balances[0].Value.String())
	}
}

func TestTimeNeverGoesBackAlongTheJournal(t *testing.T) {
	r := newRig(t, engine.Options{})
	for _, jump := range []time.Duration{0, time.Hour, -2 * time.Hour, time.Nanosecond, 90 * time.Minute} {
		r.clock.Add(jump)
		r.do(t, topUp("a", "1"))
		if jump < 0 {
			r.restart(t)
		}
	}
	last := engine.At(morning)
	for _, e := range r.entries(t) {
		require.False(t, e.At.Before(last.Time))
		last = e.At
	}
	require.Equal(t, engine.At(morning.Add(time.Hour)), last, "the clock is still behind")
}

func TestTheJournalIsReadFromAnywhere(t *testing.T) {
	r := newRig(t, engine.Options{GroupMax: 3})
	all := new(answers)
	for range 10 {
		r.submit(t, topUp("a", "1"), all)
	}
	all.wait()
	for from := range uint64(13) {
		var got []uint64
		require.NoError(t, r.Journal(t.Context(), from, func(e *engine.Entry) error {
			got = append(got, e.Seq)
			return nil
		}))
		var want []uint64
		for seq := max(from, 1); seq <= 10; seq++ {
			want = append(want, seq)
		}
		require.Equal(t, want, got, "from %d", from)
	}
}
