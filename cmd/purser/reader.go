package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
)

// reader asks a daemon what it keeps, and shows it as tables or as JSON.
type reader struct {
	daemon *client
	out    io.Writer
	json   bool
}

// read calls fn with a reader of the daemon that the flags describe.
func (f *linkFlags) read(out io.Writer, fn func(reader) error) (err error) {
	dial, err := f.dialer()
	if err != nil {
		return err
	}
	r := reader{daemon: &client{dialer: dial}, out: out, json: f.json}
	defer func() { err = errors.Join(err, r.daemon.close()) }()
	return fn(r)
}

// call asks the daemon, and prints the answer itself where JSON is wanted.
func (r reader) call(ctx context.Context, method string, query, into any) error {
	argument, err := json.Marshal(query)
	if err != nil {
		return err
	}
	result, err := r.daemon.call(ctx, method, argument)
	if err != nil {
		return fmt.Errorf("%w%s", err, nextStep(command{args: accountArgs()}, err)) // every question is about an account
	}
	if err := json.Unmarshal(result, into, json.MatchCaseInsensitiveNames(true)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if r.json {
		return (&printer{out: r.out, json: true}).plain(result)
	}
	return nil
}

// table prints rows with their cells below each other.
func (r reader) table(rows [][]string) error {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
		}
		if _, err := fmt.Fprintln(w, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) { // cells that are empty leave spaces behind
		if _, err := fmt.Fprintln(r.out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}
