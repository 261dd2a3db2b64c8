package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"purser/engine"
)

func FuzzRecord(f *testing.F) {
	g := engine.Group{First: 3, Count: 2, Epoch: 1, Body: []byte("body")}
	g.Seal = g.Sum()
	f.Add(uint64(3), appendRecord(nil, g))
	f.Add(uint64(0), []byte{})
	f.Fuzz(func(t *testing.T, first uint64, data []byte) {
		g, err := parseRecord(first, data)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, g.Last(), first)
		require.Equal(t, data, appendRecord(nil, g))
	})
}

func FuzzChunkKey(f *testing.F) {
	f.Add(chunkKey(1, 2))
	f.Fuzz(func(t *testing.T, key []byte) {
		if first, chunk, err := parseChunkKey(key); err == nil {
			require.Equal(t, key, chunkKey(first, chunk))
		}
	})
}

func FuzzValue(f *testing.F) {
	c, err := newCoder()
	require.NoError(f, err)
	value, err := c.encode([]byte("k"), position{Seq: 1, Seal: make([]byte, sealBytes)})
	require.NoError(f, err)
	f.Add([]byte("k"), value)
	past := newHistory(1)
	e := past.next(f)
	for len(e.Accounts) == 0 {
		e = past.next(f)
	}
	a, err := past.state.Account(e.Accounts[0].ID)
	require.NoError(f, err)
	value, err = c.encodeAccount([]byte("k"), a)
	require.NoError(f, err)
	f.Add([]byte("k"), value)
	f.Fuzz(func(t *testing.T, key, value []byte) {
		// A fuzzer cannot guess the checksum.
		if len(value) >= checksumBytes {
			value = append(seqKey(uint64(checksum(key, value[checksumBytes:])))[4:], value[checksumBytes:]...)
		}
		a, err := c.decodeAccount(key, value, engine.AccountID{})
		if err == nil {
			_, err := c.encodeAccount(key, a)
			require.NoError(t, err)
		}
		var p position
		if c.decode(key, value, &p) == nil {
			end, err := p.end()
			require.True(t, err != nil || p.Seq == 0 || string(end.Seal[:]) == string(p.Seal))
		}
	})
}
