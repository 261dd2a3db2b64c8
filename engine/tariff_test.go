package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestATariffThatNoRecordCouldHoldIsRefused(t *testing.T) {
	rules := engine.DefaultRules()
	rules.TariffBytesMax = 10_000
	r := newRig(t, engine.Options{Rules: rules})
	row := func(bytes int) *engine.LoadTariff {
		return &engine.LoadTariff{Set: engine.TariffSet{Rows: []engine.TariffRow{
			{Plan: "P", Table: "T", ID: "R", Data: []byte(strings.Repeat("x", bytes))}}}}
	}
	r.do(t, row(9_000))
	_, err := r.Do(t.Context(), &engine.Command{Change: row(11_000)})
	require.Equal(t, engine.CodeLimit, engine.CodeOf(err))
}
