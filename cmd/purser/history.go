package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// historyLinesMax bounds the lines that a history keeps; the oldest go first.
const historyLinesMax = 1000

// history is the console's memory of lines, kept in a file that only its owner
// can read. It is what term.Terminal wants of one.
type history struct {
	path  string // "": not kept
	lines []string
}

// loadHistory reads a history; a file that is not there is an empty one.
func loadHistory(path string) (*history, error) {
	h := &history{path: path}
	if path == "" {
		return h, nil
	}
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("history: %w", err)
	}
	for entry := range strings.Lines(string(content)) {
		h.Add(strings.TrimRight(entry, "\r\n"))
	}
	return h, nil
}

// Add adds the newest line; an empty one and a repetition are left out.
func (h *history) Add(entry string) {
	if entry == "" || (len(h.lines) > 0 && h.lines[len(h.lines)-1] == entry) {
		return
	}
	h.lines = append(h.lines, entry)
	if len(h.lines) > historyLinesMax {
		h.lines = h.lines[len(h.lines)-historyLinesMax:]
	}
}

// Len is the number of lines.
func (h *history) Len() int { return len(h.lines) }

// At is a line, 0 the newest.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

// save writes the history to its file, mode 0600.
func (h *history) save() (err error) {
	if h.path == "" {
		return nil
	}
	file, err := os.OpenFile(h.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.Chmod(0o600); err != nil { // it may have been there with another mode
		return fmt.Errorf("history: %w", err)
	}
	for _, entry := range h.lines {
		if _, err := file.WriteString(entry + "\n"); err != nil {
			return fmt.Errorf("history: %w", err)
		}
	}
	return nil
}
