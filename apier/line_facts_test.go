package apier

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func TestOfTwoSpellingsOfAFactTheSameOneCountsEachTime(t *testing.T) {
	for range 100 {
		var f engine.Facts
		lineFacts(&f, map[string]string{"SourceID": "upper", "sourceid": "lower", "SOURCEID": "loud"})
		require.Equal(t, "lower", f.SourceID)
	}
}
