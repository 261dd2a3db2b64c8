package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

// lineOf is a top-up of account a that says what its line shows.
func lineOf(f engine.Facts) *engine.Adjust {
	c := topUp("a", "1")
	c.Facts = f
	return c
}

func refused(t *testing.T, r *rig, c engine.Change, code engine.Code) {
	t.Helper()
	_, err := r.Do(t.Context(), &engine.Command{Change: c})
	require.ErrorIs(t, err, &engine.Error{Code: code})
}

func TestAUniqueLineIsMadeOnce(t *testing.T) {
	r := newRig(t, engine.Options{})
	line := engine.Facts{Source: "payments", SourceID: "mac", PeriodStart: new(int64(3)), PeriodEnd: new(int64(9)), Unique: true}
	r.do(t, lineOf(line))
	refused(t, r, lineOf(line), engine.CodeExists)
	other := line
	other.Source = "recurring"
	refused(t, r, lineOf(other), engine.CodeExists)
	r.restart(t)
	refused(t, r, lineOf(line), engine.CodeExists)
	require.Equal(t, "1", r.account(t, "a").Balances[0].Value.String())

	for _, change := range []func(*engine.Facts){
		func(f *engine.Facts) { f.SourceID = "mdn" }, func(f *engine.Facts) { f.PeriodStart = new(int64(4)) },
		func(f *engine.Facts) { f.PeriodEnd = nil }, func(f *engine.Facts) { f.Unique = false },
	} {
		other := line
		change(&other)
		r.do(t, lineOf(other))
	}
	c := lineOf(line)
	c.Account = id("b")
	r.do(t, c)
}

func TestALedgerHasSoManyKindsOfLines(t *testing.T) {
	rules := engine.DefaultRules()
	rules.LineKindsMax = 3
	r := newRig(t, engine.Options{Rules: rules})
	for i := range 3 {
		r.do(t, lineOf(engine.Facts{Source: fmt.Sprint("s", i)}))
	}
	refused(t, r, lineOf(engine.Facts{Source: "s3"}), engine.CodeLimit)
	refused(t, r, lineOf(engine.Facts{Source: "s1", UsageType: "other"}), engine.CodeLimit)
	r.do(t, lineOf(engine.Facts{Source: "s1"}))
	r.do(t, topUp("a", "1")) // nobody chose that one
	c := lineOf(engine.Facts{Source: "s3"})
	c.Account = id("b")
	r.do(t, c)
}

func TestTypesOfBalancesMakeNoMoreKindsOfLines(t *testing.T) {
	rules := engine.DefaultRules()
	rules.LineKindsMax = 3
	r := newRig(t, engine.Options{Rules: rules})
	used := func(tor string) *engine.Adjust {
		return &engine.Adjust{Op: engine.OpDebit, Account: id("a"), ToR: tor, Value: dec("1")}
	}
	for i := range 3 {
		r.do(t, used(fmt.Sprint("*own", i)))
	}
	refused(t, r, used("*own3"), engine.CodeLimit)
	r.do(t, used("*own1"))
	for _, tor := range []string{engine.Voice, engine.Data, engine.SMS, engine.Generic} {
		r.do(t, used(tor)) // those that there always are
	}
}

func TestFactsOfALineAreBounded(t *testing.T) {
	r := newRig(t, engine.Options{})
	long, control := strings.Repeat("x", 129), "a\x00"
	for _, f := range []engine.Facts{{Source: long}, {UsageType: long}, {UsageUnit: long}, {Trigger: control}, {Module: control},
		{About: &engine.AccountName{ID: control}}, {About: &engine.AccountName{Name: long}}, {SourceID: "\xff"}, {Description: "\xff"}} {
		refused(t, r, lineOf(f), engine.CodeInvalid)
	}
	most := strings.Repeat("x", 4096)
	r.do(t, lineOf(engine.Facts{SourceID: most, Description: most}))
	for _, f := range []engine.Facts{{SourceID: most + "x"}, {Description: most + "x"}, {Audit: make([]byte, 64<<10+1)}} {
		refused(t, r, lineOf(f), engine.CodeLimit)
	}
	refused(t, r, lineOf(engine.Facts{Unique: true}), engine.CodeMissing)
}

func TestSomeEntriesOfAGroupAreReadAlone(t *testing.T) {
	r := newRig(t, engine.Options{})
	for range 5 {
		r.do(t, topUp("a", "1"))
	}
	all := r.entries(t)
	g := engine.Group{First: 1, Count: 5}
	for _, e := range all {
		g.Body = append(g.Body, encoded(t, e)...)
	}
	for _, seqs := range [][]uint64{nil, {1}, {5}, {2, 4}, {1, 2, 3, 4, 5}, {3, 6}} {
		some, err := g.Some(seqs)
		require.NoError(t, err)
		for i, e := range some {
			require.Equal(t, encoded(t, all[seqs[i]-1]), encoded(t, e))
			require.Equal(t, seqs[i], e.Seq)
		}
	}
	_, err := engine.Group{First: 1, Count: 2, Body: []byte{0xff}}.Some([]uint64{2})
	require.Error(t, err)
}
