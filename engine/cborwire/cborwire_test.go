package cborwire_test

import (
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"purser/engine/cborwire"
)

// reference is how CBOR's core deterministic encoding writes v.
func reference(t require.TestingT, v any) []byte {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	require.NoError(t, err)
	data, err := enc.Marshal(v)
	require.NoError(t, err)
	return data
}

func written(write func(*cborwire.Writer)) []byte {
	var w cborwire.Writer
	write(&w)
	return w.Buf
}

// edges are the integers where heads become longer, and their neighbours.
var edges = []uint64{0, 1, 23, 24, 255, 256, 65535, 65536, math.MaxUint32, math.MaxUint32 + 1,
	math.MaxInt64 - 1, math.MaxInt64}

func TestIntegersAreWrittenAndReadAsTheStandardSays(t *testing.T) {
	for _, v := range append(edges, math.MaxInt64+1, math.MaxUint64) {
		data := written(func(w *cborwire.Writer) { w.Uint(v) })
		require.Equal(t, reference(t, v), data)
		r := cborwire.NewReader(data)
		require.Equal(t, v, r.Uint())
		require.NoError(t, r.End())
	}
	for _, edge := range edges {
		for _, v := range []int64{int64(edge), ^int64(edge)} {
			data := written(func(w *cborwire.Writer) { w.Int(v) })
			require.Equal(t, reference(t, v), data)
			r := cborwire.NewReader(data)
			require.Equal(t, v, r.Int())
			require.NoError(t, r.End())
		}
	}
}

func TestTextsAndByteStringsOfAnyLengthComeBack(t *testing.T) {
	for _, n := range []int{0, 1, 23, 24, 255, 256, 65535, 65536} {
		s := strings.Repeat("x", n)
		data := written(func(w *cborwire.Writer) { w.Text(s); w.Bytes([]byte(s)) })
		require.Equal(t, append(reference(t, s), reference(t, []byte(s))...), data)
		r := cborwire.NewReader(data)
		require.Equal(t, s, r.Text())
		require.Equal(t, s, string(r.Bytes()))
		require.NoError(t, r.End())
	}
}

func TestMapsListsAndTruthComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.MapOf(rapid.Uint8Range(1, cborwire.KeyMax), rapid.SliceOf(rapid.Bool())).Draw(rt, "map")
		data := written(func(w *cborwire.Writer) {
			m := w.Map()
			for key := byte(1); key <= cborwire.KeyMax; key++ {
				if list, ok := want[key]; ok {
					w.Key(m, key)
					w.List(len(list))
					for _, v := range list {
						w.Bool(v)
					}
				}
			}
		})
		require.Equal(rt, reference(rt, want), data)
		r := cborwire.NewReader(data)
		got := map[byte][]bool{}
		for m := r.Map(); r.Next(&m); {
			require.True(rt, r.IsList())
			got[m.Key] = make([]bool, r.List())
			for i := range got[m.Key] {
				got[m.Key][i] = r.Bool()
			}
		}
		require.NoError(rt, r.End())
		require.Equal(rt, want, got)
	})
}

func TestReaderRefusesAllOtherForms(t *testing.T) {
	integer := func(r *cborwire.Reader) { r.Int() }
	text := func(r *cborwire.Reader) { r.Text() }
	list := func(r *cborwire.Reader) { r.List() }
	members := func(r *cborwire.Reader) {
		for m := r.Map(); r.Next(&m); {
			r.Int()
		}
	}
	for _, c := range []struct {
		bytes, why string
		read       func(*cborwire.Reader)
	}{
		{"", "ends within", integer},
		{"19ff", "ends within", integer},
		{"1817", "longer than it must be", integer},
		{"190001", "longer than it must be", integer},
		{"1a0000ffff", "longer than it must be", integer},
		{"1b00000000ffffffff", "longer than it must be", integer},
		{"1b8000000000000000", "64 bits with sign", integer},
		{"3b8000000000000000", "64 bits with sign", integer},
		{"1c", "reserved", integer},
		{"f6", "another kind", integer},
		{"c100", "another kind", integer},
		{"f94000", "another kind", integer},
		{"41", "another kind", text},
		{"6261", "beyond the bytes", text},
		{"7bffffffffffffffff", "beyond the bytes", text},
		{"7f6161ff", "indefinite", text},
		{"9f00ff", "indefinite", list},
		{"9affffffff00", "beyond the bytes", list},
		{"a10100", "", members},
		{"a101", "beyond the bytes", members},
		{"bf0100ff", "indefinite", members},
		{"a10000", "do not rise", members},
		{"a202000100", "do not rise", members},
		{"a201000100", "do not rise", members},
		{"a1181800", "do not rise", members},
		{"a1616100", "another kind", members},
		{"0000", "behind the last", integer},
		{"f4", "another kind", text},
		{"f6", "another kind", func(r *cborwire.Reader) { r.Bool() }},
		{"", "ends within", func(r *cborwire.Reader) { r.Bool() }},
	} {
		data, err := hex.DecodeString(c.bytes)
		require.NoError(t, err)
		r := cborwire.NewReader(data)
		c.read(&r)
		if err := r.End(); c.why == "" {
			require.NoError(t, err, c.bytes)
		} else {
			require.ErrorContains(t, err, c.why, c.bytes)
		}
	}
}

