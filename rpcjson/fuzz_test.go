package rpcjson

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func seed(f *testing.F) {
	for _, h := range hostile {
		if len(h.send) < 1000 { // the fuzzer is slow with long ones, and finds nothing more in them
			f.Add([]byte(h.send))
		}
	}
	f.Add([]byte(`{"method":"APIerSv1.Echo","params":[{"Account":"a"}],"id":1} [1, 2.5e3]"x\"y" null -0.1 true`))
	f.Add([]byte(`{"result":{"a":[]},"error":null,"id":7}`))
}

var fuzzOptions = Options{RequestBytesMax: 4096, DepthMax: 8}.withDefaults()

// allFrames reads frames to the end, and says "" for a refused one.
func allFrames(src io.Reader, next func(*frames) ([]byte, error)) (list []string, end error) {
	in := newFrames(src, func(bool) error { return nil }, &fuzzOptions, new(budget))
	for {
		frame, err := next(in)
		switch {
		case err == errTooLong || err == errTooDeep:
			list = append(list, "")
		case err != nil:
			return list, err
		default:
			list = append(list, string(frame))
		}
	}
}

// FuzzFrames holds the scanner against jsontext: it finds the same values, however the stream is cut.
func FuzzFrames(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, stream []byte) {
		whole, end := allFrames(bytes.NewReader(stream), (*frames).next)
		cut, cutEnd := allFrames(iotest.OneByteReader(bytes.NewReader(stream)), (*frames).next)
		require.Equal(t, whole, cut)
		require.Equal(t, end, cutEnd)

		dec := jsontext.NewDecoder(bytes.NewReader(stream), laxJSON)
		for _, frame := range whole {
			value, err := dec.ReadValue()
			if err != nil {
				return // what is no JSON may be cut anywhere: it is refused by the decoder
			}
			if !jsontext.Value(frame).IsValid(laxJSON) && frame != "" {
				return // such as 007, which jsontext takes for three numbers
			}
			if frame != "" {
				require.Equal(t, string(value), frame)
			}
		}
		if end == io.EOF {
			_, err := dec.ReadValue()
			require.ErrorIs(t, err, io.EOF, "a value was not found")
		}
	})
}

// FuzzNetstring checks that what is written is read again, and that nothing else is taken for it.
func FuzzNetstring(f *testing.F) {
	seed(f)
	f.Add([]byte("2:{},"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, end := allFrames(bytes.NewReader(data), (*frames).nextNetstring)
		cut, cutEnd := allFrames(iotest.OneByteReader(bytes.NewReader(data)), (*frames).nextNetstring)
		require.Equal(t, got, cut)
		require.Equal(t, end, cutEnd)
		if jsontext.Value(data).IsValid(laxJSON) {
			got, end = allFrames(bytes.NewReader([]byte(netstring(string(data)))), (*frames).nextNetstring)
			require.Len(t, got, 1)
			require.Equal(t, io.EOF, end)
			if got[0] != "" {
				require.Equal(t, string(bytes.Trim(data, " \r\n\t")), got[0])
			}
		}
	})
}

// FuzzDecode checks what every decoded message must be like, in all dialects. It is given whatever framing lets pass.
func FuzzDecode(f *testing.F) {
	seed(f)
	s := newTestServer(f, Options{})
	f.Fuzz(func(t *testing.T, stream []byte) {
		frames, _ := allFrames(bytes.NewReader(stream), (*frames).next)
		for _, frame := range frames {
			if frame == "" {
				continue
			}
			for _, bidi := range []bool{false, true} {
				dec := newDecoder(s, testRole, bidi)
				for dia := cgrates; dia <= strict; dia++ {
					checkDecoded(t, dec, []byte(frame), dia)
				}
			}
			if frame[0] == '[' {
				checkBatch(t, []byte(frame))
			}
		}
	})
}

func checkBatch(t *testing.T, frame []byte) {
	items, fail := splitBatch(frame, 100)
	if fail != nil {
		require.Equal(t, fail.code == codeParse, !jsontext.Value(frame).IsValid(laxJSON))
		return
	}
	require.NotEmpty(t, items)
	for _, item := range items {
		require.True(t, jsontext.Value(item).IsValid(laxJSON))
	}
}

func checkDecoded(t *testing.T, dec *decoder, frame []byte, dia dialect) {
	original := bytes.Clone(frame)
	r, bad := dec.decode(frame, dia)
	require.Equal(t, original, frame, "the frame was changed")
	if bad != nil {
		require.Equal(t, codeParse, bad.code)
		require.False(t, jsontext.Value(frame).IsValid(laxJSON))
		return
	}
	require.True(t, jsontext.Value(frame).IsValid(laxJSON))
	if r.id != nil {
		require.True(t, jsontext.Value(r.id).IsValid())
		require.LessOrEqual(t, len(r.id), dec.opts.IDBytesMax)
	}
	switch {
	case r.fail != nil:
		require.NotEmpty(t, r.fail.text)
		for _, c := range r.fail.text {
			require.True(t, unicode.IsPrint(c), "%q", r.fail.text)
		}
	case r.isResponse():
		require.True(t, dec.bidi)
	default:
		require.NotNil(t, r.method)
		require.NotNil(t, r.args)
	}
}
