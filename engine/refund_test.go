package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestARefundHasAMostOfItems(t *testing.T) {
	rules := engine.DefaultRules()
	rules.RefundItemsMax = 2
	r := newRig(t, engine.Options{Rules: rules})
	r.do(t, topUp("a", "1"))
	none := engine.RefundItem{Account: id("a"), Balance: r.account(t, "a").Balances[0].UUID, Money: true}
	r.do(t, &engine.Refund{Account: id("a"), Items: []engine.RefundItem{none, none}})
	_, err := r.Do(t.Context(), &engine.Command{Change: &engine.Refund{Items: []engine.RefundItem{none, none, none}}})
	require.Equal(t, engine.CodeLimit, engine.CodeOf(err))
}
