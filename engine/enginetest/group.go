package enginetest

import (
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"purser/engine"
)

// NewGroup returns the sealed group that appends these entries behind end.
func NewGroup(t testing.TB, end engine.End, epoch uint64, entries ...*engine.Entry) engine.Group {
	t.Helper()
	enc, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	var body []byte
	var starts []uint32
	for _, e := range entries {
		data, err := enc.Marshal(e)
		require.NoError(t, err)
		starts = append(starts, uint32(len(body)))
		body = append(body, data...)
	}
	g := seal(end, epoch, len(entries), body)
	g.Starts = starts
	return g
}

// seal returns the group of count entries with that body behind end.
func seal(end engine.End, epoch uint64, count int, body []byte) engine.Group {
	g := engine.Group{First: end.Seq + 1, Count: count, Epoch: epoch, Body: body, Prev: end.Seal}
	g.Seal = g.Sum()
	return g
}
