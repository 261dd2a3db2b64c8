package crossbar

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

// watched tells when a look has been.
type watched struct {
	*engine.Engine
	looked chan struct{}
}

func (w *watched) View(ctx context.Context, fn func(engine.State) error, done func(error)) error {
	return w.Engine.View(ctx, func(s engine.State) error {
		defer func() { w.looked <- struct{}{} }()
		return fn(s)
	}, done)
}

// An account is disabled by a change that never comes to the disk: nobody may be told of it.
func TestNoAnswerShowsWhatIsNotOnTheDisk(t *testing.T) {
	journal := enginetest.NewJournal()
	held, answered := make(chan struct{}), make(chan struct{})
	slow := false // the engine is at rest when this changes
	journal.Before = func(engine.Group) {
		if slow {
			<-held
		}
	}
	w := &watched{looked: make(chan struct{}, 100)}
	r := newRigWith(t, journal, enginetest.NewState(), routes(), func(o *Options) {
		w.Engine = o.Engine.(*engine.Engine)
		o.Engine = w
	})
	for len(w.looked) > 0 {
		<-w.looked
	}
	slow, r.fails = true, true
	journal.Fail(1, enginetest.LostUnwritten)
	disabled := true
	require.NoError(t, r.Submit(t.Context(),
		&engine.Command{Change: &engine.ChangeMember{ID: r.ids["A"], Disabled: &disabled}},
		func(engine.Result, error) { close(answered) }))
	answer := make(chan *got)
	go func() { answer <- r.send(t, "GET /v2/accounts/{A}", "", "token: A") }()
	<-w.looked
	close(held)
	<-answered
	require.GreaterOrEqual(t, (<-answer).status, http.StatusInternalServerError)
}
