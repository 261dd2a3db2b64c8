package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
	"purser/engine/enginetest"
)

func TestJournalKeepsThePromises(t *testing.T) {
	enginetest.JournalSuite(t, func(t *testing.T) (engine.Journal, func() engine.Journal) {
		dir := t.TempDir()
		open := func() *Journal {
			j, err := OpenJournal(dir)
			require.NoError(t, err)
			return j
		}
		j := open()
		t.Cleanup(func() { require.NoError(t, j.Close()) })
		return j, func() engine.Journal {
			require.NoError(t, j.Close())
			j = open()
			return j
		}
	})
}
