package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Transcript is one scenario.
type Transcript struct {
	Path  string
	Needs []string // what must be loaded first, such as a tariff plan
	Quirk bool     // records a mistake of CGRateS that is not to be imitated
	lines []line
}

// line is one line of any kind behind the first.
type line struct {
	Note      string
	Send      json.RawMessage
	Recv      map[string]any
	Unordered bool

	Raw    any
	EOF    bool
	Closed *bool

	HTTP   *httpRequest
	Status int
	Type   string

	Replies any // a list, or "$any"
	Sleep   float64

	number int // in the file, from 1
}

type httpRequest struct {
	Verb, Path, Body string
	Headers          map[string]string
}

// Load reads all transcripts that match the pattern of filepath.Glob, sorted by path. That there is none is a failure.
func Load(t testing.TB, pattern string) []*Transcript {
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no transcripts in %s", pattern)
	slices.Sort(paths)
	list := make([]*Transcript, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		about, rest, _ := strings.Cut(string(text), "\n")
		list[i], err = Parse(path, rest)
		require.NoError(t, err)
		require.NoError(t, list[i].describe(about))
	}
	return list
}

// Name returns the file's name without directory and extension.
func (tr *Transcript) Name() string {
	base := filepath.Base(tr.Path)
	return base[:len(base)-len(filepath.Ext(base))]
}

// Parse reads exchanges, one a line, without the line that is about them. path is for messages.
func Parse(path, exchanges string) (*Transcript, error) {
	tr := &Transcript{Path: path}
	for i, text := range strings.Split(exchanges, "\n") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		l := line{number: i + 2} // behind the line that is about them
		if err := decode([]byte(text), &l); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, l.number, err)
		}
		tr.lines = append(tr.lines, l)
	}
	if len(tr.lines) == 0 {
		return nil, fmt.Errorf("%s: no exchanges", path)
	}
	return tr, nil
}

// describe reads the first line.
func (tr *Transcript) describe(about string) error {
	var head struct {
		Needs []string
		Quirk any
	}
	if err := decode([]byte(about), &head); err != nil {
		return fmt.Errorf("%s:1: %w", tr.Path, err)
	}
	tr.Needs, tr.Quirk = head.Needs, head.Quirk != nil
	return nil
}

// decode keeps the digits of numbers.
func decode(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}
