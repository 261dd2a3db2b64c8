package engine_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
	"purser/engine/rating"
)

func TestOneCommandMayMakeManyBalances(t *testing.T) {
	const many = 600 // more than a byte counts
	r := newRig(t, engine.Options{})
	c := &engine.SetBalances{Account: id("a")}
	for i := range many {
		c.Items = append(c.Items, engine.SetItem{ToR: engine.Data,
			Wanted: engine.Wanted{ID: new(fmt.Sprint(i))}, Value: new(dec("1"))})
	}
	r.do(t, c)
	seen := map[uuid.UUID]bool{}
	for _, b := range r.account(t, "a").Balances {
		seen[b.UUID] = true
		require.Equal(t, "1", b.Value.String())
	}
	require.Len(t, seen, many, "each with a UUID of its own")
}

func TestWhatWasWrittenCanBeReadAgain(t *testing.T) {
	for _, text := range []string{"\xff", "a\xc3", "\xed\xa0\x80"} {
		r := newRig(t, engine.Options{})
		facts := engine.Facts{Category: text, Destination: text, ToR: text, CgrID: text, RunID: text, Metadata: []byte(text)}
		for _, c := range []engine.Change{
			&engine.Adjust{Op: engine.OpTopUp, Account: id("a"), ToR: engine.Data, Value: dec("1"), Facts: facts},
			&engine.Adjust{Op: engine.OpTopUp, Account: id("a"), ToR: text, Value: dec("1")},
			&engine.SetAccount{Account: id(text)},
			&engine.SetDestination{ID: "D", Prefixes: []string{text}},
			&engine.SetTiming{Timing: rating.Timing{ID: text}},
		} {
			_, err := r.Do(t.Context(), &engine.Command{Change: c, Origin: engine.Origin{Method: text, Peer: text}})
			if err != nil {
				require.Equal(t, engine.CodeInvalid, engine.CodeOf(err))
			}
		}
		r.restart(t)
	}
}

func TestNoGroupIsTooWrongToDecode(t *testing.T) {
	for _, count := range []int{-1, 0, 1, 2, 1 << 62} {
		_, err := engine.Group{First: 1, Count: count, Body: []byte{0xa0, 0xff}}.Entries()
		require.Error(t, err, "count %d", count)
	}
	entries, err := enginetest.NewGroup(t, engine.End{}, 1, &engine.Entry{Op: engine.OpSet}).Entries()
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestRefusalsSayWhatWasWrong(t *testing.T) {
	r := newRig(t, engine.Options{})
	_, err := r.Do(t.Context(), &engine.Command{Change: &engine.SetDestination{}})
	require.EqualError(t, err, "missing [Id Prefixes]")
	require.ErrorIs(t, err, &engine.Error{Code: engine.CodeMissing})
	require.NotErrorIs(t, err, &engine.Error{Code: engine.CodeInvalid})
	require.Contains(t, engine.Codes, engine.CodeOf(err))
	require.Equal(t, engine.CodeInternal, engine.CodeOf(fmt.Errorf("a fault")))
}
