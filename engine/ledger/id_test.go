package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnIDNamesItsMonthOwnerAndEntry(t *testing.T) {
	p := Place{63742805754, 0x1f*partCount + uint64(Expired)}
	id := ID("de6fd29a54407cfe46e6c9d3828ab0d8", p)
	require.Regexp(t, `^201912-[0-9a-f]{16}400000000000001f$`, id)
	number, ok := numberOf("de6fd29a54407cfe46e6c9d3828ab0d8", id)
	require.True(t, ok)
	require.Equal(t, p.Number, number)
	require.Equal(t, Expired, p.Part())
	require.EqualValues(t, 0x1f, p.Seq())
}

func TestWhatIsNoIDNamesNoLine(t *testing.T) {
	id := ID("owner", Place{63742805754, 124})
	for _, bad := range []string{"", id[:len(id)-1], id + "0", id[1:], "201912-", "201912_" + id[7:], id[:len(id)-1] + "g",
		id[:len(id)-16] + "+00000000000001f", ID("other", Place{63742805754, 124})} {
		_, ok := numberOf("owner", bad)
		require.False(t, ok, bad)
	}
}
