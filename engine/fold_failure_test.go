package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// unfit is a state that fails as the test says at the entry with that source ID.
type unfit struct {
	*enginetest.State
	at   string
	fail func() error
}

func (u *unfit) Apply(e *engine.Entry) error {
	if e.Facts.SourceID == u.at {
		return u.fail()
	}
	return u.State.Apply(e)
}

// A line that cannot be folded ends the engine, and those of its batch that
// could be must not stand in the journal without it.
func TestABatchThatCannotBeFoldedIsNotInTheJournal(t *testing.T) {
	g := newGrove(t)
	require.NoError(t, g.Stop())
	misfit := errors.New("it does not fit")
	state := &unfit{State: enginetest.NewState(), at: "y", fail: func() error { return misfit }}
	journal := g.journal.Crash()
	e, err := engine.Start(t.Context(), journal, state, g.opts)
	require.NoError(t, err)
	before := e.Stats().Seq
	_, err = e.Do(t.Context(), &engine.Command{Tenant: tenant, Key: "k",
		Batch: []*engine.PostLedger{post(g.master, "1", "x"), post(g.master, "1", "y")}})
	require.ErrorIs(t, err, misfit)
	require.ErrorIs(t, e.Stop(), misfit)
	_, end, err := journal.Crash().Own(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, end.Seq)
}

func TestStartSurvivesAnEntryThatTheStatePanicsAt(t *testing.T) {
	r := newRig(t, engine.Options{})
	c := topUp("a", "1")
	c.Facts.SourceID = "x"
	r.do(t, c)
	require.NoError(t, r.Stop())
	state := &unfit{State: enginetest.NewState(), at: "x", fail: func() error { panic("on purpose") }}
	_, err := engine.Start(context.Background(), r.journal.Crash(), state, r.opts)
	require.ErrorContains(t, err, "fold entry 1: panic: on purpose")
}
