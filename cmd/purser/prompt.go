package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// prompt reads lines from a terminal, with history and completion, until one
// of the words that end it, or Ctrl-D.
func (s *session) prompt(ctx context.Context, std stdio) (err error) {
	in, out := std.in.(*os.File), std.out.(*os.File) // isTerminal has seen to it
	past, err := loadHistory(historyPath(std.getenv))
	if err != nil {
		return err
	}
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(int(in.Fd()), before), past.save()) }()
	terminal := newPrompt(struct {
		io.Reader
		io.Writer
	}{in, out}, past)
	s.printer.out = terminal // it writes line ends as raw mode needs them
	for {
		if width, height, err := term.GetSize(int(out.Fd())); err == nil && width > 0 {
			if err := terminal.SetSize(width, height); err != nil {
				return fmt.Errorf("console: %w", err)
			}
		}
		typed, err := terminal.ReadLine()
		if errors.Is(err, io.EOF) || endsConsole(typed) {
			return nil
		}
		if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
			return fmt.Errorf("console: %w", err)
		}
		if err := s.execute(ctx, typed); err != nil {
			if _, err := fmt.Fprintln(terminal, oneLine(err)); err != nil {
				return err
			}
		}
	}
}

// newPrompt is a terminal with the console's prompt, history and completion.
func newPrompt(stream io.ReadWriter, past *history) *term.Terminal {
	terminal := term.NewTerminal(stream, "cgr> ")
	terminal.History = past
	terminal.AutoCompleteCallback = func(typed string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		completed, newPos, candidates := completeLine(typed, pos)
		if len(candidates) > 0 && completed == typed {
			if _, err := fmt.Fprintln(terminal, strings.Join(candidates, "  ")); err != nil {
				return "", 0, false
			}
		}
		return completed, newPos, true
	}
	return terminal
}

// historyPath is where the history is kept: ~/.purser_history, or nowhere
// without a home.
func historyPath(getenv func(string) string) string {
	home := getenv("HOME")
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".purser_history")
}
