package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/amount"
	"purser/engine/rating"
)

// huge is an amount that twice is out of range.
const huge = "900000000000000000"

// hugeRig returns a rig with account a, whose usage to 49 costs six tenths of
// the largest amount a unit.
func hugeRig(t *testing.T) *rig {
	r := newRig(t, engine.Options{})
	r.do(t, &engine.LoadTariff{Set: engine.TariffSet{
		Plans: []rating.Plan{{ID: "P", Rates: []rating.Rate{{ID: "R", Slots: []rating.Slot{{Price: dec("6e17"), Unit: 1, Step: 1}}}},
			Rows: []rating.Row{{DestinationID: rating.Any}}}},
		Profiles: []rating.Profile{{Tenant: tenant, Subject: rating.Any, Activations: []rating.Activation{{PlanID: "P"}}}},
	}})
	return r
}

// setTo sets a balance of account a.
func (r *rig) setTo(t *testing.T, tor, balance, value string, factors ...engine.Factor) {
	w := engine.Wanted{ID: &balance}
	if factors != nil {
		w.Factors = &factors
	}
	r.do(t, &engine.SetBalances{Account: id("a"), Items: []engine.SetItem{{ToR: tor, Wanted: w, Value: new(dec(value))}}})
}

func text(units int64) *engine.Charge {
	return &engine.Charge{Account: id("a"), Usage: engine.Usage{ToR: engine.SMS, Destination: "49", Start: morning, Units: units}}
}

// What no journal could hold is refused: it must not end the engine.
func TestAnAmountOutOfRangeIsRefusedWhereverAnEntryHasIt(t *testing.T) {
	for name, ask := range map[string]func(r *rig) *engine.Command{
		"the cost of a charge that two balances pay": func(r *rig) *engine.Command {
			r.setTo(t, engine.Monetary, "b1", huge)
			r.setTo(t, engine.Monetary, "b2", huge)
			return &engine.Command{Change: text(2)}
		},
		"the answer of a dry run that is remembered": func(r *rig) *engine.Command {
			r.setTo(t, engine.Monetary, "b1", "1")
			dry := text(9)
			dry.DryRun = true
			return &engine.Command{Change: dry, Tenant: tenant, Key: "k"}
		},
		"a balance that its triggers bring back into range": func(r *rig) *engine.Command {
			r.do(t, &engine.SetActions{Actions: engine.Actions{ID: "A", List: []engine.Action{{Type: engine.ActionSetBalance,
				Balance: engine.ActionBalance{ID: "b", ToR: engine.Monetary}}}}})
			r.do(t, &engine.SetActionTrigger{GroupID: "G", UniqueID: "T", Wish: engine.TriggerWish{
				Type: new(engine.MaxBalance), Threshold: new(dec("1e17")), ActionsID: new("A")}})
			r.setTo(t, engine.Monetary, "b", huge)
			r.do(t, &engine.AddAccountTriggers{Account: id("a"), GroupIDs: []string{"G"}})
			return &engine.Command{Change: topUp("a", huge)}
		},
	} {
		r := hugeRig(t)
		_, err := r.Do(t.Context(), ask(r))
		require.Equal(t, engine.CodeInvalid, engine.CodeOf(err), "%s: %v", name, err)
		r.do(t, topUp("b", "1"))
		require.NoError(t, r.Stop(), name)
	}
}

// What a balance has paid in all its time may be more than an amount holds.
func TestWhatMayBeRefundedStopsAtTheLargestAmount(t *testing.T) {
	r := hugeRig(t)
	for range 3 {
		r.setTo(t, engine.SMS, "b", huge, engine.Factor{Name: "F", Value: dec(huge)})
		c := text(1)
		c.Factor = "F"
		r.do(t, c)
	}
	a := r.account(t, "a")
	require.Equal(t, amount.Largest.String(), a.Balances[0].Charged.String())
	_, err := engine.AppendAccount(nil, a)
	require.NoError(t, err)
	r.do(t, &engine.Refund{Account: id("a"), Items: []engine.RefundItem{{Account: id("a"), Balance: a.Balances[0].UUID, Value: dec("1")}}})
	require.Equal(t, "1", r.account(t, "a").Balances[0].Value.String())
	r.restart(t)
	require.Equal(t, "1", r.account(t, "a").Balances[0].Value.String())
}

func TestACounterStopsAtTheLargestAmount(t *testing.T) {
	r := hugeRig(t)
	r.do(t, &engine.SetActions{Actions: engine.Actions{ID: "A", List: []engine.Action{{Type: engine.ActionLog}}}})
	r.do(t, &engine.SetActionTrigger{GroupID: "G", UniqueID: "T", Wish: engine.TriggerWish{Type: new(engine.MaxEventCounter),
		Threshold: new(dec("1")), ActionsID: new("A"), Balance: engine.BalanceWish{ToR: new(engine.Monetary)}}})
	r.setTo(t, engine.Monetary, "b", huge)
	r.do(t, &engine.AddAccountTriggers{Account: id("a"), GroupIDs: []string{"G"}})
	for range 2 {
		r.setTo(t, engine.Monetary, "b", huge)
		r.do(t, text(1))
	}
	require.Equal(t, amount.Largest.String(), r.account(t, "a").Watches()[0].State.Count.String())
	r.restart(t)
	require.Equal(t, amount.Largest.String(), r.account(t, "a").Watches()[0].State.Count.String())
}