func TestAfterAFailureEverythingIsEmpty(t *testing.T) {
	mine := errors.New("mine")
	r := cborwire.NewReader([]byte{0x01, 0xa1, 0x01, 0x01})
	r.Fail(mine)
	r.Fail(errors.New("another"))
	require.ErrorIs(t, r.Err(), mine)
	require.False(t, r.More())
	require.Zero(t, r.Uint())
	require.Zero(t, r.Int())
	require.Zero(t, r.Text())
	require.Empty(t, r.Bytes())
	require.False(t, r.Bool())
	require.Zero(t, r.List())
	m := r.Map()
	require.False(t, r.Next(&m))
	require.ErrorIs(t, r.End(), mine)
}

func TestAnItemIsTakenWhole(t *testing.T) {
	item := reference(t, map[int]any{1: []any{1, -2, "three", true}, 2: map[int]any{1: []byte{4}}})
	r := cborwire.NewReader(append(slices.Clone(item), 0x05))
	var w cborwire.Writer
	w.Item(r.Item())
	require.Equal(t, item, w.Buf)
	require.EqualValues(t, 5, r.Uint())
	require.NoError(t, r.End())

	short := cborwire.NewReader(item[:len(item)-1])
	require.Nil(t, short.Item())
	require.Error(t, short.Err())
}

func TestAListMayNotPromiseMoreThanThereIs(t *testing.T) {
	for _, head := range []string{"83", "9803", "9affffffff", "9bffffffffffffffff"} {
		data, err := hex.DecodeString(head + "0000")
		require.NoError(t, err)
		r := cborwire.NewReader(data)
		require.Zero(t, r.List(), head)
		require.Error(t, r.Err(), head)
	}
}

// copyNext reads an item and writes it. Its kind follows from how much has been
// written, so that the fuzzer meets all of them.
func copyNext(r *cborwire.Reader, w *cborwire.Writer) {
	switch len(w.Buf) % 4 {
	case 0:
		w.Int(r.Int())
	case 1:
		w.Text(r.Text())
	case 2:
		w.Bytes(r.Bytes())
	default:
		w.Bool(r.Bool())
	}
}

// FuzzReader: whatever the bytes are, reading them as a list of maps of items
// does not panic, and what was taken is written as it stood.
func FuzzReader(f *testing.F) {
	f.Add([]byte{0x81, 0xa3, 0x01, 0xf5, 0x02, 0x61, 'a', 0x05, 0x20})
	f.Add([]byte{0x82, 0xa0, 0xa2, 0x17 - 1, 0x38, 0x64, 0x17, 0xf4})
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := cborwire.NewReader(data)
		var w cborwire.Writer
		n := r.List()
		require.LessOrEqual(t, n, len(data))
		w.List(n)
		for range n {
			to := w.Map()
			for m := r.Map(); r.Next(&m); {
				w.Key(to, m.Key)
				copyNext(&r, &w)
			}
		}
		if r.End() == nil {
			require.Equal(t, data, w.Buf)
		}
	})
}

func TestSkipTakesAnItemWithAllThatIsInIt(t *testing.T) {
	w := &cborwire.Writer{}
	m := w.Map()
	w.Key(m, 1)
	w.List(3)
	w.Int(-300)
	w.Bytes([]byte("bytes"))
	inner := w.Map()
	w.Key(inner, 2)
	w.Text("text")
	w.Key(inner, 3)
	w.Bool(true)
	w.Key(m, 4)
	w.Uint(1 << 40)
	size := len(w.Buf)
	w.Text("next")

	r := cborwire.NewReader(w.Buf)
	r.Skip()
	require.Equal(t, size, r.Offset())
	require.Equal(t, "next", r.Text())
	require.NoError(t, r.End())
	require.Equal(t, len(w.Buf), r.Offset())
	for cut := range size {
		r := cborwire.NewReader(w.Buf[:cut])
		r.Skip()
		require.Error(t, r.Err(), "%d bytes", cut)
	}
}

// FuzzSkip: what Skip takes, the reference finds well formed and of that size.
func FuzzSkip(f *testing.F) {
	f.Add([]byte{0xa2, 1, 0x82, 0x20, 0x41, 7, 2, 0xf5})
	f.Add([]byte{0xc2}) // a tag
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := cborwire.NewReader(data)
		r.Skip()
		if r.Err() != nil {
			return
		}
		rest, err := cbor.DecOptions{MaxNestedLevels: 65535, MaxArrayElements: 1 << 30, MaxMapPairs: 1 << 30}.DecMode()
		require.NoError(t, err)
		var raw cbor.RawMessage
		left, err := rest.UnmarshalFirst(data, &raw)
		require.NoError(t, err)
		if r.More() {
			require.NotEmpty(t, left)
		}
	})
}
