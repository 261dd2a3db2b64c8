package crossbar

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// A line's revision is the digest of its document: two readings must be the same.
func TestOfTwoSpellingsOfMetadataTheSameOneIsShownEachTime(t *testing.T) {
	sent := []byte(`{"metadata":{"a":2},"Metadata":{"a":1},"METADATA":"none"}`)
	for range 100 {
		require.Equal(t, map[string]jsontext.Value{"a": jsontext.Value("1")}, metadataMeant(stored(sent)))
	}
}
