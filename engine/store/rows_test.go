package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine"
)

// drain returns what a source still gives.
func drain(t require.TestingT, s source) (keys, values []string) {
	for key, value := s.row(); key != nil; key, value = s.row() {
		keys, values = append(keys, string(key)), append(values, string(value))
		require.NoError(t, s.next())
	}
	return keys, values
}

func TestRowsAnswerAsAMapDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRows(rapid.SampledFrom([]int{1, 100_000}).Draw(rt, "bytes"))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		newest, dirty := map[string]string{}, map[string]bool{}
		var writing *frozenRows
		var want map[string]string // what is frozen
		thaw := func() {
			keys, values := drain(rt, writing)
			require.IsIncreasing(rt, append([]string{""}, keys...))
			require.Len(rt, keys, len(want))
			for i := range keys {
				require.Equal(rt, want[keys[i]], values[i], "as it was when it was frozen")
			}
			r.thaw()
			writing = nil
		}
		for range 2000 {
			key := []byte(fmt.Sprint("tenant\x00", random.IntN(1500)))
			hash := r.hash(key)
			switch n := random.IntN(200); {
			case n == 0 && writing == nil:
				writing, want = r.freeze(), map[string]string{}
				writing.sort()
				for k := range dirty {
					want[k] = newest[k]
				}
				clear(dirty)
			case n == 1 && writing != nil:
				thaw()
			case n < 100:
				value := bytes.Repeat([]byte{byte(n)}, random.IntN(60))
				r.put(hash, key, value)
				newest[string(key)], dirty[string(key)] = string(value), true
			default:
				value, m, ok := r.get(hash, key)
				if _, there := newest[string(key)]; ok {
					require.True(rt, there)
					require.Equal(rt, newest[string(key)], string(value))
					require.Equal(rt, dirty[string(key)], m == newer)
				} else if there {
					require.False(rt, dirty[string(key)], "what the file does not have stays")
					require.True(rt, writing == nil || want[string(key)] == "")
					require.True(rt, !r.whole || newest[string(key)] == "")
					r.add(hash, key, []byte(newest[string(key)])) // as if read from the file
				}
			}
		}
		if writing != nil {
			thaw()
		}
	})
}

// What the file has goes when there is too much, first what was not used.
func TestRowsOfTheFileAreBounded(t *testing.T) {
	const most = 1 << 20
	r := newRows(most)
	favourite := []byte("t\x00favourite")
	r.add(r.hash(favourite), favourite, []byte("v"))
	for i := range 100_000 {
		key := fmt.Appendf(nil, "t\x00%d", i)
		r.add(r.hash(key), key, make([]byte, 50))
		_, _, ok := r.get(r.hash(favourite), favourite)
		require.True(t, ok, "what is used stays")
	}
	live := 0
	for i := range r.shards {
		live += r.shards[i].live
	}
	require.LessOrEqual(t, live, most*5/4)
	require.GreaterOrEqual(t, live, most/2)
	require.False(t, r.whole)
}

func TestReservedRoomIsEnough(t *testing.T) {
	const count, size = 400_000, 20
	r := newRows(1 << 30)
	r.reserve(count, count*(size+8))
	var before [shardCount]int
	for i := range r.shards {
		before[i] = cap(r.shards[i].arena)
	}
	for i := range count {
		key := fmt.Appendf(nil, "t\x00%06d", i)
		r.add(r.hash(key), key, make([]byte, size))
	}
	for i := range r.shards {
		require.Equal(t, before[i], cap(r.shards[i].arena), "shard %d was built again", i)
	}
}

func TestFrozenRowsComeInTheOrderOfKeys(t *testing.T) {
	r := newRows(1)
	want := []string{"a", "a\x00", "a\x00\x00b", "ab", "abcdefghi", "abcdefghij", "b"}
	for _, i := range []int{4, 1, 6, 0, 3, 5, 2} {
		r.put(r.hash([]byte(want[i])), []byte(want[i]), nil)
	}
	f := r.freeze()
	f.sort()
	keys, _ := drain(t, f)
	require.Equal(t, want, keys)
	require.Empty(t, r.freeze().order)
}

func TestOfARowInSeveralSourcesTheNewestCounts(t *testing.T) {
	sourceOf := func(value string, keys ...string) source {
		r := newRows(1)
		for _, k := range keys {
			r.put(r.hash([]byte(k)), []byte(k), []byte(value))
		}
		f := r.freeze()
		f.sort()
		return f
	}
	m := merge(sourceOf("new", "b", "d"), merge(sourceOf("mid", "a", "b", "c"), sourceOf("old", "b", "c", "d", "e")), merge())
	keys, values := drain(t, m)
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, keys)
	require.Equal(t, []string{"mid", "new", "mid", "new", "old"}, values)
}

func TestTheAccountsUsedLastStayHot(t *testing.T) {
	h := newHot(1)
	require.Len(t, h.sets, 1)
	id := func(n int) engine.AccountID { return engine.AccountID{Account: fmt.Sprint(n)} }
	require.Nil(t, h.find(0, engine.AccountID{}), "a free place is nobody's")
	for n := range 2 {
		at, gone := h.add(0, held{id: id(n), taken: true})
		require.Equal(t, id(n), at.id)
		require.False(t, gone.taken)
	}
	require.NotNil(t, h.find(0, id(0)))
	_, gone := h.add(0, held{id: id(2), taken: true})
	require.Equal(t, id(1), gone.id)
	require.NotNil(t, h.find(0, id(0)))
	require.Nil(t, h.find(0, id(1)))
}
